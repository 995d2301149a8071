#pragma once
// Two-winding transformer as power-grid-model documents it: series impedance z = (r_k, sqrt(u_k^2 - r_k^2)) with r_k = P_k/S, shunt
// y = (g, b) with g = P_0/S, b = -sqrt(i_0^2 - g^2), half at each end, all per unit of its own rating.
// Neglected: saturation, harmonics, tap changers in motion, temperature of the windings. Valid to 150 % of rating.

#include <cmath>
#include <string>

#include "core/fields.hpp"

namespace aif::power {

struct TransformerParams {
  double rating_va = 3.15e6;
  double no_load_loss_w = 3.9e3, load_loss_w = 22e3;  // P_0 and P_k at rated current
  double short_circuit_voltage_frac = 0.06, no_load_current_frac = 0.004;
  static constexpr auto fields() {
    using T = TransformerParams;
    return FieldList{
        field("rating", &T::rating_va, Kind::apparent_power, 1e3, 1e9, "Rated apparent power of one unit.", "assumption: common size of an IT block").required(),
        field("no_load_loss", &T::no_load_loss_w, Kind::power, 0, 1e7, "Iron loss at rated voltage.", "assumption: class of EU 548/2014 tier 2"),
        field("load_loss", &T::load_loss_w, Kind::power, 0, 1e7, "Copper loss at rated current.", "assumption: class of EU 548/2014 tier 2"),
        field("short_circuit_voltage", &T::short_circuit_voltage_frac, Kind::fraction, 0.005, 0.3, "Short-circuit voltage.", "IEC 60076-5: 6 % for this size"),
        field("no_load_current", &T::no_load_current_frac, Kind::fraction, 0, 0.1, "No-load current.", "assumption: amorphous to conventional core 0.2-0.8 %")};
  }
};

struct PiImpedance {
  double r = 0, x = 0, g = 0, b = 0;  // series, and whole shunt (half at each end)
};

// Per unit of base_va at rated voltage.
inline PiImpedance per_unit(TransformerParams const& t, double base_va) {
  double const scale = base_va / t.rating_va;
  double const r = t.load_loss_w / t.rating_va, g = t.no_load_loss_w / t.rating_va;
  double const u = t.short_circuit_voltage_frac, i = t.no_load_current_frac;
  return {r * scale, std::sqrt(std::max(u * u - r * r, 0.0)) * scale, g / scale, -std::sqrt(std::max(i * i - g * g, 0.0)) / scale};
}

}  // namespace aif::power
