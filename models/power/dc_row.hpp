#pragma once
// DC distribution (800 V rows behind a rectifier or a solid-state transformer): the radial sweep with real numbers. Pole to pole, so a branch
// has the resistance of both conductors; constant-power loads. A load of P behind R at source voltage E has the closed form
//   V = (E + sqrt(E^2 - 4 R P)) / 2, and none once P > E^2 / (4 R): the collapse margin says how far that is.
// Neglected: converter dynamics, capacitors, faults. Valid for steady states.

#include <vector>

#include "core/fields.hpp"
#include "models/power/busway.hpp"
#include "models/power/converter.hpp"

namespace aif::power {

struct RectifierParams {
  double rated_power_w = 1e6, voltage_v = 800;
  double loss_a0 = 0.004, loss_a1 = 0.008, loss_a2 = 0.008;
  double input_power_factor = 0.99;
  int units = 1;
  static constexpr auto fields() {
    using T = RectifierParams;
    return FieldList{field("rated_power", &T::rated_power_w, Kind::power, 1e3, 1e9, "Rated DC output of one unit.", "assumption: 1 MW sidecar class").required(),
                      field("voltage", &T::voltage_v, Kind::voltage, 40, 5000, "DC voltage, pole to pole.", "NVIDIA 800 VDC reference architecture"),
                      field("loss_a0", &T::loss_a0, Kind::fraction, 0, 0.1, "No-load loss, of rating.", "assumption: solid-state transformer class"),
                      field("loss_a1", &T::loss_a1, Kind::fraction, 0, 0.2, "Proportional loss.", "assumption: solid-state transformer class"),
                      field("loss_a2", &T::loss_a2, Kind::fraction, 0, 0.2, "Square-law loss.", "assumption: solid-state transformer class"),
                      field("input_power_factor", &T::input_power_factor, Kind::fraction, 0.5, 1, "Power factor at the AC side.", "assumption: active front end"),
                      field("units", &T::units, Kind::number, 1, 1000, "Units that share the load.")};
  }
  LossCurve curve() const { return {loss_a0, loss_a1, loss_a2}; }
};

struct DcNetwork {             // nodes with parents before children; node 0 is the rectifier's output
  std::vector<int> parent;
  std::vector<double> resistance_ohm;  // of the branch into the node, both conductors
  std::vector<double> load_w;
};

struct DcResult {
  bool solved = false;
  std::vector<double> voltage_v, current_a;  // current: of the branch into each node
  double rectifier_w = 0, loss_w = 0;        // DC output, and what the conductors lose
  double ac_input_w = 0;                     // with the rectifier's loss
  double collapse_margin = 0;                // all loads may grow by this factor before the voltage collapses
};

// Throws InputError AF2133 (node without a path), AF2131 (negative resistance).
DcResult solve_dc(DcNetwork const& net, RectifierParams const& rectifier);

// A run of n racks behind the rectifier: the busway's lead and pitches, both poles.
DcNetwork dc_run(BuswayParams const& busway, int racks, double rack_w);
// Loss of its conductors and voltage at its end as the polynomials of an AC run, through no load, half and full rated current.
RowCurve fit_dc_row(BuswayParams const& busway, RectifierParams const& rectifier, int racks);

}  // namespace aif::power
