// The coupled year as users run it, and the names of benchmarks whose verbs do not exist yet: they say so instead of timing nothing.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "reports/html.hpp"
#include "sim/assess_risk.hpp"
#include "sim/run.hpp"

namespace {

using namespace aif;
using namespace aif::sim;

constexpr char const* kReference = AIF_SOURCE_DIR "/scenarios/reference_100mw.yaml";

LoadedScenario load_with_step(char const* step) {
  LoadOptions options;
  options.sets = {std::string("simulation.step=") + step, "simulation.marginal_values=false"};
  return load_scenario(kReference, options);
}

double value_of(Results const& r, char const* id) {
  auto const* m = r.find(id);
  return m ? m->value : 0.0;
}

void scenario_load(benchmark::State& state) {
  std::size_t values = 0;
  for (auto _ : state) values = load_scenario(kReference).origins.size();
  state.counters["checksum"] = static_cast<double>(values);
  state.counters["residual"] = 0;
}

// One steady year on one core, maps excluded; the figures are those of `aifactory run` at that step.
void reference_year(benchmark::State& state, char const* step) {
  auto const loaded = load_with_step(step);
  BuildLog log;
  Facility const facility = build_facility(loaded.value, Library(), {}, log);
  RunSettings settings;
  settings.as_delivered = false;
  Results results;
  for (auto _ : state) results = run_facility(loaded.value, facility, settings);
  state.counters["checksum"] = value_of(results, "facility.power");
  state.counters["residual"] = results.energy_residual;
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(facility.duration_s / facility.step_s));
  state.SetLabel("1 core");
}

void report_render(benchmark::State& state) {
  auto const loaded = load_with_step("1 h");
  Results const results = run_scenario(loaded, Library(), {});
  std::size_t bytes = 0;
  for (auto _ : state) bytes = reports::render_report({&results, 1}).size();
  state.counters["checksum"] = static_cast<double>(bytes);
  state.counters["residual"] = 0;
}

// Every single outage of the reference site and the pairs of one cause, each through all hours of the coupled year and its transient; on all threads.
void contingency_reference(benchmark::State& state) {
  auto const loaded = load_with_step("1 h");
  BuildLog log;
  Facility const facility = build_facility(loaded.value, Library(), {}, log);
  RiskOptions options;
  options.years = 0, options.events = false;
  RiskResults risk;
  for (auto _ : state) risk = assess_risk(loaded.value, facility, options);
  double at_risk = 0, gain = 0;
  for (auto const& o : risk.contingency->outages) at_risk += o.good_token_s, gain = std::max(gain, o.gain_token_s);
  state.counters["checksum"] = at_risk;
  state.counters["residual"] = gain;  // an outage that makes more tokens would show here
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(risk.contingency->outages.size()));
  state.SetLabel("all cores");
}

void not_available(benchmark::State& state) {
  state.SkipWithError("not available in this version");
  for (auto _ : state) {
  }
}

BENCHMARK(scenario_load)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference_year, hourly, "1 h")->Name("reference_year_hourly")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(reference_year, minutely, "1 min")->Name("reference_year_minutely")->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(report_render)->Unit(benchmark::kMillisecond);
BENCHMARK(contingency_reference)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();
BENCHMARK(not_available)->Name("mid_year_hourly");
BENCHMARK(not_available)->Name("sweep_1000_years");
BENCHMARK(not_available)->Name("monte_carlo_reference");

}  // namespace
