#include "models/cooling/dry_cooler.hpp"

#include <algorithm>
#include <cmath>

#include "models/cooling/exchangers.hpp"
#include "models/cooling/problem.hpp"

namespace aif::cooling {

DryCooler::Sized::Sized(DryCooler const& p, double altitude_m)
    : fan_power_w(p.fan_power_w), min_fan_frac(p.min_fan_frac), air_resistance_frac(p.air_resistance_frac), air_exponent(p.air_exponent) {
  if (!(p.rated_inlet_c > p.rated_outlet_c && p.rated_outlet_c > p.rated_air_c))
    refuse("AF2202", "cooling.plant.heat_rejection.model", "the rating point of a dry cooler does not cool (needs inlet > outlet > air)",
           "copy rated_inlet, rated_outlet and rated_air from one line of the data sheet");
  rated_loop_w_per_k = p.rated_heat_w / (p.rated_inlet_c - p.rated_outlet_c);
  double const sea_level_air = p.rated_heat_w / p.air_rise_k;
  double const smaller = std::min(rated_loop_w_per_k, sea_level_air), larger = std::max(rated_loop_w_per_k, sea_level_air);
  double const effectiveness = p.rated_heat_w / (smaller * (p.rated_inlet_c - p.rated_air_c));
  double const ratio = smaller / larger;
  if (effectiveness > 0.98 * crossflow_effectiveness(60, ratio))
    refuse("AF2202", "cooling.plant.heat_rejection.model", "the rating point of a dry cooler asks more of the air than it can carry",
           "lower air_rise (more air) or rated_air");
  rated_ua_w_per_k = crossflow_ntu(effectiveness, ratio) * smaller;
  // Fans move volume: thinner air carries less heat and takes less power at the same speed.
  double const thin = standard_pressure_pa(altitude_m) / kStandardPressurePa;
  rated_air_w_per_k = sea_level_air * thin;
  fan_power_w *= thin;
}

double DryCooler::Sized::heat_at(double log_ratio, double fluid_resistance, double loop_w_per_k, double difference_k) const {
  double const air = rated_air_w_per_k * std::exp(log_ratio);
  double const ua = rated_ua_w_per_k / (air_resistance_frac * std::exp(-air_exponent * log_ratio) + fluid_resistance);
  double const smaller = std::min(air, loop_w_per_k), larger = std::max(air, loop_w_per_k);
  return crossflow_effectiveness(ua / smaller, smaller / larger) * smaller * difference_k;
}

RejectionOutputs DryCooler::Sized::reject(int units, RejectionInputs const& in, double air_c, double fan_power_factor) const {
  RejectionOutputs out;
  out.outlet_c = in.inlet_c;
  double const difference = in.inlet_c - air_c, wanted = in.loop_w_per_k * (in.inlet_c - in.target_c) / std::max(units, 1);
  if (units <= 0 || wanted <= 0 || difference <= 0 || in.loop_w_per_k <= 0) {
    out.fan_ratio = wanted > 0 ? in.fan_limit_frac : 0;  // the air is no help: nothing to be had from more fan
    return out;
  }
  double const loop = in.loop_w_per_k / units;
  double const fluid_resistance = (1 - air_resistance_frac) * std::pow(std::max(loop / rated_loop_w_per_k, 1e-6), -0.8);  // off_design_ua's second film
  double const limit = in.fan_limit_frac, least = std::min(min_fan_frac, limit), log_min = std::log(least), log_limit = std::log(limit);
  double const at_full = heat_at(log_limit, fluid_resistance, loop, difference), at_min = heat_at(log_min, fluid_resistance, loop, difference);
  double const full_power = fan_power_w * fan_power_factor;
  double heat = wanted, power = full_power * limit * limit * limit;
  if (at_full <= wanted) {
    heat = at_full, out.fan_ratio = limit;
  } else if (at_min >= wanted) {
    double const on = wanted / at_min;
    out.fan_ratio = least * on;
    power = full_power * least * least * least * on;
  } else {
    // Heat is nearly a power of fan speed: straight in logarithms, so few steps do.
    auto const excess = [&](double x) { return std::log(heat_at(x, fluid_resistance, loop, difference) / wanted); };
    out.fan_ratio = std::exp(rising_root(excess, log_min, std::log(at_min / wanted), log_limit, std::log(at_full / wanted), 1e-10));
    power = full_power * out.fan_ratio * out.fan_ratio * out.fan_ratio;
  }
  out.heat_w = heat * units;
  out.outlet_c = in.inlet_c - out.heat_w / in.loop_w_per_k;
  out.fan_w = power * units;
  return out;
}

}  // namespace aif::cooling
