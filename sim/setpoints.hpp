#pragma once
// Set points of a site over its year: for every so-many-th hour of the coupled year, at the heats that it made, the coolant supply and flow of
// least cooling energy and leakage (models/cooling/setpoint.hpp), and the reset by wet bulb that comes closest and can be programmed
// (`cooling.liquid.reset`). Neglected: what the changed leakage does to load, clocks and bill; `run` with the reset tells.

#include <vector>

#include "core/interrupt.hpp"
#include "models/cooling/setpoint.hpp"
#include "sim/facility/facility.hpp"

namespace aif::sim {

struct SetpointOptions {
  double lowest_c = 20, highest_c = 50, lowest_flow = 0.7, highest_flow = 1.3;
  double junction_reserve_k = 5;  // kept below the temperature at which devices slow down (assumption: spread within a rack)
  int every_hours = 5;            // visits every hour of the day within five days
  RunControl control;
};

struct SetpointHour {
  std::size_t hour = 0;
  double dry_bulb_c = 0, wet_bulb_c = 0;
  cooling::SetpointResult now, best, reset;  // as the scenario has it; each hour its best; the reset
};

struct SetpointStudy {
  std::vector<SetpointHour> hours;
  cooling::SupplyReset reset;
  // Mean watts of the visited hours: cooling, and leakage above that at the scenario's own set points.
  double now_w = 0, best_w = 0, reset_w = 0, best_leakage_w = 0, reset_leakage_w = 0, it_w = 0;
  int now_over = 0, best_over = 0, reset_over = 0;  // hours in which a limit is broken
};

// Throws InputError AF2880 when no group is cooled by liquid, or for options that make no range.
SetpointStudy study_setpoints(Facility const& facility, SetpointOptions const& options);

}  // namespace aif::sim
