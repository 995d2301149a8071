// The compliance sheet: energy indicators of ISO/IEC 30134, ASHRAE 90.4 and (EU) 2024/1364 with their metering points. What has no input says so.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/packed_series.hpp"
#include "reports/report_model.hpp"
#include "reports/site_facts.hpp"

namespace aif::reports {
namespace {

char const* const kNotInResult = "not in the result";

double flow(sim::Results const& r, std::string_view from, std::string_view to_prefix) {
  double sum = 0;
  for (auto const& f : r.flows)
    if (f.from == from && f.to.starts_with(to_prefix)) sum += f.energy_j;
  return sum;
}
Cell ratio(double v, int decimals = 3) { return number_cell(std::isfinite(v) ? fmt::format("{:.{}f}", v, decimals) : kNotInResult); }
Cell quantity_or_not(double v, char const* unit) { return std::isfinite(v) ? quantity_cell(v, unit) : number_cell(kNotInResult); }

double own_generation_j(sim::Results const& r) { return flow(r, "generators", "site") + flow(r, "gas engines", "site") + flow(r, "solar", "site"); }

Table iso_table(OptionView const& option) {
  auto const& r = option.results;
  double const it_j = flow(r, "site", "IT"), carbon = r.value("carbon"), reused_j = r.value("heat.reused"), site_j = flow(r, "grid", "site") + own_generation_j(r), solar_j = flow(r, "solar", "site");
  Table table{"ISO/IEC 30134 indicators of the steady year", {{"indicator"}, {"value", true}, {"how it is made"}, {"metered at"}}, {}};
  auto row = [&](char const* name, Cell value, std::string how, char const* where) { table.rows.push_back({text_cell(name), std::move(value), text_cell(std::move(how)), text_cell(where)}); };
  row("PUE (30134-2)", figure_cell(option, "pue"), "Site electricity over electricity into the IT equipment, a full year, category 3.", "interconnection and own generation; power supply inlets of the racks");
  row("REF (30134-3)", ratio(site_j > 0 && solar_j > 0 ? solar_j / site_j : std::nan("")), "Renewable energy that is owned and controlled over site electricity: solar on site. Contracts and certificates are no input of a scenario and are not counted.", "output of the solar plant; interconnection");
  row("ERF (30134-6)", ratio(site_j > 0 ? reused_j / site_j : std::nan("")), reused_j > 0 ? "Heat given to a user over site electricity." : "No heat is reused in this scenario.", "heat exchanger to the user of the heat; interconnection");
  Cell cue = it_j > 0 && std::isfinite(carbon) ? quantity_cell(carbon / it_j, "kg J-1") : number_cell(kNotInResult);
  row("CUE (30134-8)", std::move(cue), "CO2 of the electricity (average grid intensity by the hour) over electricity into the IT equipment; fuel burnt on site is not counted.", "as PUE");
  row("WUE (30134-9)", figure_cell(option, "wue"), "Site water over electricity into the IT equipment, category 1.", "make-up water meter; power supply inlets");
  row("WUE with water at the source", figure_cell(option, "wue.source"), "Water of the power stations added, by the litres a kilowatt-hour that the scenario states (`cooling.water.at_source`).", "not metered: the supplier's figure");
  return table;
}

Table ashrae_table(sim::Results const& r) {
  double const site = flow(r, "grid", "site") + own_generation_j(r), it = flow(r, "site", "IT"), cooling = flow(r, "site", "cooling");
  double const incoming = flow(r, "site", "loss: main_transformer") + flow(r, "site", "loss: cable") + flow(r, "site", "loss: unit_transformer"), ups = flow(r, "site", "loss: ups"), rows = flow(r, "site", "loss: busway");
  Table table{"ASHRAE 90.4 components, from energies of the year", {{"component"}, {"value", true}, {"how it is made"}, {"metered at"}}, {}};
  auto const* group = find_group(r, "ts_", false);
  auto const cool_w = hourly(group, "cooling_power"), it_w = hourly(group, "it_power");
  double worst = 0;
  for (std::size_t h = 0; h < std::min(cool_w.size(), it_w.size()); ++h)
    if (it_w[h] > 0) worst = std::max(worst, static_cast<double>(cool_w[h] / it_w[h]));
  auto row = [&](char const* name, double v, char const* how, char const* where) { table.rows.push_back({text_cell(name), ratio(v, 4), text_cell(how), text_cell(where)}); };
  char const* const mechanical = "feeders of the cooling plant; power supply inlets of the racks";
  if (!(it > 0) || !(site > 0)) return table;
  row("MLC, annualised", cooling / it, "Electricity of pumps, fans and chillers over electricity into the IT equipment.", mechanical);
  if (worst > 0) row("MLC, worst hour", worst, "The same in the hour in which it is highest.", mechanical);
  row("ELC, incoming service", incoming / site, "Losses of main transformers, cables and unit transformers over site electricity.", "interconnection; inputs of the UPS");
  row("ELC, UPS", ups / (it + ups + rows), "Losses of the UPS over what enters it for the racks.", "inputs and outputs of the UPS");
  row("ELC, distribution to the IT", rows / (it + rows), "Losses of the busways over what enters them.", "outputs of the UPS; power supply inlets of the racks");
  row("ELC, all three", 1 - (1 - incoming / site) * (1 - ups / (it + ups + rows)) * (1 - rows / (it + rows)), "One less the product of what the three parts let through. The standard asks for fixed load points; these are energies of the simulated year.", "interconnection; power supply inlets of the racks");
  return table;
}

// Degree days as Eurostat counts them: 21 degC is taken from the mean of every day of at least 24 degC.
double cooling_degree_days(sim::Results const& r) {
  auto const air = hourly(find_group(r, "ts_", false), "dry_bulb");
  if (air.size() < 8760) return std::nan("");
  double sum = 0;
  for (std::size_t day = 0; day + 24 <= air.size(); day += 24) {
    double mean_c = 0;
    for (std::size_t h = day; h < day + 24; ++h) mean_c += static_cast<double>(air[h]) / 24;
    if (mean_c >= 24) sum += mean_c - 21;
  }
  return sum;
}

Table eu_table(OptionView const& option, SiteFacts const& facts) {
  auto const& r = option.results;
  double installed = 0, storage = 0;
  for (auto const& hall : facts.at("/halls"))
    for (auto const& pod : hall.value("pods", Json::array())) installed += pod.value("count", 0.0) * pod.value("rack", Json::object()).value("design_power", 0.0);
  for (auto const& tier : facts.at("/storage/tiers")) {
    double const own = tier.value("capacity", 0.0);
    storage += own > 0 ? own : tier.value("type", Json::object()).value("capacity", 0.0);
  }
  double const it_j = flow(r, "site", "IT"), solar_j = flow(r, "solar", "site"), days = cooling_degree_days(r);
  Table table{"Indicators of Delegated Regulation (EU) 2024/1364, annexes II and III", {{"indicator"}, {"value", true}, {"note"}}, {}};
  auto row = [&](char const* name, Cell value, char const* note) { table.rows.push_back({text_cell(name), std::move(value), text_cell(note)}); };
  auto absent = [&](char const* name, char const* why) { row(name, number_cell(kNotInResult), why); };
  row("Installed IT power demand", installed > 0 ? quantity_cell(installed, "W") : number_cell(kNotInResult), "Design power of all racks of the scenario, network and storage racks not counted.");
  absent("Floor area of the data centre and of its computer rooms", "A scenario has racks and rows, no building.");
  row("Total energy consumption", figure_cell(option, "energy"), "Steady year; interconnection and own generation.");
  row("Energy consumption of IT equipment", quantity_or_not(it_j > 0 ? it_j : std::nan(""), "J"), "At the power supply inlets.");
  absent("Services to the electricity grid, battery capacity made available", "A scenario has no contract for such services; what could be given up stands in the interconnection sheet.");
  row("Total water input", figure_cell(option, "water"), "All make-up water.");
  absent("Potable water input", "The quality of the make-up water is no input.");
  row("Waste heat reused", quantity_or_not(r.value("heat.reused"), "J"), "Into the sink of `cooling.plant.heat_reuse`.");
  absent("Average waste heat temperature", "Return temperatures are no column of the result.");
  row("Intake air temperature, set point", quantity_or_not(facts.number("/cooling/air/supply"), "degC"), "");
  row("Coolant supply temperature, set point", quantity_or_not(facts.number("/cooling/liquid/supply"), "degC"), "Beside the regulation, for racks cooled by liquid.");
  absent("Refrigerants", "Chillers have curves, no refrigerant.");
  row("Cooling degree days", number_cell(std::isfinite(days) ? number_text(days) + " K day" : kNotInResult), "Of the weather of the run, as Eurostat counts them: days of at least 24 °C, their mean less 21 °C.");
  row("Renewable energy on site", quantity_or_not(solar_j, "J"), "Solar plants of the scenario.");
  absent("Renewable energy by guarantees of origin and by contract", "No input of a scenario.");
  row("Energy of backup generators", quantity_or_not(flow(r, "generators", "site"), "J"), "Beside the regulation: steady year without outages; test runs are not modelled.");
  absent("ICT capacity of servers (SERT)", "Accelerators have no SERT rating; what they make stands in tokens and latency.");
  row("ICT capacity of storage equipment", storage > 0 ? quantity_cell(storage, "B") : number_cell(kNotInResult), "Capacity of all tiers.");
  absent("Incoming and outgoing traffic, bandwidth", "Traffic to the outside is not metered in a run.");
  row("PUE", figure_cell(option, "pue"), "Annex III; as above, also WUE, ERF and REF.");
  return table;
}

}  // namespace

Section compliance_section(OptionView const& option, SiteFacts const& facts) {
  Section section{option.prefix() + "compliance", "Compliance sheet", {}};
  section.blocks.emplace_back(Paragraph{"Simulated figures in the definitions of the standards. What the result does not hold says so; nothing here replaces metering."});
  section.blocks.emplace_back(iso_table(option));
  if (Table t = ashrae_table(option.results); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  section.blocks.emplace_back(eu_table(option, facts));
  return section;
}

}  // namespace aif::reports
