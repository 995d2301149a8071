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

// Rates a year and hours to repair, of one unit.
struct PowerReliability {
  double feed_rate = 0.5, feed_repair_s = 2 * 3600, all_feeds_rate = 0.05;
  double main_transformer_rate = 0.013, main_transformer_repair_s = 30 * 86400.0;
  double block_rate = 0.02, block_repair_s = 24 * 3600;
  double ups_rate = 0.08, ups_repair_s = 12 * 3600;
  double battery_rate = 0.2, battery_repair_s = 48 * 3600;
  double generator_rate = 0.2, generator_repair_s = 48 * 3600;
  double maintenance_rate = 1, maintenance_s = 8 * 3600;  // planned, of a block or module
};

std::vector<Outage> list_outages(PowerParams const& params, PowerReliability const& rates = {});
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
