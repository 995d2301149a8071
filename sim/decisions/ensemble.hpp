#pragma once
// Monte Carlo over a scenario: members draw the uncertain inputs (sim/scenario/uncertainty.hpp), each runs its year, and the quantiles of
// a figure over the members are its band. Draws depend on (seed, input, member) alone, so two designs with the same members differ by what
// differs between them (common random numbers), and the same members come out for any number of threads.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/scenario/uncertainty.hpp"
#include "sim/decisions/evaluate.hpp"

namespace aif::sim {

inline constexpr int kDefaultMembers = 64;  // P10 and P90 to about a sixth of the band's half width, in seconds

struct EnsembleOptions {
  int members = kDefaultMembers;
  bool time_bands = false;         // bands by hour of the site's columns; of the first 256 members
  EvaluateOptions evaluate;        // its `errors` are drawn
};

// A model's own interval becomes a distribution once a facility shows it: for tables; draws use each group's own.
void state_model_errors(UncertainInputs& inputs, Facility const& facility);
// Model errors at these uniform numbers (NaN: none), and the value of an input there.
ErrorDraws errors_at(UncertainInputs const& inputs, std::span<double const> u);
double drawn_value(UncertainInput const& input, double u);

// Members of `loaded` beside its run `base`: the same figures in the same order. A member whose site cannot be built counts as failed and is
// left out of the bands. Members run at hourly steps: a finer base is scaled by member over hourly base. Throws Interrupted.
EnsembleData run_ensemble(LoadedScenario const& loaded, Library const& library, Results const& base, EnsembleOptions const& options);

// P10, P50, P90 of every figure and the share of members that pass each check into `results`; keeps the ensemble there.
void add_bands(Results& results, EnsembleData ensemble);

// Shares of the spread of a metric by input, largest first: squared rank correlation with what stronger inputs leave, less chance; for
// independent inputs and monotone effects. Only what chance does not explain (5 % over all inputs, Bonferroni); `sensitivity` looks closer.
struct Contribution {
  std::string input;
  double share = 0;
};
std::vector<Contribution> contributions(EnsembleData const& ensemble, std::string_view metric);

}  // namespace aif::sim
