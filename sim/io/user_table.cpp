#include "sim/io/user_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/csv.hpp"
#include "core/diagnostics.hpp"
#include "core/units.hpp"
#include "sim/io/time_text.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kMostSteps = 50'000'000;

[[noreturn]] void fail(CsvTable const& table, int line, std::string code, std::string message, std::string hint) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "", {table.name(), line, 1}, std::move(hint), 1});
}

std::string trim(std::string_view s) {
  auto const first = s.find_first_not_of(" \t\r");
  return first == std::string_view::npos ? std::string() : std::string(s.substr(first, s.find_last_not_of(" \t\r") - first + 1));
}

// SI unit as results write it: "tok/s" and "1/s" are "1 s-1".
std::string result_unit(Kind kind) {
  std::string_view const symbol = si_symbol(kind);
  if (symbol == "tok/s" || symbol == "1/s") return "1 s-1";
  if (symbol == "USD/J" || symbol == "kg/J" || symbol == "m3/s") return fmt::format("{} {}-1", symbol.substr(0, symbol.find('/')), symbol.substr(symbol.find('/') + 1));
  return std::string(symbol);
}

constexpr std::pair<std::string_view, std::string_view> kSuffixes[] = {{"_w", "W"}, {"_var", "var"}, {"_va", "VA"}, {"_c", "degC"}, {"_per_s", "1 s-1"}, {"_usd_per_j", "USD J-1"}, {"_kg_per_j", "kg J-1"}, {"_m3_per_s", "m3 s-1"}};

struct Header {
  std::string name, unit, si_unit = "1";
  double factor = 1, offset = 0;
};

Header read_header(CsvTable const& table, std::string const& text) {
  Header h;
  auto const open = text.find('[');
  if (open == std::string::npos) {
    h.name = trim(text);
    for (auto const& [suffix, unit] : kSuffixes)
      if (h.name.size() > suffix.size() && h.name.ends_with(suffix)) {
        h.si_unit = h.unit = std::string(unit);
        h.name.resize(h.name.size() - suffix.size());
        break;
      }
    return h;
  }
  auto const close = text.find(']', open);
  h.name = trim(text.substr(0, open));
  h.unit = trim(text.substr(open + 1, close == std::string::npos ? std::string::npos : close - open - 1));
  if (h.unit == "1" || h.unit.empty()) return h;
  for (auto const& u : unit_table())
    if (u.symbol == h.unit) {
      h.factor = u.factor, h.offset = u.offset, h.si_unit = result_unit(u.kind);
      return h;
    }
  fail(table, 1, "AF4013", fmt::format("`{}` of column `{}` is no unit", h.unit, h.name), "for instance MW, kW, degC, req/s, USD/MWh, or 1 for a bare number");
}

double cell_value(CsvTable const& table, std::size_t row, Header const& h, std::string const& cell) {
  if (cell.empty() || cell == "NaN" || cell == "nan") return std::nan("");
  double v = 0;
  auto const [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), v);
  if (error != std::errc{} || end != cell.data() + cell.size() || !std::isfinite(v)) fail(table, table.line(row), "AF4004", fmt::format("`{}` in column `{}` is no number", cell, h.name), "mend the cell, or leave it empty");
  return v * h.factor + h.offset;
}

}  // namespace

UserColumn const* UserTable::find(std::string_view name) const {
  auto const it = std::find_if(columns.begin(), columns.end(), [&](auto const& c) { return c.name == name; });
  return it == columns.end() ? nullptr : &*it;
}

UserTable read_user_table(std::string const& path) {
  CsvTable const csv = CsvTable::load(path);
  auto const& header = csv.header();
  if (header.size() < 2 || trim(header[0]) != "time") fail(csv, 1, "AF4013", "the first column is not `time`, or there is no second", "header `time, NAME [UNIT], ...`");
  if (csv.rows() < 2) fail(csv, 1, "AF4014", "a series has at least two rows", "");
  std::vector<double> at(csv.rows());
  double step = 0;
  for (std::size_t r = 0; r < csv.rows(); ++r) {
    std::string const& text = csv.at(r, header[0]);
    at[r] = seconds_of(trim(text));
    if (std::isnan(at[r])) fail(csv, csv.line(r), "AF4014", fmt::format("`{}` is no time", text), "write 2027-01-31T13:00");
    if (r == 0) continue;
    if (at[r] <= at[r - 1]) fail(csv, csv.line(r), "AF4014", fmt::format("the time {} does not lie after that of the row above", text), "sort the rows; each time once, in local standard time");
    step = step == 0 ? at[r] - at[r - 1] : std::min(step, at[r] - at[r - 1]);
  }
  UserTable out;
  out.source = path, out.start_s = at[0], out.step_s = step;
  double const steps = (at.back() - at[0]) / step + 1;
  if (steps > static_cast<double>(kMostSteps)) fail(csv, csv.line(csv.rows() - 1), "AF4014", "the times span too many steps", "check the first and the last time");
  out.n_steps = static_cast<std::size_t>(std::llround(steps));
  out.missing_rows = out.n_steps - csv.rows();
  for (std::size_t c = 1; c < header.size(); ++c) {
    Header const h = read_header(csv, header[c]);
    if (out.find(h.name)) fail(csv, 1, "AF4013", fmt::format("the column `{}` stands twice", h.name), "one column a name");
    UserColumn column{h.name, h.unit, h.si_unit, std::vector<double>(out.n_steps, std::nan(""))};
    for (std::size_t r = 0; r < csv.rows(); ++r) {
      double const k = (at[r] - at[0]) / step;
      if (std::abs(k - std::round(k)) > 1e-6) fail(csv, csv.line(r), "AF4014", fmt::format("the time does not fit the step of {:g} s", step), "even spacing; rows may be missing");
      column.values[static_cast<std::size_t>(std::llround(k))] = cell_value(csv, r, h, trim(csv.at(r, header[c])));
    }
    out.columns.push_back(std::move(column));
  }
  return out;
}

}  // namespace aif::sim
