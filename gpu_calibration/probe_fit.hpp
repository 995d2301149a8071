#pragma once
// Probe report -> measured profile, and how well it predicts probes that the fit did not see.

#include <span>
#include <string>
#include <vector>

#include "gpu_calibration/probes.hpp"

namespace aif::calibration {

// One probe: what was measured, what the whole fit says, and what a fit without it said with its interval.
struct ProbePoint {
  std::string shape;  // in words: "m 64, n 4096, k 4096"
  double measured_s = 0, low_s = 0, high_s = 0, fitted_s = 0;
  double held_out_s = 0, held_out_low_s = 0, held_out_high_s = 0;
};

// One surface, judged on every fifth of its probes in turn.
struct HeldOut {
  std::string surface;
  std::size_t points = 0;
  double median = 0, p90 = 0, coverage_90 = 0;  // of |predicted / measured - 1|
  std::vector<ProbePoint> probes;
};

struct ProbeFit {
  HardwareProfile profile;
  std::vector<HeldOut> held_out;
  double held_out_median = 0;          // over all points
  std::vector<std::string> distrust;   // in words, for the profile's note and the report
};

// `base` gives what probes cannot see (memory size, limits, watts without readings) and, when it has surfaces, the published device that
// this one is compared with (HardwareProfile::sustained): a library profile, or a bare id and title.
ProbeFit fit_probes(ProbeReport const& report, HardwareProfile base);

// Idle, floor and energies by non-negative least squares on sustained loads; needs at least four readings, else `start` comes back. Leakage
// is fitted, too, when the readings span kLeakageSpanK; else it stays as it was.
inline constexpr double kLeakageSpanK = 8;
PowerModel fit_power(std::vector<PowerReading> const& readings, PowerModel start, double clock_max_hz);

// Case to coolant against flow, R = a + b flow^-n (forced convection in a cold plate: n between 0.3 and 1), from sustained loads whose
// coolant the user has read beside the device. Needs four readings at two flows; else `a` alone, the mean.
struct CaseResistance {
  double a_k_per_w = 0, b = 0, n = 0.8;
};
CaseResistance fit_case_resistance(std::span<CoolantReading const> readings);

}  // namespace aif::calibration
