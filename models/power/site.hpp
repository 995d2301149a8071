#pragma once
// The site as the year sees it: point of interconnection, main transformers, medium-voltage board with battery and generators, block classes
// (cable, unit transformer, UPS), rack rows as loss polynomials. Equal blocks and rows are one entry with a multiplicity, so a site of any
// size has a few dozen nodes. Quasi-steady, balanced; converters decouple, so only the part above the UPS needs voltages (a sweep).
// Neglected: harmonics, imbalance, source impedance, voltage at the UPS output in eco mode. Watts of IT are at the rack inlet.

#include <array>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "core/diagnostics.hpp"
#include "core/graph/graph.hpp"
#include "models/power/plant.hpp"
#include "models/power/radial_solver.hpp"
#include "models/power/redundancy.hpp"

namespace aif::power {

enum class Stage { main_transformer, cable, unit_transformer, ups, busway, mechanical_supply, battery, rectifier };
inline constexpr std::size_t kStages = 8;
constexpr auto enum_names(Stage) {
  return std::array<std::string_view, kStages>{"main_transformer", "cable", "unit_transformer", "ups", "busway", "mechanical_supply", "battery", "rectifier"};
}

inline constexpr std::size_t kMaxGroups = 64, kMaxClasses = 8, kMaxSiteNodes = 3 + 2 * kMaxClasses;

struct BlockClass {
  double blocks = 0;       // how many are like this
  double load_share = 0;   // of the site's IT load, each
  double ups_units = 0, transformer_units = 0;
  int pad_node = 0, low_voltage_node = 0;
};

struct GroupPath {
  double racks = 0, runs = 0, racks_per_run = 0;  // runs of both paths; racks behind a lost run are not among them
  double fed_frac = 1;                            // share of the installed racks whose run is in service
  RowCurve row;
  double rated_w = 0, tan_phi = 0, row_cap_w = 0;  // row_cap_w: a rack's watts when one path carries all at rated current
  double rectifier_w = 0;                          // rating at the head of one run; 0: an AC row
  double collapse_margin = std::numeric_limits<double>::infinity();  // of a DC run that carries all its rated racks: how far the load may grow
  int priority = 0;
  bool can_be_capped = true;
};

struct Element {
  std::string name, unit;  // "power.blocks", "W"
  double limit = 0;        // what may be loaded in normal state
};

struct SitePower {
  PowerParams params;
  RadialNetwork network;
  std::vector<BlockClass> classes;
  std::vector<GroupPath> groups;
  std::vector<Element> elements;      // in the order of enum ElementIndex, then one row element a group
  int mv_node = 0, mechanical_node = 0, main_branch = -1;
  int sweeps = 6;
  double base_va = 1e6;
  double usable_it_w = 0;             // after redundancy and outages
  double fed_frac = 1;                // share of the racks that has a block
  bool utility_available = true;      // a feed and a main transformer are in service
  double mechanical_units = 1, mechanical_rated_w = 0;
  BatteryParams battery;              // all batteries as one; power 0: none
  double generator_w = 0;             // usable, after redundancy and outages
  bool generators_curtail = false;    // they may run while the utility is there
  bool has_generation = false;        // gas or solar
  double solar_frac = 1;              // of the solar plants' rating, in service
  std::vector<double> gas_w;          // usable, of each gas plant in the order of params.onsite
  LossCurve ups_curve;                // of the normal mode
  double ups_input_tan_phi = 0;       // double conversion; negative: the load's own
  std::vector<Diagnostic> warnings;
};

enum ElementIndex : int { kImport, kImportApparent, kMainTransformer, kCable, kUnitTransformer, kUps, kBlocks, kMechanicalTransformer, kBattery, kFirstRow };

// Throws InputError with every problem (AF21xx); what is legal but unwise is in SitePower::warnings.
SitePower build_site_power(PowerParams const& params, std::span<RackGroupLoad const> groups);

std::string const& element_name(SitePower const& site, int index);

struct SitePowerInputs {
  std::array<double, kMaxGroups> it_rack_w{};        // per rack of each group, at the rack inlet
  std::array<double, kMaxGroups> delivered_frac{};   // of each group's racks that are installed and up
  double mechanical_w = 0, other_w = 0;              // cooling plant; lights, offices, storage fed from the main board
  double solar_w = 0;                                // what the solar plants could give
  double price_usd_j = 0;                            // of the hour: gas plants of that duty run above their fuel's price
  double import_limit_w = std::numeric_limits<double>::infinity();  // curtailment request; the contract limit holds besides
  int month = 0;                                     // peak shaving starts anew when it changes
  bool utility_available = true;
};

struct SitePowerState {
  BatteryState battery;
  double peak_target_w = 0;   // of this month
  double last_import_w = -1;  // of the previous window; negative: none yet
  double dispatched_w = -1;   // import that the last dispatch aimed at; negative: none yet
  int month = -1;
};
SitePowerState initial_state(SitePower const& site);

struct SitePowerOutputs {
  double utility_w = 0, utility_var = 0;  // import at the point of interconnection, mean over the window
  double battery_w = 0, generator_w = 0;  // > 0: feeds the site; generator_w: all own generation
  double gas_w = 0, solar_w = 0;          // of it; the rest are generators
  double solar_unused_w = 0;              // the site cannot take it: there is no export
  double battery_store_w = 0;             // drawn from the store, loss included
  double fuel_l = 0, gas_fuel_j = 0;      // burnt in the window
  double fuel_usd = 0, fuel_kg = 0;       // price and CO2 of both
  double it_w = 0, mechanical_w = 0, other_w = 0;
  std::array<double, kStages> loss_w{};
  double over_limit_w = 0;                // what no source could carry: the caps were not applied
  double highest_loading = 0;             // of the elements, against their limit
  int highest_element = 0;
  double lowest_voltage_pu = 1;
  double import_ramp_w_s = 0;
  double residual_w = 0;                  // sources minus (loads + losses), summed apart
};

// Can the site import in this window?
inline bool on_utility(SitePower const& site, SitePowerInputs const& in) { return site.utility_available && in.utility_available; }

// One window of dt_s. No allocation. solve_block gives the same bits for windows in sequence, eight sweeps at a time.
SitePowerOutputs solve_window(SitePower const& site, SitePowerState& state, SitePowerInputs const& inputs, double dt_s);
void solve_block(SitePower const& site, SitePowerState& state, std::span<SitePowerInputs const> inputs, double dt_s, std::span<SitePowerOutputs> outputs);

// What the site's own sources can put beside the import for dt_s: solar, gas, batteries down to their floor (to the last joule without utility),
// and with a utility the generators that may serve a curtailment.
double onsite_w(SitePower const& site, SitePowerState const& state, SitePowerInputs const& inputs, double dt_s);
// The same site and state with its stores at their floor: what lasts. An outage of days is not carried by a battery of an hour.
SitePowerState without_stores(SitePower const& site, SitePowerState state);

// Highest watts per rack that keep every element within its limit, given what the racks would like to draw (not what an earlier cap left
// them): infinite where nothing binds. Returns the element that binds hardest, -1 when none does. onsite_w: own sources to count on.
int power_caps(SitePower const& site, SitePowerInputs const& requested, std::span<double> cap_rack_w, double onsite_w = 0);

}  // namespace aif::power
