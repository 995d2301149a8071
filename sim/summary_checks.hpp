#pragma once
// The scenario's own checks against the summary: `METRIC <= VALUE` or `METRIC >= VALUE`, the value with its unit.

#include <vector>

#include "sim/results.hpp"
#include "sim/scenario/site.hpp"

namespace aif::sim {

// Throws InputError (AF2830 grammar, AF2831 unknown metric, AF2832 value).
std::vector<CheckResult> evaluate_checks(std::vector<CheckParams> const& checks, Results const& results);

}  // namespace aif::sim
