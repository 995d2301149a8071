#include "validation/suite.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "core/csv.hpp"
#include "core/diagnostics.hpp"
#include "core/hash.hpp"
#include "core/statistics.hpp"
#include "sim/scenario/library.hpp"

namespace aif::validation {
namespace {

constexpr double kMaxRefusedShare = 0.05, kCoverageLow = 0.80, kCoverageHigh = 0.97, kMaxWidthOverError = 2.5;  // protocol

double error_of(MetricSpec const& spec, double predicted, double measured) {
  double const difference = std::abs(predicted - measured);
  return spec.statistic == "ape" ? difference / std::abs(measured) : difference;
}

}  // namespace

std::string table_path(std::string const& dir, std::string const& name) {
  for (std::string const& path : {dir + "/" + name, dir + "/" + name + ".gz"})
    if (std::filesystem::exists(path)) return path;
  throw InputError(Diagnostic{"AF5001", Severity::error, fmt::format("no table {} in this folder", name), "", {dir, 0, 0},
                              "--data DIR takes a folder with files named as in validation/data/README.md", 1});
}

std::string refusal_of(std::function<std::string()> const& read) {
  try {
    return read();
  } catch (InputError const& e) {
    return e.diagnostics().items().front().message;
  }
}

std::vector<FittedParameter> parameters_in(std::string const& file) {
  std::string const reference = "lib:" + file.substr(file.find('/') + 1, file.rfind('.') - file.find('/') - 1);
  CsvTable const t = CsvTable::load(sim::Library().asset_path(reference));
  auto const value = t.numbers("value"), low = t.numbers("low"), high = t.numbers("high"), rows = t.numbers("rows");
  std::vector<FittedParameter> out;
  for (std::size_t i = 0; i < t.rows(); ++i)
    out.push_back({t.at(i, "name"), t.has("unit") ? t.at(i, "unit") : "", file, value[i], low[i], high[i], std::isfinite(rows[i]) ? static_cast<std::size_t>(rows[i]) : 0});
  return out;
}

int fold_of(std::string const& key) { return static_cast<int>(fnv1a(key) % 5); }

MetricReport summarise(MetricSpec const& spec, std::vector<Row> const& rows) {
  MetricReport report;
  report.spec = spec;
  report.rows = rows.size();
  report.detail = rows;
  std::vector<double> errors, in_sample, half_widths, ratios;
  std::map<std::string, std::map<std::string, std::vector<double>>> by_group;
  std::size_t covered = 0, banded = 0, within = 0;
  for (auto const& row : rows) {
    if (!row.refusal.empty() || !std::isfinite(row.predicted)) {
      ++report.refused;
      ++report.refusals[row.refusal.empty() ? "no finite prediction" : row.refusal];
      continue;
    }
    ++report.predicted;
    within += row.within_band ? 1 : 0;
    double const e = error_of(spec, row.predicted, row.measured);
    errors.push_back(e);
    ratios.push_back(spec.statistic == "ape" ? row.predicted / row.measured - 1.0 : row.predicted - row.measured);
    if (std::isfinite(row.in_sample)) in_sample.push_back(error_of(spec, row.in_sample, row.measured));
    if (row.high > row.low) {
      ++banded;
      covered += row.measured >= row.low && row.measured <= row.high ? 1 : 0;
      half_widths.push_back(0.5 * (row.high - row.low) / std::abs(row.predicted));
    }
    for (auto const& [group, value] : row.groups) by_group[group][value].push_back(e);
  }
  report.median = median(errors);
  report.mean = mean(errors);
  report.p90 = quantile(errors, 0.9);
  report.max = quantile(errors, 1.0);
  report.bias = median(ratios);
  report.in_sample_median = median(in_sample);
  report.coverage_90 = banded ? static_cast<double>(covered) / static_cast<double>(banded) : std::nan("");
  report.width_90 = median(half_widths);
  for (auto const& [group, values] : by_group)
    for (auto const& [value, list] : values) report.groups[group][value] = {list.size(), median(list), quantile(list, 0.9)};

  double const share_within = report.predicted ? static_cast<double>(within) / static_cast<double>(report.predicted) : 0.0;
  if (spec.statistic == "within_band") {  // a share of verdicts: the rows' differences are of other units and say nothing together
    report.median = share_within;
    report.mean = report.p90 = report.max = report.bias = report.in_sample_median = std::nan("");
  }
  if (report.rows == 0) {  // not judged: neither a success nor a failure (suite_out says so)
    report.pass = true;
    return report;
  }
  auto fail = [&](std::string why) { report.failures.push_back(std::move(why)); };
  if (static_cast<double>(report.refused) > kMaxRefusedShare * static_cast<double>(report.rows))
    fail(fmt::format("{} of {} rows refused", report.refused, report.rows));
  if (spec.statistic == "rms") {
    double sum = 0;
    for (double e : errors) sum += e * e;
    report.median = std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, errors.size())));
  }
  if (spec.statistic == "within_band" ? share_within < spec.limit : spec.limit > 0 && !(report.median <= spec.limit))
    fail(fmt::format("{} {:.4g} against the limit {:.4g}", spec.statistic == "within_band" ? "share in band" : "median", report.median, spec.limit));
  if (spec.limit_p90 > 0 && !(report.p90 <= spec.limit_p90)) fail(fmt::format("p90 {:.4g} against the limit {:.4g}", report.p90, spec.limit_p90));
  if (banded >= 20) {
    if (report.coverage_90 < kCoverageLow || report.coverage_90 > kCoverageHigh) fail(fmt::format("90 % band covers {:.0f} %", 100 * report.coverage_90));
    if (report.width_90 > kMaxWidthOverError * report.median) fail(fmt::format("band half width {:.3g} is over 2.5 x the median error {:.3g}", report.width_90, report.median));
  }
  report.pass = report.failures.empty();
  return report;
}

void judge(SuiteReport& report) {
  report.pass = true;
  for (auto const& m : report.metrics) report.pass = report.pass && m.pass;
}

}  // namespace aif::validation
