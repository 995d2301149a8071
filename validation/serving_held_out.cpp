#include "validation/serving_held_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <set>

#include "core/csv.hpp"
#include "core/ordered_sum.hpp"
#include "core/write_file.hpp"

namespace aif::validation {
namespace {

Row held_out_row(ServedRow const& row, std::string const& group, double measured) {
  Row r;
  r.id = row.id;
  r.measured = measured;
  r.in_sample = std::nan("");
  r.refusal = row.refusal;
  r.groups = {{"left_out", group}, {"engine", std::string(enum_name(row.family))}, {"mode", row.mode}};
  return r;
}

}  // namespace

std::vector<HeldOutKind> held_out_kinds() {
  return {{"model", [](ServedRow const& row) { return fold_model(row.model); }}, {"device", [](ServedRow const& row) { return row.hardware; }}};
}

std::vector<HeldOutFit> fit_held_out(std::vector<ServedRow> const& rows) {
  std::vector<HeldOutFit> fits;
  for (auto const& kind : held_out_kinds()) {
    std::set<std::string> groups;
    for (auto const& row : rows)
      if (row.refusal.empty()) groups.insert(kind.group(row));
    for (auto const& group : groups) fits.push_back({kind.name, group, {}});
  }
  parallel_for(fits.size(), [&](std::size_t i) {
    auto const kinds = held_out_kinds();
    auto const kind = std::find_if(kinds.begin(), kinds.end(), [&](auto const& k) { return fits[i].kind == k.name; });
    fits[i].values = fit_serving(rows, [&](ServedRow const& row) { return kind->group(row) != fits[i].group; }, kFitRounds).values;
  });
  return fits;
}

void write_held_out(std::string const& path, std::vector<HeldOutFit> const& fits) {
  std::ostringstream file;
  file << "name";
  for (auto const& fit : fits) file << fmt::format(",{} {}", fit.kind, fit.group);
  file << "\n";
  auto const info = compute::serving_parameters();
  for (std::size_t i = 0; i < info.size(); ++i) {
    file << info[i].name;
    for (auto const& fit : fits) file << fmt::format(",{:.6g}", fit.values[i]);
    file << "\n";
  }
  write_file(path, file.str());
}

std::vector<HeldOutFit> read_held_out(std::string const& path) {
  CsvTable const table = CsvTable::load(path);
  auto const info = compute::serving_parameters();
  std::vector<HeldOutFit> fits;
  for (auto const& column : table.header()) {
    auto const space = column.find(' ');
    if (space == std::string::npos) continue;
    HeldOutFit fit{column.substr(0, space), column.substr(space + 1), {}};
    auto const values = table.numbers(column);
    for (std::size_t r = 0; r < table.rows(); ++r)
      for (std::size_t i = 0; i < info.size(); ++i)
        if (info[i].name == table.at(r, "name")) fit.values[i] = values[r];
    fits.push_back(std::move(fit));
  }
  return fits;
}

std::vector<MetricReport> held_out_metrics(std::vector<ServedRow> const& rows, std::vector<HeldOutFit> const& fits) {
  std::vector<MetricReport> reports;
  compute::LoopWorkspace workspace;
  for (auto const& kind : held_out_kinds()) {
    std::vector<Row> tpot, ttft;
    for (ServedRow row : rows) {
      auto const group = kind.group(row);
      auto const fit = std::find_if(fits.begin(), fits.end(), [&](auto const& f) { return f.kind == kind.name && f.group == group; });
      tpot.push_back(held_out_row(row, group, row.tpot_s));
      ttft.push_back(held_out_row(row, group, row.ttft_s));
      if (!row.refusal.empty() || fit == fits.end()) continue;  // a group without a fit counts as refused
      auto const point = predict(row, fit->values, workspace);
      tpot.back().predicted = point.tpot_s;
      ttft.back().predicted = point.ttft_s;
    }
    for (auto& list : {&tpot, &ttft})
      for (auto& row : *list)
        if (row.refusal.empty() && !(row.predicted > 0)) row.refusal = "no fit without this group";
    std::string const file = "inference_silicon_points.csv";
    reports.push_back(summarise({fmt::format("tpot_new_{}", kind.name), file, "ape", "s"}, tpot));
    reports.push_back(summarise({fmt::format("ttft_new_{}", kind.name), file, "ape", "s"}, ttft));
  }
  return reports;
}

}  // namespace aif::validation
