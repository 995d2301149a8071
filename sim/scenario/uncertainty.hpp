#pragma once
// The uncertain inputs of a scenario and what their values change. They come from three places: the block `uncertainty:`, the ranges of the
// library values in use (lowest and highest that would be believed: a triangle with its top at the value), and the errors of the models
// (model_error.FAMILY, sim/facility/model_error.hpp). A distribution never leaves the range of its field: it is cut there.

#include <span>
#include <string>
#include <vector>

#include "contracts/uncertainty.hpp"
#include "sim/scenario/load_scenario.hpp"

namespace aif::sim {

struct UncertainInput {
  enum class Effect { value, delay, model_error };  // a number of the scenario; days added to the date of a phase; a factor on a model
  Uncertain uncertain;              // path from the root
  Effect effect = Effect::value;
  Kind kind = Kind::number;
  bool is_whole = false, has_distribution = true;   // has_distribution: false for a model's own interval, known once the site is built
  double low = 0, high = 0;         // range of the field, SI
  double nominal = 0;               // what the scenario says, SI; 0 s for a delay, 1 for a factor
  std::vector<std::string> places;  // numbers that take the value: all uses of one library entry
  std::string entry;                // "lib:racks/gb200-nvl72" for a library range
  std::size_t draw = 0;             // index into UncertainInputs::draws
};

struct UncertainInputs {
  std::vector<UncertainInput> items;
  std::vector<std::string> draws;   // names of the independent draws: a group, or the path itself
};

// Of the block alone, checked: AF1014 a path that fits several values, AF1025 no value of that path, AF1027 wrong parameters.
std::vector<UncertainInput> read_uncertainty(Scenario const& scenario, DiagnosticList& problems);

// All of them. The block wins over a library range of the same path.
UncertainInputs uncertain_inputs(LoadedScenario const& loaded);

// One uniform number for each draw, of a member of the ensemble.
std::vector<double> member_uniforms(UncertainInputs const& inputs, std::uint64_t seed, std::uint64_t member);

// Value of an input at u; its nominal value where u is NaN. Of a model's own interval: 1.
double value_at(UncertainInput const& input, double u);

// The scenario with the values at these uniform numbers (one a draw; NaN: nominal). Model errors are left to the caller.
Scenario with_values(Scenario const& scenario, UncertainInputs const& inputs, std::span<double const> u);

}  // namespace aif::sim
