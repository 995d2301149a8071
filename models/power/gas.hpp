#pragma once
// Gas engines or turbines that run beside the utility: bridging power, base load, or hours in which the grid is dear or full.
//   fuel = units on (h0 P_rated) + h1 P,   lower heating value
// Default curve: Caterpillar G3516, 12.35, 11.64, 11.32 MJ/kWh at 50, 75 and 100 % (validation/data/power_components.csv), least squares.
// Neglected: heat recovery, derating with altitude and air temperature, start costs, minutes of a start. In a utility outage they carry the board
// with the generators; the event engine (milliseconds) counts generators only.

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/fields.hpp"

namespace aif::power {

enum class GasDuty { base_load, above_price, over_limit };
constexpr auto enum_names(GasDuty) { return std::array<std::string_view, 3>{"base_load", "above_price", "over_limit"}; }

struct GasParams {
  static constexpr std::string_view type_name = "gas";
  std::string id;
  int units = 1;
  double power_w = 1e6;
  std::string redundancy = "N+1";
  GasDuty duty = GasDuty::base_load;
  double heat_idle_frac = 0.285, heat_slope = 2.858;
  double min_load_frac = 0.5;
  double fuel_usd_per_j = 5e-9, fuel_kg_per_j = 56.1e-9;
  static constexpr auto fields() {
    using T = GasParams;
    return FieldList{
        field("id", &T::id, "Name of the plant."), field("units", &T::units, Kind::number, 1, 10000, "Installed units."),
        field("power", &T::power_w, Kind::power, 1e3, 1e9, "Rated electrical power of one unit.").required(),
        field("redundancy", &T::redundancy, "Redundancy word: N, N+k, 2N."),
        field("duty", &T::duty, "base_load: all that the site needs, up to its rating; above_price: likewise while the hourly price is above the fuel for one more unit of energy; over_limit: what is above the import limit. "
                                "Without utility every duty carries the site."),
        field("heat_idle", &T::heat_idle_frac, Kind::fraction, 0, 3, "Fuel at no load, of rated power.", "Caterpillar G3516, 50 to 100 % load, least squares"),
        field("heat_slope", &T::heat_slope, Kind::number, 1, 10, "Fuel for one more unit of electricity, lower heating value.", "Caterpillar G3516, 50 to 100 % load, least squares"),
        field("min_load", &T::min_load_frac, Kind::fraction, 0, 1, "Least lasting load of a running unit.", "assumption: lean-burn engines, 40 to 50 %"),
        field("fuel_price", &T::fuel_usd_per_j, Kind::money_per_energy, 0, 1e-6, "Price of the gas by lower heating value.", "assumption: 5 USD/GJ, Henry Hub of 2022 to 2025 and delivery"),
        field("fuel_carbon", &T::fuel_kg_per_j, Kind::carbon_intensity, 0, 1e-6, "CO2 of the gas by lower heating value.", "IPCC 2006 guidelines, volume 2, table 2.2: 56.1 kg/GJ")};
  }
};

struct GasRun {
  double power_w = 0, fuel_w = 0;
};

// Follows a request of at most `usable_w` with the fewest units; below the least load of one unit it gives that load where the site can take it
// (room_w), and stands still otherwise.
inline GasRun run_gas(GasParams const& p, double request_w, double usable_w, double room_w) {
  double power_w = std::min({request_w, usable_w, room_w});
  if (power_w <= 0) return {};
  double const least_w = p.min_load_frac * p.power_w;
  if (power_w < least_w) {
    if (std::min(room_w, usable_w) < least_w) return {};
    power_w = least_w;
  }
  double const units = std::ceil(power_w / p.power_w - 1e-9);
  return {power_w, units * p.heat_idle_frac * p.power_w + p.heat_slope * power_w};
}

}  // namespace aif::power
