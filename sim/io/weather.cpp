#include "sim/io/weather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "core/calendar.hpp"
#include "core/csv.hpp"
#include "sim/io/epw.hpp"
#include "sim/io/user_table.hpp"

namespace aif::sim {
namespace {

using cooling::WeatherPoint;
constexpr std::size_t kLeapHours = 8784, kLeapDayStart = 59 * 24;
constexpr int kLongestGap = 6;  // hours bridged by a straight line: assumption, the practice of TMY files

// Gaps are bridged around the year's end too.
void fill_gaps(std::vector<double>& values, char const* what, WeatherSeries& series, std::vector<int> const& lines) {
  std::size_t const n = values.size();
  std::size_t const first = static_cast<std::size_t>(std::find_if(values.begin(), values.end(), [](double v) { return std::isfinite(v); }) - values.begin());
  if (first == n) detail::refuse_weather(series.source, 0, "AF4204", fmt::format("no hour has a {}", what), "choose another file");
  std::size_t filled = 0;
  for (std::size_t k = 1; k <= n; ++k) {
    std::size_t const i = (first + k) % n;
    if (std::isfinite(values[i])) continue;
    std::size_t length = 1;
    while (!std::isfinite(values[(i + length) % n])) ++length;
    if (length > kLongestGap)
      detail::refuse_weather(series.source, lines[i], "AF4204", fmt::format("{} hours without {} (at most {} are bridged)", length, what, kLongestGap), "fill the gap from another station or year");
    double const before = values[(i + n - 1) % n], after = values[(i + length) % n];
    for (std::size_t j = 0; j < length; ++j) values[(i + j) % n] = before + (after - before) * static_cast<double>(j + 1) / static_cast<double>(length + 1);
    filled += length;
  }
  if (filled == 0) return;
  Diagnostic note;
  note.code = "AF4204", note.severity = Severity::warning, note.pos.file = series.source;
  note.message = fmt::format("{} hours without {} were bridged by straight lines", filled, what);
  series.notes.add(note);
}

void check_range(WeatherSeries const& series, std::vector<double> const& values, std::vector<int> const& lines, double low, double high, char const* what) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i]) && (values[i] < low || values[i] > high))
      detail::refuse_weather(series.source, lines[i], "AF4203", fmt::format("{} of {:g} lies outside {:g} to {:g}", what, values[i], low, high), "check the unit and the column");
}

WeatherSeries load_open_meteo(std::string const& path) {
  WeatherSeries series;
  series.source = path;
  detail::RawHours raw;
  try {
    auto const root = nlohmann::json::parse(read_file(path));
    auto const number = [](nlohmann::json const& v) { return v.is_number() ? v.get<double>() : std::nan(""); };
    series.latitude_deg = root.at("latitude"), series.longitude_deg = root.at("longitude"), series.altitude_m = root.at("elevation");
    series.utc_offset_h = root.at("utc_offset_seconds").get<double>() / 3600;
    series.place = root.value("timezone", "");
    auto const& hourly = root.at("hourly");
    for (auto const& v : hourly.at("temperature_2m")) raw.dry_bulb_c.push_back(number(v));
    for (auto const& v : hourly.at("relative_humidity_2m")) raw.relative_humidity.push_back(number(v) / 100);
    bool const pressure = hourly.contains("surface_pressure");
    for (std::size_t i = 0; i < raw.dry_bulb_c.size(); ++i)
      raw.pressure_pa.push_back(pressure ? number(hourly.at("surface_pressure").at(i)) * 100 : cooling::standard_pressure_pa(series.altitude_m));
  } catch (nlohmann::json::exception const& e) {
    detail::refuse_weather(path, 0, "AF4201", fmt::format("not an Open-Meteo answer ({})", e.what()), "it needs latitude, elevation and hourly.temperature_2m, hourly.relative_humidity_2m");
  }
  raw.line.assign(raw.dry_bulb_c.size(), 0);
  detail::finish_series(series, std::move(raw));
  return series;
}

// A user's own hours: `time, dry_bulb [degC], relative_humidity [%]` and, where it is known, `pressure [hPa]`; finer rows are averaged.
WeatherSeries load_user_csv(std::string const& path) {
  UserTable const table = read_user_table(path);
  auto const column = [&](std::string_view name, std::string_view unit, bool is_needed) -> UserColumn const* {
    auto const* c = table.find(name);
    if (!c && is_needed) detail::refuse_weather(path, 1, "AF4201", fmt::format("there is no column `{}`", name), "time, dry_bulb [degC], relative_humidity [%] and perhaps pressure [hPa]");
    if (c && c->si_unit != unit) detail::refuse_weather(path, 1, "AF4201", fmt::format("column `{}` is in {}, not in {}", name, c->unit.empty() ? "bare numbers" : c->unit, unit), "write the unit in brackets");
    return c;
  };
  auto const *dry = column("dry_bulb", "degC", true), *humidity = column("relative_humidity", "1", true), *pressure = column("pressure", "Pa", false);
  WeatherSeries series;
  series.source = series.place = path;
  detail::RawHours raw;
  std::size_t const per_hour = table.step_s > 0 ? static_cast<std::size_t>(std::llround(3600 / table.step_s)) : 0;
  if (per_hour == 0 || std::abs(static_cast<double>(per_hour) * table.step_s - 3600) > 1e-6 || std::fmod(table.start_s, 86400.0) != 0)
    detail::refuse_weather(path, 2, "AF4202", fmt::format("steps of {:g} s do not make hours from midnight on", table.step_s), "hourly or finer, from 1 January 00:00 local standard time");
  auto const hourly = [&](UserColumn const& c) {
    std::vector<double> out;
    for (std::size_t i = 0; i + per_hour <= c.values.size(); i += per_hour) {
      double sum = 0;
      int n = 0;
      for (std::size_t k = i; k < i + per_hour; ++k)
        if (std::isfinite(c.values[k])) sum += c.values[k], ++n;
      out.push_back(n > 0 ? sum / n : std::nan(""));
    }
    return out;
  };
  raw.dry_bulb_c = hourly(*dry);
  raw.relative_humidity = hourly(*humidity);
  raw.pressure_pa = pressure ? hourly(*pressure) : std::vector<double>(raw.dry_bulb_c.size(), cooling::kStandardPressurePa);
  raw.line.assign(raw.dry_bulb_c.size(), 0);
  detail::finish_series(series, std::move(raw));
  return series;
}

WeatherSeries load_csv(std::string const& path) {
  CsvTable const table = CsvTable::load(path);
  if (table.has("time")) return load_user_csv(path);
  WeatherSeries series;
  series.source = path, series.place = path;
  detail::RawHours raw;
  raw.dry_bulb_c = table.numbers("dry_bulb_c");
  raw.relative_humidity = table.numbers("relative_humidity");
  raw.pressure_pa = table.has("pressure_pa") ? table.numbers("pressure_pa") : std::vector<double>(table.rows(), cooling::kStandardPressurePa);
  for (std::size_t i = 0; i < table.rows(); ++i) raw.line.push_back(table.line(i));
  if (table.has("hour")) {
    auto const hour = table.numbers("hour");
    for (std::size_t i = 0; i < hour.size(); ++i)
      if (hour[i] != static_cast<double>(i))
        detail::refuse_weather(path, table.line(i), "AF4202", fmt::format("hour {:g} stands where hour {} is due", hour[i], i), "hours count from 0 and rise by one");
  }
  detail::finish_series(series, std::move(raw));
  return series;
}

// Mean over [a, b] of the hour's parabola, a and b in 0..1 of the hour: e0 + (e1 - e0) x + c x (1 - x) with mean m.
double mean_of(double before, double m, double after, double a, double b) {
  double const e0 = 0.5 * (before + m), e1 = 0.5 * (m + after), c = 6 * (m - 0.5 * (e0 + e1));
  auto const integral = [&](double x) { return x * (e0 + x * (0.5 * (e1 - e0 + c) - c * x / 3)); };
  return (integral(b) - integral(a)) / (b - a);
}

}  // namespace

namespace detail {

void refuse_weather(std::string const& path, int line, std::string code, std::string message, std::string hint) {
  Diagnostic d;
  d.code = std::move(code), d.message = std::move(message), d.hint = std::move(hint);
  d.pos.file = path, d.pos.line = line, d.pos.column = line > 0 ? 1 : 0;
  throw InputError(std::move(d));
}

void finish_series(WeatherSeries& series, RawHours raw) {
  std::size_t const n = raw.dry_bulb_c.size();
  if (raw.relative_humidity.size() != n || raw.pressure_pa.size() != n || (n != kHoursPerYear && n != kLeapHours))
    refuse_weather(series.source, raw.line.empty() ? 0 : raw.line.back(), "AF4202", fmt::format("{} hours, not the {} of a year", n, kHoursPerYear), "give every hour from 1 January 00:00 local standard time");
  if (n == kLeapHours) {
    auto const drop = [](auto& v) { v.erase(v.begin() + kLeapDayStart, v.begin() + kLeapDayStart + 24); };
    drop(raw.dry_bulb_c), drop(raw.relative_humidity), drop(raw.pressure_pa), drop(raw.line);
    if (!raw.radiation.empty()) drop(raw.radiation);
    Diagnostic note;
    note.code = "AF4202", note.severity = Severity::note, note.message = "29 February was left out: a year has 8,760 hours", note.pos.file = series.source;
    series.notes.add(note);
  }
  check_range(series, raw.dry_bulb_c, raw.line, -70, 70, "a dry bulb (degC)");
  check_range(series, raw.relative_humidity, raw.line, 0, 1.1, "a relative humidity (fraction)");
  check_range(series, raw.pressure_pa, raw.line, 31000, 120000, "an air pressure (Pa)");
  fill_gaps(raw.dry_bulb_c, "dry bulb", series, raw.line);
  fill_gaps(raw.relative_humidity, "humidity", series, raw.line);
  fill_gaps(raw.pressure_pa, "pressure", series, raw.line);
  series.radiation = std::move(raw.radiation);
  series.hours.reserve(kHoursPerYear);
  for (std::size_t i = 0; i < kHoursPerYear; ++i) series.hours.push_back(cooling::make_weather_point(raw.dry_bulb_c[i], raw.relative_humidity[i], raw.pressure_pa[i]));
}

}  // namespace detail

WeatherSeries load_weather(std::string const& path) {
  if (path.ends_with(".epw") || path.ends_with(".epw.gz")) return load_epw(path);
  if (path.ends_with(".json") || path.ends_with(".json.gz")) return load_open_meteo(path);
  if (path.ends_with(".csv") || path.ends_with(".csv.gz") || path.ends_with(".csv.xz")) return load_csv(path);
  detail::refuse_weather(path, 0, "AF4201", "not a weather file that we read", "give .epw, .json (Open-Meteo) or .csv, also with .gz");
}

WeatherPoint WeatherSeries::mean_over(double t_s, double dt_s) const {
  std::size_t const n = hours.size();
  double const hour = std::floor(t_s / 3600 + 1e-9);
  std::size_t const i = static_cast<std::size_t>(hour) % n;
  WeatherPoint const &m = hours[i], &before = hours[(i + n - 1) % n], &after = hours[(i + 1) % n];
  if (dt_s >= 3600) return m;
  double const a = std::clamp(t_s / 3600 - hour, 0.0, 1.0), b = std::min(a + dt_s / 3600, 1.0);
  WeatherPoint p;
  p.dry_bulb_c = mean_of(before.dry_bulb_c, m.dry_bulb_c, after.dry_bulb_c, a, b);
  p.wet_bulb_c = std::min(mean_of(before.wet_bulb_c, m.wet_bulb_c, after.wet_bulb_c, a, b), p.dry_bulb_c);
  p.dew_point_c = std::min(mean_of(before.dew_point_c, m.dew_point_c, after.dew_point_c, a, b), p.wet_bulb_c);
  p.relative_humidity = std::clamp(mean_of(before.relative_humidity, m.relative_humidity, after.relative_humidity, a, b), 0.0, 1.0);
  p.pressure_pa = mean_of(before.pressure_pa, m.pressure_pa, after.pressure_pa, a, b);
  return p;
}

WeatherPoint design_point(DesignConditions const& design, double pressure_pa) {
  double low = 1e-3, high = 1;
  for (int i = 0; i < 60; ++i) {  // the wet bulb rises with the humidity
    double const middle = 0.5 * (low + high);
    (cooling::make_weather_point(design.dry_bulb_0_4_c, middle, pressure_pa).wet_bulb_c < design.mean_wet_bulb_0_4_c ? low : high) = middle;
  }
  return cooling::make_weather_point(design.dry_bulb_0_4_c, 0.5 * (low + high), pressure_pa);
}

WeatherPoint warmer(WeatherPoint const& p, double k) {
  double const t = p.dry_bulb_c + k;
  // Same humidity ratio at the same pressure means the same vapour pressure.
  double const vapour = p.relative_humidity * cooling::saturation_pressure_pa(p.dry_bulb_c);
  return cooling::make_weather_point(t, std::min(vapour / cooling::saturation_pressure_pa(t), 1.0), p.pressure_pa);
}

WeatherSeries morph(WeatherSeries series, WeatherMorph const& change) {
  for (std::size_t i = 0; i < series.hours.size(); ++i) {
    WeatherPoint& p = series.hours[i];
    double const into = static_cast<double>(i) + 0.5 - change.wave_start_h;
    bool const in_wave = change.wave_duration_h > 0 && into > 0 && into < change.wave_duration_h;
    double const k = change.offset_k + (in_wave ? change.wave_peak_k * std::sin(std::numbers::pi * into / change.wave_duration_h) : 0);
    if (k == 0) continue;
    p = warmer(p, k);
  }
  return series;
}

}  // namespace aif::sim
