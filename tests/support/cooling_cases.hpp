#pragma once
// Plants and days that tests and benchmarks share.

#include <string>
#include <vector>

#include "core/csv.hpp"
#include "models/cooling/site.hpp"

namespace aif::cooling::testing {

// 384 racks of 132 kW on 40 degC water and adiabatic coolers, 64 air-cooled racks: the reference plant of the year benchmarks.
inline std::vector<CoolingGroup> reference_groups() {
  CoolingGroup liquid, air;
  liquid.id = "nvl", liquid.racks = 384, liquid.rated_liquid_w = 115e3, liquid.rated_air_w = 17e3;
  air.id = "agentic", air.racks = 64, air.rated_air_w = 40e3, air.devices_per_rack = 32, air.r_fixed_k_per_w = 0.05;
  return {liquid, air};
}

// An air-cooled hall on water-cooled chillers, towers and a waterside economiser.
inline CoolingParams chiller_tower_economiser() {
  CoolingParams p;
  p.plant.air_chiller.model.condenser = Condenser::water;
  p.plant.air_chiller.model.cop = 6.2, p.plant.air_chiller.model.rated_condenser_c = 29.4;
  p.plant.chilled_water.supply_c = 18;
  return p;
}
inline std::vector<CoolingGroup> air_hall() {
  CoolingGroup g;
  g.id = "air", g.racks = 500, g.rated_air_w = 40e3, g.devices_per_rack = 32;
  return {g};
}

// Frontier, 7 April 2024: heat of 25 distribution units of 3 racks every 15 s, outdoor wet bulb (validation/data/README.md).
struct FrontierDay {
  std::vector<std::vector<double>> heat_w;  // [step][unit]
  std::vector<WeatherPoint> weather;
  static constexpr int kUnits = 25, kRacks = 3;
  static constexpr double kLiquidShare = 0.945;  // ExaDigiT RAPS, Frontier configuration

  static FrontierDay load(std::string const& root) {
    auto const t = CsvTable::load(root + "/validation/data/frontier_cdu_heat_2024-04-07_15s.csv.gz");
    FrontierDay day;
    day.heat_w.resize(t.rows(), std::vector<double>(kUnits));
    for (int u = 0; u < kUnits; ++u) {
      auto const column = t.numbers("power[" + std::to_string(u + 1) + "]");
      for (std::size_t i = 0; i < column.size(); ++i) day.heat_w[i][static_cast<std::size_t>(u)] = column[i];
    }
    for (double wet_bulb : t.numbers("OA Wetbulb Temp")) {
      WeatherPoint w;  // the file has no dry bulb; a spring day, 4 K depression: assumption, of no weight for towers
      w.wet_bulb_c = wet_bulb, w.dry_bulb_c = wet_bulb + 4, w.relative_humidity = 0.55, w.dew_point_c = wet_bulb - 3;
      day.weather.push_back(w);
    }
    return day;
  }
  static CoolingParams params() {
    CoolingParams p;
    p.liquid.loop.fluid = Fluid::water;
    p.liquid.supply_c = 27;  // assumption: puts the loop between 27 and 38 degC
    p.liquid.cdu.redundancy = "N";
    p.plant.heat_rejection.model = CoolingTower{};
    p.plant.air_chiller.model.condenser = Condenser::air;
    return p;
  }
  static std::vector<CoolingGroup> groups() {
    std::vector<CoolingGroup> out;
    for (int u = 0; u < kUnits; ++u) {
      CoolingGroup g;
      g.id = "cdu" + std::to_string(u + 1), g.racks = kRacks, g.rated_liquid_w = kLiquidShare * 400e3, g.rated_air_w = (1 - kLiquidShare) * 400e3, g.devices_per_rack = 512;
      out.push_back(g);
    }
    return out;
  }
  void fill(std::size_t step, std::vector<GroupHeat>& heat) const {
    for (std::size_t u = 0; u < kUnits; ++u) heat[u] = {kLiquidShare * heat_w[step][u] / kRacks, (1 - kLiquidShare) * heat_w[step][u] / kRacks, kRacks};
  }
};

}  // namespace aif::cooling::testing
