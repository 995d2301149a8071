#include "sim/io/vendor_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/csv.hpp"
#include "core/diagnostics.hpp"
#include "core/units.hpp"

namespace aif::sim {
namespace {

// The column of that name in SI; its unit stands in brackets.
std::vector<double> column(CsvTable const& csv, std::string const& name, Kind kind) {
  for (auto const& header : csv.header()) {
    auto const open = header.find('['), close = header.find(']');
    if (!header.starts_with(name) || open == std::string::npos || close == std::string::npos || header.find_first_not_of(' ', name.size()) != open) continue;
    std::string const symbol = header.substr(open + 1, close - open - 1);
    for (auto const& unit : unit_table()) {
      if (unit.kind != kind || unit.symbol != symbol) continue;
      auto values = csv.numbers(header);
      for (double& v : values) v = v * unit.factor + unit.offset;
      return values;
    }
  }
  throw InputError(Diagnostic{"AF4013", Severity::error, fmt::format("no column `{} [UNIT]`", name), "", {csv.name(), 1, 1}, fmt::format("units: {}; columns here: {}", accepted_units(kind), fmt::join(csv.header(), ", ")), 1});
}

}  // namespace

void read_performance_table(std::string const& path, cooling::PerformanceTable& table) {
  CsvTable const csv = CsvTable::load(path);
  table.outdoor_c = column(csv, "outdoor", Kind::temperature);
  table.capacity_w = column(csv, "capacity", Kind::power);
  table.power_w = column(csv, "power", Kind::power);
}

}  // namespace aif::sim
