#include "cli/risk_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/units.hpp"

namespace aif::cli {
namespace {

constexpr double kGiga = 1e9;

std::string rate(double token_s) { return token_s == 0 ? "0" : format_quantity(token_s, Kind::token_rate, 3); }
std::string tokens(double token) {
  return std::abs(token) < 1 ? "0" : std::abs(token) >= kGiga ? fmt::format("{:.3g} Gtok", token / kGiga) : fmt::format("{:.3g} Mtok", token / 1e6);
}
std::string date_of(std::size_t hour) {
  constexpr int kDays[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  constexpr char const* kNames[12] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  int day = static_cast<int>(hour / 24), month = 0;
  while (month < 11 && day >= kDays[month]) day -= kDays[month++];
  return fmt::format("{} {} {:02}:00", day + 1, kNames[month], hour % 24);
}

std::string ranking(sim::ContingencyReport const& c, std::size_t top) {
  std::string out = fmt::format("With everything in service: {} good, {} trained (means of the year).\n\n", rate(c.good_token_s), rate(c.trained_token_s));
  constexpr auto kRow = "  {:<42} {:>6} {:>8} {:>11} {:>11} {:>11} {:>11} {:>9} {:>9}  {}{}\n";
  out += fmt::format(kRow, "outage", "any of", "a year", "at risk", "worst hour", "training", "lost a year", "throttle", "trip", "binds", "");
  std::size_t shown = 0;
  for (auto const& r : c.outages) {
    if (shown++ >= top) break;
    out += fmt::format(kRow, case_name(r.what), r.what.units, fmt::format("{:.2g}", r.what.events_per_year), rate(r.good_token_s), rate(r.worst_good_token_s),
                       rate(r.trained_token_s), tokens(r.lost_good_token_year), seconds_text(r.transient.ride.seconds_to_throttle_s),
                       seconds_text(r.transient.ride.seconds_to_trip_s), r.binding, r.is_in_goodput ? " (in the goodput of the run)" : "");
  }
  std::size_t const harmless = static_cast<std::size_t>(std::count_if(c.outages.begin(), c.outages.end(), [](auto const& r) {
    return r.worst_good_token_s <= 0 && r.worst_trained_token_s <= 0 && r.transient.tripped_frac <= 0;
  }));
  out +=
      fmt::format("  {} of {} outages cost no token. Transients are those of {}, the hottest hour.\n", harmless, c.outages.size(), date_of(c.transient_hour));
  for (auto const& r : c.outages)
    if (r.gain_token_s > 0) out += fmt::format("  note: {} raises good tokens by up to {} {}\n", case_name(r.what), rate(r.gain_token_s), r.gain_reason);
  return out;
}

// The other order: what is rare weighs less, what is frequent more. Reasons and times are in the first table.
std::string expected(sim::ContingencyReport const& c, std::size_t top) {
  constexpr auto kRow = "  {:<42} {:>9} {:>10} {:>11} {:>12} {:>13}\n";
  std::string out;
  std::size_t shown = 0;
  for (std::size_t i : c.by_expected_loss) {
    auto const& r = c.outages[i];
    if (shown >= top || (r.lost_good_token_year < 1 && r.lost_trained_token_year < 1)) break;
    if (shown++ == 0)
      out = "\nBy expected tokens lost a year: rate x (time x tokens at risk + restart)\n" +
            fmt::format(kRow, "outage", "a year", "each", "at risk", "lost a year", "trained lost");
    out += fmt::format(kRow, case_name(r.what), fmt::format("{:.2g}", r.what.events_per_year), format_quantity(r.what.duration_s, Kind::duration, 3),
                       rate(r.good_token_s), tokens(r.lost_good_token_year), tokens(r.lost_trained_token_year));
  }
  return out;
}

std::string chain_of(sim::OutageResult const& r) {
  std::string out = fmt::format("\n{}: {:.2g} a year, {}\n", case_name(r.what), r.what.events_per_year, format_quantity(r.what.duration_s, Kind::duration, 3));
  for (auto const& s : r.transient.chain) out += fmt::format("  {:>8}  {}\n", fmt::format("{:.1f} s", s.time_s), s.text);
  if (r.worst_good_token_s > 0) out += fmt::format("            worst hour {}\n", date_of(r.worst_hour));
  out += fmt::format("            rate and time: {}\n", r.what.source);
  return out;
}

std::string findings(sim::ContingencyReport const& c) {
  std::string out = fmt::format("\nDesign rules: {}concurrently maintainable, {}fault tolerant as modelled\n", c.concurrently_maintainable ? "" : "not ",
                                c.fault_tolerant ? "" : "not ");
  for (auto const& f : c.findings) out += fmt::format("  {:<5} {}: {}\n        {}: {}\n", f.severity, f.rule, f.text, f.component, f.fix);
  return out;
}

std::string availability(sim::AvailabilityReport const& a, std::size_t top) {
  std::string out = fmt::format("\nAvailability over {} years: {:.4f} % of the good tokens ({:.4f} to {:.4f}), {} nines\n", a.years, 100 * a.availability,
                                100 * a.availability_low, 100 * a.availability_high, std::isfinite(a.nines) ? fmt::format("{:.2f}", a.nines) : "all");
  auto line = [&](char const* what, sim::YearBand const& b, auto&& text) {
    out += fmt::format("  {:<28} mean {:>11} ({} to {})   P50 {:>11}   P90 {:>11}   P99 year {:>11} ({} to {})\n", what, text(b.mean), text(b.mean_low),
                       text(b.mean_high), text(b.p50), text(b.p90), text(b.p99), text(b.p99_low), text(b.p99_high));
  };
  line("good tokens lost a year", a.lost_good, tokens);
  line("trained tokens lost a year", a.lost_trained, tokens);
  auto const hours = [](double h) { return fmt::format("{:.3g} h", h); };
  line("hours more than 1 % short", a.impaired_hours, hours);
  line("hours with nothing good", a.down_hours, hours);
  out += fmt::format("  times a year that it falls short: {:.3g} ({:.3g} to {:.3g})\n", a.events.mean, a.events.mean_low, a.events.mean_high);
  if (a.training_stops_by_nodes > 0)
    out += fmt::format("  training stops a year: {:.3g} by its own nodes (in its goodput), {:.3g} by the plant\n", a.training_stops_by_nodes,
                       a.training_stops_by_plant);
  out += "  lost by cause:\n";
  std::size_t shown = 0;
  for (auto const& c : a.causes) {
    if (shown >= top || (c.lost_good_token == 0 && c.lost_trained_token == 0)) break;
    ++shown;
    out += fmt::format("    {:<36} {:<13} {:>9.3g} a year {:>10.3g} unit-h   good {:>11}   trained {:>11}\n", c.component, c.reason, c.events_per_year,
                       c.hours_per_year, tokens(c.lost_good_token), tokens(c.lost_trained_token));
  }
  if (!a.spares.empty()) out += "  what one more is worth in a year:\n";
  for (auto const& s : a.spares)
    out += fmt::format("    {:<36} {:<15} {:>4} +{}   good {:>11} ({} to {})   trained {:>11}\n", s.component, s.what, s.has, s.step, tokens(s.good_token),
                       tokens(s.low), tokens(s.high), tokens(s.trained_token));
  for (auto const& n : a.notes) out += "  " + n + "\n";
  return out;
}

std::string events(std::vector<sim::EventImpact> const& list) {
  std::string out = "\nEvents of the scenario\n";
  for (auto const& e : list) {
    auto const change = [](double lost, double frac) { return lost == 0 ? std::string("no change") : fmt::format("{} ({:+.2f} %)", tokens(-lost), -100 * frac); };
    out += fmt::format("  {:<22} {:<12} {} for {}: good tokens {}, trained {}", e.id, e.type, e.start, format_quantity(e.hours * 3600, Kind::duration, 3),
                       change(e.lost_good_token, e.lost_good_frac), change(e.lost_trained_token, e.lost_trained_frac));
    out += fmt::format("; import {:+.3g} MWh, peak {:+.3g} MW, own generation {:.3g} MWh, water {:+.3g} m3{}\n", e.utility_j / 3.6e9, e.peak_utility_w / 1e6,
                       e.generator_j / 3.6e9, e.water_kg / 1000,
                       e.binding.empty() ? "" : "; " + e.binding + " binds");
  }
  return out;
}

}  // namespace

std::string seconds_text(double s) {
  if (!std::isfinite(s)) return "-";
  if (s < 100) return fmt::format("{:.3g} s", s);
  return fmt::format("{:.3g} min", s / 60);
}

std::string risk_screen(sim::RiskResults const& risk, RiskView const& view) {
  std::string out;
  if (risk.contingency) {
    auto const& c = *risk.contingency;
    out += ranking(c, view.top) + expected(c, view.top);
    for (std::size_t i = 0, shown = 0; i < c.outages.size() && shown < view.chains; ++i)
      if (c.outages[i].transient.chain.size() > 2 || c.outages.size() <= view.chains) out += chain_of(c.outages[i]), ++shown;
    out += findings(c);
  }
  if (risk.availability) out += availability(*risk.availability, view.top);
  if (!risk.events.empty()) out += events(risk.events);
  return out;
}

}  // namespace aif::cli
