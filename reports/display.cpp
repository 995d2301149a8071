#include "reports/display.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/units.hpp"

namespace aif::reports {
namespace {

constexpr std::pair<std::string_view, Kind> kKindOfUnit[] = {
    {"W", Kind::power}, {"VA", Kind::apparent_power}, {"var", Kind::reactive_power}, {"J", Kind::energy}, {"kg", Kind::mass}, {"m3", Kind::volume},
    {"USD", Kind::money}, {"s", Kind::duration}, {"1 s-1", Kind::token_rate}, {"degC", Kind::temperature}, {"K", Kind::temperature_difference}, {"B", Kind::data},
};

constexpr std::pair<std::string_view, std::string_view> kLabels[] = {
    {"tokens.good.rate", "Good output tokens"}, {"tokens.out.rate", "Output tokens"}, {"tokens.in.rate", "Prompt tokens computed"},
    {"tokens.cached.rate", "Prompt tokens from cache"}, {"goodput.fraction", "Share of demand served in time"}, {"tokens.ref.rate", "Reference tokens, all products"},
    {"training.tokens.rate", "Tokens trained"}, {"it.power", "IT power, mean"}, {"it.power.peak", "IT power, peak"}, {"facility.power", "Site power, mean"},
    {"facility.power.peak", "Site power, peak"}, {"facility.power.p95", "Site power, 95th percentile"}, {"facility.apparent_power.peak", "Apparent power, peak"},
    {"power_factor.min", "Power factor, lowest"}, {"pue", "PUE"}, {"pue.electrical", "PUE part: electrical losses"}, {"pue.liquid", "PUE part: liquid pumps"},
    {"pue.air", "PUE part: air handling"}, {"pue.plant", "PUE part: heat rejection and chillers"}, {"pue.month.peak", "PUE, worst month"}, {"wue", "WUE"}, {"wue.source", "WUE at the source"}, {"heat.reused", "Heat reused"},
    {"water", "Water"}, {"energy", "Site electricity"}, {"energy.per_output_token", "Energy of a good output token"}, {"cost.per_mtok_out", "Cost of a million good output tokens"},
    {"cost.energy_per_mtok_out", "Electricity cost of a million good output tokens"}, {"cost.year", "Levelised cost"}, {"cost.per_device_hour", "Levelised cost of an accelerator"},
    {"cost.energy_share", "Share of electricity in cost"}, {"carbon", "CO2 of electricity"}, {"carbon.per_mtok_out", "CO2 of a million good output tokens"},
    {"generation.energy", "Own generation"}, {"generator.fuel", "Fuel of the generators"}, {"gas.fuel", "Gas burnt"}, {"curtailable.power", "Import that can be given up for an hour"},
    {"curtailable.onsite", "of it by own sources"}, {"carbon.marginal", "CO2 by marginal intensity"}, {"battery.fade", "Battery capacity lost"}, {"dc.collapse_margin", "DC rows: load that collapses them, of rated"},
    {"tokens.out.rate.as_delivered", "Output tokens in the first year, as delivered"}, {"facility.power.as_delivered", "Site power in the first year, as delivered"},
    {"stranded.it_power.as_delivered", "Delivered racks without power, first year"}, {"ttft.p50", "Time to first token, median"}, {"ttft.p99", "Time to first token, 99th percentile"},
    {"tpot.p50", "Time per output token, median"}, {"tpot.p99", "Time per output token, 99th percentile"}, {"mfu", "Model FLOP utilisation"}, {"clock.fraction", "Clock"},
    {"it.power.per_node", "Power of a server"}, {"units.rate", "Units made"}, {"units.good.rate", "Units delivered in time"}, {"latency.p50", "Time to delivery, median"},
    {"latency.p99", "Time to delivery, 99th percentile"}, {"energy.per_unit", "Energy of a unit delivered in time"}, {"cost.per_unit", "Levelised cost of a unit delivered in time"},
};

// Yearly sums are told per year.
bool is_yearly(std::string_view metric) { return metric == "energy" || metric == "heat.reused" || metric == "water" || metric == "carbon" || metric == "carbon.marginal" || metric == "generation.energy" || metric == "generator.fuel" || metric == "gas.fuel" || metric == "cost.year"; }

std::string_view suffix_of(std::string_view metric) {
  if (metric.ends_with("per_output_token")) return "/token";
  if (metric.ends_with("per_mtok_out")) return "/Mtok";
  if (metric.ends_with("per_unit")) return "/unit";
  if (metric.ends_with("per_device_hour")) return "/h";
  return is_yearly(metric) ? "/year" : "";
}

bool is_share(std::string_view metric) {
  for (std::string_view end : {"fraction", "share", "mfu"})
    if (metric.ends_with(end)) return true;
  return false;
}

Shown show_ratio(double si, std::string_view metric) {
  if (is_share(metric)) return {number_text(100 * si), "%", 0.01};
  if (metric.starts_with("pue") || metric.starts_with("power_factor")) return {fmt::format("{:.3f}", si), "", 1};
  return {number_text(si), "", 1};
}

Shown show_money(double usd, std::string_view metric) {
  constexpr std::pair<double, char const*> kSizes[] = {{1e9, "billion USD"}, {1e6, "million USD"}, {1, "USD"}};
  for (auto const& [factor, unit] : kSizes)
    if (std::abs(usd) >= factor || factor == 1) return {number_text(usd / factor), unit + std::string(suffix_of(metric)), factor};
  return {};
}

}  // namespace

std::string number_text(double value, int significant_digits) {
  if (!std::isfinite(value)) return "not known";
  if (value == 0) return "0";
  int const before_point = static_cast<int>(std::floor(std::log10(std::abs(value)))) + 1;
  if (before_point < -4) return fmt::format("{:.{}e}", value, significant_digits - 1);
  std::string text = fmt::format("{:.{}f}", value, std::max(0, significant_digits - before_point));
  std::size_t const point = std::min(text.find('.'), text.size()), first = text.front() == '-' ? 1 : 0;
  for (std::size_t at = point; at > first + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

std::string percent_text(double fraction) { return number_text(100 * fraction) + " %"; }

std::string count_text(double value) { return number_text(value, value < 10 && value != std::round(value) ? 2 : 0); }

std::string in_words(std::string_view identifier) {
  static constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"it", "IT"}, {"ups", "UPS"}, {"cdu", "CDU"}, {"fws", "facility water"}, {"chw", "chilled water"}, {"kv", "KV"}, {"slo", "latency targets"}, {"rejection", "heat rejection"}};
  std::string words, word;
  auto take = [&](char after) {
    auto const it = std::find_if(std::begin(kWords), std::end(kWords), [&](auto const& w) { return w.first == word; });
    words += it == std::end(kWords) ? word : std::string(it->second);
    if (after) words += after == '_' ? ' ' : after;
    word.clear();
  };
  for (char c : identifier) {
    if (c == '_' || c == ' ' || c == ':' || c == '.') take(c);
    else word += c;
  }
  take(0);
  return words;
}

Shown show(double si, std::string_view si_unit, std::string_view metric) {
  if (si_unit == "1") return show_ratio(si, metric);
  if (si_unit == "1 s-1" && (metric.ends_with("units.rate") || metric.ends_with("units.good.rate"))) return {number_text(si), "/s", 1};
  if (si_unit == "m3 J-1") return {number_text(si * 1e3 * 3.6e6), "L/kWh", 1 / (1e3 * 3.6e6)};
  if (si_unit == "kg J-1") return {number_text(si * 3.6e6), "kg/kWh", 1 / 3.6e6};
  if (si_unit == "s" && si == 0) return {"0", "s", 1};
  if (si_unit == "J" && si == 0) return {"0", "MWh" + std::string(suffix_of(metric)), 3.6e9};
  if (si_unit == "USD") return show_money(si, metric);
  if (si_unit == "m3 s-1" && metric == "flow") return {number_text(1000 * si), "L/s", 1e-3};
  if (si_unit == "m3" && std::abs(si) < 1) return {number_text(1000 * si), "L" + std::string(suffix_of(metric)), 1e-3};  // no gallons among SI
  if (si_unit == "Pa") return {number_text(si / 1e3), "kPa", 1e3};
  if (si_unit == "degC") return {number_text(si), "°C", 1};
  for (auto const& [unit, kind] : kKindOfUnit) {
    if (unit != si_unit) continue;
    Unit const best = display_unit(si, kind);
    int const digits = kind == Kind::power || kind == Kind::apparent_power ? 4 : 3;
    return {number_text(si / best.factor, digits), std::string(best.symbol) + std::string(suffix_of(metric)), best.factor};
  }
  return {number_text(si), std::string(si_unit), 1};
}

std::string label_of(std::string_view metric) {
  for (auto const& [id, label] : kLabels)
    if (id == metric) return std::string(label);
  if (metric.starts_with("workload."))
    if (auto const dot = metric.find('.', 9); dot != std::string_view::npos)
      return fmt::format("{}: {}", metric.substr(9, dot - 9), label_of(metric.substr(dot + 1)));
  return std::string(metric);
}

}  // namespace aif::reports
