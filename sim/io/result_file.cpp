#include "sim/io/result_file.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/write_file.hpp"
#include "sim/claims/study_json.hpp"
#include "sim/decisions/ensemble.hpp"
#include "sim/io/ensemble_file.hpp"
#include "sim/io/h5_file.hpp"
#include "sim/io/risk_json.hpp"

namespace aif::sim {
namespace {

using Json = nlohmann::ordered_json;

// A table of records as one group: a coordinate `row`-like first column and one variable per field.
template <class T>
struct TextField {
  char const* name;
  std::string T::*member;
};
template <class T>
struct NumberField {
  char const* name;
  char const* unit;
  double T::*member;
};

template <class T>
void write_table(H5File& file, std::string const& group, char const* row, std::vector<T> const& records, std::vector<TextField<T>> const& texts, std::vector<NumberField<T>> const& numbers) {
  file.make_group(group);
  std::vector<double> index(records.size());
  for (std::size_t i = 0; i < index.size(); ++i) index[i] = static_cast<double>(i);
  file.write_coordinate(group + "/" + row, index, {{"units", "1"}});
  for (auto const& f : texts) {
    std::vector<std::string> column;
    for (auto const& r : records) column.push_back(r.*(f.member));
    file.write(group + "/" + f.name, column, {row}, {});
  }
  for (auto const& f : numbers) {
    std::vector<double> column;
    for (auto const& r : records) column.push_back(r.*(f.member));
    file.write(group + "/" + f.name, column, {row}, {{"units", f.unit}});
  }
}

template <class T>
std::vector<T> read_table(H5File const& file, std::string const& group, char const* row, std::vector<TextField<T>> const& texts, std::vector<NumberField<T>> const& numbers) {
  std::vector<T> records(file.read_numbers(group + "/" + row).size());
  for (auto const& f : texts) {
    auto const column = file.read_strings(group + "/" + f.name, records.size());
    for (std::size_t i = 0; i < records.size(); ++i) records[i].*(f.member) = column[i];
  }
  for (auto const& f : numbers) {
    auto const column = file.read_numbers(group + "/" + f.name, records.size());
    for (std::size_t i = 0; i < records.size(); ++i) records[i].*(f.member) = column[i];
  }
  return records;
}

std::vector<TextField<EnergyFlow>> const kFlowTexts{{"from", &EnergyFlow::from}, {"to", &EnergyFlow::to}};
std::vector<NumberField<EnergyFlow>> const kFlowNumbers{{"energy", "J", &EnergyFlow::energy_j}};
std::vector<TextField<economics::CostLine>> const kCostTexts{{"line", &economics::CostLine::id}};
std::vector<NumberField<economics::CostLine>> const kCostNumbers{{"capital", "USD", &economics::CostLine::capital_usd}, {"annual", "USD", &economics::CostLine::annual_usd}};
std::vector<TextField<InventoryLine>> const kInventoryTexts{{"component", &InventoryLine::component}, {"name", &InventoryLine::item}, {"unit_of_rating", &InventoryLine::unit}, {"follows", &InventoryLine::follows}};
std::vector<NumberField<InventoryLine>> const kInventoryNumbers{{"count", "1", &InventoryLine::count}, {"needed", "1", &InventoryLine::needed}, {"rating", "1", &InventoryLine::rating},
                                                                {"flow", "m3 s-1", &InventoryLine::flow_m3_s}, {"head", "Pa", &InventoryLine::head_pa}, {"motor", "W", &InventoryLine::motor_w}, {"approach", "K", &InventoryLine::approach_k}};
std::vector<TextField<AssumptionLine>> const kAssumptionTexts{{"path", &AssumptionLine::path}, {"value", &AssumptionLine::value}, {"origin", &AssumptionLine::origin},
                                                              {"source", &AssumptionLine::source}, {"evidence", &AssumptionLine::evidence}};
std::vector<TextField<RunEvent>> const kEventTexts{{"kind", &RunEvent::kind}, {"component", &RunEvent::component}, {"text", &RunEvent::text}};
std::vector<NumberField<RunEvent>> const kEventNumbers{{"time_of_event", "s", &RunEvent::time_s}};
std::vector<TextField<MarginalValue>> const kMarginalTexts{{"component", &MarginalValue::component}, {"unit_of_step", &MarginalValue::unit}};
std::vector<NumberField<MarginalValue>> const kMarginalNumbers{{"step", "1", &MarginalValue::step}, {"good_tokens", "1 s-1", &MarginalValue::d_good_token_s}};

// Hours of a year without 29 February: a span that holds one needs the calendar that lacks it, any other is an ordinary one.
Attributes time_attributes(SeriesGroup const& s) {
  std::istringstream in(s.start);
  date::sys_days first;
  in >> date::parse("%F", first);
  date::sys_days const last = first + date::days(static_cast<long>(static_cast<double>(s.n_steps) * s.step_s / 86400.0));
  bool has_leap_day = false;
  for (auto year = date::year_month_day(first).year(); year <= date::year_month_day(last).year(); ++year)
    has_leap_day = has_leap_day || (year.is_leap() && first <= date::sys_days(year / 2 / 29) && date::sys_days(year / 2 / 29) < last);
  return {{"units", fmt::format("seconds since {} 00:00:00", s.start)}, {"calendar", has_leap_day ? "noleap" : "proleptic_gregorian"}, {"standard_name", "time"},
          {"long_name", "start of the window, local standard time"}};
}

// Outages, findings, causes and events as tables, by rank; NaN where a time never comes. The whole of it, chains included, is one JSON text.
struct OutageRow {
  std::string component, kind, binding;
  double units = 0, events_per_year = 0, duration_s = 0, good_token_s = 0, worst_good_token_s = 0, trained_token_s = 0, lost_good_token_year = 0, seconds_to_throttle_s = 0, seconds_to_trip_s = 0, tripped_frac = 0;
};
std::vector<TextField<OutageRow>> const kOutageTexts{{"component", &OutageRow::component}, {"kind", &OutageRow::kind}, {"binding", &OutageRow::binding}};
std::vector<NumberField<OutageRow>> const kOutageNumbers{
    {"units", "1", &OutageRow::units}, {"events_per_year", "1", &OutageRow::events_per_year}, {"repair_time", "s", &OutageRow::duration_s}, {"good_tokens_at_risk", "1 s-1", &OutageRow::good_token_s},
    {"worst_good_tokens_at_risk", "1 s-1", &OutageRow::worst_good_token_s}, {"trained_tokens_at_risk", "1 s-1", &OutageRow::trained_token_s}, {"good_tokens_lost_year", "1", &OutageRow::lost_good_token_year},
    {"seconds_to_throttle", "s", &OutageRow::seconds_to_throttle_s}, {"seconds_to_trip", "s", &OutageRow::seconds_to_trip_s}, {"tripped_fraction", "1", &OutageRow::tripped_frac}};
std::vector<TextField<DesignFinding>> const kFindingTexts{{"rule", &DesignFinding::rule}, {"severity", &DesignFinding::severity}, {"component", &DesignFinding::component}, {"text", &DesignFinding::text}, {"fix", &DesignFinding::fix}};
std::vector<TextField<CauseLoss>> const kLossTexts{{"component", &CauseLoss::component}, {"reason", &CauseLoss::reason}};
std::vector<NumberField<CauseLoss>> const kLossNumbers{{"events_per_year", "1", &CauseLoss::events_per_year}, {"unit_hours_per_year", "1", &CauseLoss::hours_per_year}, {"good_tokens_lost", "1", &CauseLoss::lost_good_token},
                                                       {"trained_tokens_lost", "1", &CauseLoss::lost_trained_token}};
std::vector<TextField<EventImpact>> const kImpactTexts{{"id", &EventImpact::id}, {"type", &EventImpact::type}, {"start", &EventImpact::start}, {"binding", &EventImpact::binding}};
std::vector<NumberField<EventImpact>> const kImpactNumbers{{"duration", "h", &EventImpact::hours}, {"good_tokens_lost", "1", &EventImpact::lost_good_token}, {"good_fraction_lost", "1", &EventImpact::lost_good_frac},
                                                           {"trained_tokens_lost", "1", &EventImpact::lost_trained_token}, {"import_energy_change", "J", &EventImpact::utility_j},
                                                           {"import_peak_change", "W", &EventImpact::peak_utility_w}, {"water_change", "kg", &EventImpact::water_kg}};

void write_risk(H5File& file, Results const& r) {
  if (r.risk.empty()) return;
  file.write_text("/scenario/contingency_json", risk_json(r.provenance.scenario_name, r.provenance.scenario_sha256, r.risk));
  if (r.risk.contingency) {
    std::vector<OutageRow> rows;
    auto const or_nan = [](double s) { return std::isfinite(s) ? s : std::nan(""); };
    for (auto const& o : r.risk.contingency->outages)
      rows.push_back({o.what.label, std::string(enum_name(o.what.kind)), o.binding, static_cast<double>(o.what.units), o.what.events_per_year, o.what.duration_s, o.good_token_s, o.worst_good_token_s, o.trained_token_s,
                      o.lost_good_token_year, or_nan(o.transient.ride.seconds_to_throttle_s), or_nan(o.transient.ride.seconds_to_trip_s), o.transient.tripped_frac});
    write_table(file, "/contingency", "rank", rows, kOutageTexts, kOutageNumbers);
    write_table(file, "/design_findings", "finding", r.risk.contingency->findings, kFindingTexts, {});
  }
  if (r.risk.availability) write_table(file, "/availability", "cause", r.risk.availability->causes, kLossTexts, kLossNumbers);
  if (!r.risk.events.empty()) write_table(file, "/event_impacts", "event", r.risk.events, kImpactTexts, kImpactNumbers);
}

void write_series(H5File& file, SeriesGroup const& s) {
  std::string const group = "/" + s.name;
  file.make_group(group);
  std::vector<double> time(s.n_steps);
  for (std::size_t i = 0; i < time.size(); ++i) time[i] = static_cast<double>(i) * s.step_s;
  file.write_coordinate(group + "/time", time, time_attributes(s));
  for (auto const& [name, labels] : s.coordinates)
    if (!labels.empty()) file.write_coordinate(group + "/" + name, labels, {{"long_name", name}});
  for (auto const& v : s.variables) {
    if (v.values.empty()) continue;
    std::vector<std::string> dimensions{"time"};
    if (!v.dimension.empty()) dimensions.push_back(v.dimension);
    file.write(group + "/" + v.name, std::span<float const>(v.values), dimensions,
               {{"units", v.unit}, {"long_name", v.long_name}, {"cell_methods", "time: mean"}});
  }
}

SeriesGroup read_series(H5File const& file, std::string const& name) {
  SeriesGroup s;
  s.name = name;
  std::string const group = "/" + name + "/";
  auto const time = file.read_numbers(group + "time");
  s.n_steps = time.size();
  s.step_s = time.size() > 1 ? time[1] - time[0] : 3600;
  s.start = file.read_attribute(group + "time", "units").substr(std::string_view("seconds since ").size(), 10);
  for (auto const& variable : file.list("/" + name)) {
    if (variable == "time") continue;
    if (variable == "workload" || variable == "pod") {
      s.coordinates[variable] = file.read_strings(group + variable);
      continue;
    }
    auto const values = file.read_numbers(group + variable);
    Variable v{variable, file.read_attribute(group + variable, "units"), file.read_attribute(group + variable, "long_name"), "", {values.begin(), values.end()}};
    if (file.rank(group + variable) > 1 && !s.coordinates.empty()) v.dimension = s.coordinates.begin()->first;
    std::size_t const entities = v.dimension.empty() ? 1 : s.coordinates.begin()->second.size();
    if (v.values.size() != s.n_steps * entities) file.read_numbers(group + variable, s.n_steps * entities);  // tells what is wrong
    s.variables.push_back(std::move(v));
  }
  return s;
}

void write_summary(H5File& file, Results const& results) {
  file.make_group("/summary");
  std::vector<std::string> id, unit, definition, validity;
  std::vector<double> value, p10, p50, p90;
  for (auto const& m : results.summary) {
    id.push_back(m.id);
    unit.push_back(m.unit);
    definition.push_back(m.definition);
    validity.emplace_back(enum_names(m.validity)[static_cast<std::size_t>(m.validity)]);
    value.push_back(m.value);
    p10.push_back(m.p10.value_or(std::nan("")));
    p50.push_back(m.p50.value_or(std::nan("")));
    p90.push_back(m.p90.value_or(std::nan("")));
  }
  file.write_coordinate("/summary/metric", id, {});
  file.write("/summary/value", value, {"metric"}, {});
  file.write("/summary/p10", p10, {"metric"}, {});
  file.write("/summary/p50", p50, {"metric"}, {});
  file.write("/summary/p90", p90, {"metric"}, {});
  file.write("/summary/unit", unit, {"metric"}, {});
  file.write("/summary/validity", validity, {"metric"}, {});
  file.write("/summary/definition", definition, {"metric"}, {});
}

void read_summary(H5File const& file, Results& results) {
  auto const id = file.read_strings("/summary/metric");
  auto const texts = [&](char const* name) { return file.read_strings(std::string("/summary/") + name, id.size()); };
  auto const numbers = [&](char const* name) { return file.read_numbers(std::string("/summary/") + name, id.size()); };
  auto const unit = texts("unit"), definition = texts("definition"), validity = texts("validity");
  auto const value = numbers("value"), p10 = numbers("p10"), p50 = numbers("p50"), p90 = numbers("p90");
  auto optional = [](double v) { return std::isnan(v) ? std::optional<double>{} : std::optional<double>{v}; };
  auto const names = enum_names(Validity{});
  for (std::size_t i = 0; i < id.size(); ++i) {
    MetricValue m{id[i], unit[i], definition[i], value[i], optional(p10[i]), optional(p50[i]), optional(p90[i]), Validity::no_band};
    for (std::size_t v = 0; v < names.size(); ++v)
      if (names[v] == validity[i]) m.validity = static_cast<Validity>(v);
    results.summary.push_back(std::move(m));
  }
}

void add_checks(Json& j, Results const& r) {
  for (auto const& c : r.checks) {
    Json check = {{"expression", c.expression}, {"level", c.level}, {"value", c.value}, {"limit", c.limit}, {"passed", c.passed}};
    if (c.probability) check["probability"] = *c.probability;
    j["checks"].push_back(std::move(check));
  }
}

// How many members, and what moves the figures that people look at first.
void add_ensemble(Json& j, EnsembleData const& e) {
  constexpr char const* kHeadline[] = {"tokens.good.rate", "facility.power", "pue", "energy.per_output_token", "cost.per_mtok_out"};
  constexpr std::size_t kDrivers = 3;
  Json& out = j["ensemble"];
  out = {{"members", e.values.size()}, {"failed", std::count_if(e.failures.begin(), e.failures.end(), [](auto const& f) { return !f.empty(); })}, {"seed", e.seed}, {"inputs", e.inputs}};
  for (auto const* metric : kHeadline) {
    auto const drivers = contributions(e, metric);
    for (std::size_t i = 0; i < std::min(kDrivers, drivers.size()); ++i) out["drivers"][metric].push_back({{"input", drivers[i].input}, {"share_of_spread", drivers[i].share}});
  }
}

// What has no natural table: provenance, causes, checks, workloads, bill, warnings. One JSON text, read back by the same names.
Json details_json(Results const& r) {
  Json j;
  auto const& p = r.provenance;
  j["provenance"] = {{"version", p.version}, {"git", p.git}, {"compiler", p.compiler}, {"command", p.command_line}, {"scenario", p.scenario_name}, {"title", p.scenario_title},
                     {"scenario_sha256", p.scenario_sha256}, {"seed", p.seed}, {"started", p.started}, {"finished", p.finished}};
  for (auto const& [name, hash] : p.inputs) j["provenance"]["inputs"].push_back({{"name", name}, {"sha256", hash}});
  for (auto const& c : r.causes) j["causes"].push_back({{"cause", enum_names(c.cause)[static_cast<std::size_t>(c.cause)]}, {"component", c.component}, {"hours", c.hours}, {"lost_good_tokens", c.lost_good_token}});
  add_checks(j, r);
  for (auto const& w : r.workloads) j["workloads"].push_back({{"id", w.id}, {"kind", w.kind}, {"model", w.model}, {"title", w.title}, {"values", w.values}});
  auto const& b = r.bill;
  j["bill"] = {{"energy_usd", b.energy_usd}, {"delivery_usd", b.delivery_usd}, {"demand_usd", b.demand_usd}, {"coincident_usd", b.coincident_usd},
               {"minimum_usd", b.minimum_usd}, {"fixed_usd", b.fixed_usd}, {"month_usd", b.month_usd}, {"peak_w", b.peak_w}, {"fuel_usd", b.fuel_usd}};
  for (auto const& w : r.warnings.items()) j["warnings"].push_back({{"code", w.code}, {"message", w.message}, {"path", w.path}});
  j["notes"] = r.notes;
  j["verdict"] = r.verdict;
  j["energy_residual"] = r.energy_residual;
  if (!r.studies.empty()) j["studies"] = Json::parse(studies_json(r.studies));
  return j;
}

void read_details(std::string const& text, Results& r) {
  Json const j = Json::parse(text);
  auto const& p = j.at("provenance");
  r.provenance.version = p.at("version");
  r.provenance.git = p.at("git");
  r.provenance.compiler = p.at("compiler");
  r.provenance.command_line = p.at("command");
  r.provenance.scenario_name = p.at("scenario");
  r.provenance.scenario_title = p.at("title");
  r.provenance.scenario_sha256 = p.at("scenario_sha256");
  r.provenance.seed = p.at("seed");
  r.provenance.started = p.at("started");
  r.provenance.finished = p.at("finished");
  auto list = [](Json const& from, char const* key) { return from.contains(key) ? from.at(key) : Json::array(); };
  for (auto const& i : list(p, "inputs")) r.provenance.inputs.emplace_back(i.at("name"), i.at("sha256"));
  auto const names = enum_names(Cause{});
  for (auto const& c : list(j, "causes")) {
    CauseHours hours{Cause::demand, c.at("component"), c.at("hours"), c.at("lost_good_tokens")};
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == c.at("cause").get<std::string>()) hours.cause = static_cast<Cause>(i);
    r.causes.push_back(std::move(hours));
  }
  for (auto const& c : list(j, "checks")) {
    r.checks.push_back({c.at("expression"), c.at("level"), c.at("value"), c.at("limit"), c.at("passed"), {}});
    if (c.contains("probability")) r.checks.back().probability = c.at("probability").get<double>();
  }
  for (auto const& w : list(j, "workloads")) r.workloads.push_back({w.at("id"), w.at("kind"), w.at("model"), w.at("title"), w.at("values")});
  auto const& b = j.at("bill");
  r.bill = {b.at("energy_usd"), b.at("delivery_usd"), b.at("demand_usd"), b.at("coincident_usd"), b.at("minimum_usd"), b.at("fixed_usd"), b.at("month_usd"), b.at("peak_w"), b.value("fuel_usd", 0.0)};
  for (auto const& w : list(j, "warnings")) r.warnings.add({w.at("code"), Severity::warning, w.at("message"), w.at("path"), {}, "", 1, "", ""});
  r.notes = j.at("notes");
  r.verdict = j.at("verdict");
  r.energy_residual = j.at("energy_residual");
  if (j.contains("studies")) r.studies = read_studies(j.at("studies").dump());
}

}  // namespace

void write_result(Results const& r, std::string const& path) {
  std::string const part = path + ".part";
  {
    H5File file = H5File::create(part);
    file.write_attribute("/", "Conventions", "CF-1.11");
    file.write_attribute("/", "title", r.provenance.scenario_title);
    file.write_attribute("/", "institution", "");
    file.write_attribute("/", "source", "aifactory " + r.provenance.version);
    file.write_attribute("/", "history", r.provenance.finished + " " + r.provenance.command_line);
    file.write_attribute("/", "aifactory_schema", "aifactory/result/v1");
    file.write_attribute("/", "scenario_sha256", r.provenance.scenario_sha256);
    file.make_group("/scenario");
    file.write_text("/scenario/yaml_text", r.provenance.scenario_text);
    file.write_text("/scenario/path", r.provenance.scenario_path);
    file.write_text("/scenario/canonical_json", r.provenance.canonical_json);
    file.write_text("/scenario/details_json", details_json(r).dump());
    write_summary(file, r);
    for (auto const& s : r.series) write_series(file, s);
    write_ensemble(file, r.ensemble, r.series.empty() ? Attributes{} : time_attributes(r.series.front()));
    write_table(file, "/losses", "flow", r.flows, kFlowTexts, kFlowNumbers);
    write_table(file, "/costs", "item", r.costs, kCostTexts, kCostNumbers);
    if (!r.inventory.empty()) write_table(file, "/inventory", "item", r.inventory, kInventoryTexts, kInventoryNumbers);
    write_table(file, "/events", "event", r.events, kEventTexts, kEventNumbers);
    write_table(file, "/marginal", "case", r.marginal, kMarginalTexts, kMarginalNumbers);
    write_table(file, "/assumptions", "item", r.assumptions, kAssumptionTexts, {});
    write_risk(file, r);
  }
  finish_file(part, path);
}

namespace {
Results read_whole(std::string const& path) {
  Results r;
  H5File const file = H5File::open(path);
  if (file.read_attribute("/", "aifactory_schema") != "aifactory/result/v1")
    throw InputError(Diagnostic{"AF4001", Severity::error, "not a result of this program (no aifactory_schema)", "", {path, 0, 0}, "a result is the result.nc that `aifactory run` writes", 1});
  r.provenance.scenario_text = file.read_strings("/scenario/yaml_text", 1).at(0);
  r.provenance.scenario_path = file.read_strings("/scenario/path", 1).at(0);
  r.provenance.canonical_json = file.read_strings("/scenario/canonical_json", 1).at(0);
  read_details(file.read_strings("/scenario/details_json", 1).at(0), r);
  read_summary(file, r);
  for (auto const& name : file.list("/"))
    if (name.starts_with("ts_") || name.starts_with("as_delivered")) r.series.push_back(read_series(file, name));
  r.ensemble = read_ensemble(file);
  r.flows = read_table(file, "/losses", "flow", kFlowTexts, kFlowNumbers);
  r.costs = read_table(file, "/costs", "item", kCostTexts, kCostNumbers);
  r.events = read_table(file, "/events", "event", kEventTexts, kEventNumbers);
  r.marginal = read_table(file, "/marginal", "case", kMarginalTexts, kMarginalNumbers);
  r.assumptions = read_table<AssumptionLine>(file, "/assumptions", "item", kAssumptionTexts, {});
  auto const groups = file.list("/");
  if (std::find(groups.begin(), groups.end(), "inventory") != groups.end()) r.inventory = read_table(file, "/inventory", "item", kInventoryTexts, kInventoryNumbers);
  auto const texts = file.list("/scenario");
  if (std::find(texts.begin(), texts.end(), "contingency_json") != texts.end()) r.risk = read_risk_json(file.read_strings("/scenario/contingency_json").at(0));
  return r;
}
}  // namespace

Results read_result(std::string const& path) {
  try {
    return read_whole(path);
  } catch (Json::exception const& e) {
    throw InputError(Diagnostic{"AF4001", Severity::error, fmt::format("the result is damaged: {}", e.what()), "", {path, 0, 0}, "run it again", 1});
  }
}

std::string summary_json(Results const& r) {
  Json j;
  j["schema"] = "aifactory/summary/v1";
  j["scenario"] = r.provenance.scenario_name;
  j["scenario_sha256"] = r.provenance.scenario_sha256;
  for (auto const& m : r.summary) {
    Json& entry = j["metrics"][m.id];
    entry["value"] = m.value;
    entry["unit"] = m.unit;
    if (m.p10) entry["p10"] = *m.p10;
    if (m.p50) entry["p50"] = *m.p50;
    if (m.p90) entry["p90"] = *m.p90;
    entry["validity"] = enum_names(m.validity)[static_cast<std::size_t>(m.validity)];
    entry["definition"] = m.definition;
  }
  for (auto const& c : r.causes) j["binding"].push_back({{"cause", enum_names(c.cause)[static_cast<std::size_t>(c.cause)]}, {"component", c.component}, {"hours", c.hours}, {"lost_good_tokens", c.lost_good_token}});
  for (auto const& m : r.marginal) j["marginal"].push_back({{"component", m.component}, {"step", m.step}, {"unit", m.unit}, {"good_tokens_per_s", m.d_good_token_s}});
  add_checks(j, r);
  if (!r.ensemble.empty()) add_ensemble(j, r.ensemble);
  if (r.risk.availability) {
    auto const& a = *r.risk.availability;
    j["availability"] = {{"years", a.years}, {"good_token_fraction", a.availability}, {"low", a.availability_low}, {"high", a.availability_high}, {"good_tokens_lost_year", a.lost_good.mean},
                         {"good_tokens_lost_p99_year", a.lost_good.p99}, {"impaired_hours_year", a.impaired_hours.mean}};
  }
  if (r.risk.contingency && !r.risk.contingency->outages.empty()) {
    auto const& worst = r.risk.contingency->outages.front();
    j["contingency"] = {{"worst_outage", case_name(worst.what)}, {"good_tokens_at_risk_per_s", worst.good_token_s}, {"concurrently_maintainable", r.risk.contingency->concurrently_maintainable},
                        {"fault_tolerant", r.risk.contingency->fault_tolerant}};
  }
  j["verdict"] = r.verdict;
  j["energy_residual"] = r.energy_residual;
  if (!r.studies.empty()) j["studies"] = Json::parse(studies_json(r.studies));
  return j.dump(2) + "\n";
}

}  // namespace aif::sim
