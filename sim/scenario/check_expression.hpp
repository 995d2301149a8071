#pragma once
// A check of a scenario, `METRIC <= VALUE` or `METRIC >= VALUE` with the unit of the metric: read once, by `check` before a run and by the
// summary after it.

#include <span>
#include <string>

#include "core/diagnostics.hpp"

namespace aif::sim {

struct CheckExpression {
  std::string metric;
  bool is_upper = true;  // METRIC <= VALUE
  double limit = 0;      // SI
};

// What is wrong has the code AF1026 and no place; its message is empty when nothing is. `workloads`: ids that `workload.ID.` metrics may name.
Diagnostic read_check(std::string const& text, std::span<std::string const> workloads, CheckExpression& out);

}  // namespace aif::sim
