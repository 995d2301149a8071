#pragma once
// The scenario's own checks against the summary. A check of a figure that the run does not have (no training, say) fails and says so.

#include <string>
#include <vector>

#include "sim/results.hpp"
#include "sim/scenario/site.hpp"

namespace aif::sim {

std::vector<CheckResult> evaluate_checks(std::vector<CheckParams> const& checks, Results const& results);

// The metric that a check names: what stands before <= or >=.
std::string metric_of_check(std::string const& expression);

}  // namespace aif::sim
