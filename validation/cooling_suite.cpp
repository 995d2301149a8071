// Cooling against computed references: psychrometrics and fluids (psychrolib, CoolProp), chiller curves, tower polynomial, exchangers,
// pipe friction, and two years of EnergyPlus at hourly steps. Nothing is fitted to these rows.
#include "validation/cooling_suite.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>

#include "core/csv.hpp"
#include "models/cooling/fluids.hpp"
#include "models/cooling/exchangers.hpp"
#include "models/cooling/pipe.hpp"
#include "models/cooling/plants.hpp"
#include "models/cooling/chiller.hpp"
#include "sim/io/weather.hpp"
#include "sim/scenario/library.hpp"
#include "validation/energyplus_years.hpp"

namespace aif::validation {
namespace {

using namespace cooling;

// The number behind `key` in a text of conditions ("T=25C RH=0.5"); NaN when it is not there.
double after(std::string const& text, std::string_view key) {
  auto const at = text.find(key);
  if (at == std::string::npos) return std::nan("");
  double value = std::nan("");
  std::from_chars(text.data() + at + key.size(), text.data() + text.size(), value);
  return value;
}

bool has(std::string const& text, std::string_view word) { return text.find(word) != std::string::npos; }

struct Sources {
  sim::Library library;
  CsvTable chillers = CsvTable::load(library.asset_path("lib:chillers/eir_chillers"));
  std::map<std::string, sim::WeatherSeries> weather;

  Chiller chiller(std::string const& start) const {  // rows may leave out the maker and the rating
    std::string found;
    for (auto const& name : chillers.column("name"))
      if (has(name, "_" + start)) found = found.empty() ? name : "*";
    if (found.empty() || found == "*") throw std::runtime_error(found.empty() ? "unknown chiller" : "ambiguous chiller");
    return Chiller::from_table(chillers, found);
  }
  sim::WeatherSeries const& year(std::string const& file) {
    auto at = weather.find(file);
    if (at == weather.end()) at = weather.emplace(file, sim::load_weather(library.asset_path("lib:weather/" + file.substr(0, file.rfind(".epw"))))).first;
    return at->second;
  }
};

double weather_statistic(sim::WeatherSeries const& w, std::string const& what) {
  double sum = 0, highest = -1e9, hours = 0;
  auto const limit = what.find("<=");
  double const bound = limit == std::string::npos ? 0 : after(what, "<=");
  for (auto const& h : w.hours) {
    double const t = has(what, "wet bulb") ? h.wet_bulb_c : h.dry_bulb_c;
    sum += t, highest = std::max(highest, t), hours += t <= bound ? 1 : 0;
  }
  if (what.starts_with("hours")) return hours;
  return what.starts_with("max") ? highest : sum / static_cast<double>(w.hours.size());
}

double psychrometrics(Sources& sources, std::string const& source, std::string const& what, std::string const& conditions) {
  if (source.ends_with(".epw")) return weather_statistic(sources.year(source), what);
  double const t = after(conditions, "T="), p = after(conditions, "p="), rh = after(conditions, "RH="), w = humidity_ratio(t, rh, p);
  if (what == "wet-bulb") return wet_bulb_c(t, w, p);
  if (what == "humidity ratio") return w;
  if (what == "dew point") return dew_point_c(t, rh);
  if (has(what, "enthalpy")) return moist_air_enthalpy_j_per_kg(t, w) / 1000;
  if (has(what, "density")) return moist_air_density_kg_m3(t, w, p);
  return std::nan("");
}

double property(std::string const& what, std::string const& conditions) {
  Fluid const fluid = has(what, "PG25") ? Fluid::pg25 : Fluid::water;
  double const t = after(conditions, "T=");
  if (has(what, "density")) return density_kg_m3(fluid, t);
  if (has(what, "cp")) return heat_capacity_j_kg_k(fluid, t);
  if (has(what, "viscosity")) return viscosity_pa_s(fluid, t);
  return conductivity_w_m_k(fluid, t);
}

double chiller_value(Sources const& sources, std::string const& what, std::string const& conditions) {
  std::string const name = what.substr(what.rfind(' ') + 1);
  Chiller const chiller = sources.chiller(name);
  Chiller::Sized const sized(chiller);
  double const te = after(conditions, "Tevap_leaving="), tc = after(conditions, "Tcond_entering="), plr = after(conditions, "PLR=");
  double const load = plr * sized.capacity_at(te, tc) / chiller.part_load_max;
  double const power = sized.step(1, load, te, tc).power_w;
  return has(what, "COP") ? load / power : power;
}

double flow_value(std::string const& source, std::string const& what, std::string const& conditions) {
  if (has(what, "friction")) return darcy_friction(after(conditions, "Re="), after(conditions, "eps/D="));
  Fluid const fluid = has(source, "PG25") ? Fluid::pg25 : Fluid::water;
  double const mean_c = after(source, " at ");
  return coolant_flow_m3_s(fluid, 1000, after(conditions, "dT="), mean_c) * 6e4;
}

double predict(Sources& sources, std::string const& metric, CsvTable const& t, std::size_t row) {
  auto const &source = t.at(row, "source"), &what = t.at(row, "what"), &conditions = t.at(row, "conditions");
  if (metric == "psychrometrics") return psychrometrics(sources, source, what, conditions);
  if (metric == "properties") return property(what, conditions);
  if (metric == "eir") return chiller_value(sources, what, conditions);
  if (metric == "york") return york_approach_k(after(conditions, "Twb="), after(conditions, "range="), after(conditions, "ratio="));
  if (metric == "flow") return flow_value(source, what, conditions);
  double const ntu = after(conditions, "NTU="), ratio = after(conditions, "Cr=");
  return has(conditions, "counterflow") ? counterflow_effectiveness(ntu, ratio) : crossflow_effectiveness(ntu, ratio);
}

// Rows of one metric and one statistic; a metric whose rows mix degrees and ratios is reported in two parts.
MetricReport computed_metric(Sources& sources, CsvTable const& t, std::string const& metric, std::string const& statistic, MetricSpec spec) {
  std::vector<Row> rows;
  auto const limits = t.numbers("limit"), values = t.numbers("value");
  std::vector<std::string> over;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    if (t.at(i, "use") != "predict" || t.at(i, "metric_name") != metric || t.at(i, "statistic") != statistic) continue;
    Row row;
    row.id = t.at(i, "id"), row.measured = values[i], row.in_sample = std::nan("");
    try {
      row.predicted = predict(sources, metric, t, i);
    } catch (std::exception const& e) {
      row.refusal = e.what();
    }
    double const error = std::abs(row.predicted - row.measured) / (statistic == "ape" ? std::abs(row.measured) : 1.0);
    if (row.refusal.empty() && std::isfinite(limits[i]) && !(error <= limits[i])) over.push_back(fmt::format("{} is off by {:.3g}, its limit is {:.3g}", row.id, error, limits[i]));
    rows.push_back(std::move(row));
  }
  spec.statistic = statistic;
  MetricReport report = summarise(spec, rows);
  for (auto& text : over) report.failures.push_back(std::move(text));
  report.pass = report.pass && report.failures.empty();
  return report;
}

SuiteReport run_cooling(Options const& options) {
  SuiteReport report;
  report.suite = "cooling", report.data = options.data_dir, report.refit = options.refit;
  Sources sources;
  std::string const file = "facility_computed.csv";
  CsvTable const table = CsvTable::load(table_path(options.data_dir, file));
  auto const add = [&](char const* metric, char const* statistic, double limit, char const* unit) {
    report.metrics.push_back(computed_metric(sources, table, metric, statistic, {metric, file, statistic, unit, limit, 0}));
  };
  add("psychrometrics", "abs", 0.01, "K");
  add("psychrometrics", "ape", 1e-3, "1");
  add("properties", "ape", 0.005, "1");
  add("eir", "ape", 1e-6, "1");
  add("york", "abs", 1e-4, "K");
  add("entu", "ape", 1e-6, "1");
  add("flow", "ape", 0.005, "1");
  for (auto& metric : energyplus_metrics(options.data_dir, sources.chiller("McQuay_WSC_471"))) report.metrics.push_back(std::move(metric));
  judge(report);
  return report;
}

}  // namespace

Suite cooling_suite() {
  Suite suite;
  suite.name = "cooling";
  suite.what = "moist air, fluids, chillers, towers, exchangers, friction and two EnergyPlus years";
  suite.run = run_cooling;
  return suite;
}

}  // namespace aif::validation
