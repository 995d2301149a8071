#pragma once
// Load-dependent loss of a power converter (UPS, PSU, rectifier, solid-state transformer, battery inverter):
//   loss / rating = a0 + a1 x + a2 x^2,  x = output / rating
// (no-load, voltage-drop and ohmic parts; Pyrgou, "Efficiency of UPS", and IEC 62040-3 annex on efficiency use the same split).
// N units in parallel share the load equally. Valid for 0 <= x <= 1.2. Neglected: harmonics, temperature of the power stage.
// Efficiency itself is never interpolated: it is undefined at no load and hides a0.

#include <span>

namespace aif::power {

struct LossCurve {
  double a0 = 0, a1 = 0, a2 = 0;  // per unit of rating
};

// Loss of one converter of rating_w at an output of output_w.
constexpr double converter_loss_w(LossCurve const& c, double rating_w, double output_w) {
  double const x = output_w / rating_w;
  return rating_w * (c.a0 + x * (c.a1 + x * c.a2));
}

constexpr double efficiency(LossCurve const& c, double x) { return x > 0 ? x / (x + c.a0 + x * (c.a1 + x * c.a2)) : 0.0; }

// Load fraction of highest efficiency: sqrt(a0/a2).
double best_load_frac(LossCurve const& c);

struct EfficiencyPoint {
  double load_frac = 0, efficiency = 0;
};
// Non-negative least squares on the losses of 3 to 5 points of a data sheet. Throws InputError AF2110 on fewer than 3 points or values
// outside (0, 1].
LossCurve fit_loss_curve(std::span<EfficiencyPoint const> points);

}  // namespace aif::power
