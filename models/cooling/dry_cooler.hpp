#pragma once
// Dry cooler: a finned coil with axial fans between the facility water and outdoor air. Crossflow e-NTU on the dry bulb; UA from one rating
// point; fans follow the cube law. Neglected: sun, wind, recirculation between units (put it into the rated air temperature), fouling.
// Valid while fluid stays above the air; below the lowest fan speed the fans cycle (heat and power interpolate to zero).
// Source: Kays & London 1984; EnergyPlus engineering reference, fluid coolers; typical figures: assumption, see library/dry_coolers.

#include <string_view>

#include "core/fields.hpp"
#include "models/cooling/rejection.hpp"

namespace aif::cooling {

struct DryCooler {
  static constexpr std::string_view type_name = "dry_cooler";
  double rated_heat_w = 1.2e6, rated_inlet_c = 46, rated_outlet_c = 36, rated_air_c = 28;
  double air_rise_k = 11, fan_power_w = 22e3, min_fan_frac = 0.15, air_resistance_frac = 0.8, air_exponent = 0.55;
  double rated_heat() const { return rated_heat_w; }
  double rated_approach() const { return rated_outlet_c - rated_air_c; }

  static constexpr auto fields() {
    using D = DryCooler;
    return FieldList{
        field("rated_heat", &D::rated_heat_w, Kind::power, 1e3, 1e8, "Heat rejected by one unit at the rating point.", "assumption"),
        field("rated_inlet", &D::rated_inlet_c, Kind::temperature, 10, 90, "Fluid into the coil at the rating point.", "assumption"),
        field("rated_outlet", &D::rated_outlet_c, Kind::temperature, 5, 85, "Fluid out of the coil at the rating point.", "assumption"),
        field("rated_air", &D::rated_air_c, Kind::temperature, -20, 60, "Outdoor air at the rating point.", "assumption"),
        field("air_rise", &D::air_rise_k, Kind::temperature_difference, 2, 40, "Warming of the air at the rating point; sets the air flow.", "assumption"),
        field("fan_power", &D::fan_power_w, Kind::power, 0, 1e7, "Fans of one unit at full speed.", "assumption: 0.018 W/W, range 0.015-0.03"),
        field("min_fan", &D::min_fan_frac, Kind::fraction, 0.01, 1, "Lowest fan speed; below it fans cycle.", "assumption"),
        field("air_resistance", &D::air_resistance_frac, Kind::fraction, 0.05, 0.99, "Air-side share of the thermal resistance at rating.", "assumption"),
        field("air_exponent", &D::air_exponent, Kind::number, 0.3, 1, "Exponent of the air film on air flow.", "assumption: finned coils 0.5-0.6")};
  }

  struct Sized {
    Sized(DryCooler const& params, double altitude_m);
    RejectionOutputs reject(int units, RejectionInputs const& in) const { return reject(units, in, in.weather.dry_bulb_c, 1.0); }
    // Shared with the adiabatic cooler, whose coil sees `air_c` and whose pad adds to the fan's pressure.
    RejectionOutputs reject(int units, RejectionInputs const& in, double air_c, double fan_power_factor) const;
    // One unit at ln(fan ratio): the fluid film is the same for all fan speeds, so its resistance comes in ready.
    double heat_at(double log_fan_ratio, double fluid_resistance, double loop_w_per_k, double difference_k) const;
    double rated_ua_w_per_k, rated_loop_w_per_k, rated_air_w_per_k, fan_power_w, min_fan_frac, air_resistance_frac, air_exponent;
  };
};

}  // namespace aif::cooling
