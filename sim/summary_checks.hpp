#pragma once
// The scenario's own checks against the summary. A check of a figure that the run does not have (no training, say) fails and says so.

#include <vector>

#include "sim/results.hpp"
#include "sim/scenario/site.hpp"

namespace aif::sim {

std::vector<CheckResult> evaluate_checks(std::vector<CheckParams> const& checks, Results const& results);

}  // namespace aif::sim
