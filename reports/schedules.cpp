// For the people who buy: bill of quantities by phase, mechanical schedule, guaranteed figures, acceptance points, price basis.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/phase_plan.hpp"
#include "reports/report_model.hpp"
#include "sim/metrics.hpp"

namespace aif::reports {
namespace {

Cell rating_cell(sim::InventoryLine const& line, double times) {
  if (line.rating <= 0 || line.unit.empty()) return number_cell("—");
  if (line.unit == "A") return times == 1 ? number_cell(number_text(line.rating) + " A") : number_cell("—");  // currents of runs do not add
  return quantity_cell(times * line.rating, line.unit);
}

std::string follows_text(std::string const& follows) {
  if (follows == "site") return "whole, before the first racks";
  if (follows == "racks") return "the racks' design power";
  return follows.starts_with("pods.") ? "the racks of " + follows.substr(5) : follows;
}

Table quantities_table(OptionView const& option) {
  Table table{"Bill of quantities of the complete site, spare units included", {{"item"}, {"count", true}, {"needed at rated load", true}, {"rating of one", true}, {"all together", true}, {"comes with"}}, {}, true};
  for (auto const& line : option.results.inventory)
    table.rows.push_back({text_cell(line.item, line.component), number_cell(count_text(line.count)), number_cell(line.needed > 0 ? count_text(line.needed) : "—"), rating_cell(line, 1), rating_cell(line, line.count), text_cell(follows_text(line.follows))});
  return table;
}

// How many of each have to stand when a phase comes: the share of what they come with, rounded up to whole machines.
Table by_phase_table(OptionView const& option, SiteFacts const& facts, std::vector<Phase> const& phases) {
  Table table{"Bill of quantities by phase: machines to be ready on the day of the phase", {{"item"}, {"there from the first day", true}}, {}};
  for (auto const& phase : phases) table.columns.push_back({phase.id, true, -1, false, date_text(phase.day)});
  table.columns.push_back({"all", true});
  for (auto const& line : option.results.inventory) {
    auto const shares = shares_of(facts, phases, line.follows);
    std::vector<Cell> row{text_cell(line.item)};
    double before = 0;
    for (double share : shares) {
      double const now = std::ceil(share * line.count - 1e-9);
      row.push_back(number_cell(now > before ? count_text(now - before) : "—"));
      before = std::max(before, now);
    }
    row.push_back(number_cell(count_text(line.count)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table mechanical_table(OptionView const& option) {
  Table table{"Mechanical schedule: each machine at its rating", {{"machine"}, {"installed", true}, {"needed", true}, {"capacity", true}, {"flow", true}, {"head", true}, {"motor or compressor", true}, {"approach", true}}, {}};
  for (auto const& line : option.results.inventory) {
    if (!line.component.starts_with("cooling.") || (line.flow_m3_s <= 0 && line.motor_w <= 0 && line.approach_k <= 0 && line.rating <= 0)) continue;
    auto own = [](double v, Cell cell) { return v > 0 ? std::move(cell) : number_cell("—"); };
    table.rows.push_back({text_cell(line.item), number_cell(count_text(line.count)), number_cell(line.needed > 0 ? count_text(line.needed) : "—"), rating_cell(line, 1), own(line.flow_m3_s, quantity_cell(line.flow_m3_s, "m3 s-1", "flow")),
                          own(line.head_pa, quantity_cell(line.head_pa, "Pa")), own(line.motor_w, quantity_cell(line.motor_w, "W")), own(line.approach_k, quantity_cell(line.approach_k, "K"))});
  }
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

}  // namespace

Section schedules_section(OptionView const& option, SiteFacts const& facts) {
  Section section{option.prefix() + "schedules", "Schedules for the tender", {}};
  if (option.results.inventory.empty()) section.blocks.emplace_back(Paragraph{"The result holds no inventory: it was made by an earlier version. Run the scenario again for counts; nothing is guessed here.", "note"});
  else {
    auto const phases = phases_of(facts);
    section.blocks.emplace_back(quantities_table(option));
    if (!phases.empty()) section.blocks.emplace_back(by_phase_table(option, facts, phases));
    if (!phases.empty()) section.blocks.emplace_back(Paragraph{"A plan, not a schedule of works: shared plant is split by the design power of the racks that each phase brings, rounded up to whole machines. Lead times and construction are in no phase.", "note"});
    if (Table t = mechanical_table(option); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  }
  if (Table t = guaranteed_table(option); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  else section.blocks.emplace_back(Paragraph{"No figure can be promised: the run computed no bands (`--members 64`).", "note"});
  if (Table t = acceptance_table(facts); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  if (Table t = price_table(option.results); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  return section;
}

}  // namespace aif::reports
