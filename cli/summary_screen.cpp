#include "cli/summary_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/units.hpp"
#include "sim/decisions/ensemble.hpp"
#include "sim/place_names.hpp"
#include "sim/summary_checks.hpp"

namespace aif::cli {
namespace {

struct Line {
  char const *label, *id;
};
constexpr Line kHeadline[] = {
    {"tokens out (mean)", "tokens.out.rate"}, {"good within targets", "tokens.good.rate"}, {"goodput", "goodput.fraction"},
    {"tokens trained", "training.tokens.rate"}, {"IT power (mean)", "it.power"}, {"facility power (mean)", "facility.power"},
    {"facility power (peak)", "facility.power.peak"}, {"PUE (energy-weighted)", "pue"}, {"WUE", "wue"},
    {"energy per good out tok", "energy.per_output_token"}, {"cost per M good out tok", "cost.per_mtok_out"},
    {"  of which electricity", "cost.energy_per_mtok_out"}, {"cost per device hour", "cost.per_device_hour"}, {"CO2 per M good out tok", "carbon.per_mtok_out"},
};

}  // namespace

std::string display(double si, std::string const& unit) {
  auto as = [&](Kind kind) { return format_quantity(si, kind); };
  if (unit == "W") return as(Kind::power);
  if (unit == "VA") return as(Kind::apparent_power);
  if (unit == "1 s-1") return as(Kind::token_rate);
  if (unit == "m3 J-1") return fmt::format("{:.3g} L/kWh", si * 1e3 * 3.6e6);
  if (unit == "J") return si > 1e6 ? as(Kind::energy) : fmt::format("{:.4g} J", si);
  if (unit == "s") return as(Kind::duration);
  if (unit == "kg") return as(Kind::mass);
  if (unit == "1") return fmt::format("{:.4g}", si);
  return fmt::format("{:.4g} {}", si, unit);
}

namespace {

std::string_view word(Validity validity) { return enum_name(validity); }

// Unit that suits a value: SI = shown x factor.
std::pair<double, std::string> unit_of(double si, std::string const& unit) {
  constexpr std::pair<char const*, Kind> kKinds[] = {{"W", Kind::power}, {"VA", Kind::apparent_power}, {"1 s-1", Kind::token_rate}, {"s", Kind::duration}, {"kg", Kind::mass}};
  for (auto const& [name, kind] : kKinds)
    if (unit == name) {
      Unit const u = display_unit(si, kind);
      return {u.factor, std::string(u.symbol)};
    }
  if (unit == "m3 J-1") return {1 / 3.6e9, "L/kWh"};
  return {1.0, unit == "1" ? "" : unit};
}

// What sets the output, with its hours, in words and as the ids that `--json` and result.nc have.
std::string causes(sim::Results const& r) {
  sim::PlaceNames const names = sim::place_names(r);
  double hours = 0;
  for (auto const& c : r.causes) hours += c.hours;
  std::string out = "  output is set by\n";
  for (auto const& c : r.causes)
    out += fmt::format("    {:>6.0f} h {:>4.0f} %  {:<44} {}{}\n", c.hours, 100 * c.hours / hours, sim::limit_name(names, c.cause, c.component), enum_name(c.cause),
                       c.component.empty() ? "" : " " + c.component);
  return out;
}

// P10, P50, P90 and the nominal value in the unit that suits the nominal one.
std::string band_line(char const* label, MetricValue const& m) {
  auto const [factor, unit] = unit_of(m.value, m.unit);
  auto const in_unit = [f = factor](double si) { return fmt::format("{:.4g}", si / f); };
  return fmt::format("  {:<24} {:>9} {:>10} {:>10} {:<9} {:>9}   {}\n", label, in_unit(*m.p10), in_unit(*m.p50), in_unit(*m.p90), unit, in_unit(m.value), word(m.validity));
}

// What moves the figures that people look at first.
std::string drivers(sim::EnsembleData const& e) {
  constexpr std::size_t kShown = 3;
  std::string out;
  for (auto const* metric : {"tokens.good.rate", "facility.power", "pue", "cost.per_mtok_out"}) {
    std::string inputs;
    auto const list = sim::contributions(e, metric);
    for (std::size_t i = 0; i < std::min(kShown, list.size()); ++i)
      inputs += fmt::format("{}{} {:.0f} %", inputs.empty() ? "" : ", ", list[i].input, 100 * list[i].share);
    if (!inputs.empty()) out += fmt::format("  spread of {}: {}\n", metric, inputs);
  }
  auto const failed = std::count_if(e.failures.begin(), e.failures.end(), [](auto const& f) { return !f.empty(); });
  std::string failure;
  for (auto const& f : e.failures)
    if (failure.empty()) failure = f;
  if (failed > 0) out += fmt::format("  {} of {} members could not be built and are left out of the bands: {}\n", failed, e.values.size(), failure);
  return out;
}

}  // namespace

std::string summary_screen(sim::Results const& r) {
  std::string out;
  bool const has_bands = !r.ensemble.empty();
  if (has_bands) out += fmt::format("  {:<24} {:>9} {:>10} {:>10} {:<9} {:>9}   validity\n", fmt::format("{} members", r.ensemble.values.size()), "P10", "P50", "P90", "", "nominal");
  for (auto const& line : kHeadline) {
    auto const* m = r.find(line.id);
    if (!m || m->value == 0) continue;
    out += m->p10 && m->p50 && m->p90 ? band_line(line.label, *m) : fmt::format("  {:<24} {:>14}   {}\n", line.label, display(m->value, m->unit), word(m->validity));
  }
  out += causes(r);
  for (auto const& m : r.marginal)
    out += fmt::format("  one more: {:.4g} {} at {} gives {:+.4g} good tok/s\n", m.step, m.unit, m.component, m.d_good_token_s);
  if (has_bands) out += drivers(r.ensemble);
  for (auto const& c : r.checks) {
    std::string const odds = c.probability ? fmt::format(", holds in {:.0f} % of members", 100 * *c.probability) : "";
    auto const* m = r.find(sim::metric_of_check(c.expression));
    std::string const value = m ? display(c.value, m->unit) : fmt::format("{:.6g}", c.value), limit = m ? display(c.limit, m->unit) : fmt::format("{:.6g}", c.limit);
    out += fmt::format("  check {}: {} ({} against {}{})\n", c.passed ? "ok" : c.level == "warn" ? "WARN" : "FAILED", c.expression, value, limit, odds);
  }
  for (auto const& e : r.events) out += fmt::format("  {}: {}\n", e.kind, e.text);
  return out;
}

}  // namespace aif::cli
