#include "models/cooling/adiabatic_dry_cooler.hpp"

namespace aif::cooling {

RejectionOutputs AdiabaticDryCooler::Sized::reject(int units, RejectionInputs const& in) const {
  bool const wet_first = in.water_allowed && in.weather.dry_bulb_c > start_c;
  if (!wet_first) {
    RejectionOutputs const dry = coil.reject(units, in, in.weather.dry_bulb_c, power_factor);
    if (!in.water_allowed || dry.fan_ratio < in.fan_limit_frac) return dry;
  }
  double const cooled_k = pad_effectiveness * (in.weather.dry_bulb_c - in.weather.wet_bulb_c);
  RejectionOutputs out = coil.reject(units, in, in.weather.dry_bulb_c - cooled_k, power_factor);
  if (out.heat_w <= 0) return out;
  out.wet = true;
  out.pump_w = spray_power_w * units;
  // Adiabatic saturation: the sensible heat that the air loses evaporates the water.
  out.evaporation_kg_s = out.fan_ratio * coil.rated_air_w_per_k * units * cooled_k / kVaporisationJPerKg;
  return out;
}

}  // namespace aif::cooling
