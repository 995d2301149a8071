#pragma once
// One rack group at a load and a clock: tokens, watts of device and rack, and the clock or the load that a cap leaves.

#include "sim/coupling.hpp"

namespace aif::sim {

// Fills tokens and watts of `point` for its load_frac, clock_frac and junction_c. Group totals use delivered_racks.
void evaluate(RackGroup const& group, GroupPoint& point);

// Highest clock (then, at the lowest clock, highest load) whose rack watts stay within cap_w; evaluates the point there.
void fit_under_cap(RackGroup const& group, GroupPoint& point, double cap_w);

// Junction where temperature and leakage agree.
void settle_junction(RackGroup const& group, GroupPoint& point);
// Highest clock at which the junction that it makes still allows that clock, at the coolant of the last sweep.
double throttle_clock(RackGroup const& group, GroupPoint point);

// Highest clock at which a fully loaded device stays within its rated power (data sheet TDP) at the leakage of its reference temperature.
double rated_clock(RackGroup const& group);

// Largest load at that clock whose requests still meet the targets.
double slo_load(RackGroup const& group, double clock_frac);

}  // namespace aif::sim
