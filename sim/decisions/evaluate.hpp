#pragma once
// One scenario to its figures: build, run the year, summarise. What every member, point and candidate goes through; no
// provenance, no marginal values. Pure in its arguments.

#include "sim/facility/assets.hpp"
#include "sim/facility/model_error.hpp"
#include "sim/results.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "core/interrupt.hpp"

namespace aif::sim {

struct EvaluateOptions {
  std::string cache_dir{};             // of operating maps
  Assets* assets = nullptr;            // shared by the cases of a evaluator; null: own
  ErrorDraws const* errors = nullptr;  // null: models as they are
  bool as_delivered = false;           // also the calendar with its phases
  bool keep_series = false;            // the site's columns at the run's step
  RunControl control{};
};

// Throws InputError when the site cannot be built, Interrupted. Warnings of the build come with the results.
Results evaluate_site(Scenario const& scenario, Library const& library, EvaluateOptions const& options);

}  // namespace aif::sim
