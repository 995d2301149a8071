// Energy from the meter to the tokens: a Sankey drawing with its table, and PUE by its parts.
#include <fmt/format.h>

#include "reports/report_model.hpp"

namespace aif::reports {
namespace {

constexpr double kJoulePerGwh = 3.6e12;

double delivered_j(sim::Results const& results) {
  double sum = 0;
  for (auto const& f : results.flows)
    if (f.to == "site") sum += f.energy_j;
  return sum;
}

Chart sankey(OptionView const& option) {
  auto const& flows = option.results.flows;
  double const total = delivered_j(option.results);
  Chart chart{option.prefix() + "sankey", "sankey", "From the utility to the tokens", "Electricity of the steady year in GWh. What leaves on the right ends as heat; the accelerators' work is what makes tokens. Flows below 0.02 % are in the table only.", {}, {}};
  chart.twin = {"Energy flow of the steady year", {{"from"}, {"to"}, {"GWh", true}, {"of site electricity", true}}, {}};
  chart.data["links"] = Json::array();
  for (auto const& f : flows) {
    chart.data["links"].push_back({{"source", in_words(f.from)}, {"target", in_words(f.to)}, {"value", f.energy_j / kJoulePerGwh}});
    chart.twin.rows.push_back({text_cell(in_words(f.from)), text_cell(in_words(f.to)), number_cell(number_text(f.energy_j / kJoulePerGwh)),
                               number_cell(total > 0 ? percent_text(f.energy_j / total) : "")});
  }
  chart.data["total"] = total / kJoulePerGwh;
  if (auto const* good = option.results.find("tokens.good.rate"))
    chart.data["ends"] = {{"accelerators: work", "→ " + show(good->value, good->unit, good->id).text() + " good output"}};
  return chart;
}

Table pue_table(OptionView const& option) {
  Table table{"PUE by its parts: one, for the racks, and what each part adds", {{"part"}, {"adds to PUE", true}, {"what it is"}}, {}};
  table.rows.push_back({text_cell("racks"), number_cell("1.000"), text_cell("Electricity at the power supply inlets; server fans inside, distribution unit pumps outside.")});
  for (std::string_view metric : {"pue.electrical", "pue.liquid", "pue.air", "pue.plant", "pue"})
    if (auto const* m = option.results.find(metric)) table.rows.push_back({text_cell(metric == "pue" ? "PUE, energy-weighted" : label_of(metric).substr(10)), figure_cell(option, metric), text_cell(m->definition)});
  return table;
}

}  // namespace

Section energy_section(OptionView const& option, Json&) {
  Section section{option.prefix() + "energy", "Where the energy goes", {}};
  if (!option.results.flows.empty()) section.blocks.emplace_back(sankey(option));
  section.blocks.emplace_back(pue_table(option));
  section.blocks.emplace_back(Paragraph{fmt::format("Energy in and energy out are summed apart in every window; the worst relative mismatch of the year is {}.", number_text(option.results.energy_residual, 2)), "note"});
  return section;
}

}  // namespace aif::reports
