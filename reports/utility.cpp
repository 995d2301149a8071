// The interconnection sheet: what the site asks of the grid, how it swings, what it does when the grid fails, what it can give up, and
// what this program does not model. A figure that the result does not hold says what would compute it.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/power/generator.hpp"
#include "reports/packed_series.hpp"
#include "reports/report_model.hpp"
#include "reports/site_facts.hpp"

namespace aif::reports {
namespace {

constexpr double kQuarter_s = 900;

Cell known(double v, char const* unit) { return std::isfinite(v) ? quantity_cell(v, unit) : number_cell("not in the result"); }
std::string step_words(double step_s) { return step_s >= 3600 ? fmt::format("{:g} h", step_s / 3600) : step_s >= 60 ? fmt::format("{:g} min", step_s / 60) : fmt::format("{:g} s", step_s); }

struct Sheet {
  Table table;
  void row(std::string name, Cell value, std::string note = "") { table.rows.push_back({text_cell(std::move(name)), std::move(value), text_cell(std::move(note))}); }
};
Sheet sheet(std::string caption) { return {{std::move(caption), {{"figure"}, {"value", true}, {"note"}}, {}}}; }

// Largest rise and largest fall of a column between windows `span` apart.
struct Ramp {
  double up = 0, down = 0;
  double most() const { return std::max(up, down); }
};
Ramp ramp_of(std::vector<float> const& values, std::size_t span) {
  Ramp ramp;
  for (std::size_t i = span; i < values.size(); ++i) {
    double const change = static_cast<double>(values[i]) - static_cast<double>(values[i - span]);
    ramp.up = std::max(ramp.up, change), ramp.down = std::max(ramp.down, -change);
  }
  return ramp;
}

sim::StudyResult const* study_of(sim::Results const& r, std::string_view type) {
  auto const it = std::find_if(r.studies.begin(), r.studies.end(), [&](auto const& s) { return s.type == type; });
  return it == r.studies.end() ? nullptr : &*it;
}

Table connection_table(OptionView const& option, SiteFacts const& facts) {
  auto const& r = option.results;
  auto const* group = find_group(r, "ts_", false);
  double const step = group ? group->step_s : std::nan(""), peak = highest(r, "facility_power"), mean_w = r.value("facility.power");
  Sheet s = sheet("At the point of interconnection, steady year");
  s.row("Capacity of the connection", known(facts.number("/site/utility/capacity"), "W"));
  double const voltage = facts.number("/site/utility/voltage");
  s.row("Voltage", number_cell(std::isfinite(voltage) ? fmt::format("{:g} kV", voltage / 1e3) : "not in the result"));
  s.row("Highest hourly power", known(peak, "W"), "Mean of an hour; own generation included.");
  s.row("Highest 15-minute power", step <= kQuarter_s ? figure_cell(option, "facility.power.peak") : number_cell("not in the result"),
        step <= kQuarter_s ? fmt::format("Windows of this run are {}.", step_words(step)) : fmt::format("Windows of this run are {}: `aifactory run --step 15min` resolves it.", step_words(step)));
  s.row("Highest power of a window", figure_cell(option, "facility.power.peak"), fmt::format("Windows of {}.", step_words(step)));
  s.row("Mean power", figure_cell(option, "facility.power"));
  s.row("Load factor", number_cell(std::isfinite(mean_w / peak) ? percent_text(mean_w / peak) : "not in the result"), "Mean over the highest hour.");
  s.row("Highest apparent power", figure_cell(option, "facility.apparent_power.peak"));
  auto const var = hourly(group, "utility_reactive_power");
  for (auto const& [name, sign] : {std::pair{"Highest reactive power drawn", 1.0}, {"Highest reactive power given back", -1.0}}) {
    double most = 0;
    for (float v : var) most = std::max(most, sign * static_cast<double>(v));
    s.row(name, var.empty() ? number_cell("not in the result") : most > 0 ? quantity_cell(most, "var") : number_cell("none"), "After correction; mean of an hour.");
  }
  double const agreed = facts.number("/site/utility/power_factor_min"), lowest = r.value("power_factor.min");
  Cell factor = figure_cell(option, "power_factor.min");
  if (std::isfinite(agreed) && lowest < agreed) factor.tone = "bad";
  s.row("Lowest power factor", std::move(factor), std::isfinite(agreed) ? fmt::format("Agreed: {}; {}.", number_text(agreed), lowest < agreed ? "not kept" : "kept") : "");
  return s.table;
}

Table import_by_month(sim::Results const& r) {
  Table table{"By month, from means of an hour", {{"month"}, {"highest power", true}, {"mean power", true}, {"load factor", true}, {"reactive power, farthest from none", true}, {"largest rise over 1 h", true}, {"largest fall over 1 h", true}}, {}};
  auto const* group = find_group(r, "ts_", false);
  auto const power = hourly(group, "facility_power"), var = hourly(group, "utility_reactive_power");
  if (power.size() < 8760) return table;
  std::array<std::vector<float>, 12> watts, vars;
  for (std::size_t h = 0; h < 8760; ++h) {
    auto const m = static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(h)));
    watts[m].push_back(power[h]);
    if (h < var.size()) vars[m].push_back(var[h]);
  }
  for (std::size_t m = 0; m < 12; ++m) {
    double sum = 0;
    for (float w : watts[m]) sum += static_cast<double>(w);
    double const peak = static_cast<double>(*std::max_element(watts[m].begin(), watts[m].end())), mean_w = sum / static_cast<double>(watts[m].size());
    Ramp const ramp = ramp_of(watts[m], 1);
    auto const farthest = std::max_element(vars[m].begin(), vars[m].end(), [](float a, float b) { return std::abs(a) < std::abs(b); });
    table.rows.push_back({text_cell(std::string(kMonthNames[m])), quantity_cell(peak, "W"), quantity_cell(mean_w, "W"), number_cell(percent_text(mean_w / peak)), vars[m].empty() ? number_cell("—") : quantity_cell(static_cast<double>(*farthest), "var"),
                          quantity_cell(ramp.up, "W"), quantity_cell(ramp.down, "W")});
  }
  return table;
}

Table ramp_table(sim::Results const& r, SiteFacts const& facts) {
  Sheet s = sheet("Ramps");
  auto const* group = find_group(r, "ts_", false);
  auto const* power = group ? group->find("facility_power") : nullptr;
  auto const* swing = study_of(r, "training_swing");
  auto const* range = swing ? swing->find("range") : nullptr;
  for (auto const& [name, span_s] : {std::pair{"Largest ramp over 1 s", 1.0}, {"Largest ramp over 1 min", 60.0}, {"Largest ramp over 10 min", 600.0}, {"Largest ramp over 15 min", kQuarter_s}, {"Largest ramp over 1 h", 3600.0}}) {
    if (power && group->step_s <= span_s) {
      Ramp const ramp = ramp_of(power->values, static_cast<std::size_t>(std::round(span_s / group->step_s)));
      s.row(name, quantity_cell(ramp.most(), "W"), fmt::format("Rise {}, fall {}, between windows of the steady year.", show(ramp.up, "W").text(), show(ramp.down, "W").text()));
    } else
      s.row(name, number_cell("not in the result"), range ? "Shorter than a window of this run; the steps of training alone swing by what stands below." : "Shorter than a window of this run; steps of training: a study of type training_swing.");
  }
  if (range) s.row("Swing of the import by training steps", known(range->value, "W"), range->definition);
  if (auto const* m = swing ? swing->find("ramp") : nullptr) s.row("Fastest ramp by training steps, over 100 ms", number_cell(show(m->value, "W").text() + "/s"), m->definition);
  double const limit = facts.number("/site/utility/ramp_limit");
  s.row("Ramp that is agreed", number_cell(std::isfinite(limit) && limit > 0 ? show(limit * 60, "W").text() + "/min" : "not in the result"));
  auto const delivered = hourly(find_group(r, "as_delivered", false), "facility_power");
  if (delivered.size() > 24) s.row("Largest rise from one day to the next while it is being delivered", known(ramp_of(delivered, 24).up, "W"), "First calendar year, the same hour of two days.");
  return s.table;
}

// The table of that name, empty when the study has none (a swing without a mask).
Table own_table(sim::StudyResult const& study, std::string_view id) {
  auto const it = std::find_if(study.tables.begin(), study.tables.end(), [&](auto const& t) { return t.id == id; });
  return it == study.tables.end() ? Table{} : study_table(*it);
}

bool is_grid_case(sim::OutageCase const& c) { return c.component.starts_with("power.feeds") || c.component.starts_with("site.utility") || c.component.starts_with("power.board") || c.component.starts_with("power.main_transformer"); }

Table ride_table(OptionView const& option, sim::ContingencyReport const& c) {
  Table table{"When the grid or the connection fails or dips", {{"case"}, {"a year", true}, {"duration", true}, {"load lost", true}, {"after", true}, {"verdict"}, {"while it lasts, what binds"}}, {}};
  for (auto const& o : c.outages) {
    if (!is_grid_case(o.what)) continue;
    double const trip = o.transient.ride.seconds_to_trip_s;
    bool const rides = o.transient.tripped_frac <= 0 && o.transient.trained_tripped_frac <= 0;
    Cell verdict = text_cell(rides ? "rides through" : "racks switch off");
    verdict.tone = rides ? "good" : "bad";
    table.rows.push_back({text_cell(outage_name(option, o.what), case_name(o.what)), number_cell(number_text(o.what.events_per_year, 2)), quantity_cell(o.what.duration_s, "s"), number_cell(rides ? "none" : percent_text(std::max(o.transient.tripped_frac, o.transient.trained_tripped_frac)) + " of output"),
                          std::isfinite(trip) ? quantity_cell(trip, "s") : number_cell("—"), std::move(verdict), text_cell(o.binding.empty() ? "nothing" : spoken_binding(option, o.binding))});
  }
  return table;
}

Table reconnection_table(sim::StudyResult const& study) {
  Sheet s = sheet("Dips of the envelope: load that leaves the grid, and when it is back");
  for (auto const& m : study.metrics) s.row(m.definition, m.unit == "1" && m.id == "points.failed" ? number_cell(count_text(m.value)) : quantity_cell(m.value, m.unit, m.unit == "1" ? "share" : m.id));
  return s.table;
}

// What a curtailed megawatt-hour costs is the mean of the year: the site's own choice of racks to switch off may do better.
Table curtailment_table(OptionView const& option) {
  auto const& r = option.results;
  Sheet s = sheet("Import that can be given up for an hour on request");
  auto const hours = hourly(find_group(r, "ts_", false), "curtailable_power");
  s.row("Mean of the year", figure_cell(option, "curtailable.power"), "Own sources not in use, and racks that may be capped switched off.");
  if (!hours.empty()) {
    auto const [low, high] = std::minmax_element(hours.begin(), hours.end());
    s.row("Least in any hour", quantity_cell(static_cast<double>(*low), "W"));
    s.row("Most in any hour", quantity_cell(static_cast<double>(*high), "W"));
  }
  s.row("of the mean, without touching a rack", figure_cell(option, "curtailable.onsite"), "Batteries and own generation: no token is lost.");
  double const joule = r.value("energy.per_output_token"), trained = r.value("training.tokens.rate"), mean_w = r.value("facility.power");
  if (joule > 0) s.row("Good output tokens that a further MWh costs", number_cell(fmt::format("{} million", number_text(3.6e9 / joule / 1e6))), "One over the energy of a good output token, mean of the year; which racks are switched off may make it more or less.");
  else if (trained > 0 && mean_w > 0) s.row("Trained tokens that a further MWh costs", number_cell(fmt::format("{} million", number_text(3.6e9 * trained / mean_w / 1e6))), "Tokens trained over the energy of the site, mean of the year.");
  return s.table;
}

Table generator_table(sim::Results const& r, SiteFacts const& facts) {
  Sheet s = sheet("Own generation: hours and fuel");
  auto const own = hourly(find_group(r, "ts_", false), "own_generation");
  s.row("Hours with own generation in the steady year", number_cell(own.empty() ? "not in the result" : count_text(static_cast<double>(std::count_if(own.begin(), own.end(), [](float w) { return w > 0; })))), "Generators, gas engines and solar; the steady year has no outages.");
  if (auto const* m = r.find("generator.fuel")) s.row("Fuel of the generators in the steady year", quantity_cell(m->value, m->unit, m->id), "Test runs are not modelled.");
  if (auto const* m = r.find("gas.fuel")) s.row("Gas burnt in the steady year", quantity_cell(m->value, m->unit, m->id), "Lower heating value.");
  double hours = 0;
  if (r.risk.contingency) {
    for (auto const& o : r.risk.contingency->outages)
      if (o.what.component.starts_with("power.feeds") && (o.what.kind == sim::CaseKind::common_cause || o.what.kind == sim::CaseKind::start_failure)) hours += o.what.events_per_year * o.what.duration_s / 3600;
    s.row("Hours a year on the generators, expected", number_cell(number_text(hours)), "How often all feeds fail together, times how long.");
  } else s.row("Hours a year on the generators, expected", number_cell("not in the result"), "`aifactory run --contingency` works the outages through.");
  for (auto const& source : facts.at("/site/onsite")) {
    if (source.value("type", "") != "diesel") continue;
    power::GeneratorParams p;
    p.power_w = source.value("power", 0.0), p.min_load_frac = source.value("min_load", 0.0), p.fuel_idle_l_per_kwh = source.value("fuel_idle", 0.0), p.fuel_slope_l_per_kwh = source.value("fuel_slope", 0.0);
    double const units = source.value("units", 0.0), load_w = r.value("facility.power");
    if (!(p.power_w > 0) || !std::isfinite(load_w)) continue;
    s.row(fmt::format("Generators {}", source.value("id", "")), number_cell(fmt::format("{} x {}", count_text(units), show(p.power_w, "W").text())), source.value("redundancy", ""));
    double const fuel_m3 = power::plant_fuel_l_per_h(p, load_w) / 1e3;
    s.row("Fuel of an hour on them", quantity_cell(fuel_m3, "m3"), fmt::format("At the mean power of the site, {}, on the fewest units that carry it.", show(load_w, "W").text()));
    if (hours > 0) s.row("Fuel of a year of outages, expected", quantity_cell(fuel_m3 * hours, "m3"), "The hours above at that power.");
  }
  return s.table;
}

Table not_modelled_table() {
  Table table{"Not modelled: each needs its own study", {{"what"}, {"study that answers it"}}, {}};
  for (auto const& [what, study] : {std::pair{"Short circuit currents, from the grid and from the site", "short-circuit study"}, {"Protection and its coordination", "protection and coordination study"}, {"Arc flash", "arc-flash study"}, {"Harmonics and flicker", "power-quality study"}, {"Electromagnetic transients, converter controls, resonance", "EMT study"},
                                    {"Unbalance between phases", "unbalanced load flow"}, {"High voltages and frequency excursions", "ride-through test or EMT study"}, {"Stability of the grid and its other customers", "system impact study of the utility"}})
    table.rows.push_back({text_cell(what), text_cell(study)});
  return table;
}

}  // namespace

// What the site draws at most and on average, its power factor and its ramp, of each option.
std::string connection_verdict(std::vector<OptionView> const& options) {
  std::string text;
  for (auto const& o : options) {
    double const capacity = SiteFacts(o.results).number("/site/utility/capacity"), peak = o.results.value("facility.power.peak"), mean_w = o.results.value("facility.power"), factor = o.results.value("power_factor.min");
    auto const hours = hourly(find_group(o.results, "ts_", false), "facility_power");
    if (!std::isfinite(peak) || !std::isfinite(mean_w)) continue;
    text += fmt::format("{}{}raws at most {}{} and {} on average", text.empty() ? "" : " ", o.name.empty() ? "D" : o.name + " d", show(peak, "W").text(), std::isfinite(capacity) ? " of a connection of " + show(capacity, "W").text() : "", show(mean_w, "W").text());
    if (std::isfinite(factor)) text += fmt::format(", power factor never below {:.3f}", factor);
    if (hours.size() > 1) text += fmt::format(", at most {} more or less from one hour to the next", show(ramp_of(hours, 1).most(), "W").text());
    text += ".";
  }
  return text;
}

Section utility_section(OptionView const& option, SiteFacts const& facts) {
  auto const& r = option.results;
  Section section{option.prefix() + "utility", "Interconnection sheet for the utility", {}};
  auto add = [&](Table table) { if (!table.rows.empty()) section.blocks.emplace_back(std::move(table)); };
  add(connection_table(option, facts));
  add(import_by_month(r));
  add(ramp_table(r, facts));
  if (auto const* swing = study_of(r, "training_swing")) add(own_table(*swing, "bands")), section.blocks.emplace_back(Paragraph{swing->verdict, "note"});
  else section.blocks.emplace_back(Paragraph{"Oscillation by frequency band is not in the result: a year holds no waveforms. A study of type `training_swing` in the scenario computes it.", "note"});
  if (r.risk.contingency) add(ride_table(option, *r.risk.contingency));
  else section.blocks.emplace_back(Paragraph{"Ride-through was not computed in this run (`--contingency`).", "note"});
  if (auto const* dips = study_of(r, "ride_through")) add(reconnection_table(*dips)), add(own_table(*dips, "points"));
  else section.blocks.emplace_back(Paragraph{"Load that a dip takes off the grid, and when it is back, is not in the result: a study of type `ride_through` in the scenario computes it.", "note"});
  add(curtailment_table(option));
  Table cut{"Curtailment and other events of the scenario", {{"event"}, {"kind"}, {"hours", true}, {"peak from the grid, change", true}, {"good tokens lost", true}}, {}};
  for (auto const& e : r.risk.events) cut.rows.push_back({text_cell(e.id), text_cell(in_words(e.type)), number_cell(number_text(e.hours)), quantity_cell(e.peak_utility_w, "W"), number_cell(percent_text(e.lost_good_frac))});
  add(std::move(cut));
  add(generator_table(r, facts));
  add(not_modelled_table());
  return section;
}

}  // namespace aif::reports
