// The page of the validation suites: errors against published measurements and their limits, by metric and by group.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/study_pages.hpp"
#include "core/write_file.hpp"
#include "reports/html.hpp"
#include "sim/io/result_file.hpp"
#include "sim/run.hpp"

namespace aif::cli {
namespace {

using namespace reports;
using validation::MetricReport;
using validation::SuiteReport;

std::string error_text(MetricReport const& m, double v) {
  if (!std::isfinite(v)) return "—";
  return m.spec.statistic == "abs" ? fmt::format("{:.3g} {}", v, m.spec.unit == "1" ? "" : m.spec.unit) : fmt::format("{:.1f} %", 100 * v);
}

std::string statistic_words(std::string const& statistic) {
  if (statistic == "ape") return "median relative error";
  if (statistic == "abs") return "median absolute error";
  if (statistic == "rms") return "root mean square error";
  return statistic == "within_band" ? "share within the row's own band" : statistic;
}

Table metrics_table(SuiteReport const& suite) {
  Table table{fmt::format("Errors of unseen rows: {}", suite.suite), {{"metric"}, {"statistic"}, {"rows", true}, {"refused", true}, {"error", true}, {"limit", true}, {"nine in ten within", true}, {"bias", true}, {"of rows it was fitted to", true}, {"in the 90 % band", true}, {"verdict"}}, {}};
  for (auto const& m : suite.metrics) {
    bool const has_limit = m.spec.limit > 0 || m.spec.limit_p90 > 0;
    Cell verdict = text_cell(m.rows == 0 ? "no rows: not judged" : !m.pass ? "MISSED" : has_limit ? "kept" : "no limit");
    verdict.tone = m.rows == 0 ? "" : !m.pass ? "bad" : has_limit ? "good" : "";
    for (auto const& why : m.failures) verdict.note += (verdict.note.empty() ? "" : "; ") + why;
    table.rows.push_back({text_cell(m.spec.name, m.spec.file), text_cell(statistic_words(m.spec.statistic)), number_cell(std::to_string(m.rows)), number_cell(std::to_string(m.refused)), number_cell(error_text(m, m.median)),
                          number_cell(m.spec.limit > 0 ? error_text(m, m.spec.limit) : "none"), number_cell(error_text(m, m.p90)), number_cell(error_text(m, m.bias)), number_cell(error_text(m, m.in_sample_median)),
                          number_cell(std::isfinite(m.coverage_90) ? fmt::format("{:.0f} %", 100 * m.coverage_90) : "—"), std::move(verdict)});
  }
  return table;
}

// Relative errors as bars with their limits; other statistics have other units and stay in the table.
Chart error_chart(SuiteReport const& suite) {
  Chart chart{"errors-" + suite.suite, "bars", "Median error of unseen rows", "Bars: the error in per cent. Lines: its limit, where there is one.", {{"unit", "%"}, {"names", Json::array()}, {"values", Json::array()}, {"limits", Json::array()}}, {}};
  chart.twin = {"Median error and limit", {{"metric"}, {"error", true}, {"limit", true}}, {}};
  for (auto const& m : suite.metrics) {
    if (m.spec.statistic != "ape" || !std::isfinite(m.median)) continue;
    chart.data["names"].push_back(m.spec.name);
    chart.data["values"].push_back(100 * m.median);
    chart.data["limits"].push_back(m.spec.limit > 0 ? Json(100 * m.spec.limit) : Json());
    chart.twin.rows.push_back({text_cell(m.spec.name), number_cell(error_text(m, m.median)), number_cell(m.spec.limit > 0 ? error_text(m, m.spec.limit) : "none")});
  }
  return chart;
}

Table groups_table(SuiteReport const& suite) {
  Table table{fmt::format("By group: {}", suite.suite), {{"metric"}, {"kind"}, {"group"}, {"rows", true}, {"error", true}, {"nine in ten within", true}}, {}, true};
  for (auto const& m : suite.metrics)
    for (auto const& [kind, by_name] : m.groups)
      for (auto const& [name, g] : by_name) table.rows.push_back({text_cell(m.spec.name), text_cell(kind), text_cell(name), number_cell(std::to_string(g.rows)), number_cell(error_text(m, g.median)), number_cell(error_text(m, g.p90))});
  return table;
}

Table refusals_table(SuiteReport const& suite) {
  Table table{fmt::format("Rows that were refused, not skipped: {}", suite.suite), {{"metric"}, {"rows", true}, {"why"}}, {}};
  for (auto const& m : suite.metrics)
    for (auto const& [why, n] : m.refusals) table.rows.push_back({text_cell(m.spec.name), number_cell(std::to_string(n)), text_cell(why)});
  return table;
}

Section suite_section(SuiteReport const& suite) {
  Section section{"suite-" + suite.suite, "Suite: " + suite.suite, {}};
  section.blocks.emplace_back(metrics_table(suite));
  if (Chart chart = error_chart(suite); !chart.twin.rows.empty()) section.blocks.emplace_back(std::move(chart));
  for (Table t : {groups_table(suite), refusals_table(suite)})
    if (!t.rows.empty()) section.blocks.emplace_back(std::move(t));
  return section;
}

}  // namespace

void write_validation_page(std::vector<SuiteReport> const& suites, std::string const& path) {
  ReportModel model;
  std::size_t limited = 0, missed = 0, rows = 0;
  for (auto const& suite : suites)
    for (auto const& m : suite.metrics) limited += m.rows > 0 && (m.spec.limit > 0 || m.spec.limit_p90 > 0), missed += !m.pass, rows += m.rows;
  model.title = "Models against published measurements";
  model.question = "How wrong are the models on rows that they have not seen?";
  model.verdict = fmt::format("{} rows predicted or refused. Of {} metrics with a limit, {}.", count_text(static_cast<double>(rows)), limited, missed == 0 ? std::string("all keep it") : fmt::format("{} miss it", missed));
  model.series = Json::object();
  for (auto const& suite : suites) model.sections.push_back(suite_section(suite));
  model.sections.push_back(notices_section(true));
  write_file(path, render_model(model, "aifactory " + sim::version()));
}

}  // namespace aif::cli
