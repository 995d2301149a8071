#pragma once
// Quantities as text ("72 MW", "40 degC", "8 K") to and from SI numbers. Inside C++ a number is a plain double in SI whose
// name ends in its unit (heat_w, supply_c); this table is the only place where factors live. A temperature (degC, a point)
// and a temperature difference (K) are different kinds, so one never reads as the other. See docs/decisions/0002.

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace aif {

// What a number measures. SI unit in the comment; temperatures stay in degC.
enum class Kind {
  number,           // dimensionless; a bare number
  fraction,         // 0.42 or "42 %"
  power,            // W
  apparent_power,   // VA
  reactive_power,   // var
  energy,           // J
  temperature,      // degC
  temperature_difference,  // K
  thermal_resistance,      // K/W
  conductance,      // W/K
  mass,             // kg
  mass_flow,        // kg/s
  volume,           // m3
  volume_flow,      // m3/s
  flow_per_power,   // m3/s/W
  pressure,         // Pa
  length,           // m
  area,             // m2
  duration,         // s
  frequency,        // Hz
  per_time,         // 1/s (failure and request rates: "2 /year", "210 req/s")
  speed,            // m/s
  angle,            // deg
  voltage,          // V
  current,          // A
  resistance,       // ohm
  power_ramp,       // W/s
  power_per_area,   // W/m2
  pressure_load,    // kg/m2
  data,             // B
  data_rate,        // B/s
  flop_rate,        // FLOP/s
  energy_per_flop,  // J/FLOP
  energy_per_byte,  // J/B
  tokens,           // tok
  token_rate,       // tok/s
  money,            // USD
  money_per_energy, // USD/J
  money_per_power,  // USD/W
  money_per_power_month,  // USD/W/month
  money_per_volume, // USD/m3
  money_per_token,  // USD/tok
  money_per_time,   // USD/s
  money_per_mass,   // USD/kg
  carbon_intensity, // kg/J
  relative_rate,    // 1/s of itself ("4 %/year")
  density,          // kg/m3
  heat_capacity,    // J/K
};

// One spelling of a unit: SI = value * factor + offset.
struct Unit {
  Kind kind;
  std::string_view symbol;
  double factor;
  double offset = 0.0;
};

std::span<Unit const> unit_table();
std::string_view si_symbol(Kind kind);    // "W"; "1" for dimensionless kinds
std::string_view kind_name(Kind kind);    // "a power"
std::string unit_examples(Kind kind);     // "`80 MW`, `80 kW`"
std::string accepted_units(Kind kind);    // "W, kW, MW, GW"

struct ParsedQuantity {
  double si = 0.0;
  std::string error;  // empty when `si` is valid; else what is wrong, in words
  std::string hint;   // how to write it
};

// "72 MW" -> 72e6 for Kind::power. Refuses: a bare number where the kind has a dimension, a unit of another kind
// (naming both), an unknown unit, anything not finite.
ParsedQuantity parse_quantity(std::string_view text, Kind kind);

// 72e6, power -> "72 MW": the largest unit that leaves at least one digit before the point.
std::string format_quantity(double si, Kind kind, int significant_digits = 4);

// Display unit chosen for a magnitude; value = si / factor. For axes and columns that share one unit.
Unit display_unit(double si, Kind kind);

}  // namespace aif
