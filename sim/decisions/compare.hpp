#pragma once
// Options side by side: what differs between their scenarios, what that does to the figures, what limits each, and how sure the difference
// is (members of two runs share their draws, so the difference is taken member by member). Options are scenarios, cases or results.

#include <optional>
#include <string>
#include <vector>

#include "sim/run.hpp"
#include "sim/decisions/scenario_diff.hpp"

namespace aif::sim {

struct Option {
  std::string name, source;              // source: file, or file and case
  Results results;
  std::optional<Scenario> scenario;      // absent when a result's own text no longer gives its scenario
  bool was_cached = false;
};

struct CompareSettings {
  RunSettings run;                       // of the options that are missing
  LoadOptions load;                      // for every scenario alike
  bool effects = true;                   // also run each change alone
};

// Every option that `arguments` name: a scenario, a cases file (all of its cases), FILE:CASE, or a result. Names are unique.
// Throws InputError; scenarios are run, or found in the cache.
std::vector<Option> load_options(std::vector<std::string> const& arguments, CompareSettings const& settings);

// One figure of two options.
struct FigureChange {
  std::string id, unit;
  double base = 0, value = 0;            // NaN: the option lacks it
  std::optional<double> low, high;       // P10 and P90 of the difference over common members
  std::optional<double> odds;            // share of the members in which the option is better than the baseline
  bool better = false, worse = false;    // by the catalogue's direction, beyond rounding
};

struct ChangeEffect {
  Change change;
  std::vector<double> alone;             // relative effect on each of Comparison::effect_metrics; NaN: cannot stand alone
  std::string problem;                   // why it cannot
};

struct OptionComparison {
  std::size_t option = 0;
  std::vector<FigureChange> figures;     // all of the baseline's figures, in its order
  std::vector<ChangeEffect> changes;
  std::string why;                       // one sentence: what moved most, and what limits it
};

struct OptionsCompared {
  std::size_t baseline = 0;
  std::vector<std::string> effect_metrics{"tokens.good.rate", "facility.power", "cost.per_mtok_out"};
  std::vector<OptionComparison> others;  // all but the baseline, in order
};

OptionsCompared compare_options(std::vector<Option> const& options, std::size_t baseline, Library const& library, CompareSettings const& settings);

}  // namespace aif::sim
