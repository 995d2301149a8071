#pragma once
// Dry cooler with wetted pads before the coil: the air reaches T = T_db - e (T_db - T_wb). Water runs only when the dry coil at full fan
// speed would miss the set point, or above the start temperature, and while the site's water budget lasts. Pads stay in place when dry.
// Neglected: carry-over of droplets, scaling. Source: EnergyPlus engineering reference, evaporative fluid coolers and direct evaporative pads.

#include "models/cooling/dry_cooler.hpp"

namespace aif::cooling {

struct AdiabaticDryCooler {
  static constexpr std::string_view type_name = "adiabatic_dry_cooler";
  DryCooler coil;
  double pad_effectiveness = 0.75, pad_power_frac = 0.15, start_c = 30, spray_power_w = 600;
  double rated_heat() const { return coil.rated_heat_w; }
  double rated_approach() const { return coil.rated_approach(); }

  static constexpr auto fields() {
    using A = AdiabaticDryCooler;
    return FieldList{
        field("coil", &A::coil, "The dry cooler behind the pads."),
        field("pad_effectiveness", &A::pad_effectiveness, Kind::fraction, 0.1, 0.98, "Approach of the air to its wet bulb.", "assumption: pads 0.6-0.85"),
        field("pad_power", &A::pad_power_frac, Kind::fraction, 0, 1, "Extra fan power for the pressure drop of the pads (30-60 Pa).", "assumption"),
        field("start", &A::start_c, Kind::temperature, -10, 60, "Dry bulb above which pads are wetted even if the dry coil would do: water for fan power.", "assumption"),
        field("spray_power", &A::spray_power_w, Kind::power, 0, 1e5, "Water pumps of one unit.", "assumption")};
  }

  struct Sized {
    Sized(AdiabaticDryCooler const& params, double altitude_m)
        : coil(params.coil, altitude_m), pad_effectiveness(params.pad_effectiveness), power_factor(1 + params.pad_power_frac), start_c(params.start_c), spray_power_w(params.spray_power_w) {}
    RejectionOutputs reject(int units, RejectionInputs const& in) const;
    DryCooler::Sized coil;
    double pad_effectiveness, power_factor, start_c, spray_power_w;
  };
};

}  // namespace aif::cooling
