#pragma once
// Probe report -> measured profile, and how well it predicts probes that the fit did not see.

#include <string>
#include <vector>

#include "gpu_calibration/probes.hpp"

namespace aif::calibration {

// One surface, judged on every fifth of its probes in turn.
struct HeldOut {
  std::string surface;
  std::size_t points = 0;
  double median = 0, p90 = 0, coverage_90 = 0;  // of |predicted / measured - 1|
};

struct ProbeFit {
  HardwareProfile profile;
  std::vector<HeldOut> held_out;
  double held_out_median = 0;          // over all points
  std::vector<std::string> distrust;   // in words, for the profile's note and the report
};

// `base` gives what probes cannot see (memory size, limits, watts without readings): a library profile, or a bare id and title.
ProbeFit fit_probes(ProbeReport const& report, HardwareProfile base);

// Idle, floor and energies by non-negative least squares on sustained loads; needs at least four readings, else `start` comes back.
PowerModel fit_power(std::vector<PowerReading> const& readings, PowerModel start, double clock_max_hz);

}  // namespace aif::calibration
