// For the people who buy: bill of quantities, phases, guaranteed figures, acceptance points, price basis; network and storage as built.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/report_model.hpp"
#include "reports/site_facts.hpp"
#include "sim/metrics.hpp"

namespace aif::reports {
namespace {

struct Item {
  char const *component, *name, *rating, *unit;  // rating: pointer into the scenario; unit: SI of it
};
constexpr Item kItems[] = {
    {"power.feeds", "Utility feeds", "/site/utility/capacity", "W"},
    {"power.main_transformer", "Main transformers", "/power/main_transformer/unit/rating", "VA"},
    {"power.board", "Main switchboard sections", "", ""},
    {"power.blocks", "Power blocks (IT capacity)", "/power/blocks/it_capacity", "W"},
    {"power.ups", "UPS modules", "/power/ups/rated_power", "W"},
    {"power.mechanical", "Mechanical supplies (transformer)", "/power/mechanical/transformer/rating", "VA"},
    {"cooling.air.unit", "Air handling units (rated heat)", "/cooling/air/unit/rated_heat", "W"},
    {"cooling.plant.heat_rejection", "Heat rejection units (rated heat)", "/cooling/plant/heat_rejection/model/coil/rated_heat", "W"},
    {"cooling.plant.trim_chiller", "Trim chillers (capacity)", "/cooling/plant/trim_chiller/model/capacity", "W"},
    {"cooling.plant.air_chiller", "Chillers of the air loop (capacity)", "/cooling/plant/air_chiller/model/capacity", "W"},
    {"cooling.plant.facility_pumps", "Facility water pumps", "", ""},
    {"cooling.plant.chilled_water.pumps", "Chilled water pumps", "", ""},
};

Cell count_cell(double n) { return number_cell(std::isfinite(n) ? count_text(n) : "not counted"); }

std::string origin_of(sim::Results const& results, std::string const& prefix) {
  for (auto const& a : results.assumptions)
    if (a.path.starts_with(prefix)) return a.origin;
  return "";
}

Table quantities_table(sim::Results const& r, SiteFacts const& facts) {
  Table table{"Bill of quantities of the complete site", {{"item"}, {"count", true}, {"rating of one", true}, {"all together", true}, {"part of the model"}, {"set in"}}, {}};
  auto row = [&](std::string name, double n, double rating, std::string const& unit, std::string const& component) {
    bool const rated = std::isfinite(rating) && rating > 0 && !unit.empty();
    table.rows.push_back({text_cell(std::move(name)), count_cell(n), rated ? quantity_cell(rating, unit) : number_cell("—"), rated && std::isfinite(n) ? quantity_cell(n * rating, unit) : number_cell("—"), text_cell(component), text_cell(origin_of(r, component))});
  };
  for (auto const& item : kItems) {
    double const n = facts.units(item.component), rating = *item.rating ? facts.number(item.rating) : std::nan("");
    if (std::isfinite(n) || std::isfinite(rating)) row(item.name, n, item.component == std::string_view("power.feeds") ? std::nan("") : rating, item.unit, item.component);
  }
  for (auto const& onsite : facts.at("/site/onsite")) {
    std::string const id = onsite.value("id", ""), type = onsite.value("type", "");
    double const n = onsite.contains("units") ? onsite.value("units", 0.0) : 1;
    row(fmt::format("{} ({})", in_words(type), id), n, onsite.value("power", std::nan("")), "W", "site.onsite." + id);
  }
  for (auto const& [component, n] : facts.all_units()) {
    if (component.starts_with("cooling.liquid.cdu")) row("Coolant distribution units, " + component.substr(19), n, facts.number("/cooling/liquid/cdu/model/rated_heat"), "W", "cooling.liquid.cdu");
    if (component.starts_with("cooling.liquid.pump.")) row("Pumps of the distribution units, " + component.substr(20), n, std::nan(""), "", "cooling.liquid.loop");
    if (component.starts_with("network.")) row(in_words(component.substr(8)) + (component.ends_with("cable") ? "s" : " switches"), n, std::nan(""), "", component.substr(0, component.rfind('.')));
  }
  for (auto const& hall : facts.at("/halls"))
    for (auto const& pod : hall.value("pods", Json::array())) {
      Json const rack = pod.value("rack", Json::object());
      row(fmt::format("Racks {}: {}", pod.value("id", ""), rack.value("title", "")), pod.value("count", std::nan("")), rack.value("design_power", std::nan("")), "W", fmt::format("halls.{}.pods.{}", hall.value("id", ""), pod.value("id", "")));
    }
  for (auto const& tier : facts.at("/storage/tiers")) row("Storage racks, " + tier.value("id", ""), tier.value("racks", std::nan("")), tier.value("type", Json::object()).value("active_power", std::nan("")), "W", "storage.tiers." + tier.value("id", ""));
  return table;
}

Table phases_table(SiteFacts const& facts) {
  Table table{"Phases: what comes when", {{"date"}, {"phase"}, {"adds"}, {"racks a day", true}, {"burn-in", true}}, {}};
  for (auto const& phase : facts.at("/phases")) {
    std::string adds;
    Json const added = phase.value("adds", Json::object());
    for (auto const& [path, value] : added.items()) adds += fmt::format("{}{} of {}", adds.empty() ? "" : ", ", value.is_string() ? value.get<std::string>() : value.dump(), path);
    double const ramp = phase.value("ramp", 0.0), burn_in = phase.value("burn_in", 0.0);
    table.rows.push_back({text_cell(phase.value("date", "")), text_cell(phase.value("id", "")), text_cell(adds), number_cell(ramp > 0 ? count_text(std::round(ramp * 86400 * 100) / 100) : "at once"), number_cell(burn_in > 0 ? show(burn_in, "s").text() : "none")});
  }
  std::stable_sort(table.rows.begin(), table.rows.end(), [](auto const& a, auto const& b) { return a[0].text < b[0].text; });
  return table;
}

// The end of the band that is worse for the buyer: nine cases in ten are at least as good.
Table guaranteed_table(OptionView const& option) {
  Table table{"Figures that nine cases in ten keep", {{"figure"}, {"of the run", true}, {"kept in nine of ten", true}, {"validity"}}, {}};
  for (std::string_view id : {"tokens.good.rate", "goodput.fraction", "training.tokens.rate", "facility.power.peak", "pue", "wue", "energy.per_output_token", "cost.per_mtok_out", "cost.year"}) {
    auto const* m = option.results.find(id);
    auto const* entry = sim::find_metric(id);
    if (!m || !entry || !m->p10 || !m->p90 || m->value == 0) continue;
    bool const up = entry->better == Better::up;
    table.rows.push_back({text_cell(label_of(id)), figure_cell(option, id), [&] { Cell c = quantity_cell(up ? *m->p10 : *m->p90, m->unit, id); c.text = up ? " or more" : " or less"; return c; }(), text_cell(in_words(enum_name(m->validity)))});
  }
  return table;
}

Table acceptance_table(SiteFacts const& facts) {
  Table table{"Load bank steps for commissioning: heat and power to put on, from the ratings above", {{"system"}, {"25 %", true}, {"50 %", true}, {"75 %", true}, {"100 %", true}, {"what to record"}}, {}};
  auto row = [&](char const* name, double full, char const* record) {
    if (!std::isfinite(full) || full <= 0) return;
    std::vector<Cell> cells{text_cell(name)};
    for (double share : {0.25, 0.5, 0.75, 1.0}) cells.push_back(quantity_cell(share * full, "W"));
    cells.push_back(text_cell(record));
    table.rows.push_back(std::move(cells));
  };
  row("one power block", facts.number("/power/blocks/it_capacity"), "input and output power, losses of UPS and transformer, temperatures after one hour, transfer to the battery and back");
  row("one UPS module", facts.number("/power/ups/rated_power"), "efficiency at each step, minutes on battery at full load");
  row("one coolant distribution unit", facts.number("/cooling/liquid/cdu/model/rated_heat"), "approach of the exchanger, flow, pressure, pump power");
  row("one heat rejection unit", facts.number("/cooling/plant/heat_rejection/model/coil/rated_heat"), "leaving water against dry and wet bulb, fan power, water use");
  row("one chiller", facts.number("/cooling/plant/trim_chiller/model/capacity"), "power at each step and at two outdoor temperatures, time to restart");
  row("one air handling unit", facts.number("/cooling/air/unit/rated_heat"), "air rise, fan power");
  return table;
}

Table price_table(sim::Results const& r) {
  Table table{"Price basis: the inputs that set the cost", {{"input"}, {"value"}, {"evidence"}, {"source"}, {"set in"}}, {}};
  for (auto const& a : r.assumptions)
    if (a.path.starts_with("finance.") || a.path.starts_with("site.tariff.") || a.path.ends_with(".rack.price") || a.path == "cooling.water.price")
      table.rows.push_back({text_cell(a.path), text_cell(a.value), text_cell(a.evidence.empty() ? "scenario" : in_words(a.evidence)), text_cell(a.source), text_cell(a.origin)});
  return table;
}

Table fabric_table(sim::Results const& r, SiteFacts const& facts) {
  Table table{"Networks", {{"fabric"}, {"kind"}, {"switch"}, {"port rate", true}, {"oversubscription", true}, {"usable share", true}, {"leaf switches", true}, {"spine switches", true}, {"cables", true}, {"hours that it sets the output", true}}, {}};
  for (char const* id : {"scale_out", "frontend"}) {
    std::string const at = fmt::format("/network/{}", id), part = fmt::format("network.{}", id);
    if (facts.at(at).is_null()) continue;
    double const rate = facts.number(at + "/fabric/switch/port_rate");
    table.rows.push_back({text_cell(in_words(id)), text_cell(in_words(facts.text(at + "/fabric/type"))), text_cell(facts.text(at + "/fabric/switch/id")), number_cell(std::isfinite(rate) ? fmt::format("{:g} Gbit/s", rate * 8 / 1e9) : "—"),
                          number_cell(number_text(facts.number(at + "/oversubscription"))), number_cell(percent_text(facts.number(at + "/usable"))), count_cell(facts.units(part + ".leaf")), count_cell(facts.units(part + ".spine")),
                          count_cell(facts.units(part + ".cable")), number_cell(count_text(hours_bound(r, part)))});
  }
  return table;
}

Table storage_table(sim::Results const& r, SiteFacts const& facts) {
  Table table{"Storage", {{"tier"}, {"kind"}, {"racks", true}, {"capacity", true}, {"read", true}, {"write", true}, {"latency", true}, {"hours that it sets the output", true}}, {}};
  for (auto const& tier : facts.at("/storage/tiers")) {
    Json const type = tier.value("type", Json::object());
    auto own = [&](char const* key) { double const v = tier.value(key, 0.0); return v > 0 ? v : type.value(key, std::nan("")); };  // 0: as the type says
    auto rate = [](double v) { return number_cell(std::isfinite(v) ? fmt::format("{:g} GB/s", v / 1e9) : "—"); };
    table.rows.push_back({text_cell(tier.value("id", "")), text_cell(in_words(type.value("kind", ""))), number_cell(count_text(tier.value("racks", 0.0))), quantity_cell(own("capacity"), "B"), rate(own("read")), rate(own("write")), quantity_cell(type.value("latency", std::nan("")), "s"),
                          number_cell(count_text(hours_bound(r, "storage." + tier.value("id", ""))))});
  }
  return table;
}

}  // namespace

std::vector<Section> plant_sections(OptionView const& option, SiteFacts const& facts) {
  std::vector<Section> sections;
  Section links{option.prefix() + "network", "Network and storage", {}};
  if (Table t = fabric_table(option.results, facts); !t.rows.empty()) links.blocks.emplace_back(std::move(t));
  if (Table t = storage_table(option.results, facts); !t.rows.empty()) links.blocks.emplace_back(std::move(t));
  double const hours = hours_bound(option.results, "network") + hours_bound(option.results, "storage");
  if (!links.blocks.empty()) {
    links.blocks.emplace_back(Paragraph{hours > 0 ? fmt::format("Network or storage sets the output in {} hours of the steady year.", count_text(hours)) : "Neither network nor storage sets the output in any hour of the steady year; their time is in every step all the same.", "note"});
    sections.push_back(std::move(links));
  }
  return sections;
}

Section schedules_section(OptionView const& option, SiteFacts const& facts) {
  Section section{option.prefix() + "schedules", "Schedules for the tender", {}};
  section.blocks.emplace_back(Paragraph{facts.has_counts() ? "Counts are those of the site that was simulated, spare units included." : "The result of this run holds the ratings but not the counts that the planner chose: `aifactory run --contingency` adds them. Nothing is guessed here."});
  section.blocks.emplace_back(quantities_table(option.results, facts));
  if (Table t = phases_table(facts); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  if (Table t = guaranteed_table(option); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  else section.blocks.emplace_back(Paragraph{"No figure can be promised: the run computed no bands (`--members 64`).", "note"});
  if (Table t = acceptance_table(facts); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  if (Table t = price_table(option.results); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  return section;
}

}  // namespace aif::reports
