#include "cli/summary_screen.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/units.hpp"

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

std::string summary_screen(sim::Results const& r) {
  std::string out;
  for (auto const& line : kHeadline)
    if (auto const* m = r.find(line.id); m && m->value != 0) {
      std::string const band = m->p10 && m->p90 ? fmt::format("  {} .. {}", display(*m->p10, m->unit), display(*m->p90, m->unit)) : "";
      out += fmt::format("  {:<24} {:>14}{}   {}\n", line.label, display(m->value, m->unit), band, enum_names(m->validity)[static_cast<std::size_t>(m->validity)]);
    }
  out += "  binding:";
  bool any = false;
  for (auto const& c : r.causes) {
    std::string_view const cause = enum_names(c.cause)[static_cast<std::size_t>(c.cause)];
    out += fmt::format("{} {}{} {:.0f} h", any ? "," : "", cause, c.component.empty() ? "" : " (" + c.component + ")", c.hours);
    any = true;
  }
  out += '\n';
  for (auto const& m : r.marginal)
    out += fmt::format("  one more: {:.4g} {} at {} gives {:+.4g} good tok/s\n", m.step, m.unit, m.component, m.d_good_token_s);
  for (auto const& c : r.checks) out += fmt::format("  check {}: {} ({:.6g} against {:.6g})\n", c.passed ? "ok" : c.level == "warn" ? "WARN" : "FAILED", c.expression, c.value, c.limit);
  for (auto const& e : r.events) out += fmt::format("  {}: {}\n", e.kind, e.text);
  return out;
}

}  // namespace aif::cli
