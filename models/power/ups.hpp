#pragma once
// UPS module: load-dependent loss by mode (converter.hpp), input power factor, the window in which the high-efficiency (eco) mode holds,
// and the data that the event engine needs (battery minutes, transfer, walk-in, counter logic). Modules of a block share the load equally.
// Neglected: battery float loss beyond a0, harmonics. Valid 0..110 % load.

#include <string>

#include "core/fields.hpp"
#include "models/power/converter.hpp"

namespace aif::power {

enum class UpsMode { double_conversion, eco, bypass };
constexpr auto enum_names(UpsMode) { return std::array<std::string_view, 3>{"double_conversion", "eco", "bypass"}; }

struct UpsParams {
  double rated_power_w = 1.5e6;
  double loss_a0 = 0.0085, loss_a1 = 0.015, loss_a2 = 0.014;
  double eco_loss_a0 = 0.003, eco_loss_a1 = 0.004, eco_loss_a2 = 0.003;
  double input_power_factor = 0.99;
  UpsMode mode = UpsMode::double_conversion;
  int units = 0;
  double eco_min_load_frac = 0.05;
  double battery_energy_j = 1.5e6 * 300;
  double eco_transfer_s = 0.004, window_frac = 0.10, walk_in_s = 10, retransfer_s = 10;
  int lockout_count = 3;
  double lockout_window_s = 60;

  static constexpr auto fields() {
    using T = UpsParams;
    return FieldList{
        field("rated_power", &T::rated_power_w, Kind::power, 1e3, 1e8, "Rated output of one module.", "assumption: common module of a large block").required(),
        field("loss_a0", &T::loss_a0, Kind::fraction, 0, 0.1, "No-load loss, of rating, double conversion.", "assumption: typical three-level IGBT, peak 96.4 %"),
        field("loss_a1", &T::loss_a1, Kind::fraction, 0, 0.2, "Loss in proportion to load, double conversion.", "assumption: as loss_a0"),
        field("loss_a2", &T::loss_a2, Kind::fraction, 0, 0.2, "Loss with the square of load, double conversion.", "assumption: as loss_a0"),
        field("eco_loss_a0", &T::eco_loss_a0, Kind::fraction, 0, 0.1, "No-load loss in eco mode.", "assumption: vendors claim up to 99 %"),
        field("eco_loss_a1", &T::eco_loss_a1, Kind::fraction, 0, 0.2, "Proportional loss in eco mode.", "assumption: as eco_loss_a0"),
        field("eco_loss_a2", &T::eco_loss_a2, Kind::fraction, 0, 0.2, "Square-law loss in eco mode.", "assumption: as eco_loss_a0"),
        field("input_power_factor", &T::input_power_factor, Kind::fraction, 0.5, 1, "Input power factor in double conversion.", "assumption: active rectifiers reach 0.99"),
        field("mode", &T::mode, "Normal mode: double_conversion, eco or bypass."),
        field("units", &T::units, Kind::number, 0, 1000, "Modules a block; 0: as many as the block's IT capacity needs."),
        field("eco_min_load", &T::eco_min_load_frac, Kind::fraction, 0, 0.5, "Below this load the module leaves eco mode.",
              "Schneider Galaxy VX operation manual 990-5452: 5 to 10 %"),
        field("battery_energy", &T::battery_energy_j, Kind::energy, 0, 1e12, "Usable battery energy of one module.", "assumption: 5 min at rating"),
        field("eco_transfer", &T::eco_transfer_s, Kind::duration, 0, 0.1, "Gap at the output when eco mode transfers.", "assumption: 2-10 ms"),
        field("window", &T::window_frac, Kind::fraction, 0.01, 0.5, "Input voltage deviation that sends the module to battery.",
              "Schneider Galaxy VX operation manual 990-5452: adjustable 3 to 10 %"),
        field("walk_in", &T::walk_in_s, Kind::duration, 0, 300, "Ramp of input power after the source returns.", "assumption: 10-30 s"),
        field("retransfer", &T::retransfer_s, Kind::duration, 0, 3600, "Healthy input needed before the walk-in starts.", "assumption: 10 s"),
        field("lockout_count", &T::lockout_count, Kind::number, 1, 100, "Transfers within the window after which it stays on battery until reset.",
              "NERC incident review, January 2025: three"),
        field("lockout_window", &T::lockout_window_s, Kind::duration, 1, 3600, "Window of the transfer counter.", "NERC incident review, January 2025: one minute")};
  }
  LossCurve curve() const { return {loss_a0, loss_a1, loss_a2}; }
  LossCurve eco_curve() const { return {eco_loss_a0, eco_loss_a1, eco_loss_a2}; }
};

}  // namespace aif::power
