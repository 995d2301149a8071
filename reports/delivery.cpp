// Delivery: phases as bars over the racks that stand in the halls, the import that is energised, and what is stranded; the first year.
#include <fmt/format.h>

#include <algorithm>

#include "reports/packed_series.hpp"
#include "reports/phase_plan.hpp"
#include "reports/report_model.hpp"
#include "reports/year_panels.hpp"

namespace aif::reports {
namespace {

Table phases_table(std::vector<Phase> const& phases) {
  Table table{"Phases: what comes when, and what it waits for", {{"phase"}, {"arrives or is energised"}, {"adds"}, {"first racks in production"}, {"all in production"}, {"rack power added", true}, {"waits for"}}, {}};
  for (auto const& p : phases) {
    Cell waits = text_cell(p.waits_for.empty() ? "nothing" : p.waits_for);
    waits.tone = p.waits_for.empty() ? "" : "warn";
    bool const racks = p.racks_w > 0;
    table.rows.push_back({text_cell(p.id), text_cell(date_text(p.day)), text_cell(p.adds), text_cell(racks ? date_text(p.up_from) : "—"), text_cell(racks ? date_text(p.up_all) : "—"),
                          racks ? quantity_cell(p.racks_w, "W") : number_cell("—"), std::move(waits)});
  }
  return table;
}

// Bars of the phases above, megawatts of the as-delivered year below, on one axis of dates.
Chart gantt(OptionView const& option, std::vector<Phase> const& phases, sim::SeriesGroup const* group, Json& series) {
  Chart chart{option.prefix() + "gantt", "gantt", "Delivery and stranded capacity",
              "Above: when each phase arrives, burns in and comes up. Below: design power of the racks in the halls, the import that is energised, and hatched what stands there and cannot run.",
              {{"rows", Json::array()}, {"start", group->start}, {"lines", Json::array()}}, phases_table(phases)};
  for (auto const& p : phases) {
    Json bars = Json::array();
    if (p.import_w > 0) bars.push_back({{"kind", "energised"}, {"from", date_text(p.day)}, {"to", date_text(p.day)}});
    if (p.racks_w > 0 && p.up_from > p.day) bars.push_back({{"kind", "burn-in"}, {"from", date_text(p.day)}, {"to", date_text(p.up_from)}});
    if (p.racks_w > 0) bars.push_back({{"kind", "racks come up"}, {"from", date_text(p.up_from)}, {"to", date_text(p.up_all + 1)}});
    chart.data["rows"].push_back({{"name", p.id}, {"text", p.adds}, {"waits", p.waits_for}, {"bars", bars}});
  }
  for (auto const& [name, variable] : {std::pair{"racks in the halls, design power", "arrived_rack_power"}, {"import energised", "import_capacity"}, {"stranded", "stranded_rack_power"}}) {
    auto const values = hourly(group, variable);
    if (values.empty()) continue;
    std::string const key = fmt::format("{}{}-delivered", option.prefix(), variable);
    series[key] = pack(values);
    chart.data["lines"].push_back({{"name", name}, {"key", key}, {"factor", 1e6}, {"kind", variable}});
  }
  return chart;
}

Chart first_year(OptionView const& option, sim::SeriesGroup const* group, Json& series) {
  PanelBuilder const lines(option, group, "-delivered", series);
  Json panels = Json::array();
  Json power = lines.panel("Power", "MW");
  lines.add(power, "site", "facility_power", 1e6);
  lines.add(power, "racks", "it_power", 1e6);
  push_if_used(panels, std::move(power));
  add_token_panels(panels, lines, option.results, labels_of(group, "workload"));
  auto const* pods = find_group(option.results, "as_delivered", true);
  PanelBuilder const racks(option, pods, "-delivered", series);
  Json delivered = racks.panel("Racks in production", "racks");
  auto const names = labels_of(pods, "pod");
  for (std::size_t i = 0; i < names.size(); ++i) racks.add(delivered, names[i], "delivered_racks", 1, i);
  push_if_used(panels, std::move(delivered));
  return {option.prefix() + "delivered", "lines", "The first year as it is delivered", "Output is the least of what has been delivered and commissioned; what came early stands idle.", {{"panels", panels}, {"start", group->start}}, month_table(group, labels_of(group, "workload").size())};
}

}  // namespace

std::vector<Section> delivery_sections(OptionView const& option, SiteFacts const& facts, Json& series) {
  auto const* group = find_group(option.results, "as_delivered", false);
  auto const phases = facts.empty() ? std::vector<Phase>{} : phases_of(facts);
  if (!group) return {};
  Section section{option.prefix() + "delivery", "Delivery and stranded capacity", {}};
  Table figures{"First calendar year against the steady year", {{"figure"}, {"as delivered", true}, {"steady year", true}}, {}};
  figures.rows.push_back({text_cell("Output tokens"), figure_cell(option, "tokens.out.rate.as_delivered"), figure_cell(option, "tokens.out.rate")});
  figures.rows.push_back({text_cell("Site power, mean"), figure_cell(option, "facility.power.as_delivered"), figure_cell(option, "facility.power")});
  figures.rows.push_back({text_cell("Racks in the halls that cannot run, mean of the year"), figure_cell(option, "stranded.it_power.as_delivered"), number_cell("—")});
  section.blocks.emplace_back(std::move(figures));
  if (phases.empty()) section.blocks.emplace_back(Paragraph{"The scenario has no phases: everything is there on the first day.", "note"});
  else section.blocks.emplace_back(gantt(option, phases, group, series));
  section.blocks.emplace_back(first_year(option, group, series));
  return {section};
}

}  // namespace aif::reports
