// The coupled year as users run it, alone, swept, with members, with outages.
#include <benchmark/benchmark.h>

#include <omp.h>

#include <algorithm>
#include <filesystem>

#include "reports/html.hpp"
#include "sim/assess_risk.hpp"
#include "sim/run.hpp"
#include "sim/decisions/sweep.hpp"

namespace {

using namespace aif;
using namespace aif::sim;

constexpr char const* kReference = AIF_SOURCE_DIR "/scenarios/reference_100mw.yaml";
constexpr char const* kMid = AIF_SOURCE_DIR "/scenarios/mid_20mw.yaml";
constexpr int kMembers = 64;

LoadedScenario load_with_step(char const* step, char const* file = kReference) {
  LoadOptions options;
  options.sets = {std::string("simulation.step=") + step, "simulation.marginal_values=false"};
  return load_scenario(file, options);
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
void year(benchmark::State& state, char const* file, char const* step) {
  auto const loaded = load_with_step(step, file);
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

// A thousand designs of the 20 MW hall, an hourly year each: what `aifactory sweep --design sobol -n 1000` does, journal included.
void sweep_1000_years(benchmark::State& state) {
  Evaluator const evaluator(load_scenario(kMid), Library(), {.cache_dir = default_cache_dir()});
  auto const points = sobol_points(read_space({"pods.nvl.count=96..160", "cooling.liquid.supply=30 degC..45 degC", "site.utility.capacity=14 MW..22 MW",
                                               "cooling.plant.trim_chiller.count=0..6"}, evaluator.base()), 1000, 1);
  std::string const journal = (std::filesystem::temp_directory_path() / "aifactory_bench_journal.jsonl").string();
  double sum = 0;
  for (auto _ : state) {
    std::filesystem::remove(journal);
    auto const result = run_sweep(evaluator, points, {.journal = journal, .resume = false, .keep_folder = ""});
    sum = 0;
    for (double v : result.column("facility.power")) sum += v;
  }
  std::filesystem::remove(journal);
  state.counters["checksum"] = sum;
  state.counters["residual"] = 0;
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 1000);
  state.SetLabel(std::to_string(omp_get_max_threads()) + " cores");
}

// Members of the reference site's bands, hourly steady years.
void monte_carlo_reference(benchmark::State& state) {
  auto const loaded = load_scenario(kReference);
  Library const library;
  Assets assets(library);
  EvaluateOptions const one{.cache_dir = default_cache_dir(), .assets = &assets};
  Results base = evaluate_site(loaded.value, library, one);
  for (auto _ : state) add_bands(base, run_ensemble(loaded, library, base, {.members = kMembers, .evaluate = one}));
  auto const* m = base.find("tokens.good.rate");
  state.counters["checksum"] = *m->p10 + *m->p90;
  state.counters["residual"] = base.energy_residual;
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * kMembers);
  state.SetLabel(std::to_string(omp_get_max_threads()) + " cores");
}

BENCHMARK(scenario_load)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(year, reference_hourly, kReference, "1 h")->Name("reference_year_hourly")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(year, reference_minutely, kReference, "1 min")->Name("reference_year_minutely")->Unit(benchmark::kMillisecond)->Iterations(1);
BENCHMARK(report_render)->Unit(benchmark::kMillisecond);
BENCHMARK(contingency_reference)->Unit(benchmark::kMillisecond)->Iterations(1)->UseRealTime();
BENCHMARK_CAPTURE(year, mid_hourly, kMid, "1 h")->Name("mid_year_hourly")->Unit(benchmark::kMillisecond);
BENCHMARK(sweep_1000_years)->Unit(benchmark::kSecond)->Iterations(1)->UseRealTime();
BENCHMARK(monte_carlo_reference)->Unit(benchmark::kSecond)->Iterations(1)->UseRealTime();

}  // namespace
