#pragma once
// Deep water as the heat sink: a plate exchanger against lake, sea or ground water drawn from below the thermocline, where its temperature
// hardly follows the weather. Counterflow e-NTU; UA from one rating point; a variable-speed intake pump gives the flow that the set point
// asks, against a lift that stays and friction that goes with the square of flow. Neglected: the season of the source (give its warmest
// temperature), fouling, limits of a permit. Water is returned, not used.
// Source: Kays & London 1984 (counterflow); film exponent 0.8: Dittus & Boelter 1930; typical figures: assumption.

#include <algorithm>
#include <cmath>
#include <string_view>

#include "core/fields.hpp"
#include "models/cooling/exchangers.hpp"
#include "models/cooling/problem.hpp"
#include "models/cooling/rejection.hpp"

namespace aif::cooling {

struct DeepWater {
  static constexpr std::string_view type_name = "deep_water";
  double rated_heat_w = 5e6, rated_inlet_c = 40, rated_outlet_c = 30, source_c = 8, source_rise_k = 12;
  double pump_power_w = 75e3, lift_frac = 0.3, min_flow_frac = 0.2;
  double rated_heat() const { return rated_heat_w; }
  double rated_approach() const { return rated_outlet_c - source_c; }

  static constexpr auto fields() {
    using D = DeepWater;
    return FieldList{
        field("rated_heat", &D::rated_heat_w, Kind::power, 1e3, 1e9, "Heat rejected by one unit at the rating point.", "assumption"),
        field("rated_inlet", &D::rated_inlet_c, Kind::temperature, 5, 90, "Loop fluid into the exchanger at the rating point.", "assumption"),
        field("rated_outlet", &D::rated_outlet_c, Kind::temperature, 2, 85, "Loop fluid out of the exchanger at the rating point.", "assumption"),
        field("source", &D::source_c, Kind::temperature, -2, 40, "Water at the intake, all year.", "assumption: 4-10 degC below a thermocline"),
        field("source_rise", &D::source_rise_k, Kind::temperature_difference, 1, 40, "Warming of that water at the rating point; sets its flow.", "assumption"),
        field("pump_power", &D::pump_power_w, Kind::power, 0, 1e8, "Intake pump of one unit at full flow.", "assumption: 0.015 W/W"),
        field("lift", &D::lift_frac, Kind::fraction, 0, 1, "Share of the pump's head that stays at low flow.", "assumption"),
        field("min_flow", &D::min_flow_frac, Kind::fraction, 0.01, 1, "Lowest flow; below it the pump cycles.", "assumption")};
  }

  struct Sized;
};

struct DeepWater::Sized {
  Sized(DeepWater const& params, double) : p(params) {
    if (!(p.rated_inlet_c > p.rated_outlet_c && p.rated_outlet_c > p.source_c && p.rated_inlet_c > p.source_c + p.source_rise_k))
      refuse("AF2202", "cooling.plant.heat_rejection.model", "the rating point of a deep-water exchanger does not cool (needs inlet > outlet > source, inlet > source + source_rise)",
             "copy the four temperatures from one line of the data sheet");
    loop_w_per_k = p.rated_heat_w / (p.rated_inlet_c - p.rated_outlet_c);
    source_w_per_k = p.rated_heat_w / p.source_rise_k;
    double const smaller = std::min(loop_w_per_k, source_w_per_k), larger = std::max(loop_w_per_k, source_w_per_k);
    ua_w_per_k = smaller * counterflow_ntu(p.rated_heat_w / (smaller * (p.rated_inlet_c - p.source_c)), smaller / larger);
  }

  double heat_at(double flow_frac, double loop, double difference_k) const {
    double const source = source_w_per_k * flow_frac, smaller = std::min(loop, source), larger = std::max(loop, source);
    double const ua = off_design_ua(ua_w_per_k, 0.5, loop / loop_w_per_k, 0.8, flow_frac, 0.8);
    return counterflow_effectiveness(ua / smaller, smaller / larger) * smaller * difference_k;
  }

  RejectionOutputs reject(int units, RejectionInputs const& in) const {
    RejectionOutputs out;
    out.outlet_c = in.inlet_c;
    double const difference = in.inlet_c - p.source_c, wanted = in.loop_w_per_k * (in.inlet_c - in.target_c) / std::max(units, 1);
    if (units <= 0 || wanted <= 0 || difference <= 0 || in.loop_w_per_k <= 0) {  // in.fan_limit_frac: there are no fans, the pump stands indoors
      out.fan_ratio = wanted > 0 ? 1 : 0;
      return out;
    }
    double const loop = in.loop_w_per_k / units, at_full = heat_at(1, loop, difference), at_min = heat_at(p.min_flow_frac, loop, difference);
    double on = 1, flow = 1;
    if (at_full > wanted && at_min >= wanted) flow = p.min_flow_frac, on = wanted / at_min;
    else if (at_full > wanted)
      flow = std::exp(rising_root([&](double x) { return std::log(heat_at(std::exp(x), loop, difference) / wanted); }, std::log(p.min_flow_frac), std::log(at_min / wanted), 0.0,
                                  std::log(at_full / wanted), 1e-10));
    out.heat_w = std::min(at_full, wanted) * units;
    out.outlet_c = in.inlet_c - out.heat_w / in.loop_w_per_k;
    out.pump_w = units * on * p.pump_power_w * flow * (p.lift_frac + (1 - p.lift_frac) * flow * flow);
    out.fan_ratio = flow * on;
    return out;
  }

  DeepWater p;
  double loop_w_per_k = 0, source_w_per_k = 0, ua_w_per_k = 0;
};

}  // namespace aif::cooling
