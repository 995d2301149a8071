#include "sim/io/hourly_series.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>

#include "core/calendar.hpp"
#include "core/csv.hpp"
#include "core/diagnostics.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kLinearGap = 3, kLongestGap = 48;

[[noreturn]] void fail(CsvTable const& table, std::size_t row, std::string code, std::string message, std::string hint = {}) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "", {table.name(), row < table.rows() ? table.line(row) : 1, 1}, std::move(hint), 1});
}

struct Layout {
  std::string time_column, value_column;
  Unit unit;
  bool is_utc = false;
};

Layout recognise(CsvTable const& table, Kind kind) {
  if (kind == Kind::money_per_energy && table.has("Price (USD/MWh)")) return {"Datetime (UTC)", "Price (USD/MWh)", {kind, "USD/MWh", 1 / 3.6e9}, true};
  if (kind == Kind::carbon_intensity && table.has("avg_CI")) return {"timestamp", "avg_CI", {kind, "g/kWh", 1e-3 / 3.6e6}, true};
  if (table.header().size() >= 2 && table.header()[0] == "time") {
    std::string const& name = table.header()[1];
    auto const open = name.find('['), close = name.find(']');
    std::string const symbol = open != std::string::npos && close > open ? name.substr(open + 1, close - open - 1) : "";
    for (auto const& u : unit_table())
      if (u.kind == kind && u.symbol == symbol) return {"time", name, u, false};
    fail(table, 0, "AF4011", fmt::format("column `{}` does not name {} in brackets", name, kind_name(kind)), fmt::format("header `time,{} [UNIT]` with one of: {}", name.substr(0, open), accepted_units(kind)));
  }
  fail(table, 0, "AF4011", fmt::format("no column with {} was recognised", kind_name(kind)), "use the header `time,NAME [UNIT]`");
}

// Hour of a 365-day year of "2023-04-05 06:00..."; -1 for 29 February; the year goes to `year`.
int hour_of_year(CsvTable const& table, std::size_t row, std::string const& text, int& year) {
  int y = 0, month = 0, day = 0, hour = 0;
  auto number = [&](std::size_t at, std::size_t n, int& out) {
    return at + n <= text.size() && std::from_chars(text.data() + at, text.data() + at + n, out).ptr == text.data() + at + n;
  };
  if (!number(0, 4, y) || !number(5, 2, month) || !number(8, 2, day) || !number(11, 2, hour) || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23)
    fail(table, row, "AF4012", fmt::format("`{}` is not a time", text), "write 2023-04-05 06:00");
  static constexpr int kDaysBefore[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  year = y;
  return month == 2 && day == 29 ? -1 : (kDaysBefore[month - 1] + day - 1) * 24 + hour;
}

// Gaps are counted and bridged: up to three hours by a straight line, up to two days by the mean of the same hours of the days before
// and after (daily shape matters more than trend); longer ones are refused.
void fill_gaps(CsvTable const& table, HourlySeries& series) {
  auto& v = series.values;
  std::vector<double> const known = v;
  for (std::size_t h = 0; h < kHoursPerYear; ++h) {
    if (!std::isnan(known[h])) continue;
    std::size_t end = h;
    while (end < kHoursPerYear && std::isnan(known[end])) ++end;
    std::size_t const length = end - h, days = 24 * ((length + 23) / 24);
    if (h < days || end + days > kHoursPerYear || length > kLongestGap)
      fail(table, table.rows(), "AF4012", fmt::format("{} hours from hour {} of the year have no value", length, h), "the table needs the 8,760 hours of one year; gaps of up to two days are bridged");
    for (std::size_t i = h; i < end; ++i)
      v[i] = length <= kLinearGap ? known[h - 1] + (known[end] - known[h - 1]) * static_cast<double>(i - h + 1) / static_cast<double>(length + 1)
                                  : 0.5 * (known[i - days] + known[i + days]);
    series.bridged_hours += static_cast<int>(length);
    h = end;
  }
}

}  // namespace

HourlySeries load_hourly(std::string const& path, Kind kind, double utc_offset_h) {
  CsvTable const table = CsvTable::load(path);
  Layout const layout = recognise(table, kind);
  auto const& times = table.column(layout.time_column);
  std::vector<double> const raw = table.numbers(layout.value_column);
  HourlySeries series{std::filesystem::path(path).filename().string(), 0, 0, std::vector<double>(kHoursPerYear, std::nan(""))};
  int const shift = layout.is_utc ? static_cast<int>(std::lround(utc_offset_h)) : 0;
  std::vector<int> rows_of(kHoursPerYear, 0);
  std::size_t last = kHoursPerYear;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    int year = 0;
    int const hour = hour_of_year(table, row, times[row], year);
    if (row == 0) series.year = year;
    if (hour < 0 || year != series.year) continue;
    auto const local = static_cast<std::size_t>((hour + shift + static_cast<int>(kHoursPerYear)) % static_cast<int>(kHoursPerYear));
    bool const is_twice = layout.is_utc ? rows_of[local] > 0 : row > 0 && times[row] == times[row - 1];
    if (is_twice) fail(table, row, "AF4012", fmt::format("the hour {} stands twice", times[row]), "one row per hour, or evenly spaced rows within it");
    if (rows_of[local] > 0 && local != last) fail(table, row, "AF4012", fmt::format("the hour {} comes again", times[row]), "sort the rows by time");
    // A user's rows may be finer than an hour: their mean counts.
    int const n = ++rows_of[local];
    last = local;
    double const value = raw[row] * layout.unit.factor;
    series.values[local] = n == 1 ? value : series.values[local] + (value - series.values[local]) / n;
  }
  fill_gaps(table, series);
  return series;
}

}  // namespace aif::sim
