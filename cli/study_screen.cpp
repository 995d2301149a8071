#include "cli/study_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aif::cli {
namespace {

constexpr std::size_t kMostRows = 14, kMostWidth = 34;

std::string cell_text(sim::StudyCell const& c) {
  std::string text = !c.text.empty() ? c.text : std::isfinite(c.value) ? fmt::format("{:.4g}", c.value) : "";
  if (text.size() > kMostWidth) text = text.substr(0, kMostWidth - 2) + "..";
  return text;
}

std::string table_text(sim::StudyTable const& t) {
  std::vector<std::vector<std::string>> rows{t.columns};
  for (std::size_t r = 0; r < std::min(kMostRows, t.rows.size()); ++r) {
    auto& row = rows.emplace_back();
    for (auto const& c : t.rows[r]) row.push_back(cell_text(c));
  }
  for (std::size_t c = 0; c < t.columns.size(); ++c) {
    if (c < t.units.size() && !t.units[c].empty() && t.units[c] != "1") rows[0][c] += " [" + t.units[c] + "]";
    if (rows[0][c].size() > kMostWidth) rows[0][c] = rows[0][c].substr(0, kMostWidth - 2) + "..";
  }
  std::vector<std::size_t> width(t.columns.size(), 0);
  for (auto const& row : rows)
    for (std::size_t c = 0; c < row.size() && c < width.size(); ++c) width[c] = std::max(width[c], row[c].size());
  std::string out;
  for (auto const& row : rows) {
    out += "   ";
    for (std::size_t c = 0; c < row.size() && c < width.size(); ++c) out += fmt::format(" {:<{}} ", row[c], width[c]);
    while (!out.empty() && out.back() == ' ') out.pop_back();
    out += '\n';
  }
  if (t.rows.size() > kMostRows) out += fmt::format("    ... {} more rows in {}.csv\n", t.rows.size() - kMostRows, t.id);
  return out;
}

}  // namespace

std::string study_screen(sim::Results const& results) {
  std::string out;
  for (auto const& s : results.studies) {
    out += fmt::format("\n  study {}: {}\n  {}\n", s.id, s.title, s.verdict);
    if (!s.tables.empty()) out += table_text(s.tables.front());
    for (auto const& e : s.expectations) out += fmt::format("  expectation {}: {} ({}; {:.4g} against {:.4g}; written {})\n", e.met ? "met" : "MISSED", e.text, e.expr, e.value, e.limit, e.date);
  }
  return out;
}

}  // namespace aif::cli
