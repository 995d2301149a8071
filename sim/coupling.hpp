#pragma once
// One coupled window, serial-implicit in the order cause -> effect:
//
//   demand -> load and clock of each group -> accelerator and rack watts -> caps of power and cooling -> clocks again
//     ^                                                                                                |
//     +---- coolant and air temperatures, plant watts <- cooling <- heat <-----------------------------+
//
// repeated until temperatures and plant watts stand still; then the electrical chain from the racks to the meter, once. The
// contraction is strong (leakage changes by about 1 %/K of a tenth of the power), so 3 to 5 sweeps from the last window's
// solution reach 1e-7. Words as in preCICE: window, sweep, residual.

#include <limits>
#include <vector>

#include "contracts/limits.hpp"
#include "sim/facility/facility.hpp"

namespace aif::sim {

// One group in one window; watts and heats per delivered rack, tokens of the whole group.
struct GroupPoint {
  double delivered_racks = 0;
  double measured_w = -1;                           // of a rack, in place of the models; negative: none
  double on_frac = 1;                               // of the delivered racks; the others are switched off under a deep cap
  double load_frac = 0, clock_frac = 1;             // of the racks that are on
  double junction_c = 60, coolant_c = 30, case_k_per_w = 0.02;
  double idle_w = 0, dynamic_w = 0, leakage_w = 0;  // per device
  double hosts_w = 0, fans_w = 0, supply_loss_w = 0, it_w = 0, cap_w = 0;
  double offered_token_s = 0, out_token_s = 0, in_token_s = 0, cached_token_s = 0, good_token_s = 0, trained_token_s = 0;
  double unlimited_token_s = 0;                     // good or trained tokens of the same window at full clock, all delivered
  Limit limit = Limit::none;
};

struct FacilityState {
  std::vector<GroupPoint> groups;          // warm start: the last window's solution
  power::SitePowerState power;
  cooling::SiteCoolingState cooling;
  double mechanical_w = 0;
};

struct WindowInputs {
  std::size_t hour = 0;                    // of the year
  double dt_s = 3600;
  cooling::WeatherPoint weather;
  std::vector<double> offered_token_s;     // of each workload
  std::vector<double> delivered_frac;      // of each group
  double import_capacity_w = 0;
  bool is_energised = true;                // false: the phases have not brought any import yet
  double arrived_rack_w = 0, stranded_rack_w = 0;  // design power of the racks in the hall; of those, what cannot run
  bool free_cooling = true;                // false: smoke
  double water_limit_kg_s = std::numeric_limits<double>::infinity();
};

struct WindowOutputs {
  power::SitePowerOutputs power;
  cooling::SiteCoolingOutputs cooling;
  double it_w = 0, mechanical_w = 0, network_w = 0, storage_w = 0;
  double curtailable_w = 0, curtailable_onsite_w = 0;  // import that could be given up for an hour: with racks switched off; by own sources alone
  int power_element = -1;                  // that binds hardest; -1: none
  double balance_residual = 0;             // (meters and generators in - ambient boundaries and stores out) / in
  double residual = 0;                     // of the last sweep
  int sweeps = 0;
  bool converged = false;
  Constraint binding;
  double lost_token_s = 0;                 // good tokens that the binding cause cost
};

FacilityState initial_state(Facility const& facility);

// Pure in (facility, state, inputs); allocates nothing after the first call with the same workspace.
struct Workspace {
  power::SitePowerInputs power;
  bool counts_stores = true;              // false: caps as if the batteries were empty, for states that last
  std::vector<double> power_cap_w, cooling_cap_w;
  cooling::CoolingElement short_element = cooling::CoolingElement::none;  // that set the cooling caps of this window
  std::vector<cooling::GroupHeat> heat;
  std::vector<NetworkLoad> network_load;
  std::vector<StorageLoad> storage_load;  // by tier
  std::vector<double> tier_frac;          // share of the wanted load at which each tier is just full
};
WindowOutputs solve_window(Facility const& facility, FacilityState& state, WindowInputs const& inputs, Workspace& workspace);

}  // namespace aif::sim
