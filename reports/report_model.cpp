#include "reports/report_model.hpp"

#include <fmt/format.h>

namespace aif::reports {
namespace {

std::string band_text(MetricValue const& m, Shown const& shown) {
  if (!m.p10 || !m.p90) return "";
  return fmt::format("{} to {} {}", number_text(*m.p10 / shown.factor), number_text(*m.p90 / shown.factor), shown.unit);
}

void append(std::vector<Section>& sections, std::vector<Section> more) {
  for (auto& section : more) sections.push_back(std::move(section));
}

}  // namespace

Figure make_figure(OptionView const& option, MetricValue const& m) {
  Shown const shown = show(m.value, m.unit, m.id);
  return {option.index, m.id, label_of(m.id), m.definition, band_text(m, shown), m.unit, m.value, shown, m.validity};
}

Cell figure_cell(OptionView const& option, std::string_view metric) {
  auto const* m = option.results.find(metric);
  if (!m) return number_cell("not known");
  Cell cell = number_cell("");
  cell.figure.push_back(make_figure(option, *m));
  return cell;
}

ReportModel make_report(std::span<sim::Results const> all, ReportOptions const& settings) {
  std::vector<OptionView> options;
  for (std::size_t i = 0; i < all.size(); ++i) options.push_back({i, all.size() > 1 ? fmt::format("Option {}", static_cast<char>('A' + i)) : "", all[i]});
  ReportModel model;
  auto const& first = all.front().provenance;
  model.title = all.size() > 1 ? fmt::format("{} options compared", all.size()) : first.scenario_title.empty() ? first.scenario_name : first.scenario_title;
  model.question = !settings.question.empty() ? settings.question : all.size() > 1 ? "Which option makes the most of its money and its megawatts?" : "What does this site make, at what cost, and what limits it?";
  model.verdict = verdict_of(options);
  model.series = Json::object();
  model.sections = headline_sections(options);
  for (auto const& option : options) {
    auto const from = model.sections.size();
    model.sections.push_back(limits_section(option, model.series));
    model.sections.push_back(energy_section(option, model.series));
    append(model.sections, year_sections(option, model.series));
    append(model.sections, workload_sections(option, model.series));
    append(model.sections, money_sections(option));
    append(model.sections, evidence_sections(option));
    if (!option.name.empty())
      for (auto i = from; i < model.sections.size(); ++i) model.sections[i].title = fmt::format("{}: {}", option.name, model.sections[i].title);
  }
  model.sections.push_back(notices_section(settings.charts));
  return model;
}

}  // namespace aif::reports
