#include "sim/io/epw.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

#include "core/csv.hpp"

namespace aif::sim {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr int kDays[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
constexpr std::size_t kFields = 10;  // we need year .. pressure
constexpr std::size_t kRadiationFields = 16;  // and, where they are, global, direct normal and diffuse radiation

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> cells;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= line.size(); ++i)
    if (i == line.size() || line[i] == ',') {
      std::string_view cell = line.substr(start, i - start);
      while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) cell.remove_prefix(1);
      while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\r' || cell.back() == '\t')) cell.remove_suffix(1);
      cells.push_back(cell);
      start = i + 1;
    }
  return cells;
}

double number(std::string_view cell) {
  double value = kNone;
  if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
  auto const [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc{} && end == cell.data() + cell.size() ? value : kNone;
}

struct Parser {
  std::string const& name;
  WeatherSeries series;
  detail::RawHours raw;
  int records_per_hour = 1, line = 0;
  bool located = false, data_seen = false, leap = false;
  int month = 1, day = 1, hour = 1, record = 0;  // that is due next
  double sum[3] = {}, weight[3] = {};
  bool has_radiation = true;  // until an hour has none
  power::Radiation light = {};  // of the hour so far

  [[noreturn]] void refuse(std::string code, std::string message, std::string hint) const {
    detail::refuse_weather(name, line, std::move(code), std::move(message), std::move(hint));
  }

  void header(std::vector<std::string_view> const& cells) {
    if (cells[0] == "LOCATION") {
      if (cells.size() < 10) refuse("AF4201", fmt::format("LOCATION has {} fields, not 10", cells.size()), "city, region, country, source, WMO, latitude, longitude, time zone, elevation");
      series.place = fmt::format("{}, {}, {}", cells[1], cells[2], cells[3]);
      series.latitude_deg = number(cells[6]), series.longitude_deg = number(cells[7]), series.utc_offset_h = number(cells[8]), series.altitude_m = number(cells[9]);
      if (!std::isfinite(series.altitude_m) || !std::isfinite(series.utc_offset_h)) refuse("AF4201", "LOCATION has no number for time zone or elevation", "fields 9 and 10");
      located = true;
    } else if (cells[0] == "DESIGN CONDITIONS") {
      design(cells);
    } else if (cells[0] == "HOLIDAYS/DAYLIGHT SAVINGS" || cells[0] == "HOLIDAYS/DAYLIGHT SAVING") {
      leap = cells.size() > 1 && (cells[1] == "Yes" || cells[1] == "yes" || cells[1] == "YES");
    } else if (cells[0] == "DATA PERIODS") {
      double const periods = cells.size() > 1 ? number(cells[1]) : kNone, records = cells.size() > 2 ? number(cells[2]) : kNone;
      if (!(periods == 1)) refuse("AF4201", "not one data period", "a year needs DATA PERIODS,1,...");
      if (!(records >= 1 && records <= 60) || records != std::floor(records)) refuse("AF4201", "records an hour is not a whole number from 1 to 60", "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31");
      records_per_hour = static_cast<int>(records);
      data_seen = true;
    }
  }

  // ASHRAE 2009 and later layout: ...,Cooling,month,range,DB0.4,MCWB,DB1,MCWB,DB2,MCWB,WB0.4,MCDB,...,Extremes,...
  void design(std::vector<std::string_view> const& cells) {
    DesignConditions d;
    bool cooling_found = false;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i] == "Heating" && i + 2 < cells.size()) d.heating_99_6_c = number(cells[i + 2]);
      if (cells[i] == "Cooling" && i + 10 < cells.size()) {
        d.daily_range_k = number(cells[i + 2]), d.dry_bulb_0_4_c = number(cells[i + 3]), d.mean_wet_bulb_0_4_c = number(cells[i + 4]), d.dry_bulb_1_c = number(cells[i + 5]);
        d.dry_bulb_2_c = number(cells[i + 7]), d.wet_bulb_0_4_c = number(cells[i + 9]), d.mean_dry_bulb_at_wet_c = number(cells[i + 10]);
        cooling_found = std::isfinite(d.dry_bulb_0_4_c) && std::isfinite(d.wet_bulb_0_4_c);
      }
      if (cells[i] == "Extremes" && i + 14 < cells.size()) d.max_dry_bulb_20_year_c = number(cells[i + 14]);
    }
    if (cooling_found) series.design = d;
  }

  void due_next() {
    if (++record < records_per_hour) return;
    record = 0;
    if (++hour <= 24) return;
    hour = 1;
    if (++day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0)) return;
    day = 1;
    ++month;
  }

  void data(std::vector<std::string_view> const& cells) {
    if (!located) refuse("AF4201", "data before the LOCATION line", "an EPW file starts with LOCATION");
    if (!data_seen) refuse("AF4201", "data before the DATA PERIODS line", "an EPW file has eight header lines");
    if (cells.size() < kFields) refuse("AF4201", fmt::format("{} fields, at least {} are needed", cells.size(), kFields), "year, month, day, hour, minute, flags, dry bulb, dew point, humidity, pressure");
    double const m = number(cells[1]), d = number(cells[2]), h = number(cells[3]);
    if (month == 2 && day == 29 && leap && record == 0 && hour == 1 && m == 3) leap = false, month = 3, day = 1;  // header says leap, data does not
    if (month == 3 && day == 1 && hour == 1 && record == 0 && m == 2 && d == 29) leap = true, month = 2, day = 29;
    if (m != month || d != day || h != hour)
      refuse("AF4202", fmt::format("{:g}/{:g} hour {:g} stands where {}/{} hour {} is due", m, d, h, month, day, hour), "hours must be complete and in order; repair the file or choose another");
    double values[3];
    values[0] = number(cells[6]);
    if (values[0] >= 99.9) values[0] = kNone;
    double const dew = number(cells[7]), humidity = number(cells[8]);
    values[1] = humidity >= 0 && humidity < 999 ? humidity / 100 : kNone;
    if (!std::isfinite(values[1]) && dew < 99.9 && std::isfinite(values[0]))
      values[1] = cooling::saturation_pressure_pa(dew) / cooling::saturation_pressure_pa(values[0]);
    values[2] = number(cells[9]);
    if (values[2] >= 999999) values[2] = kNone;
    for (int i = 0; i < 3; ++i)
      if (std::isfinite(values[i])) sum[i] += values[i], weight[i] += 1;
    if (cells.size() >= kRadiationFields) {
      double const global = number(cells[13]), direct = number(cells[14]), diffuse = number(cells[15]);
      has_radiation = has_radiation && global >= 0 && global < 9999 && direct >= 0 && direct < 9999 && diffuse >= 0 && diffuse < 9999;
      double const share = 1.0 / records_per_hour;
      light.global_w_m2 += share * global, light.direct_w_m2 += share * direct, light.diffuse_w_m2 += share * diffuse;
    } else {
      has_radiation = false;
    }
    if (record + 1 == records_per_hour) {
      raw.radiation.push_back(light);
      light = {};
      auto const mean = [&](int i) { return weight[i] > 0 ? sum[i] / weight[i] : kNone; };
      raw.dry_bulb_c.push_back(mean(0)), raw.relative_humidity.push_back(mean(1)), raw.pressure_pa.push_back(mean(2)), raw.line.push_back(line);
      for (int i = 0; i < 3; ++i) sum[i] = weight[i] = 0;
    }
    due_next();
  }
};

bool is_data(std::string_view first) { return !first.empty() && (first.front() >= '0' && first.front() <= '9'); }

}  // namespace

WeatherSeries parse_epw(std::string_view text, std::string const& name) {
  Parser p{name, {}, {}};
  p.series.source = name;
  while (!text.empty()) {
    std::size_t const end = text.find('\n');
    std::string_view const row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++p.line;
    auto const cells = split(row);
    if (cells.size() == 1 && cells[0].empty()) continue;
    if (is_data(cells[0])) p.data(cells);
    else if (!p.raw.line.empty()) p.refuse("AF4201", "text among the data", "a record starts with the year");
    else p.header(cells);
  }
  if (p.raw.line.empty()) p.refuse("AF4201", "no hourly data in this file", "an EPW file has 8,760 records after its headers");
  if (!p.has_radiation) p.raw.radiation.clear();
  detail::finish_series(p.series, std::move(p.raw));
  return std::move(p.series);
}

WeatherSeries load_epw(std::string const& path) { return parse_epw(read_file(path), path); }

}  // namespace aif::sim
