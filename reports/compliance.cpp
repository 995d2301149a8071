// The sheets that others ask for: energy indicators with their metering points, and the interconnection sheet of the utility.
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

Table iso_table(OptionView const& option) {
  auto const& r = option.results;
  double const it_j = flow(r, "site", "IT"), carbon = r.value("carbon"), reused_j = r.value("heat.reused");
  Table table{"ISO/IEC 30134 indicators of the steady year", {{"indicator"}, {"value", true}, {"how it is made"}, {"metered at"}}, {}};
  auto row = [&](char const* name, Cell value, std::string how, char const* where) { table.rows.push_back({text_cell(name), std::move(value), text_cell(std::move(how)), text_cell(where)}); };
  row("PUE (30134-2)", figure_cell(option, "pue"), "Site electricity over electricity into the IT equipment, a full year, category 3.", "interconnection and own generation; power supply inlets of the racks");
  row("WUE (30134-9)", figure_cell(option, "wue"), "Site water over electricity into the IT equipment; water at the source of electricity is not counted.", "make-up water meter; power supply inlets");
  Cell cue = it_j > 0 && std::isfinite(carbon) ? number_cell(fmt::format("{:.3f} kg/kWh", carbon / (it_j / 3.6e6))) : number_cell(kNotInResult);
  row("CUE (30134-8)", std::move(cue), "CO2 of the electricity (average grid intensity by the hour) over electricity into the IT equipment; fuel burnt on site is not counted.", "as PUE");
  row("REF (30134-3)", number_cell(kNotInResult), "Needs contracts or certificates of renewable energy; a scenario has none.", "—");
  double const site_j = flow(r, "grid", "site") + flow(r, "generators", "site");
  row("ERF (30134-6)", ratio(site_j > 0 ? reused_j / site_j : std::nan("")), reused_j > 0 ? "Heat into the sink over site electricity." : "No heat is reused in this scenario.", "heat exchanger to the user of the heat");
  return table;
}

double own_generation_j(sim::Results const& r) { return flow(r, "generators", "site") + flow(r, "gas engines", "site") + flow(r, "solar", "site"); }

Table ashrae_table(sim::Results const& r) {
  double const site = flow(r, "grid", "site") + own_generation_j(r), it = flow(r, "site", "IT"), cooling = flow(r, "site", "cooling");
  double const incoming = flow(r, "site", "loss: main_transformer") + flow(r, "site", "loss: cable") + flow(r, "site", "loss: unit_transformer"), ups = flow(r, "site", "loss: ups"), rows = flow(r, "site", "loss: busway");
  Table table{"ASHRAE 90.4 components, from energies of the year", {{"component"}, {"value", true}, {"how it is made"}}, {}};
  auto const* group = find_group(r, "ts_", false);
  auto const cool_w = hourly(group, "cooling_power"), it_w = hourly(group, "it_power");
  double worst = 0;
  for (std::size_t h = 0; h < std::min(cool_w.size(), it_w.size()); ++h)
    if (it_w[h] > 0) worst = std::max(worst, static_cast<double>(cool_w[h] / it_w[h]));
  auto row = [&](char const* name, double v, char const* how) { table.rows.push_back({text_cell(name), ratio(v, 4), text_cell(how)}); };
  if (!(it > 0) || !(site > 0)) return table;
  row("MLC, annualised", cooling / it, "Electricity of pumps, fans and chillers over electricity into the IT equipment.");
  if (worst > 0) row("MLC, worst hour", worst, "The same in the hour in which it is highest.");
  row("ELC, incoming service", incoming / site, "Losses of main transformers, cables and unit transformers over site electricity.");
  row("ELC, UPS", ups / (it + ups + rows), "Losses of the UPS over what enters it for the racks.");
  row("ELC, distribution to the IT", rows / (it + rows), "Losses of the busways over what enters them.");
  row("ELC, all three", 1 - (1 - incoming / site) * (1 - ups / (it + ups + rows)) * (1 - rows / (it + rows)), "One less the product of what the three parts let through. The standard asks for fixed load points; these are energies of the simulated year.");
  return table;
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
  Table table{"Indicators of Delegated Regulation (EU) 2024/1364, annex II, as far as the result holds them", {{"indicator"}, {"value", true}, {"note"}}, {}};
  auto row = [&](char const* name, Cell value, char const* note) { table.rows.push_back({text_cell(name), std::move(value), text_cell(note)}); };
  row("Installed IT power demand", installed > 0 ? quantity_cell(installed, "W") : number_cell(kNotInResult), "Design power of all racks of the scenario, network and storage racks not counted.");
  row("Total energy consumption", figure_cell(option, "energy"), "Steady year.");
  row("Energy consumption of IT equipment", quantity_or_not(flow(r, "site", "IT") > 0 ? flow(r, "site", "IT") : std::nan(""), "J"), "At the power supply inlets.");
  row("Total water input", figure_cell(option, "water"), "All make-up water; the share of potable water is not modelled.");
  row("Waste heat reused", quantity_or_not(r.value("heat.reused"), "J"), "Into the sink of `cooling.plant.heat_reuse`.");
  row("Intake air temperature, set point", quantity_or_not(facts.number("/cooling/air/supply"), "degC"), "");
  row("Coolant supply temperature, set point", quantity_or_not(facts.number("/cooling/liquid/supply"), "degC"), "");
  row("Energy of backup generators", quantity_or_not(flow(r, "generators", "site"), "J"), "Steady year without outages; test runs are not modelled.");
  row("Energy of gas engines and solar on site", quantity_or_not(flow(r, "gas engines", "site") + flow(r, "solar", "site"), "J"), "");
  row("Storage capacity", storage > 0 ? quantity_cell(storage, "B") : number_cell(kNotInResult), "");
  for (char const* name : {"Renewable energy (guarantees of origin, contracts, on site)", "Refrigerants", "Incoming and outgoing data traffic", "SERT server capacity", "Cooling degree days"}) row(name, number_cell(kNotInResult), "");
  return table;
}

std::string step_words(double step_s) { return step_s >= 3600 ? fmt::format("{:g} h", step_s / 3600) : step_s >= 60 ? fmt::format("{:g} min", step_s / 60) : fmt::format("{:g} s", step_s); }

// Largest change of a column between windows `span` apart.
double largest_step(std::vector<float> const& values, std::size_t span) {
  double most = 0;
  for (std::size_t i = span; i < values.size(); ++i) most = std::max(most, std::abs(static_cast<double>(values[i] - values[i - span])));
  return most;
}

Table connection_table(OptionView const& option, SiteFacts const& facts) {
  auto const& r = option.results;
  auto const* group = find_group(r, "ts_", false);
  Table table{"At the point of interconnection, steady year", {{"figure"}, {"value", true}, {"note"}}, {}};
  auto row = [&](std::string name, Cell value, std::string note) { table.rows.push_back({text_cell(std::move(name)), std::move(value), text_cell(std::move(note))}); };
  double const step = group ? group->step_s : std::nan("");
  row("Capacity of the connection", quantity_or_not(facts.number("/site/utility/capacity"), "W"), "");
  row("Voltage", std::isfinite(facts.number("/site/utility/voltage")) ? number_cell(fmt::format("{:g} kV", facts.number("/site/utility/voltage") / 1e3)) : number_cell(kNotInResult), "");
  row("Highest power", figure_cell(option, "facility.power.peak"), group ? fmt::format("Mean of a window of {}; own generation included.", step_words(step)) : "");
  row("Highest 15-minute power", step <= 900 ? figure_cell(option, "facility.power.peak") : number_cell(kNotInResult), step <= 900 ? "Windows are no longer than 15 minutes." : "Windows are longer: `aifactory run --step 15min`.");
  row("Mean power", figure_cell(option, "facility.power"), "");
  row("Highest apparent power", figure_cell(option, "facility.apparent_power.peak"), "");
  row("Highest reactive power", quantity_or_not(highest(r, "utility_reactive_power"), "var"), "After correction.");
  row("Lowest power factor", figure_cell(option, "power_factor.min"), fmt::format("Agreed: {}.", number_text(facts.number("/site/utility/power_factor_min"))));
  auto const* power = group ? group->find("facility_power") : nullptr;
  for (auto const& [name, span_s] : {std::pair{"Largest ramp over 1 s", 1.0}, {"Largest ramp over 1 min", 60.0}, {"Largest ramp over 10 min", 600.0}, {"Largest ramp over 1 h", 3600.0}}) {
    bool const resolved = power && step <= span_s;
    row(name, resolved ? quantity_cell(largest_step(power->values, static_cast<std::size_t>(std::round(span_s / step))), "W") : number_cell(kNotInResult), resolved ? "Between windows of the steady year." : "Shorter than a window of this run.");
  }
  double const limit = facts.number("/site/utility/ramp_limit");
  row("Ramp that is agreed", std::isfinite(limit) && limit > 0 ? number_cell(show(limit * 60, "W").text() + "/min") : number_cell(kNotInResult), "");
  row("Energy from own generation", quantity_or_not(own_generation_j(r), "J"), "Generators, gas engines and solar; without outages.");
  if (auto const* m = r.find("curtailable.power")) row("Import that can be given up for an hour, mean", quantity_cell(m->value, "W"), "Own sources, and racks that may be capped switched off.");
  if (auto const* m = r.find("curtailable.onsite")) row("of it by own sources", quantity_cell(m->value, "W"), "Batteries and own generation: no rack is touched.");
  row("Oscillation by frequency band", number_cell(kNotInResult), "A year's result holds no waveforms: ask for a study of type training_swing.");
  return table;
}

Table ride_table(sim::ContingencyReport const& c) {
  Table table{"When the grid fails or dips", {{"case"}, {"a year", true}, {"duration", true}, {"switched off", true}, {"after", true}, {"what binds"}}, {}};
  for (auto const& o : c.outages)
    if (o.what.component.starts_with("power.feeds") || o.what.component.starts_with("site.utility") || o.what.component.starts_with("power.board")) {
      double const trip = o.transient.ride.seconds_to_trip_s;
      table.rows.push_back({text_cell(case_name(o.what)), number_cell(number_text(o.what.events_per_year, 2)), quantity_cell(o.what.duration_s, "s"), number_cell(percent_text(o.transient.tripped_frac) + " of good tokens"),
                            std::isfinite(trip) ? quantity_cell(trip, "s") : number_cell("never"), text_cell(o.binding)});
    }
  return table;
}

}  // namespace

// What the site draws at most and on average, its power factor and its ramp, of each option.
std::string connection_verdict(std::vector<OptionView> const& options) {
  std::string text;
  for (auto const& o : options) {
    double const capacity = SiteFacts(o.results).number("/site/utility/capacity"), peak = o.results.value("facility.power.peak"), mean_w = o.results.value("facility.power"), factor = o.results.value("power_factor.min");
    auto const* group = find_group(o.results, "ts_", false);
    auto const hours = hourly(group, "facility_power");
    if (!std::isfinite(peak) || !std::isfinite(mean_w)) continue;
    text += fmt::format("{}{}raws at most {}{} and {} on average", text.empty() ? "" : " ", o.name.empty() ? "D" : o.name + " d", show(peak, "W").text(), std::isfinite(capacity) ? " of a connection of " + show(capacity, "W").text() : "", show(mean_w, "W").text());
    if (std::isfinite(factor)) text += fmt::format(", power factor never below {:.3f}", factor);
    if (hours.size() > 1) text += fmt::format(", at most {} more or less from one hour to the next", show(largest_step(hours, 1), "W").text());
    text += ".";
  }
  return text;
}

Section utility_section(OptionView const& option, SiteFacts const& facts) {
  Section section{option.prefix() + "utility", "Interconnection sheet for the utility", {}};
  section.blocks.emplace_back(connection_table(option, facts));
  if (option.results.risk.contingency) {
    if (Table t = ride_table(*option.results.risk.contingency); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  } else section.blocks.emplace_back(Paragraph{"Ride-through was not computed in this run (`--contingency`).", "note"});
  Table cut{"Curtailment events of the scenario", {{"event"}, {"kind"}, {"hours", true}, {"peak from the grid, change", true}, {"good tokens lost", true}}, {}};
  for (auto const& e : option.results.risk.events) cut.rows.push_back({text_cell(e.id), text_cell(in_words(e.type)), number_cell(number_text(e.hours)), quantity_cell(e.peak_utility_w, "W"), number_cell(percent_text(e.lost_good_frac))});
  if (!cut.rows.empty()) section.blocks.emplace_back(std::move(cut));
  else section.blocks.emplace_back(Paragraph{"What curtailing would cost is not in the result: the scenario has no such event.", "note"});
  section.blocks.emplace_back(Paragraph{"Not modelled: short circuit, protection and its coordination, arc flash, harmonics and flicker, electromagnetic transients, unbalance between phases, stability of the grid itself. They need their own studies."});
  return section;
}

Section compliance_section(OptionView const& option, SiteFacts const& facts) {
  Section section{option.prefix() + "compliance", "Compliance sheet", {}};
  section.blocks.emplace_back(Paragraph{"Simulated figures in the definitions of the standards. What the result does not hold says so; nothing here replaces metering."});
  section.blocks.emplace_back(iso_table(option));
  if (Table t = ashrae_table(option.results); !t.rows.empty()) section.blocks.emplace_back(std::move(t));
  section.blocks.emplace_back(eu_table(option, facts));
  return section;
}

}  // namespace aif::reports
