#pragma once
// What a run leaves behind: headline metrics, time series in sampling groups, hours by cause, energy flow, cost build-up,
// checks, warnings and provenance. Plain data; sim/io/result_file writes and reads it, reports show it, nothing here computes physics.

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "contracts/limits.hpp"
#include "contracts/metric.hpp"
#include "core/diagnostics.hpp"
#include "models/economics/finance.hpp"
#include "models/economics/tariff.hpp"
#include "sim/claims/study.hpp"
#include "sim/risk.hpp"

namespace aif::sim {

// One column: n_steps x n_entities, row-major, SI. `dimension` names the entity coordinate ("" for a site column).
struct Variable {
  std::string name, unit, long_name, dimension;
  std::vector<float> values;
};

// Columns that share a time axis. `coordinates` gives the labels of each entity dimension.
struct SeriesGroup {
  std::string name;             // ts_1h, ts_1min, ...
  double step_s = 3600;
  std::size_t n_steps = 0;
  std::map<std::string, std::vector<std::string>> coordinates;
  std::vector<Variable> variables;
  std::string start = "2027-01-01";  // day of the first window, local standard time
  Variable const* find(std::string_view name) const;
};

// Energy of a year along the chain from the meter to the token; values of one level sum to their parent.
struct EnergyFlow {
  std::string from, to;
  double energy_j = 0;
};

struct CauseHours {
  Cause cause = Cause::demand;
  std::string component;
  double hours = 0;
  double lost_good_token = 0;    // against the same hour without the constraint
};

// One kind of machine, rack, module or cable as built, spare units included (sim/facility/inventory.hpp). 0 where it has no such figure.
struct InventoryLine {
  std::string component, item, unit, follows;  // unit of the rating, SI; follows: "site", "racks" or "pods.ID": what it is built with
  double count = 0, needed = 0, rating = 0;    // needed: in service at rated load; rating: of one
  double flow_m3_s = 0, head_pa = 0, motor_w = 0, approach_k = 0;  // of one, at rating
};

struct CheckResult {
  std::string expression, level;  // error, warn
  double value = 0, limit = 0;
  bool passed = true;
  std::optional<double> probability;  // share of the members that pass; absent without members
};

// One line of the assumptions table: a value, where it stands, who says so.
struct AssumptionLine {
  std::string path, value, origin, source, evidence;
};

struct RunEvent {
  double time_s = 0;
  std::string kind, component, text;
};

struct WorkloadSummary {
  std::string id, kind, model, title;
  std::map<std::string, double> values;  // metric suffix -> SI

  double value(std::string const& suffix) const {  // 0 where the workload has no such metric
    auto const at = values.find(suffix);
    return at == values.end() ? 0.0 : at->second;
  }
};

// Members of a Monte Carlo run: the scenario again with its uncertain inputs drawn (sim/decisions/ensemble.hpp). Rows are members.
struct EnsembleData {
  std::uint64_t seed = 0;
  std::vector<std::string> inputs, input_units, input_sources;  // paths of what was drawn
  std::vector<std::vector<double>> draws;                       // [member][input], SI
  std::vector<std::string> metrics;
  std::vector<std::vector<double>> values;                      // [member][metric]; NaN: the member failed
  std::vector<std::string> failures;                            // [member]; empty: none
  struct TimeBand {
    std::string name, unit, long_name;
    std::vector<float> p10, p50, p90;                           // by hour
  };
  std::vector<TimeBand> bands;
  bool empty() const { return values.empty(); }
};

struct Provenance {
  std::string version, git, compiler, command_line, scenario_name, scenario_title, scenario_path, scenario_text, canonical_json, scenario_sha256;
  std::vector<std::pair<std::string, std::string>> inputs;  // name without folder -> sha256
  std::uint64_t seed = 0;
  std::string started, finished;
};

struct Results {
  Provenance provenance;
  std::vector<MetricValue> summary;
  std::vector<SeriesGroup> series;       // steady year; then as delivered
  std::vector<CauseHours> causes;
  std::vector<MarginalValue> marginal;
  std::vector<EnergyFlow> flows;
  std::vector<economics::CostLine> costs;
  economics::Bill bill;
  std::vector<InventoryLine> inventory;
  std::vector<WorkloadSummary> workloads;
  std::vector<CheckResult> checks;
  std::vector<AssumptionLine> assumptions;
  std::vector<RunEvent> events;
  RiskResults risk;                      // when it was asked for
  EnsembleData ensemble;                 // empty: no bands were asked for
  DiagnosticList warnings;
  std::vector<std::string> notes;        // sentences that the report must show
  double energy_residual = 0;            // worst relative mismatch of the two sums of any step
  std::vector<StudyResult> studies;      // questions asked beside the year
  std::string verdict;                   // one sentence: what is made, at what cost, what binds

  Results();  // spelt out in the source file, as for Scenario
  Results(Results const&);
  Results(Results&&) noexcept;
  Results& operator=(Results const&);
  Results& operator=(Results&&) noexcept;
  ~Results();

  MetricValue const* find(std::string_view id) const;
  double value(std::string_view id) const {  // NaN where the run has no such metric
    auto const* m = find(id);
    return m ? m->value : std::numeric_limits<double>::quiet_NaN();
  }
  SeriesGroup const* find_series(std::string_view name) const;
};

}  // namespace aif::sim
