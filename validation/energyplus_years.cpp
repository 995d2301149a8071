#include "validation/energyplus_years.hpp"

#include <cmath>
#include <filesystem>

#include "core/csv.hpp"
#include "models/cooling/cooling_tower.hpp"

namespace aif::validation {
namespace {

using namespace cooling;

struct Year {
  std::string id, file;
  double chiller_capacity_w;  // autosized by EnergyPlus
  double altitude_m;          // of the weather file
};
// Design figures of the runs: 25.56 L/s, 15.37 m3/s, 5,610.6 W fan, condenser water at 10 degC at the lowest (outlet of the mild hours).
constexpr double kFanW = 5610.6, kWaterKgS = 25.4767, kAirM3S = 15.37, kCondenserSetC = 10.0, kDesignApproachK = 3.8889, kDesignRangeK = 5.5556, kDesignWetBulbC = 25.56;

CoolingTower tower_of_run() {
  CoolingTower t;
  t.rated_wet_bulb_c = kDesignWetBulbC, t.rated_range_k = kDesignRangeK, t.rated_approach_k = kDesignApproachK;
  t.rated_heat_w = kWaterKgS * 4186.0 * kDesignRangeK;
  t.air_m3_s = kAirM3S, t.fan_power_w = kFanW, t.exchanger_approach_k = 0;
  return t;
}

struct Rows {
  std::vector<Row> chiller, tower, year, water;
};

// Relative humidity at a dry and a wet bulb, by bisection: the wet bulb rises with it.
double humidity_of(double dry_bulb_c, double wet_bulb_at_c, double pressure_pa) {
  double low = 0, high = 1;
  for (int i = 0; i < 30; ++i) {
    double const middle = 0.5 * (low + high);
    (wet_bulb_c(dry_bulb_c, humidity_ratio(dry_bulb_c, middle, pressure_pa), pressure_pa) < wet_bulb_at_c ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

Row make_row(std::string id, double measured, double predicted, std::string const& year) {
  Row row;
  row.id = std::move(id), row.measured = measured, row.predicted = predicted, row.in_sample = std::nan("");
  row.groups["year"] = year;
  return row;
}

void add_year(Year const& year, CsvTable const& t, Chiller curves, Rows& out) {
  curves.capacity_w = year.chiller_capacity_w;
  // The run evaluates the polynomials wherever it goes (7.0 degC leaving water, 0.22 K outside the box); so do we, here only.
  curves.evaporator_min_c = curves.condenser_min_c = -50, curves.evaporator_max_c = curves.condenser_max_c = 60;
  Chiller::Sized const chiller(curves);
  CoolingTower::Sized const tower(tower_of_run(), 0);
  auto const power = t.numbers("Chiller Electricity Rate [W]"), load = t.numbers("Chiller Evaporator Cooling Rate [W]"), leaving = t.numbers("Chiller Evaporator Outlet Temperature [C]");
  auto const condenser = t.numbers("Chiller Condenser Inlet Temperature [C]"), wet_bulb = t.numbers("Site Outdoor Air Wetbulb Temperature [C]"), dry_bulb = t.numbers("Site Outdoor Air Drybulb Temperature [C]");
  auto const inlet = t.numbers("Cooling Tower Inlet Temperature [C]"), outlet = t.numbers("Cooling Tower Outlet Temperature [C]"), water = t.numbers("Cooling Tower Mass Flow Rate [kg/s]");
  auto const fan = t.numbers("Cooling Tower Fan Electricity Rate [W]"), air = t.numbers("Cooling Tower Air Flow Rate Ratio []"), heat = t.numbers("Cooling Tower Heat Transfer Rate [W]");
  auto const evaporation = t.numbers("Cooling Tower Water Evaporation Volume Flow Rate [m3/s]");
  double const pressure_pa = standard_pressure_pa(year.altitude_m);
  double chiller_j = 0, chiller_model_j = 0, fan_j = 0, fan_model_j = 0, water_kg = 0, water_model_kg = 0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    if (power[i] > 0) {
      double const model = chiller.step(1, load[i], leaving[i], condenser[i]).power_w;
      out.chiller.push_back(make_row(year.id, power[i], model, year.id));
      chiller_model_j += model * 3600;
    }
    chiller_j += power[i] * 3600, fan_j += fan[i] * 3600;
    if (air[i] >= 1) out.tower.push_back(make_row(year.id, outlet[i], tower.outlet_c(inlet[i], wet_bulb[i], water[i] / kWaterKgS, 1), year.id));
    water_kg += evaporation[i] * 1000 * 3600;
    if (heat[i] <= 0) continue;
    // Evaporation of the air that EnergyPlus moves and the heat that it rejects.
    WeatherPoint air_in{dry_bulb[i], wet_bulb[i], 0, humidity_of(dry_bulb[i], wet_bulb[i], pressure_pa), pressure_pa};
    water_model_kg += 3600 * saturated_exit_evaporation_kg_s(air_in, air[i] * kAirM3S * moist_air_density_kg_m3(dry_bulb[i], humidity_ratio(dry_bulb[i], air_in.relative_humidity, pressure_pa), pressure_pa), heat[i]);
    // Loops of EnergyPlus run at full flow for a part of the step.
    double const on = std::min(water[i] / kWaterKgS, 1.0);
    WeatherPoint weather;
    weather.dry_bulb_c = dry_bulb[i], weather.wet_bulb_c = wet_bulb[i], weather.relative_humidity = 0.5;
    fan_model_j += 3600 * on * tower.reject(1, {kWaterKgS * 4186.0, inlet[i], kCondenserSetC, weather, true}).fan_w;
  }
  out.year.push_back(make_row(year.id + " chiller", chiller_j, chiller_model_j, year.id));
  out.year.push_back(make_row(year.id + " tower fan", fan_j, fan_model_j, year.id));
  out.water.push_back(make_row(year.id + " evaporation", water_kg, water_model_kg, year.id));
}

}  // namespace

std::vector<MetricReport> energyplus_metrics(std::string const& data_dir, Chiller curves) {
  Rows rows;
  for (Year const& year : {Year{"phoenix", "eplus_2zone_dc_phoenix_EIR_hourly.csv", 455.07e3, 337}, Year{"chicago", "eplus_2zone_dc_chicago_EIR_hourly.csv", 455.11e3, 201}}) {
    bool const there = std::filesystem::exists(data_dir + "/" + year.file) || std::filesystem::exists(data_dir + "/" + year.file + ".gz");
    if (there) add_year(year, CsvTable::load(table_path(data_dir, year.file)), curves, rows);
  }
  std::string const files = "eplus_2zone_dc_*_EIR_hourly.csv";
  return {summarise({"energyplus_chiller", files, "ape", "1", 1e-5, 0}, rows.chiller), summarise({"energyplus_tower", files, "abs", "K", 0.05, 0}, rows.tower),
          summarise({"energyplus_year", files, "ape", "1", 0.015, 0.015}, rows.year), summarise({"energyplus_water", files, "ape", "1", 0.05, 0}, rows.water)};
}

}  // namespace aif::validation
