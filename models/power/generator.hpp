#pragma once
// Engine generators: units, fuel curve F = F0 P_rated + F1 P, and what the event engine needs (start, inertia, governor, block load).
// Steady state: they run in outages, and against a curtailment request when their role says so. Neglected: heat, emissions after-treatment.

#include <algorithm>
#include <cmath>
#include <string>

#include "core/fields.hpp"

namespace aif::power {

struct GeneratorParams {
  static constexpr std::string_view type_name = "diesel";
  std::string id;
  int units = 1;
  double power_w = 3e6;
  std::string redundancy = "N+1";
  bool serves_curtailment = false;
  double fuel_idle_l_per_kwh = 0.0181, fuel_slope_l_per_kwh = 0.2596;
  double fuel_usd_m3 = 1000, fuel_kg_m3 = 2697;
  double min_load_frac = 0.3;
  double start_s = 10, block_load_frac = 0.5;
  double inertia_s = 1.0, governor_lag_s = 0.3, droop_frac = 0.04;
  double fail_to_start_frac = 0.005, fail_to_run_per_s = 1.18e-3 / 3600, common_start_frac = 0.0083;
  static constexpr auto fields() {
    using T = GeneratorParams;
    return FieldList{
        field("id", &T::id, "Name of the plant."),
        field("units", &T::units, Kind::number, 0, 10000, "Installed units."),
        field("power", &T::power_w, Kind::power, 1e3, 1e9, "Rated electrical power of one unit.").required(),
        field("redundancy", &T::redundancy, "Redundancy word: N, N+k, 2N."),
        field("serves_curtailment", &T::serves_curtailment, "May run when the utility asks the site to curtail."),
        field("fuel_idle", &T::fuel_idle_l_per_kwh, Kind::number, 0, 1, "Litres an hour per rated kilowatt at no load.", "Caterpillar C15 data sheet LEHE2011-04, least squares"),
        field("fuel_slope", &T::fuel_slope_l_per_kwh, Kind::number, 0, 1, "Litres per kilowatt-hour delivered.", "Caterpillar C15 data sheet LEHE2011-04, least squares"),
        field("fuel_price", &T::fuel_usd_m3, Kind::money_per_volume, 0, 1e5, "Price of the fuel.", "assumption: 1 USD/L, US on-highway diesel of 2024 about 3.8 USD/gal (EIA)"),
        field("fuel_carbon", &T::fuel_kg_m3, Kind::number, 0, 1e4, "CO2 of a cubic metre of fuel, kg.", "EPA emission factors hub: 10.21 kg per US gallon of distillate no. 2"),
        field("min_load", &T::min_load_frac, Kind::fraction, 0, 1, "Least lasting load of a running unit: below it a load bank burns the fuel of that load.", "assumption: wet stacking below 30 %"),
        field("start", &T::start_s, Kind::duration, 0, 3600, "From the start signal to voltage.", "NFPA 110 type 10"),
        field("block_load", &T::block_load_frac, Kind::fraction, 0.05, 1, "Largest load step, of rating.", "assumption: 25-50 % steps"),
        field("inertia", &T::inertia_s, Kind::duration, 0.1, 20, "Inertia constant H.", "assumption: diesel sets 0.5-1.5 s"),
        field("governor_lag", &T::governor_lag_s, Kind::duration, 0.01, 10, "Lag from governor to torque.", "assumption: 0.1-0.5 s"),
        field("droop", &T::droop_frac, Kind::fraction, 0.005, 0.2, "Speed droop.", "assumption: 3-5 %"),
        field("fail_to_start", &T::fail_to_start_frac, Kind::fraction, 0, 1, "Probability that a unit fails to start.",
              "assumption: between INL/EXT-21-65055 (2.2e-3, tested monthly) and REopt (9.4e-3, usual maintenance)"),
        field("fail_to_run", &T::fail_to_run_per_s, Kind::per_time, 0, 1, "Failures of a running unit per unit of time.", "INL/EXT-21-65055 table 1: 1.18e-3 an hour beyond the first"),
        field("common_start", &T::common_start_frac, Kind::fraction, 0, 1, "Share of failed starts whose cause (fuel, controls, cold) stops every unit.",
              "INL/EXT-21-62940, alpha factor of two diesel generators")};
  }
};

// Litres an hour of one unit at output_w.
inline double fuel_l_per_h(GeneratorParams const& p, double output_w) {
  return (p.fuel_idle_l_per_kwh * p.power_w + p.fuel_slope_l_per_kwh * output_w) / 1e3;
}
// Units that share a load so that none is above rating.
inline int units_for(GeneratorParams const& p, double load_w) { return static_cast<int>(std::ceil(load_w / p.power_w - 1e-9)); }
// Litres an hour of the fewest units that carry load_w, none below its least load (a load bank takes what is missing).
inline double plant_fuel_l_per_h(GeneratorParams const& p, double load_w) {
  int const units = units_for(p, load_w);
  return units > 0 ? units * fuel_l_per_h(p, std::max(load_w / units, p.min_load_frac * p.power_w)) : 0.0;
}

}  // namespace aif::power
