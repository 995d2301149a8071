#pragma once
// What the kernel-time forms of this folder share. A form is a pure function time_s(parameters, device, shape): a roofline made
// smooth, with launch, wave, serial and L2 terms. Parameters are fitted per device, kernel and precision (gpu_calibration) and
// trade off against each other: carry them as a set. The forms and their ablations: docs/theory/calibration.md.

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "contracts/hardware_profile.hpp"

namespace aif {

// One fitted number of a form: its box and two starting points.
struct FormParameter {
  std::string_view name;  // ends in its SI unit; dimensionless without suffix
  double low, high, start, other_start;
};

// The figures of one device that a form reads, for one precision and at one clock.
struct SurfaceDevice {
  double peak_flop_s = 0;      // dense, of the arithmetic that runs, at the clock in hand
  double half_flop_s = 0;      // dense bf16 at the clock in hand
  double byte_s = 0;           // device memory
  double l2_byte = 0;
  double sm_count = 0;
  double clock_hz = 0;
  double clock_frac = 1;       // of the highest; serial walks and wave overheads last 1/clock_frac longer
  double exp_per_sm_clock = 16;
  bool whole_tiles = true;     // matrix units multiply whole tiles of rows; a CPU stops at the last row
  double link_byte_s = 0;      // scale-up link, per direction
  double weight_byte = 2, activation_byte = 2, state_byte = 2;  // of one element
};

// Bytes of one element with its scales. nvfp4: 4 bits and one 8-bit scale per 16; mxfp4: one per 32; int4: one 16-bit scale per 128.
double weight_byte(Precision precision);
double activation_byte(Precision precision);
// The tensor-core arithmetic of a storage format: 4-bit weights with 16-bit activations run at the bf16 rate.
Precision arithmetic_of(Precision precision);

SurfaceDevice surface_device(Surface const& surface, Datasheet const& sheet, double clock_frac = 1.0);

// Smooth maximum of two times; p = 1 adds them, p -> infinity takes the larger.
inline double smooth_max(double a, double b, double p) {
  double const high = std::max(a, b), low = std::min(a, b);
  if (!(high > 0)) return high;
  double const share = std::pow(low / high, p);
  return share < 1e-9 ? high : high * std::pow(1.0 + share, 1.0 / p);
}

inline double power_of_8(double x) {
  double const x2 = x * x, x4 = x2 * x2;
  return x4 * x4;
}

// Share of traffic that a cache of `capacity` byte serves when the working set is `byte`; falls from 1 to 0 around the capacity.
inline double hit_share(double byte, double capacity, double steepness) { return 1.0 / (1.0 + std::pow(byte / capacity, steepness)); }

// Factor on the memory time when a share `hit` of the traffic is `gain` times faster.
inline double hit_factor(double hit, double gain) { return (1.0 - hit) + hit / gain; }

}  // namespace aif
