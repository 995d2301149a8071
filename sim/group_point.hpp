#pragma once
// One rack group at a load and a clock: tokens, watts of device and rack, and the clock or the load that a cap leaves.

#include "sim/coupling.hpp"

namespace aif::sim {

// Fills tokens and watts of `point` for its load_frac, clock_frac, on_frac and junction_c. Group totals use delivered_racks.
void evaluate(RackGroup const& group, GroupPoint& point);

// Highest clock whose rack watts stay within cap_w, down to the most efficient one; below that more tokens come from fewer racks at that
// clock, so racks are switched off (on_frac). Evaluates the point there. wanted_load: offered, on all delivered racks.
void fit_under_cap(RackGroup const& group, GroupPoint& point, double cap_w, double wanted_load);

// Load that a rack takes at a clock of what is wanted of it: no more than still meets the targets.
double allowed_load(RackGroup const& group, double clock_frac, double wanted_load);

// Junction where temperature and leakage agree.
void settle_junction(RackGroup const& group, GroupPoint& point);
// Highest clock at which the junction that it makes still allows that clock, at the coolant of the last sweep.
double throttle_clock(RackGroup const& group, GroupPoint point);

// Highest clock at which a fully loaded device stays within its rated power (data sheet TDP) at the leakage of its reference temperature.
double rated_clock(RackGroup const& group);

// Clock at which a rack at its largest allowed load makes most tokens per joule.
double efficient_clock(RackGroup const& group);

// Largest load at that clock whose requests still meet the targets.
double slo_load(RackGroup const& group, double clock_frac);

}  // namespace aif::sim
