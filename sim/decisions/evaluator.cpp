#include "sim/decisions/evaluator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "sim/metrics.hpp"

namespace aif::sim {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }

std::string binding_of(Results const& r) {
  for (auto const& c : r.causes)  // by hours, longest first
    if (c.cause != Cause::demand) return fmt::format("{}{} {:.0f} h", enum_name(c.cause), c.component.empty() ? "" : " " + c.component, c.hours);
  return {};
}

// Every figure that a run of these workloads may have.
std::vector<MetricColumn> columns_of(Scenario const& scenario, bool as_delivered) {
  std::vector<MetricColumn> out;
  for (auto const& m : site_metrics())
    if (as_delivered || !m.id.ends_with(".as_delivered")) out.push_back({std::string(m.id), std::string(m.unit)});
  constexpr std::string_view kOfBoth[] = {"it.power", "clock.fraction"}, kOfTraining[] = {"training.tokens.rate", "mfu"};
  for (auto const& workload : scenario.workloads) {
    bool const trains = std::holds_alternative<workloads::TrainingWorkloadParams>(workload);
    for (auto const& m : workload_metrics()) {
      bool const both = std::find(std::begin(kOfBoth), std::end(kOfBoth), m.id) != std::end(kOfBoth), training = std::find(std::begin(kOfTraining), std::end(kOfTraining), m.id) != std::end(kOfTraining);
      if (both || training == trains) out.push_back({fmt::format("workload.{}.{}", std::visit([](auto const& w) { return w.id; }, workload), m.id), std::string(m.unit)});
    }
  }
  return out;
}

}  // namespace

Evaluator::Evaluator(LoadedScenario base, Library library, EvaluatorSettings settings, RunControl const& control)
    : base_(std::move(base)), library_(std::move(library)), settings_(std::move(settings)), assets_(std::make_unique<Assets>(library_)) {
  metrics_ = columns_of(base_.value, settings_.as_delivered);
  base_result_ = evaluate({}, control);
}

Results Evaluator::results_of(LoadedScenario const& scenario, RunControl const& control) const {
  EvaluateOptions one{.cache_dir = settings_.cache_dir, .assets = assets_.get(), .as_delivered = settings_.as_delivered, .control = control};
  Results r = evaluate_site(scenario.value, library_, one);
  if (settings_.members > 0) add_bands(r, run_ensemble(scenario, library_, r, {.members = settings_.members, .evaluate = one}));
  return r;
}

PointResult Evaluator::reduce(LoadedScenario const& scenario, Results const& r) const {
  PointResult out;
  out.scenario_sha256 = scenario.sha256;
  out.binding = binding_of(r);
  for (auto const& column : metrics_) {
    auto const* m = r.find(column.id);
    out.values.push_back(m ? m->value : std::nan(""));
    if (settings_.members == 0) continue;
    out.p10.push_back(m ? m->p10.value_or(std::nan("")) : std::nan(""));
    out.p50.push_back(m ? m->p50.value_or(std::nan("")) : std::nan(""));
    out.p90.push_back(m ? m->p90.value_or(std::nan("")) : std::nan(""));
  }
  return out;
}

PointResult Evaluator::evaluate(std::vector<std::string> const& sets, RunControl const& control) const {
  auto const start = std::chrono::steady_clock::now();
  PointResult out;
  LoadedScenario changed;
  try {
    changed = patch_scenario(base_, sets, library_);
    out = reduce(changed, results_of(changed, control));
  } catch (InputError const& e) {
    out.scenario_sha256 = changed.sha256;
    out.failed = true;
    out.problems = e.diagnostics();
    if (!changed.sha256.empty()) locate(changed, out.problems);
  }
  out.seconds = seconds_since(start);
  return out;
}

}  // namespace aif::sim
