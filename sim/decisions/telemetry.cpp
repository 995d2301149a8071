#include "sim/decisions/telemetry.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/calendar.hpp"
#include "core/diagnostics.hpp"
#include "models/cooling/moist_air.hpp"
#include "sim/columns.hpp"
#include "sim/io/time_text.hpp"
#include "sim/simulation.hpp"

namespace aif::sim {
namespace {


[[noreturn]] void refuse(std::string code, std::string const& source, std::string message, std::string hint) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "", {source, 1, 1}, std::move(hint), 1});
}

// Names and units of everything that the twin can say of this facility, and of what can be told to it.
std::vector<std::pair<std::string, std::string>> known_channels(Facility const& f) {
  std::vector<std::pair<std::string, std::string>> out{{"relative_humidity", "1"}, {"pressure", "Pa"}};
  for (auto const& v : make_site_columns(f, "", 3600, 0).variables)
    if (v.dimension.empty()) out.emplace_back(v.name, v.unit);
    else
      for (auto const& w : f.workloads) out.emplace_back(v.name + "." + w.id, v.unit);
  for (auto const& w : f.workloads) out.emplace_back("requests." + w.id, "1 s-1");
  for (auto const& v : make_group_columns(f, "", 0).variables)
    for (auto const& g : f.groups) out.emplace_back(v.name + "." + g.id, v.unit);
  return out;
}

bool always_drives(std::string const& name) {
  return name == "dry_bulb" || name == "wet_bulb" || name == "relative_humidity" || name == "pressure" || name.starts_with("requests.") || name.starts_with("tokens_offered.") || name.starts_with("group_power.");
}

std::vector<double> hourly(std::vector<double> const& values, std::size_t skip, std::size_t per_hour, std::size_t hours) {
  std::vector<double> out;
  for (std::size_t h = 0; h < hours; ++h) {
    double sum = 0;
    std::size_t n = 0;
    for (std::size_t k = 0; k < per_hour; ++k)
      if (std::size_t const i = skip + h * per_hour + k; i < values.size() && std::isfinite(values[i])) sum += values[i], ++n;
    out.push_back(2 * n >= per_hour ? sum / static_cast<double>(n) : std::nan(""));  // half of an hour makes the hour
  }
  return out;
}

HourlyChannel const* find(std::vector<HourlyChannel> const& list, std::string_view name) {
  auto const it = std::find_if(list.begin(), list.end(), [&](auto const& c) { return c.name == name; });
  return it == list.end() ? nullptr : &*it;
}

void drive_weather(Facility& f, Telemetry const& t) {
  auto const *dry = find(t.driving, "dry_bulb"), *wet = find(t.driving, "wet_bulb"), *humidity = find(t.driving, "relative_humidity"), *pressure = find(t.driving, "pressure");
  if (!dry && !wet && !humidity && !pressure) return;
  for (std::size_t h = 0; h < t.hours; ++h) {
    auto& p = f.weather.hours[(t.first_hour + h) % kHoursPerYear];
    auto const value = [&](HourlyChannel const* c, double otherwise) { return c && std::isfinite(c->values[h]) ? c->values[h] : otherwise; };
    double const pressure_pa = value(pressure, p.pressure_pa), dry_c = value(dry, p.dry_bulb_c);
    double rh = std::clamp(value(humidity, p.relative_humidity), 0.01, 1.0);
    if (wet && std::isfinite(wet->values[h])) {
      double low = 0.01, high = 1;
      for (int i = 0; i < 40; ++i) {
        double const middle = 0.5 * (low + high);
        (cooling::make_weather_point(dry_c, middle, pressure_pa).wet_bulb_c < wet->values[h] ? low : high) = middle;
      }
      rh = 0.5 * (low + high);
    }
    p = cooling::make_weather_point(dry_c, rh, pressure_pa);
  }
}

}  // namespace

Telemetry read_telemetry(UserTable const& table, Facility const& f, std::vector<std::string> const& drive) {
  Telemetry out;
  double const per_hour = 3600 / table.step_s;
  bool const is_coarse = table.step_s > 3600;
  if (is_coarse || std::abs(per_hour - std::round(per_hour)) > 1e-9) refuse("AF4014", table.source, fmt::format("steps of {:g} s do not make hours", table.step_s), "hourly rows, or finer ones that divide an hour");
  auto const n = static_cast<std::size_t>(std::llround(per_hour));
  double const into_hour_s = std::fmod(table.start_s, 3600.0);
  auto const skip = into_hour_s == 0 ? std::size_t{0} : static_cast<std::size_t>(std::llround((3600 - into_hour_s) / table.step_s));
  out.start_s = table.start_s + static_cast<double>(skip) * table.step_s;
  out.hours = (table.n_steps - std::min(table.n_steps, skip)) / n;
  if (out.hours == 0 || out.hours > kHoursPerYear) refuse("AF4014", table.source, fmt::format("{} whole hours; from one to a year is asked for", out.hours), "cut the table");
  for (double s = out.start_s; s < out.start_s + 3600.0 * static_cast<double>(out.hours); s += 3600)
    if (hour_of_year(s) < 0) refuse("AF4014", table.source, "the table holds a 29 February, which the twin's year lacks", "cut the table before or after it");
  out.first_hour = static_cast<std::size_t>(hour_of_year(out.start_s));
  auto const known = known_channels(f);
  std::vector<std::string> names;
  for (auto const& [name, unit] : known) names.push_back(name);
  for (auto const& name : drive)
    if (name != "it_power" || !table.find(name)) refuse("AF2952", table.source, fmt::format("`{}` cannot drive the model, or the table lacks it", name), "it_power can; weather, requests and pods' power do by themselves");
  // Tables of this program write `tokens_out.chat` as `tokens_out_chat`.
  auto const plain = [](std::string name) {
    std::replace_if(name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
    return name;
  };
  for (auto const& column : table.columns) {
    auto const at = std::find_if(names.begin(), names.end(), [&](auto const& name) { return name == column.name || plain(name) == column.name; });
    if (at == names.end()) {
      out.ignored.push_back(column.name);
      continue;
    }
    std::string const& unit = known[static_cast<std::size_t>(at - names.begin())].second;
    if (column.si_unit != unit) refuse("AF2951", table.source, fmt::format("`{}` is measured in {}, the twin has {}", column.name, column.unit.empty() ? "bare numbers" : column.unit, unit), fmt::format("header `{} [UNIT]`", column.name));
    HourlyChannel channel{*at, unit, column.unit, hourly(column.values, skip, n, out.hours)};
    bool const drives = always_drives(*at) || std::find(drive.begin(), drive.end(), *at) != drive.end();
    (drives ? out.driving : out.compared).push_back(std::move(channel));
  }
  if (out.compared.empty())
    refuse("AF2950", table.source, fmt::format("no column can be compared{}", out.ignored.empty() ? "" : fmt::format("; unknown: {}", fmt::join(out.ignored, ", "))), "for instance facility_power [MW], it_power [MW], cooling_power [kW], pue [1], tokens_out.WORKLOAD [tok/s]");
  return out;
}

void drive(Facility& f, Telemetry const& t) {
  drive_weather(f, t);
  auto const at = [&](std::size_t h) { return (t.first_hour + h) % kHoursPerYear; };
  for (auto& w : f.workloads) {
    auto const *tokens = find(t.driving, "tokens_offered." + w.id), *requests = find(t.driving, "requests." + w.id);
    if ((!tokens && !requests) || w.offered_out_token_s.empty()) continue;
    for (std::size_t h = 0; h < t.hours; ++h) {
      double const v = tokens ? tokens->values[h] : requests->values[h] * w.answer_token;
      if (std::isfinite(v)) w.offered_out_token_s[at(h)] = std::max(0.0, v);
    }
  }
  double design_w = 0;
  for (auto const& g : f.groups) design_w += g.racks * g.rack.design_power_w;
  auto const* site = find(t.driving, "it_power");
  for (auto& g : f.groups) {
    auto const* own = find(t.driving, "group_power." + g.id);
    if ((!own && !site) || g.racks == 0) continue;
    double const share = own ? 1.0 : g.racks * g.rack.design_power_w / design_w;
    // What was measured stands in the place of what the pod would do; hours without a value have its design power (and are not judged by it).
    if (g.measured_w.empty()) g.measured_w.assign(kHoursPerYear, g.rack.design_power_w);
    auto const& values = (own ? own : site)->values;
    for (std::size_t h = 0; h < t.hours; ++h)
      if (std::isfinite(values[h])) g.measured_w[at(h)] = std::max(0.0, values[h]) * share / g.racks;
  }
}

std::vector<std::vector<double>> predict(Facility const& facility, Telemetry const& t, RunControl const& control) {
  Facility f = facility;
  f.step_s = 3600;
  f.duration_s = 3600.0 * static_cast<double>(t.first_hour + t.hours);
  YearRun run = start_year(f, {.calendar = Calendar::steady, .keep_series = true, .keep_groups = true});
  run.next_window = t.first_hour;
  advance_year(f, run, {control.stop, nullptr});
  if (!run.finished()) throw Interrupted();
  std::vector<std::vector<double>> out;
  for (auto const& channel : t.compared) {
    auto const dot = channel.name.find('.');
    std::string const variable = channel.name.substr(0, dot), entity = dot == std::string::npos ? "" : channel.name.substr(dot + 1);
    auto const* v = run.series.find(variable);
    bool const by_group = !v;
    if (by_group) v = run.hourly.find(variable);
    auto const& labels = v->dimension.empty() ? std::vector<std::string>{""} : (by_group ? run.hourly : run.series).coordinates.at(v->dimension);
    auto const e = static_cast<std::size_t>(std::find(labels.begin(), labels.end(), entity) - labels.begin());
    std::vector<double> values;
    for (std::size_t h = 0; h < t.hours; ++h) values.push_back(static_cast<double>(v->values[(by_group ? t.first_hour + h : h) * labels.size() + e]));
    out.push_back(std::move(values));
  }
  return out;
}

}  // namespace aif::sim
