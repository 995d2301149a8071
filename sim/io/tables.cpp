#include "sim/io/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace aif::sim {

std::string csv_header(std::string const& id, std::string const& unit) {
  static std::map<std::string, std::string> const suffixes{{"1", ""}, {"W", "_w"}, {"VA", "_va"}, {"var", "_var"}, {"J", "_j"}, {"s", "_s"}, {"1 s-1", "_per_s"}, {"degC", "_c"}, {"K", "_k"},
                                                           {"USD", "_usd"}, {"USD J-1", "_usd_per_j"}, {"kg", "_kg"}, {"kg J-1", "_kg_per_j"}, {"m3", "_m3"}, {"m3 s-1", "_m3_per_s"}, {"m3 J-1", "_m3_per_j"}};
  std::string out = id;
  std::replace_if(out.begin(), out.end(), [](char c) { return c == '.' || c == '-' || c == ' '; }, '_');
  auto const it = suffixes.find(unit);
  return out + (it != suffixes.end() ? it->second : fmt::format(" [{}]", unit));
}

std::string csv_number(double value) { return std::isfinite(value) ? fmt::format("{}", value) : std::string(); }

std::string csv_line(std::vector<std::string> const& cells) {
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    if (cells[i].find_first_of(",\"\n\r") == std::string::npos) {
      out += cells[i];
      continue;
    }
    out += '"';
    for (char c : cells[i]) out += c == '"' ? std::string("\"\"") : std::string(1, c);
    out += '"';
  }
  return out + "\n";
}

}  // namespace aif::sim
