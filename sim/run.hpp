#pragma once
// One scenario from loaded text to results: build, steady year, year as delivered, marginal values, summary, provenance. What a
// verb, a benchmark and the Python module call.

#include <string>

#include "core/interrupt.hpp"
#include "sim/facility/build.hpp"
#include "sim/results.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "sim/simulation.hpp"

namespace aif::sim {

struct RunSettings {
  std::string cache_dir;         // of operating maps
  std::string checkpoint_path;   // written when interrupted, read when resume is set; empty: none
  bool resume = false;
  bool as_delivered = true;      // also run the calendar with phases
  bool marginal_values = true;   // overrules the scenario when false
  bool contingency = false;      // also what assess_risk.hpp says, into Results::risk
  int members = 0;               // of the Monte Carlo run that gives the bands; 0: no bands
  std::string command_line;
  RunControl control;
};

// Throws InputError (scenario, library), Interrupted (after the checkpoint is written).
Results run_scenario(LoadedScenario const& loaded, Library const& library, RunSettings const& settings);

// The year's core without text: facility in, results' numbers out. Benchmarks time this.
Results run_facility(Scenario const& scenario, Facility const& facility, RunSettings const& settings);

std::string version();    // "0.1.0"
std::string git_state();  // of the checkout that was built: "cb129fd", "cb129fd-dirty", "unknown"

// Where operating maps are kept between runs: AIFACTORY_CACHE, else XDG_CACHE_HOME or ~/.cache; empty: nowhere.
std::string default_cache_dir();

}  // namespace aif::sim
