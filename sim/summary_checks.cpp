#include "sim/summary_checks.hpp"

#include "sim/scenario/check_expression.hpp"

namespace aif::sim {

std::vector<CheckResult> evaluate_checks(std::vector<CheckParams> const& checks, Results const& results) {
  std::vector<std::string> workloads;
  for (auto const& w : results.workloads) workloads.push_back(w.id);
  std::vector<CheckResult> out;
  for (auto const& check : checks) {
    CheckExpression e;
    if (Diagnostic d = read_check(check.expr, workloads, e); !d.message.empty()) throw InputError(std::move(d));  // `check` has refused it before
    MetricValue const* metric = results.find(e.metric);
    if (!metric) out.push_back({check.expr + " (this run has no such figure)", check.level, 0, e.limit, false, {}});
    else out.push_back({check.expr, check.level, metric->value, e.limit, e.is_upper ? metric->value <= e.limit : metric->value >= e.limit, {}});
  }
  return out;
}

std::string metric_of_check(std::string const& expression) {
  std::string id = expression.substr(0, expression.find_first_of("<>"));
  while (!id.empty() && id.back() == ' ') id.pop_back();
  return id;
}

}  // namespace aif::sim
