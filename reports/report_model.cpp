#include "reports/report_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "reports/site_facts.hpp"

namespace aif::reports {
namespace {

std::string band_text(MetricValue const& m, Shown const& shown) {
  if (!m.p10 || !m.p90) return "";
  bool const three_decimals = m.id.starts_with("pue") || m.id.starts_with("power_factor");
  auto text = [&](double si) { return three_decimals ? fmt::format("{:.3f}", si) : number_text(si / shown.factor); };
  return fmt::format("{} to {}{}{}", text(*m.p10), text(*m.p90), shown.unit.empty() ? "" : " ", shown.unit);
}

void append(std::vector<Section>& sections, std::vector<Section> more) {
  for (auto& section : more) sections.push_back(std::move(section));
}

bool is_of_the_grid(sim::StudyResult const& study) { return study.type == "training_swing" || study.type == "ride_through"; }

// The interconnection sheet first, then what it stands on.
void keep_for_utility(ReportModel& model, std::vector<OptionView> const& options) {
  std::set<std::string> studies;
  for (auto const& o : options)
    for (std::size_t i = 0; i < o.results.studies.size(); ++i)
      if (is_of_the_grid(o.results.studies[i])) studies.insert(fmt::format("{}study-{}", o.prefix(), i));
  constexpr std::string_view kKept[] = {"utility", "diagrams", "time", "contingency", "events", "checks", "assumptions", "provenance"};
  std::erase_if(model.sections, [&](Section const& s) {
    auto const name = std::string_view(s.id).substr(s.id.find('-') + 1);
    return s.id != "notices" && !studies.contains(s.id) && (!s.id.starts_with("o") || std::find(std::begin(kKept), std::end(kKept), name) == std::end(kKept));
  });
  std::stable_partition(model.sections.begin(), model.sections.end(), [](Section const& s) { return s.id.ends_with("-utility"); });
  if (model.options.size() > 1) std::stable_sort(model.sections.begin(), model.sections.end(), [](auto const& a, auto const& b) { return (a.option < 0 ? 99 : a.option) < (b.option < 0 ? 99 : b.option); });
}

}  // namespace

Figure make_figure(OptionView const& option, MetricValue const& m) {
  Shown const shown = show(m.value, m.unit, m.id);
  return {option.index, m.id, label_of(m.id), m.definition, band_text(m, shown), m.unit, m.value, m.p10, m.p50, m.p90, shown, m.validity};
}

Cell figure_cell(OptionView const& option, std::string_view metric) {
  auto const* m = option.results.find(metric);
  if (!m) return number_cell("not known");
  Cell cell = number_cell("");
  cell.figure.push_back(make_figure(option, *m));
  return cell;
}

Cell quantity_cell(double value, std::string_view si_unit, std::string_view metric) {
  Cell cell = number_cell("");
  cell.quantity = Quantity{value, std::string(si_unit), show(value, si_unit, metric)};
  return cell;
}

Cell place_cell(OptionView const& option, std::string const& component) {
  if (component.empty()) return text_cell("site");
  std::string const name = sim::place_name(option.places, component);
  return text_cell(name, name == component ? "" : component);
}

std::string outage_name(OptionView const& option, sim::OutageCase const& what) { return fmt::format("{}: {}", sim::place_name(option.places, what.component), in_words(enum_name(what.kind))); }

std::string spoken_binding(OptionView const& option, std::string const& binding) {
  auto const open = binding.find(" (");
  if (open == std::string::npos || !binding.ends_with(")")) return binding;
  std::string_view const word = std::string_view(binding).substr(0, open);
  auto const names = enum_names(Cause{});
  auto const at = std::find(names.begin(), names.end(), word);
  if (at == names.end()) return binding;
  return sim::limit_name(option.places, static_cast<Cause>(at - names.begin()), binding.substr(open + 2, binding.size() - open - 3));
}

ReportModel make_report(std::span<sim::Results const> all, ReportOptions const& settings) {
  std::vector<OptionView> options;
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const& origin = all[i].provenance;
    std::string const own = origin.scenario_title.empty() ? origin.scenario_name : origin.scenario_title;
    options.push_back({i, all.size() > 1 ? fmt::format("Option {}", static_cast<char>('A' + i)) : "", i < settings.names.size() && !settings.names[i].empty() ? settings.names[i] : own, all[i], sim::place_names(all[i])});
  }
  ReportModel model;
  if (all.size() > 1)
    for (auto const& o : options) model.options.push_back(fmt::format("{}: {}", o.name, o.title));
  auto const& first = all.front().provenance;
  model.title = all.size() > 1 ? fmt::format("{} options compared", all.size()) : first.scenario_title.empty() ? first.scenario_name : first.scenario_title;
  model.question = !settings.question.empty() ? settings.question : all.size() > 1 ? "Which option makes the most of its money and its megawatts?" : "What does this site make, at what cost, and what limits it?";
  model.verdict = verdict_of(options);
  if (all.size() == 1) model.facts = first_facts(options[0], SiteFacts(all[0]));
  model.series = Json::object();
  model.sections = headline_sections(options);
  if (options.size() > 1) model.sections.push_back(side_by_side_section(options, model.series));
  for (auto const& option : options) {
    auto const from = model.sections.size();
    model.sections.push_back(limits_section(option, model.series));
    model.sections.push_back(energy_section(option, model.series));
    SiteFacts const facts(option.results);
    if (!facts.empty()) model.sections.push_back(diagrams_section(option, facts));
    append(model.sections, year_sections(option, model.series));
    append(model.sections, workload_sections(option, model.series));
    append(model.sections, delivery_sections(option, facts, model.series));
    if (!facts.empty()) append(model.sections, plant_sections(option, facts));
    append(model.sections, money_sections(option));
    append(model.sections, uncertainty_sections(option, model.series));
    append(model.sections, risk_sections(option));
    append(model.sections, study_sections(option));
    if (!facts.empty()) {
      model.sections.push_back(schedules_section(option, facts));
      model.sections.push_back(utility_section(option, facts));
      model.sections.push_back(compliance_section(option, facts));
    }
    append(model.sections, evidence_sections(option));
    if (!option.name.empty())
      for (auto i = from; i < model.sections.size(); ++i) {
        model.sections[i].title = fmt::format("{}: {}", option.name, model.sections[i].title);
        model.sections[i].option = static_cast<int>(option.index);
      }
  }
  model.sections.push_back(notices_section(settings.charts));
  model.why = why_json(options);
  if (settings.reader == "utility") {
    keep_for_utility(model, options);
    if (settings.question.empty()) model.question = "What will this site ask of the grid?";
    model.verdict = connection_verdict(options);
    model.facts.clear();
  }
  return model;
}

}  // namespace aif::reports
