#include "models/cooling/condenser_loop.hpp"

#include <algorithm>
#include <cmath>

namespace aif::cooling {
namespace {
constexpr double kStageAt = 0.9, kTolerance = 1e-10, kLeastPrecooling = 0.3, kAnyTemperature = -60, kWaterJPerM3K = 4.18e6;
}

Chiller::Outputs run_chillers(Chiller::Sized const& chiller, int units, double load_w, double leaving_c, double condenser_c) {
  double const unit_w = chiller.capacity_at(leaving_c, condenser_c);
  if (units <= 0 || unit_w <= 0 || load_w <= 0) return {};
  int const running = std::clamp(static_cast<int>(std::ceil(load_w / (kStageAt * unit_w))), 1, units);
  return chiller.step(running, load_w, leaving_c, condenser_c);
}

struct CondenserPlant::Duty {
  Chiller::Sized const& chiller;
  int chillers, cells;
  ChilledWaterLoad load;
  WeatherPoint const& weather;
  double loop_w_per_k, pump_w;  // of the condenser water
  double fan_limit_frac;
};

CondenserOutputs CondenserPlant::with_chillers(Duty const& d, bool economise) const {
  CondenserOutputs out;
  double const lowest = economise ? kAnyTemperature : params.lowest_c, back_c = d.load.supply_c + d.load.heat_w / d.load.loop_w_per_k;
  double heat = d.load.heat_w, water_c = lowest, condenser_c = lowest;
  // Chiller power moves the tower by little (about 3 %/K of a fifth): plain substitution gains a digit a round.
  for (int round = 0; round < 40; ++round) {
    double const last = heat;
    water_c = tower.leaving_c(d.cells, d.loop_w_per_k, heat, lowest, d.weather, d.fan_limit_frac);
    out.free_w = economise ? std::clamp(d.load.loop_w_per_k * (back_c - water_c - params.economiser_approach_k), 0.0, d.load.heat_w) : 0;
    condenser_c = water_c + out.free_w / d.loop_w_per_k;
    out.chiller = run_chillers(d.chiller, d.chillers, d.load.heat_w - out.free_w, d.load.supply_c, condenser_c);
    heat = out.free_w + out.chiller.condenser_w;
    if (std::abs(heat - last) < kTolerance * d.load.heat_w) break;
  }
  out.unmet_w = std::max(d.load.heat_w - out.free_w - out.chiller.capacity_w, 0.0);
  out.tower = tower.reject(d.cells, {d.loop_w_per_k, water_c + heat / d.loop_w_per_k, water_c, d.weather, true, d.fan_limit_frac});
  out.pump_w = d.pump_w;
  return out;
}

CondenserOutputs CondenserPlant::solve(Chiller::Sized const& chiller, int chillers, int cells, ChilledWaterLoad const& load, WeatherPoint const& weather, bool water_allowed,
                                       bool economiser_allowed, double fan_limit_frac) const {
  CondenserOutputs none;
  none.unmet_w = load.heat_w;
  if (load.heat_w <= 0 || cells <= 0 || load.loop_w_per_k <= 0 || !water_allowed) return none;
  double const rated_loop = cells * params.tower.rated_heat_w / params.tower.rated_range_k;
  double const flow = std::clamp(1.2 * load.heat_w / (cells * params.tower.rated_heat_w), params.pumps.min_flow_frac, 1.0);
  Duty const duty{chiller, chillers, cells, load, weather, rated_loop * flow, params.pumps.power_w(rated_loop / kWaterJPerM3K, flow), fan_limit_frac};
  double const approach = economiser_allowed ? params.economiser_approach_k : 0;
  if (approach > 0) {
    double const wanted = load.supply_c - approach, water_c = tower.leaving_c(cells, duty.loop_w_per_k, load.heat_w, wanted, weather, fan_limit_frac);
    if (water_c <= wanted + 1e-9) {
      CondenserOutputs free;
      free.free_w = load.heat_w, free.pump_w = duty.pump_w;
      free.tower = tower.reject(cells, {duty.loop_w_per_k, wanted + load.heat_w / duty.loop_w_per_k, wanted, weather, true, fan_limit_frac});
      return free;
    }
  }
  CondenserOutputs const plain = with_chillers(duty, false);
  double const back_c = load.supply_c + load.heat_w / load.loop_w_per_k;
  if (approach <= 0 || weather.wet_bulb_c + approach + kLeastPrecooling > back_c) return plain;
  CondenserOutputs const partial = with_chillers(duty, true);
  bool const better = partial.unmet_w < plain.unmet_w || (partial.unmet_w == plain.unmet_w && partial.electric_w() < plain.electric_w());
  return partial.free_w > 0 && better ? partial : plain;
}

}  // namespace aif::cooling
