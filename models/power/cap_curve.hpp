#pragma once
// A power limit on a device of which only the data sheet is known (a calibrated device has its own curve: contracts/phase.hpp). Relative to
// the board's rated power and highest clock:
//   P(f) / TDP = static + dynamic intensity f V(f)^2,   V(f) = smooth maximum of v_min and 1 - v_slope (1 - f)
//   throughput(f) = 1 / ((1 - memory) / f + memory)
// CMOS power (Rabaey 2003), a voltage floor below which only the clock falls, and a share of the work that does not follow the clock. The
// limit picks the highest f that keeps P within it. Neglected: temperature, memory clocks, steps of the firmware.

#include <cmath>

namespace aif::power {

struct CapCurve {      // of a device, per unit of TDP
  double static_frac = 0.25, dynamic_frac = 0.65, v_min = 0.85, v_slope = 0.7;
};
struct CapWorkload {   // relative to the most demanding one
  double intensity = 0.85, memory_frac = 0.15;
};
struct CapPoint {
  double drawn_w = 0, clock_frac = 1, throughput_frac = 1;
};

inline double cap_power_frac(CapCurve const& c, CapWorkload const& w, double f) {
  constexpr double kKnee = 0.05;  // rounding of the voltage floor, of V: steps of the voltage table
  double const line = 1 - c.v_slope * (1 - f);
  double const v = 0.5 * (c.v_min + line + std::sqrt((c.v_min - line) * (c.v_min - line) + kKnee * kKnee));
  return c.static_frac + c.dynamic_frac * w.intensity * f * v * v;
}

inline constexpr double kLowestClockFrac = 0.02;

inline CapPoint cap_point(CapCurve const& c, CapWorkload const& w, double tdp_w, double limit_w) {
  double const limit = limit_w / tdp_w;
  double f = 1;
  if (cap_power_frac(c, w, 1) > limit) {
    double low = kLowestClockFrac, high = 1;
    for (int k = 0; k < 40; ++k) {
      double const middle = 0.5 * (low + high);
      (cap_power_frac(c, w, middle) > limit ? high : low) = middle;
    }
    f = low;
  }
  return {tdp_w * cap_power_frac(c, w, f), f, 1 / ((1 - w.memory_frac) / f + w.memory_frac)};
}

}  // namespace aif::power
