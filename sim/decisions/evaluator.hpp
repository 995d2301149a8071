#pragma once
// Many questions to one scenario: each is a point, the scenario with some values set. The text is read once, files and operating maps are
// shared, points are independent of each other and of the number of threads. Sweeps, searches and comparisons are made of points.
//
//   Evaluator evaluator(load_scenario("site.yaml"), Library(), {.cache_dir = default_cache_dir()});
//   PointResult r = evaluator.evaluate({"pods.nvl.count=144", "cooling.liquid.supply=35 degC"});

#include <memory>
#include <string>
#include <vector>

#include "sim/decisions/ensemble.hpp"

namespace aif::sim {

struct EvaluatorSettings {
  std::string cache_dir{};     // of operating maps; empty: kept in memory only
  int members = 0;             // of the ensemble of each point; 0: figures without bands
  bool as_delivered = false;   // also the figures of the calendar with its phases
};

// Name and unit of a column of figures.
struct MetricColumn {
  std::string id, unit;
};

struct PointResult {
  std::string scenario_sha256;                // of the changed scenario; empty when it could not be read
  bool failed = false;
  std::vector<double> values;                 // by Evaluator::metrics(); NaN where the point lacks the figure; empty when failed
  std::vector<double> p10, p50, p90;          // empty without members
  std::string binding;                        // what costs most hours beside demand: "power power.blocks 212 h"; empty: demand alone
  DiagnosticList problems;                    // why it failed
  double seconds = 0;
};

class Evaluator {
 public:
  // Runs the base once, so that every map it needs is there. A base that cannot run leaves base_result().failed: its points may.
  Evaluator(LoadedScenario base, Library library, EvaluatorSettings settings, RunControl const& control = {});
  Evaluator(Evaluator const&) = delete;

  std::vector<MetricColumn> const& metrics() const { return metrics_; }
  PointResult const& base_result() const { return base_result_; }
  LoadedScenario const& base() const { return base_; }
  Library const& library() const { return library_; }
  EvaluatorSettings const& settings() const { return settings_; }

  // Safe from several threads. A point that cannot be read or run comes back as failed with its diagnostics; throws Interrupted.
  PointResult evaluate(std::vector<std::string> const& sets, RunControl const& control = {}) const;

  // Whole results of a point, without provenance.
  Results results_of(LoadedScenario const& scenario, RunControl const& control) const;

 private:
  PointResult reduce(LoadedScenario const& scenario, Results const& results) const;

  LoadedScenario base_;
  Library library_;
  EvaluatorSettings settings_;
  std::unique_ptr<Assets> assets_;
  std::vector<MetricColumn> metrics_;
  PointResult base_result_;
};

}  // namespace aif::sim
