#include "cli/suite_out.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/io/export_tables.hpp"

namespace aif::cli {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }  // JSON has no NaN

Json metric_json(validation::MetricReport const& m) {
  Json out = {{"name", m.spec.name}, {"file", m.spec.file}, {"statistic", m.spec.statistic}, {"unit", m.spec.unit}, {"limit", number(m.spec.limit)}};
  if (m.spec.limit_p90 > 0) out["limit_p90"] = m.spec.limit_p90;
  out["rows"] = m.rows;
  out["predicted"] = m.predicted;
  out["refused"] = m.refused;
  out["refusals"] = Json(m.refusals);
  out["median"] = number(m.median);
  out["mean"] = number(m.mean);
  out["p90"] = number(m.p90);
  out["max"] = number(m.max);
  out["bias"] = number(m.bias);
  out["in_sample_median"] = number(m.in_sample_median);
  out["coverage_90"] = number(m.coverage_90);
  out["width_90"] = number(m.width_90);
  out["groups"] = Json::object();
  for (auto const& [kind, by_name] : m.groups) {
    out["groups"][kind] = Json::object();
    for (auto const& [name, g] : by_name) out["groups"][kind][name] = {{"rows", g.rows}, {"median", number(g.median)}, {"p90", number(g.p90)}};
  }
  out["pass"] = m.pass;
  out["judged"] = m.rows > 0;
  if (!m.failures.empty()) out["failures"] = m.failures;
  return out;
}

std::string figure(double value, std::string const& statistic) {
  if (!std::isfinite(value)) return "-";
  return statistic == "abs" ? fmt::format("{:.3g}", value) : fmt::format("{:.1f} %", 100 * value);
}

}  // namespace

std::string suite_json(validation::SuiteReport const& report) {
  Json out = {{"suite", report.suite}, {"data", report.data}, {"refit", report.refit}, {"metrics", Json::array()}};
  for (auto const& m : report.metrics) out["metrics"].push_back(metric_json(m));
  out["pass"] = report.pass;
  return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string suite_table(validation::SuiteReport const& report) {
  std::string out = fmt::format("{}  {}  {}\n  {:<22} {:>6} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8}\n", report.suite, report.data, report.pass ? "pass" : "FAIL", "metric", "rows", "refused",
                                "median", "limit", "p90", "bias", "in sample", "coverage", "width");
  for (auto const& m : report.metrics) {
    auto const show = [&](double v) { return figure(v, m.spec.statistic); };
    out += fmt::format("  {:<22} {:>6} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>8} {:>8}  {}\n", m.spec.name, m.rows, m.refused, show(m.median), m.spec.limit > 0 ? show(m.spec.limit) : "-", show(m.p90),
                       show(m.bias), show(m.in_sample_median), figure(m.coverage_90, ""), figure(m.width_90, ""), m.rows == 0 ? "no rows: not judged" : m.pass ? "ok" : "FAIL");
    for (auto const& why : m.failures) out += fmt::format("      {}\n", why);
  }
  return out;
}

std::string suite_rows(std::vector<validation::SuiteReport> const& reports) {
  std::vector<std::string> suite, metric, id, refusal, classes;
  std::vector<double> measured, predicted, low, high, in_sample;
  for (auto const& r : reports)
    for (auto const& m : r.metrics)
      for (auto const& row : m.detail) {
        suite.push_back(r.suite), metric.push_back(m.spec.name), id.push_back(row.id), refusal.push_back(row.refusal);
        measured.push_back(row.measured), predicted.push_back(row.refusal.empty() ? row.predicted : std::nan("")), in_sample.push_back(row.in_sample);
        bool const banded = row.high > row.low;
        low.push_back(banded ? row.low : std::nan("")), high.push_back(banded ? row.high : std::nan(""));
        std::string text;
        for (auto const& [name, value] : row.groups) text += fmt::format("{}{}={}", text.empty() ? "" : ";", name, value);
        classes.push_back(text);
      }
  // Units differ from metric to metric and stand in the metric's own definition; 1 marks the columns as numbers.
  return sim::to_csv({"rows", {{"suite", "", suite}, {"metric", "", metric}, {"id", "", id}, {"measured", "1", measured}, {"predicted", "1", predicted}, {"low", "1", low}, {"high", "1", high},
                               {"in_sample", "1", in_sample}, {"refusal", "", refusal}, {"classes", "", classes}}});
}

std::string parameter_json(std::string const& suite, validation::FittedParameter const& p, bool is_first) {
  Json const out = {{"suite", suite}, {"name", p.name}, {"value", number(p.value)}, {"low", number(p.low)}, {"high", number(p.high)}, {"unit", p.unit}, {"file", p.file}, {"rows", p.rows}};
  return (is_first ? std::string() : std::string(",\n ")) + out.dump();
}

std::string parameter_line(std::string const& suite, validation::FittedParameter const& p) {
  return fmt::format("{:<10} {:<44} {:>12.5g} [{:.5g}, {:.5g}] {:<10} {:>6} rows  {}\n", suite, p.name, p.value, p.low, p.high, p.unit, p.rows, p.file);
}

}  // namespace aif::cli
