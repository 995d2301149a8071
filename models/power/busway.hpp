#pragma once
// Busway of a rack row: racks hang on a chain of equal sections. Constant-power racks draw more current where the voltage has dropped; the
// chain is solved exactly when the site is built and kept as a polynomial loss = c2 P^2 (1 + c3 P) / V^2 for the year.
// Resistance grows with conductor temperature (IEC 60909-0: 0.0039 /K for copper). Neglected: phase imbalance, neutral current.

#include <utility>

#include "core/fields.hpp"

namespace aif::power {

struct BuswayParams {
  double rating_a = 800, voltage_v = 415;
  double resistance_ohm_per_m = 3.5e-5, reactance_ohm_per_m = 1.8e-5;  // a phase, at 20 degC
  double temperature_c = 60, temperature_coefficient_per_k = 0.0039;
  double pitch_m = 0.8, lead_m = 8;
  int runs_per_row = 0, paths = 2;
  static constexpr auto fields() {
    using T = BuswayParams;
    return FieldList{
        field("rating", &T::rating_a, Kind::current, 10, 1e5, "Rated current of one run.", "assumption: common run").required(),
        field("voltage", &T::voltage_v, Kind::voltage, 100, 2000, "Line-to-line voltage.", "assumption: 415 V in North America, 400 V elsewhere"),
        field("resistance", &T::resistance_ohm_per_m, Kind::resistance, 0, 0.1, "Resistance of a phase per metre at 20 degC.", "assumption: 800 A copper class"),
        field("reactance", &T::reactance_ohm_per_m, Kind::resistance, 0, 0.1, "Reactance of a phase per metre.", "assumption: 800 A copper class"),
        field("temperature", &T::temperature_c, Kind::temperature, -20, 150, "Conductor temperature.", "assumption: 60 degC in a contained row"),
        field("temperature_coefficient", &T::temperature_coefficient_per_k, Kind::number, 0, 0.01, "Relative rise of resistance per kelvin.", "IEC 60909-0, copper"),
        field("pitch", &T::pitch_m, Kind::length, 0.1, 10, "Distance from rack to rack.", "assumption: 0.6 to 0.8 m"),
        field("lead", &T::lead_m, Kind::length, 0.1, 1000, "Distance from the board to the first rack.", "assumption"),
        field("runs_per_row", &T::runs_per_row, Kind::number, 0, 1000, "Runs a row and path; 0: as many as the rated racks need."),
        field("paths", &T::paths, Kind::number, 1, 2, "2: A and B feeds, each able to carry all and normally carrying half.", "assumption: dual-corded racks")};
  }
  double resistance_hot_ohm_per_m() const { return resistance_ohm_per_m * (1 + temperature_coefficient_per_k * (temperature_c - 20)); }
};

// One run: n racks, as a polynomial in the watts the n racks draw together.
struct RowCurve {
  double c2_per_w = 0, c3_per_w = 0;     // loss_w = c2 P^2 (1 + c3 P)
  double d1_per_w = 0, d2_per_w = 0;     // voltage at the last rack = 1 - d1 P - d2 P^2 (per unit)
  double rating_w = 0;                   // watts of the n racks at rated current
  double loss_w(double p_w) const { return c2_per_w * p_w * p_w * (1 + c3_per_w * p_w); }
  double end_voltage_pu(double p_w) const { return 1 - p_w * (d1_per_w + d2_per_w * p_w); }
};

// Those polynomials from loss and relative voltage drop of the exact run, at half and full load.
template <class Exact>
RowCurve through_half_and_full(double full_w, Exact&& exact) {
  RowCurve curve;
  curve.rating_w = full_w;
  double const half_w = full_w / 2;
  auto const [loss_half, drop_half] = exact(half_w);
  auto const [loss_full, drop_full] = exact(full_w);
  double const k_half = loss_half / (half_w * half_w), slope = (loss_full / (full_w * full_w) - k_half) / half_w;
  curve.c2_per_w = k_half - slope * half_w;
  curve.c3_per_w = curve.c2_per_w > 0 ? slope / curve.c2_per_w : 0.0;
  curve.d2_per_w = (drop_full / full_w - drop_half / half_w) / half_w;
  curve.d1_per_w = drop_half / half_w - curve.d2_per_w * half_w;
  return curve;
}

struct RunSolution {
  double loss_w = 0, end_voltage_pu = 1;
  bool collapsed = false;
};
// Exact backward/forward sweep of one run of n racks of rack_w each at that power factor.
RunSolution solve_run(BuswayParams const& busway, int racks, double rack_w, double power_factor);
// Polynomial through no load, half and full rated current.
RowCurve fit_row(BuswayParams const& busway, int racks, double power_factor);

}  // namespace aif::power
