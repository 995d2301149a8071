// The scenario's questions beside the year: what each study found, what was expected of it beforehand, its figures and tables.
#include <fmt/format.h>

#include <cmath>

#include "reports/figure_svg.hpp"
#include "reports/report_model.hpp"

namespace aif::reports {
namespace {

std::string range_text(sim::StudyMetric const& m) { return m.low && m.high ? fmt::format("{} to {}", show(*m.low, m.unit, m.id).text(), show(*m.high, m.unit, m.id).text()) : ""; }

}  // namespace

Table study_table(sim::StudyTable const& t) {
  Table table{t.note.empty() ? t.title : t.title + ". " + t.note, {}, {}, t.rows.size() > 12};
  for (std::size_t i = 0; i < t.columns.size(); ++i) {
    std::string const unit = i < t.units.size() ? t.units[i] : "";
    table.columns.push_back({t.columns[i], !unit.empty()});
  }
  for (auto const& row : t.rows) {
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::string const unit = i < t.units.size() ? t.units[i] : "";
      bool const is_word = !std::isfinite(row[i].value);
      bool const is_count = unit == "1 s-1" && (i >= t.columns.size() || t.columns[i].find("token") == std::string::npos);  // of products, not of tokens
      if (is_word) cells.push_back({row[i].text.empty() ? "—" : row[i].text, !unit.empty()});
      else cells.push_back(is_count ? number_cell(number_text(row[i].value) + " /s") : quantity_cell(row[i].value, unit.empty() ? "1" : unit));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

std::vector<Section> study_sections(OptionView const& option) {
  std::vector<Section> sections;
  for (std::size_t i = 0; i < option.results.studies.size(); ++i) {
    auto const& study = option.results.studies[i];
    Section section{fmt::format("{}study-{}", option.prefix(), i), "Study: " + (study.title.empty() ? study.id : study.title), {}};
    section.blocks.emplace_back(Paragraph{study.verdict});
    for (auto const& f : study.figures) section.blocks.emplace_back(Picture{"", "", fmt::format("{}. {}", f.title, f.caption), figure_svg(f)});
    Table expected{"Expectations, written down before the run", {{"expectation"}, {"value", true}, {"limit", true}, {"met"}, {"date"}, {"rests on"}}, {}};
    for (auto const& e : study.expectations) {
      Cell met = text_cell(e.met ? "met" : "missed");
      met.tone = e.met ? "good" : "bad";
      expected.rows.push_back({text_cell(e.text), number_cell(number_text(e.value)), number_cell(number_text(e.limit)), met, text_cell(e.date), text_cell(e.source)});
    }
    if (!expected.rows.empty()) section.blocks.emplace_back(std::move(expected));
    for (auto const& t : study.tables) section.blocks.emplace_back(study_table(t));
    Table numbers{"Numbers of the study", {{"figure"}, {"value", true}, {"range", true}, {"what it is"}}, {}, true};
    for (auto const& m : study.metrics) numbers.rows.push_back({text_cell(m.id), m.unit == "1 s-1" && m.definition.find("nits") != std::string::npos ? number_cell(number_text(m.value) + " /s") : quantity_cell(m.value, m.unit, m.id), number_cell(range_text(m)), text_cell(m.definition)});
    if (!numbers.rows.empty()) section.blocks.emplace_back(std::move(numbers));
    for (auto const& note : study.notes) section.blocks.emplace_back(Paragraph{note, "note"});
    sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace aif::reports
