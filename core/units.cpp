#include "core/units.hpp"
#include "core/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace aif {
namespace {

constexpr double kMonth = kYear / 12.0;
constexpr double kMWh = 3.6e9, kkWh = 3.6e6;
constexpr double kLitre = 1e-3, kGallonUs = 3.785411784e-3;  // NIST SP 811
constexpr double kGib = 1073741824.0;

// Within a kind the units stand from small to large: format_quantity and the examples rely on it.
constexpr Unit kUnits[] = {
    {Kind::number, "", 1}, {Kind::fraction, "%", 0.01}, {Kind::fraction, "", 1},
    {Kind::power, "W", 1}, {Kind::power, "kW", 1e3}, {Kind::power, "MW", 1e6}, {Kind::power, "GW", 1e9},
    {Kind::apparent_power, "VA", 1}, {Kind::apparent_power, "kVA", 1e3}, {Kind::apparent_power, "MVA", 1e6},
    {Kind::reactive_power, "var", 1}, {Kind::reactive_power, "kvar", 1e3}, {Kind::reactive_power, "Mvar", 1e6},
    {Kind::energy, "J", 1}, {Kind::energy, "kJ", 1e3}, {Kind::energy, "MJ", 1e6}, {Kind::energy, "Wh", 3600},
    {Kind::energy, "kWh", kkWh}, {Kind::energy, "MWh", kMWh}, {Kind::energy, "GWh", 3.6e12},
    {Kind::temperature, "degC", 1}, {Kind::temperature, "degF", 5.0 / 9.0, -160.0 / 9.0},
    {Kind::temperature_difference, "K", 1},
    {Kind::thermal_resistance, "K/W", 1}, {Kind::thermal_resistance, "K/kW", 1e-3},
    {Kind::conductance, "W/K", 1}, {Kind::conductance, "kW/K", 1e3}, {Kind::conductance, "MW/K", 1e6},
    {Kind::mass, "g", 1e-3}, {Kind::mass, "kg", 1}, {Kind::mass, "t", 1e3},
    {Kind::mass_flow, "kg/s", 1}, {Kind::mass_flow, "kg/h", 1.0 / kHour},
    {Kind::volume, "L", kLitre}, {Kind::volume, "gal", kGallonUs}, {Kind::volume, "m3", 1}, {Kind::volume, "ML", 1e3},
    {Kind::volume_flow, "L/min", kLitre / 60}, {Kind::volume_flow, "L/s", kLitre}, {Kind::volume_flow, "m3/h", 1 / kHour},
    {Kind::volume_flow, "m3/s", 1}, {Kind::volume_flow, "ML/year", 1e3 / kYear}, {Kind::volume_flow, "L/h", kLitre / kHour},
    {Kind::volume_flow, "gpm", kGallonUs / 60},
    {Kind::flow_per_power, "L/min/kW", kLitre / 60 / 1e3}, {Kind::flow_per_power, "m3/s/W", 1}, {Kind::flow_per_power, "L/kWh", kLitre / kkWh},
    {Kind::flow_per_power, "m3/h/kW", 1 / kHour / 1e3},
    {Kind::pressure, "Pa", 1}, {Kind::pressure, "hPa", 100}, {Kind::pressure, "kPa", 1e3}, {Kind::pressure, "bar", 1e5}, {Kind::pressure, "MPa", 1e6},
    {Kind::pressure, "psi", 6894.757293168},
    {Kind::length, "mm", 1e-3}, {Kind::length, "cm", 1e-2}, {Kind::length, "m", 1}, {Kind::length, "km", 1e3}, {Kind::length, "ft", 0.3048},
    {Kind::area, "mm2", 1e-6}, {Kind::area, "m2", 1}, {Kind::area, "ft2", 0.09290304},
    {Kind::duration, "ns", 1e-9}, {Kind::duration, "us", 1e-6}, {Kind::duration, "ms", 1e-3}, {Kind::duration, "s", 1},
    {Kind::duration, "min", 60}, {Kind::duration, "h", kHour}, {Kind::duration, "day", kDay}, {Kind::duration, "week", 7 * kDay},
    {Kind::duration, "month", kMonth}, {Kind::duration, "year", kYear},
    {Kind::frequency, "Hz", 1}, {Kind::frequency, "kHz", 1e3}, {Kind::frequency, "MHz", 1e6}, {Kind::frequency, "GHz", 1e9},
    {Kind::per_time, "/year", 1 / kYear}, {Kind::per_time, "/day", 1 / kDay}, {Kind::per_time, "/h", 1 / kHour},
    {Kind::per_time, "/s", 1}, {Kind::per_time, "req/s", 1}, {Kind::per_time, "req/h", 1 / kHour}, {Kind::per_time, "session/s", 1},
    {Kind::per_time, "racks/day", 1 / kDay},
    {Kind::speed, "m/s", 1}, {Kind::angle, "deg", 1},
    {Kind::voltage, "V", 1}, {Kind::voltage, "kV", 1e3}, {Kind::current, "A", 1}, {Kind::current, "kA", 1e3},
    {Kind::resistance, "uohm", 1e-6}, {Kind::resistance, "mohm", 1e-3}, {Kind::resistance, "ohm", 1},
    {Kind::power_ramp, "W/s", 1}, {Kind::power_ramp, "kW/s", 1e3}, {Kind::power_ramp, "MW/min", 1e6 / 60}, {Kind::power_ramp, "MW/s", 1e6},
    {Kind::power_per_area, "W/m2", 1}, {Kind::power_per_area, "kW/m2", 1e3}, {Kind::pressure_load, "kg/m2", 1},
    {Kind::data, "B", 1}, {Kind::data, "kB", 1e3}, {Kind::data, "MB", 1e6}, {Kind::data, "MiB", kGib / 1024}, {Kind::data, "GB", 1e9},
    {Kind::data, "GiB", kGib}, {Kind::data, "TB", 1e12}, {Kind::data, "TiB", kGib * 1024}, {Kind::data, "PB", 1e15}, {Kind::data, "EB", 1e18},
    {Kind::data_rate, "B/s", 1}, {Kind::data_rate, "kB/s", 1e3}, {Kind::data_rate, "MB/s", 1e6}, {Kind::data_rate, "Gbit/s", 1.25e8},
    {Kind::data_rate, "GB/s", 1e9}, {Kind::data_rate, "Tbit/s", 1.25e11}, {Kind::data_rate, "TB/s", 1e12},
    {Kind::flop_rate, "FLOP/s", 1}, {Kind::flop_rate, "GFLOP/s", 1e9}, {Kind::flop_rate, "TFLOP/s", 1e12}, {Kind::flop_rate, "PFLOP/s", 1e15},
    {Kind::energy_per_flop, "fJ/FLOP", 1e-15}, {Kind::energy_per_flop, "pJ/FLOP", 1e-12}, {Kind::energy_per_flop, "J/FLOP", 1},
    {Kind::energy_per_byte, "pJ/B", 1e-12}, {Kind::energy_per_byte, "nJ/B", 1e-9}, {Kind::energy_per_byte, "J/B", 1},
    {Kind::tokens, "tok", 1}, {Kind::tokens, "ktok", 1e3}, {Kind::tokens, "Mtok", 1e6}, {Kind::tokens, "Gtok", 1e9}, {Kind::tokens, "Ttok", 1e12},
    {Kind::token_rate, "tok/s", 1}, {Kind::token_rate, "ktok/s", 1e3}, {Kind::token_rate, "Mtok/s", 1e6},
    {Kind::money, "USD", 1}, {Kind::money, "kUSD", 1e3}, {Kind::money, "MUSD", 1e6},
    {Kind::money_per_energy, "USD/MWh", 1 / kMWh}, {Kind::money_per_energy, "USD/kWh", 1 / kkWh},
    {Kind::money_per_power, "USD/kW", 1e-3}, {Kind::money_per_power, "MUSD/MW", 1}, {Kind::money_per_power, "USD/W", 1},
    {Kind::money_per_power_month, "USD/kW/month", 1e-3},
    {Kind::money_per_volume, "USD/m3", 1}, {Kind::money_per_volume, "USD/L", 1e3},
    {Kind::money_per_token, "USD/Mtok", 1e-6}, {Kind::money_per_token, "USD/tok", 1},
    {Kind::money_per_time, "USD/year", 1 / kYear}, {Kind::money_per_time, "kUSD/year", 1e3 / kYear}, {Kind::money_per_time, "MUSD/year", 1e6 / kYear},
    {Kind::money_per_time, "USD/month", 1 / kMonth}, {Kind::money_per_time, "USD/h", 1 / kHour}, {Kind::money_per_time, "USD/s", 1},
    {Kind::money_per_mass, "USD/t", 1e-3}, {Kind::money_per_mass, "USD/kg", 1},
    {Kind::carbon_intensity, "g/kWh", 1e-3 / kkWh}, {Kind::carbon_intensity, "kg/MWh", 1 / kMWh}, {Kind::carbon_intensity, "kg/J", 1},
    {Kind::relative_rate, "%/year", 0.01 / kYear}, {Kind::relative_rate, "%/month", 0.01 / kMonth}, {Kind::relative_rate, "1/s", 1},
    {Kind::density, "kg/m3", 1},
    {Kind::heat_capacity, "J/K", 1}, {Kind::heat_capacity, "kJ/K", 1e3}, {Kind::heat_capacity, "MJ/K", 1e6},
};

struct KindWords {
  Kind kind;
  std::string_view name;
  std::string_view si;
};
constexpr KindWords kKindWords[] = {
    {Kind::number, "a number", "1"}, {Kind::fraction, "a fraction", "1"}, {Kind::power, "a power", "W"},
    {Kind::apparent_power, "an apparent power", "VA"}, {Kind::reactive_power, "a reactive power", "var"},
    {Kind::energy, "an energy", "J"}, {Kind::temperature, "a temperature", "degC"},
    {Kind::temperature_difference, "a temperature difference", "K"}, {Kind::thermal_resistance, "a thermal resistance", "K/W"},
    {Kind::conductance, "a thermal conductance", "W/K"}, {Kind::mass, "a mass", "kg"}, {Kind::mass_flow, "a mass flow", "kg/s"},
    {Kind::volume, "a volume", "m3"}, {Kind::volume_flow, "a volume flow", "m3/s"},
    {Kind::flow_per_power, "a flow per power", "m3/s/W"}, {Kind::pressure, "a pressure", "Pa"}, {Kind::length, "a length", "m"},
    {Kind::area, "an area", "m2"}, {Kind::duration, "a duration", "s"}, {Kind::frequency, "a frequency", "Hz"},
    {Kind::per_time, "a rate of events", "1/s"}, {Kind::speed, "a speed", "m/s"}, {Kind::angle, "an angle", "deg"},
    {Kind::voltage, "a voltage", "V"}, {Kind::current, "a current", "A"}, {Kind::resistance, "a resistance", "ohm"},
    {Kind::power_ramp, "a power ramp", "W/s"}, {Kind::power_per_area, "a power density", "W/m2"},
    {Kind::pressure_load, "a floor load", "kg/m2"}, {Kind::data, "an amount of data", "B"}, {Kind::data_rate, "a data rate", "B/s"},
    {Kind::flop_rate, "an arithmetic rate", "FLOP/s"}, {Kind::energy_per_flop, "an energy per operation", "J/FLOP"},
    {Kind::energy_per_byte, "an energy per byte", "J/B"}, {Kind::tokens, "a number of tokens", "tok"},
    {Kind::token_rate, "a token rate", "tok/s"}, {Kind::money, "an amount of money", "USD"},
    {Kind::money_per_energy, "a price of energy", "USD/J"}, {Kind::money_per_power, "a price per power", "USD/W"},
    {Kind::money_per_power_month, "a demand charge", "USD/W/month"}, {Kind::money_per_volume, "a price per volume", "USD/m3"},
    {Kind::money_per_token, "a price per token", "USD/tok"}, {Kind::money_per_time, "a cost per time", "USD/s"},
    {Kind::money_per_mass, "a price per mass", "USD/kg"}, {Kind::carbon_intensity, "a carbon intensity", "kg/J"},
    {Kind::relative_rate, "a growth rate", "1/s"}, {Kind::density, "a density", "kg/m3"},
    {Kind::heat_capacity, "a heat capacity", "J/K"},
};

KindWords const& words_of(Kind kind) { return kKindWords[static_cast<std::size_t>(kind)]; }

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

Unit const* find_unit(std::string_view symbol, Kind kind) {
  for (auto const& u : kUnits)
    if (u.kind == kind && u.symbol == symbol) return &u;
  return nullptr;
}

// "`80 kW`, `80 MW`?": the number as it stands with the two or three units that a reader most likely meant.
std::string unit_suggestions(std::string_view number, Kind kind) {
  std::vector<std::string_view> symbols;
  for (auto const& u : kUnits)
    if (u.kind == kind && !u.symbol.empty()) symbols.push_back(u.symbol);
  std::size_t const n = std::min<std::size_t>(3, symbols.size()), first = (symbols.size() - n + 1) / 2;
  std::string out;
  for (std::size_t i = first; i < first + n; ++i) out += fmt::format("{}`{} {}`", out.empty() ? "" : ", ", number, symbols[i]);
  return out + "?";
}

}  // namespace

std::span<Unit const> unit_table() { return kUnits; }
std::string_view si_symbol(Kind kind) { return words_of(kind).si; }
std::string_view kind_name(Kind kind) { return words_of(kind).name; }

std::string accepted_units(Kind kind) {
  std::string out;
  for (auto const& u : kUnits)
    if (u.kind == kind && !u.symbol.empty()) out += (out.empty() ? "" : ", ") + std::string(u.symbol);
  return out;
}

std::string unit_examples(Kind kind) {
  std::string out;
  for (auto const& u : kUnits)
    if (u.kind == kind && !u.symbol.empty()) out += fmt::format("{}`80 {}`", out.empty() ? "" : ", ", u.symbol);
  return out;
}

ParsedQuantity parse_quantity(std::string_view raw, Kind kind) {
  std::string_view const text = trim(raw);
  double number = 0.0;
  auto const* first = text.data();
  auto const* last = first + text.size();
  auto const [end, problem] = std::from_chars(first + (text.starts_with('+') ? 1 : 0), last, number);
  if (problem != std::errc{} || !std::isfinite(number))
    return {0.0, fmt::format("expected {}, found `{}`", kind_name(kind), text), accepted_units(kind).empty() ? "write a number" : fmt::format("write a number and its unit: {}", accepted_units(kind))};

  std::string_view const symbol = trim({end, static_cast<std::size_t>(last - end)});
  if (Unit const* unit = find_unit(symbol, kind)) return {number * unit->factor + unit->offset, {}, {}};
  if (symbol == si_symbol(kind) && symbol != "1") return {number, {}, {}};  // always legal, though "USD/J" is nothing to suggest
  if (symbol.empty())
    return {0.0, fmt::format("expected {}, found a bare number", kind_name(kind)),
            fmt::format("add a unit: {}", unit_suggestions(text, kind))};
  for (auto const& u : kUnits)
    if (u.symbol == symbol)
      return {0.0, fmt::format("expected {}, found {} (`{}`)", kind_name(kind), kind_name(u.kind), symbol),
              accepted_units(kind).empty() ? "write a bare number" : fmt::format("accepted units: {}", accepted_units(kind))};
  return {0.0, fmt::format("unknown unit `{}` for {}", symbol, kind_name(kind)),
          accepted_units(kind).empty() ? "write a bare number" : fmt::format("accepted units: {}", accepted_units(kind))};
}

Unit display_unit(double si, Kind kind) {
  Unit best{kind, "", 1};
  bool found = false;
  for (auto const& u : kUnits) {
    if (u.kind != kind || u.offset != 0.0) continue;
    if (!found || (std::abs(si) >= u.factor && u.factor >= best.factor)) best = u, found = true;
  }
  return best;
}

std::string format_quantity(double si, Kind kind, int significant_digits) {
  Unit const unit = display_unit(si, kind);
  std::string const number = fmt::format("{:.{}g}", si / unit.factor, significant_digits);
  return unit.symbol.empty() ? number : fmt::format("{} {}", number, unit.symbol);
}

}  // namespace aif
