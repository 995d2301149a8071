// What the figures rest on: checks, every metric with its definition, warnings, assumptions with their sources, provenance, notices.
#include <fmt/format.h>

#include <cmath>
#include <map>

#include "reports/assets.hpp"
#include "reports/report_model.hpp"
#include "sim/summary_checks.hpp"

namespace aif::reports {
namespace {

Section checks_section(OptionView const& option) {
  Section section{option.prefix() + "checks", "Checks", {}};
  Table table{"What the scenario demands", {{"check"}, {"value", true}, {"limit", true}, {"margin", true}, {"verdict"}}, {}};
  for (auto const& c : option.results.checks) {
    std::string const id = sim::metric_of_check(c.expression);
    auto const* metric = option.results.find(id);
    std::string const unit = metric ? metric->unit : "1";
    double const margin = c.limit != 0 ? std::abs(c.value - c.limit) / std::abs(c.limit) : 0;
    Cell verdict = text_cell(c.passed ? "kept" : c.level == "error" ? "BROKEN" : "warning");
    verdict.tone = c.passed ? "good" : c.level == "error" ? "bad" : "warn";
    table.rows.push_back({text_cell(c.expression), metric ? figure_cell(option, id) : number_cell(show(c.value, unit, id).text()), number_cell(show(c.limit, unit, id).text()),
                          number_cell(fmt::format("{}{}", c.passed ? "" : "beyond by ", percent_text(margin))), verdict});
  }
  if (table.rows.empty()) section.blocks.emplace_back(Paragraph{"The scenario has no checks. Add lines such as `facility.power.peak <= 100 MW` under `checks`.", "note"});
  else section.blocks.emplace_back(std::move(table));
  return section;
}

Section figures_section(OptionView const& option) {
  Section section{option.prefix() + "figures", "Every figure and what it means", {}};
  section.blocks.emplace_back(Paragraph{"`aifactory explain ID` prints the same. A band is the range from the 10th to the 90th percentile; where none was computed, none is shown."});
  Table table{"All figures of summary.json", {{"figure"}, {"value", true}, {"band", true}, {"validity"}, {"definition"}, {"id"}}, {}, true};
  for (auto const& m : option.results.summary) {
    Figure const figure = make_figure(option, m);
    table.rows.push_back({text_cell(figure.label), figure_cell(option, m.id), number_cell(figure.band.empty() ? "no band" : figure.band), text_cell(in_words(enum_name(m.validity))), text_cell(m.definition), text_cell(m.id)});
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section notes_section(OptionView const& option) {
  auto const& results = option.results;
  Section section{option.prefix() + "notes", "Notes and warnings", {}};
  for (auto const& note : results.notes) section.blocks.emplace_back(Paragraph{note, "note"});
  Table table{"Warnings", {{"code"}, {"where"}, {"what"}}, {}};
  for (auto const& w : results.warnings.items()) table.rows.push_back({text_cell(w.code), text_cell(w.path), text_cell(w.message)});
  if (!table.rows.empty()) section.blocks.emplace_back(std::move(table));
  Table events{"Events", {{"hour of the year", true}, {"kind"}, {"where"}, {"what"}}, {}};
  for (auto const& e : results.events) events.rows.push_back({number_cell(number_text(e.time_s / 3600, 0)), text_cell(e.kind), text_cell(e.component), text_cell(e.text)});
  if (!events.rows.empty()) section.blocks.emplace_back(std::move(events));
  if (section.blocks.empty()) section.blocks.emplace_back(Paragraph{"The run gave no warnings.", "note"});
  return section;
}

Section assumptions_section(OptionView const& option) {
  auto const& lines = option.results.assumptions;
  Section section{option.prefix() + "assumptions", "Assumptions and their sources", {}};
  std::map<std::string, int> by_evidence;
  for (auto const& a : lines) ++by_evidence[a.evidence.empty() ? "scenario" : a.evidence];
  std::string counts;
  for (auto const& [evidence, n] : by_evidence) counts += fmt::format("{}{} {}", counts.empty() ? "" : ", ", n, in_words(evidence));
  section.blocks.emplace_back(Paragraph{fmt::format("{} inputs were set: {}. `scenario` is a choice of whoever wrote the scenario; `assumption` has no published source.", lines.size(), counts)});
  Table table{"Inputs of the run", {{"path"}, {"value"}, {"evidence"}, {"source"}, {"set in"}}, {}, true};
  for (auto const& a : lines) {
    Cell evidence = text_cell(a.evidence.empty() ? "scenario" : in_words(a.evidence));
    if (a.evidence == "assumption") evidence.tone = "warn";
    table.rows.push_back({text_cell(a.path), text_cell(a.value), evidence, text_cell(a.source), text_cell(a.origin)});
  }
  section.blocks.emplace_back(std::move(table));
  return section;
}

Section provenance_section(OptionView const& option) {
  auto const& p = option.results.provenance;
  Section section{option.prefix() + "provenance", "How to get these figures again", {}};
  Table table{"The run", {{"what"}, {"value"}}, {}};
  std::pair<char const*, std::string> const rows[] = {{"program", fmt::format("aifactory {} ({})", p.version, p.git)}, {"compiler", p.compiler}, {"command", p.command_line}, {"scenario", p.scenario_name},
                                                      {"SHA-256 of the scenario", p.scenario_sha256}, {"seed", std::to_string(p.seed)}, {"started", p.started}, {"finished", p.finished}};
  for (auto const& [what, value] : rows) table.rows.push_back({text_cell(what), text_cell(value)});
  section.blocks.emplace_back(std::move(table));
  section.blocks.emplace_back(Preformatted{"Reproduce with", fmt::format("{}\naifactory verify result.nc", p.command_line.empty() ? "aifactory run SCENARIO" : p.command_line)});
  Table inputs{"Input files", {{"file"}, {"SHA-256"}}, {}, true};
  for (auto const& [name, hash] : p.inputs) inputs.rows.push_back({text_cell(name), text_cell(hash)});
  if (!inputs.rows.empty()) section.blocks.emplace_back(std::move(inputs));
  if (!p.scenario_text.empty()) section.blocks.emplace_back(Preformatted{"The scenario as it was read", p.scenario_text});
  return section;
}

}  // namespace

std::vector<Section> evidence_sections(OptionView const& option) {
  return {checks_section(option), notes_section(option), figures_section(option), assumptions_section(option), provenance_section(option)};
}

Section notices_section(bool has_charts) {
  Section section{"notices", "Third-party notices", {}};
  if (!has_charts) {
    section.blocks.emplace_back(Paragraph{"The interactive charts are left out: this program was built without the chart library, or the report was asked for without it. Every chart's table is here.", "note"});
    return section;
  }
  section.blocks.emplace_back(Paragraph{"The charts are drawn by Apache ECharts 6.1.0, unmodified (Apache License 2.0), with zrender (BSD 3-Clause), tslib (0BSD) and parts derived from d3 (BSD 3-Clause). Their notices and licences follow."});
  for (auto const& notice : third_party_notices()) section.blocks.emplace_back(Preformatted{notice.title, notice.text});
  return section;
}

}  // namespace aif::reports
