#pragma once
// What of the power plant can be out, what is left then, and whether the redundancy that a word promises is there: the supply as a graph of
// feeds, main transformers, board sections, blocks and busway paths; a part is a single point of failure when the racks lose supply or
// capacity without it (maximum flow, core/graph), not because of a label. Assumed: every block can be fed from either section of the main
// board where there are two feeds; racks of a distributed-redundant plant are spread evenly over all pairs of blocks.
// Neglected: selectivity of protection, controls, fire compartments, fuel.

#include <span>
#include <string>
#include <vector>

#include "contracts/outage.hpp"
#include "models/power/plant.hpp"

namespace aif::power {

// How often one unit fails and how long it is away. Defaults and their ranges: library/reliability/power-plant.yaml, read by a test.
struct PowerReliability {
  FailureLaw feed = failure_law(0.5, 2, "assumption: half of the EIA 2022-2023 average of a distribution customer without major events (1.0 a year, 2 h)");
  FailureLaw all_feeds = failure_law(0.0252, 4, "INL/EXT-21-65055 table 4, loss of off-site power of plants with two or more circuits; duration: assumption");
  FailureLaw main_transformer = failure_law(0.0062, 356, "assumption: IEEE 493-1997, liquid filled, from memory");
  FailureLaw board = failure_law(0.00515, 24, "INL/EXT-21-65055 table 1, AC bus fails to operate; repair: assumption");
  FailureLaw block = failure_law(0.02, 24, "assumption: unit transformer 0.006, low-voltage bus 0.005, three breakers 0.003 each a year");
  FailureLaw ups = failure_law(0.08, 12, "assumption: 110,000 h between failures of a module");
  FailureLaw battery = failure_law(0.2, 48, "assumption; REopt counts 3 % unavailable, this is 0.1 %");
  FailureLaw generator = failure_law(0.2, 48, "assumption: found in tests; REopt counts 0.5 % unavailable with maintenance");
  FailureLaw mechanical_transformer = failure_law(0.0062, 48, "assumption: IEEE 493-1997, liquid filled, from memory; spare on site");
  FailureLaw busway = failure_law(0.01, 12, "assumption: IEEE 493-1997 busway, from memory, 20 m");
  FailureLaw block_maintenance = failure_law(1, 8, "assumption: yearly inspection of a block"), generator_maintenance = failure_law(1, 8, "assumption: yearly service");
  static constexpr auto fields() {
    using T = PowerReliability;
    return FieldList{field("feed", &T::feed, "One utility feed."), field("all_feeds", &T::all_feeds, "All feeds at once: storm, substation, grid."),
                      field("main_transformer", &T::main_transformer, "One main transformer."), field("board", &T::board, "One section of the main board."),
                      field("block", &T::block, "One power block, from its cable to its output board."), field("ups", &T::ups, "One UPS module."),
                      field("battery", &T::battery, "One battery plant."), field("generator", &T::generator, "One generator at rest."),
                      field("mechanical_transformer", &T::mechanical_transformer, "One transformer of the cooling supply."), field("busway", &T::busway, "One busway run."),
                      field("block_maintenance", &T::block_maintenance, "Planned work on one block."), field("generator_maintenance", &T::generator_maintenance, "Planned work on one generator.")};
  }
};

// One entry a unit; a busway run only where racks have a single path. Pods: for the names of their runs.
std::vector<Outage> list_outages(PowerParams const& params, std::span<RackGroupLoad const> groups = {}, PowerReliability const& rates = {});
// Marks the components as out of service; applying twice is applying once. Unknown components are refused when the site is built.
PowerParams apply(PowerParams const& params, std::span<Outage const> outages);

struct SinglePoint {
  std::string component;
  double lost_frac = 0;  // of the racks' rated power, when it is out
};
struct SupplyVerdict {
  std::vector<SinglePoint> single_points;  // worst first; ties by name
  double carried_frac = 1;                 // with nothing out
  bool concurrently_maintainable = false;  // any one part may be out and all racks keep their rated power
};
// overhead_frac: cooling and losses on top of IT, as the parts above the blocks see it.
SupplyVerdict assess_supply(PowerParams const& params, std::span<RackGroupLoad const> groups, double overhead_frac = 0.25);

}  // namespace aif::power
