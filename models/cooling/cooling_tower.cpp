#include "models/cooling/cooling_tower.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/cooling/exchangers.hpp"
#include "models/cooling/problem.hpp"

namespace aif::cooling {
namespace {

constexpr double kWaterHeatCapacity = 4186.0, kAirDensity = 1.2;  // kg/m3 at rating, 20 degC at sea level
constexpr double kAsked = 1e-7;  // K: asked for just what full speed gives
constexpr double kMerkelExponent = -0.6;                          // Braun et al. 1989
// Range in which the York polynomial was fitted (EnergyPlus engineering reference, variable-speed towers).
constexpr double kWetBulbLow = -34.4, kWetBulbHigh = 26.6667, kRangeLow = 1.1111, kRangeHigh = 22.2222, kRatioLow = 0.1, kRatioHigh = 8.0;

// Terms rise fastest in wet bulb, then range, then water-air ratio.
constexpr std::array<double, 27> kYork{
    -0.359741205, -0.055053608, 0.0023850432, 0.173926877, -0.0248473764, 0.00048430224, -0.005589849456, 0.0005770079712, -0.00001342427256,
    2.84765801111111, -0.121765149, 0.0014599242, 1.680428651, -0.0166920786, -0.0007190532, -0.025485194448, 0.0000487491696, 0.00002719234152,
    -0.0653766255555556, -0.002278167, 0.0002500254, -0.0910565458, 0.00318176316, 0.000038621772, -0.0034285382352, 0.00000856589904, -0.000001516821552};

double saturated_enthalpy(double t_c) { return moist_air_enthalpy_j_per_kg(t_c, saturation_humidity_ratio(t_c, kStandardPressurePa)); }

}  // namespace

double york_approach_k(double wet_bulb_c, double range_k, double water_air) {
  double sum = 0;
  for (int ratio = 2; ratio >= 0; --ratio) {
    double by_range = 0;
    for (int range = 2; range >= 0; --range) {
      double const* c = &kYork[static_cast<std::size_t>(9 * ratio + 3 * range)];
      by_range = by_range * range_k + c[0] + wet_bulb_c * (c[1] + wet_bulb_c * c[2]);
    }
    sum = sum * water_air + by_range;
  }
  return sum;
}

CoolingTower::Sized::Sized(CoolingTower const& p, double altitude_m) : params(p) {
  double const thin = standard_pressure_pa(altitude_m) / kStandardPressurePa;
  rated_air_kg_s = p.air_m3_s * kAirDensity * thin;
  params.fan_power_w *= thin;
  rated_water_kg_s = p.rated_heat_w / (kWaterHeatCapacity * p.rated_range_k);
  auto const miss = [&](double ratio) { return york_approach_k(p.rated_wet_bulb_c, p.rated_range_k, ratio) - p.rated_approach_k; };
  double const low = 0.25, high = 3.0;
  if (miss(low) > 0 || miss(high) < 0)
    refuse("AF2202", "cooling.plant.heat_rejection.model", "no tower of the York type has this approach at this wet bulb and range", "copy wet bulb, range and approach from one line of the data sheet");
  calibration = rising_root(miss, low, miss(low), high, miss(high), 1e-12, 200);
  merkel_constant = 1;
  // Merkel's constant that meets the rated approach: more transfer units, less approach.
  auto const surplus = [&](double c) {
    merkel_constant = c;
    return p.rated_approach_k - merkel_approach_k(p.rated_wet_bulb_c, p.rated_range_k, 1, 1);
  };
  double const most = 50, least = 0.05;
  if (surplus(most) < 0)
    refuse("AF2202", "cooling.plant.heat_rejection.model", "the tower's air flow cannot carry its rated heat", "raise air_flow or the rated approach");
  double const f_least = surplus(least), f_most = surplus(most);
  merkel_constant = rising_root(surplus, least, f_least, most, f_most, 1e-12, 300);
}

// Approach at which a counterflow tower of the given transfer units cools water by `range`: Q = e m_a (h_s(T_in) - h_air), solved for T_in.
double CoolingTower::Sized::merkel_approach_k(double wet_bulb_c, double range_k, double water_frac, double air_frac) const {
  double const water = rated_water_kg_s * water_frac, air = std::max(rated_air_kg_s * air_frac, 1e-6);
  double const ntu = merkel_constant * std::pow(water / rated_water_kg_s / (air / rated_air_kg_s), kMerkelExponent);
  double const h_air = saturated_enthalpy(wet_bulb_c), heat = water * kWaterHeatCapacity * range_k;
  auto const surplus = [&](double approach) {
    double const out = wet_bulb_c + approach, in = out + range_k;
    double const h_in = saturated_enthalpy(in), slope = (h_in - saturated_enthalpy(out)) / range_k;  // J/kg/K
    double const ratio = air * slope / (water * kWaterHeatCapacity);
    double const e = ratio <= 1 ? counterflow_effectiveness(ntu, ratio) : counterflow_effectiveness(ntu * ratio, 1 / ratio) / ratio;
    return e * air * (h_in - h_air) - heat;
  };
  double const low = 1e-6, high = 60, f_low = surplus(low), f_high = surplus(high);
  if (f_low >= 0) return low;
  if (f_high <= 0) return high;
  return rising_root(surplus, low, f_low, high, f_high, 1e-9 * heat);
}

double CoolingTower::Sized::approach_k(double wet_bulb_c, double range_k, double water_frac, double air_frac) const {
  double const ratio = calibration * water_frac / air_frac;
  double const wet = std::clamp(wet_bulb_c, kWetBulbLow, kWetBulbHigh), range = std::clamp(range_k, kRangeLow, kRangeHigh), inside = std::clamp(ratio, kRatioLow, kRatioHigh);
  double const york = std::clamp(york_approach_k(wet, range, inside), 1.1111, 40.0);
  if (wet == wet_bulb_c && range == range_k && inside == ratio) return york;
  double const at_edge = merkel_approach_k(wet, range, water_frac, air_frac * ratio / inside);
  return york * merkel_approach_k(wet_bulb_c, range_k, water_frac, air_frac) / at_edge;
}

double CoolingTower::Sized::outlet_c(double inlet_c, double wet_bulb_c, double water_frac, double air_frac) const {
  double const available = inlet_c - wet_bulb_c;
  if (available <= 0) return inlet_c;
  auto const excess = [&](double range) { return range + approach_k(wet_bulb_c, range, water_frac, air_frac) - available; };
  double const low = 1e-4, f_low = excess(low);
  if (f_low >= 0) return inlet_c;
  return inlet_c - rising_root(excess, low, f_low, available, excess(available), 1e-9);
}

double CoolingTower::Sized::leaving_c(int units, double loop_w_per_k, double heat_w, double floor_c, WeatherPoint const& weather, double fan_limit_frac) const {
  double const range = std::max(heat_w / loop_w_per_k, 1e-6), offset = params.exchanger_approach_k / params.rated_range_k;
  double const water = std::max(loop_w_per_k / (units * rated_water_kg_s * kWaterHeatCapacity), params.pump_min_flow_frac);
  return std::max(weather.wet_bulb_c + offset * range + approach_k(weather.wet_bulb_c, range, water, fan_limit_frac), floor_c);
}

RejectionOutputs CoolingTower::Sized::reject(int units, RejectionInputs const& in) const {
  RejectionOutputs out;
  out.outlet_c = in.inlet_c;
  double const wet_bulb = in.weather.wet_bulb_c, wanted_range = in.inlet_c - in.target_c;
  if (units <= 0 || in.loop_w_per_k <= 0 || wanted_range <= 0 || !in.water_allowed) {
    out.fan_ratio = wanted_range > 0 ? in.fan_limit_frac : 0;
    return out;
  }
  // The plate exchanger is balanced: both ends differ by the same share of the range.
  double const offset = params.exchanger_approach_k / params.rated_range_k;
  double const water = std::max(in.loop_w_per_k / (units * rated_water_kg_s * kWaterHeatCapacity), params.pump_min_flow_frac);
  auto const range_at = [&](double air) {
    double const available = in.inlet_c - wet_bulb;
    if (available <= 0) return 0.0;
    auto const excess = [&](double range) { return range * (1 + offset) + approach_k(wet_bulb, range, water, air) - available; };
    double const low = 1e-4, f_low = excess(low);
    return f_low >= 0 ? 0.0 : rising_root(excess, low, f_low, available, excess(available), 1e-9);
  };
  // The set point fixes the range; what is left to ask is whether the approach that goes with it can be had, and at which fan speed.
  double const allowed = in.target_c - wet_bulb - offset * wanted_range;
  auto const margin = [&](double air) { return allowed - approach_k(wet_bulb, wanted_range, water, air); };
  double const limit = in.fan_limit_frac, slowest = std::min(params.min_fan_frac, limit), at_full = margin(limit);
  double range = wanted_range, power = params.fan_power_w * limit * limit * limit;
  out.fan_ratio = limit;
  if (at_full < -kAsked) {
    range = range_at(limit);
  } else if (double const at_slowest = margin(slowest); at_full > kAsked && at_slowest < 0) {
    out.fan_ratio = rising_root(margin, slowest, at_slowest, limit, at_full, 1e-9);
    power = params.fan_power_w * out.fan_ratio * out.fan_ratio * out.fan_ratio;
  } else if (at_full > kAsked) {  // the fan cycles between natural draught and its lowest speed
    double const least = range_at(slowest), still = params.natural_draught_frac * range_at(1.0);
    double const on = still >= wanted_range ? 0.0 : least > still ? std::min((wanted_range - still) / (least - still), 1.0) : 1.0;
    out.fan_ratio = slowest * on, power = params.fan_power_w * slowest * slowest * slowest * on;
  }
  out.heat_w = range * in.loop_w_per_k;
  out.outlet_c = in.inlet_c - range;
  out.fan_w = power * units;
  out.wet = true;
  double const circulating_kg_s = units * rated_water_kg_s * water;
  out.pump_w = circulating_kg_s / 1000.0 * params.pump_head_pa * std::max(water * water, 0.5) / params.pump_efficiency;
  out.drift_kg_s = params.drift_frac * circulating_kg_s;
  evaporate(units, in, out);
  return out;
}

void CoolingTower::Sized::evaporate(int units, RejectionInputs const& in, RejectionOutputs& out) const {
  double const air = units * rated_air_kg_s * std::max(out.fan_ratio, params.natural_draught_frac);
  out.evaporation_kg_s = saturated_exit_evaporation_kg_s(in.weather, air, out.heat_w);
}

double saturated_exit_evaporation_kg_s(WeatherPoint const& air, double air_kg_s, double heat_w) {
  if (heat_w <= 0 || air_kg_s <= 0) return 0;
  double const w_in = humidity_ratio(air.dry_bulb_c, air.relative_humidity, air.pressure_pa);
  double const h_out = moist_air_enthalpy_j_per_kg(air.dry_bulb_c, w_in) + heat_w / air_kg_s;
  double t = air.wet_bulb_c + 5;
  // Saturated enthalpy is convex and rising: Newton from any side, then from above.
  for (int i = 0; i < 30; ++i) {
    double const h = moist_air_enthalpy_j_per_kg(t, saturation_humidity_ratio(t, air.pressure_pa));
    double const slope = (moist_air_enthalpy_j_per_kg(t + 1e-3, saturation_humidity_ratio(t + 1e-3, air.pressure_pa)) - h) / 1e-3;
    double const step = (h - h_out) / slope;
    t = std::clamp(t - step, -40.0, 90.0);
    if (std::abs(step) < 1e-7) break;
  }
  // The sensible part can only warm very dry cold air; water is never gained from the air.
  return std::max(air_kg_s * (saturation_humidity_ratio(t, air.pressure_pa) - w_in), 0.0);
}

}  // namespace aif::cooling
