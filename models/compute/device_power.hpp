#pragma once
// Watts and temperature of one device, and the clock that a power cap leaves:
//   P = idle + floor busy + [clock term busy + e_flop F + e_hbm B + e_link X] V(f)^2 + leakage(T),  V = max(v_min, v0 + v1 f)
// with F, B, X the rates at that clock. A junction stands where P and T agree: T = T_coolant + P (R_case + R_junction).
// Neglects: memory's own voltage, transients below a second. Source of the form: CMOS power (Rabaey 2003), constants per profile.

#include "contracts/hardware_profile.hpp"
#include "contracts/phase.hpp"

namespace aif::compute {

double voltage(PowerModel const& power, double clock_frac);  // relative to that at the highest clock
// Watts above idle, without leakage, at rates that already belong to that clock. FLOP/s of a precision without an energy of its
// own take the next wider one's.
double dynamic_w(PowerModel const& power, Activity const& activity, double clock_frac);
double leakage_w(PowerModel const& power, double t_junction_c);

// What a phase does when only the clock moves: shares of its time at full clock.
struct ClockResponse {
  double compute_frac = 0.5;       // falls as 1/f
  double memory_frac = 0.3;        // flat above the knee
  double memory_knee_frac = 0.55;  // the rest, overheads, is flat
};
double throughput_frac(ClockResponse const& response, double clock_frac);

// Curve over the clocks of the device; `activity` is that at full clock. Rises in all three columns.
PowerCurve make_power_curve(PowerModel const& power, Activity const& activity, ClockResponse const& response, double clock_min_hz, double clock_max_hz);

struct ClockPoint {
  double clock_hz = 0, dynamic_w = 0, throughput_frac = 0;
  bool capped = false, below_range = false;  // below_range: the lowest clock still draws more than the cap
};
// Highest clock whose dynamic watts stay within `cap_w` (the caller takes idle and leakage off its limit first).
ClockPoint clock_for_cap(PowerCurve const& curve, double cap_w);

struct JunctionPoint {
  double junction_c = 0, leakage_w = 0;
  bool throttles = false;  // at or above slow_c
  bool runaway = false;    // no fixed point below trip_c + 50 K
};
// Fixed point of temperature and leakage for a device that draws `power_w` without leakage.
JunctionPoint junction_c(PowerModel const& power, ThermalModel const& thermal, double power_w, double coolant_c, double r_case_coolant_k_per_w);

// Throttle law: share of the clock left above slow_c, falling to the lowest clock at trip_c. Firmware steps are finer than that
// range (assumption: linear).
double thermal_clock_frac(ThermalModel const& thermal, double t_junction_c, double lowest_frac);

}  // namespace aif::compute
