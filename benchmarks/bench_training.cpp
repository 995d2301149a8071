// training_points: step times of a small search on one core; goal 1,000,000 a second. training_search_gpt3: 11.7 million layouts of
// GPT-3 175B on 1,024 H100, over global batches, too; goal below 15 s. failure_years: 10,000 years of a 2,048-GPU job; goal below 1 s.
#include <benchmark/benchmark.h>

#include "contracts/profile_json.hpp"
#include "models/network/site.hpp"
#include "sim/scenario/library.hpp"
#include "workloads/training/failure_years.hpp"
#include "workloads/training/fitted.hpp"
#include "workloads/training/search.hpp"

namespace {

using namespace aif;
namespace wl = aif::workloads;

struct Gpt3 {
  Gpt3() {
    sim::Library const library;
    profile = read_profile(library.asset_path("lib:profiles/h100_sxm"));
    auto const architecture = library.load_as<compute::ModelArchitecture>("lib:models/gpt-3-175b");
    network::NetworkGroup const group{"h100", 128, 8, 1, 5e10, 8, 4.5e11, 0, 0};
    comm.emplace_back(network::collective_tables(network::build_site_network({}, {&group, 1})));
    model.emplace_back(wl::training_shape(architecture, 2048), wl::training_device(profile), wl::fitted_efficiency(), Precision::bf16, comm.front());
  }
  HardwareProfile profile;
  std::vector<wl::CommTables> comm;
  std::vector<wl::StepModel> model;
};

void training_points(benchmark::State& state) {
  Gpt3 const gpt;
  std::vector<wl::TrainingLayout> layouts;
  for (int tp : {1, 2, 4, 8})
    for (int pp : {1, 2, 4, 8, 16, 32})
      for (int mb : {1, 2, 4})
        for (int vp : {1, 2, 3}) {
          wl::TrainingLayout l;
          l.tp = tp, l.pp = pp, l.dp = 1024 / (tp * pp), l.vp = vp, l.micro_batch = mb, l.global_batch = 3072;
          layouts.push_back(l);
        }
  double checksum = 0;
  for (auto _ : state) {
    checksum = 0;
    for (auto const& l : layouts) checksum += wl::training_memory(gpt.model[0].shape, l, Precision::bf16).total_byte() * 1e-12 + wl::step_time(gpt.model[0], l).time_s;
    benchmark::DoNotOptimize(checksum);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(layouts.size()));
  state.counters["checksum"] = checksum;
  state.counters["residual"] = 0;
  state.SetLabel("1 core");
}
BENCHMARK(training_points)->Unit(benchmark::kMicrosecond);

void training_search_gpt3(benchmark::State& state) {
  constexpr long long kPoints = 11698528;  // of the peer's full search
  Gpt3 const gpt;
  long long points = 0, timed = 0;
  double checksum = 0;
  for (auto _ : state) {
    points = timed = 0, checksum = 0;
    for (int batch = 1024; points < kPoints; batch += 1024) {
      auto const best = wl::search_training(gpt.model[0], wl::full_space(gpt.model[0].shape, 1024, batch), 1024);
      points += best.points, timed += best.timed;
      checksum += best.layout.global_batch / best.step.time_s;
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * points);
  state.counters["points"] = static_cast<double>(points);
  state.counters["timed"] = static_cast<double>(timed);
  state.counters["checksum"] = checksum;
  state.counters["residual"] = 0;
  state.SetLabel("all cores");
}
BENCHMARK(training_search_gpt3)->Unit(benchmark::kMillisecond)->Iterations(1);

void failure_years(benchmark::State& state) {
  wl::FailureYearParams params;
  params.nodes = 256;
  params.domains = {{"cdu", 32, 8, 0.1 / (365 * 86400.0), 8 * 3600}, {"leaf", 16, 16, 0.04 / (365 * 86400.0), 4 * 3600}};
  wl::FailureYears years;
  for (auto _ : state) {
    years = wl::simulate_failure_years(params, 10000, 1);
    benchmark::DoNotOptimize(years);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * 10000);
  state.counters["checksum"] = years.goodput;
  state.counters["residual"] = 0;
  state.SetLabel("all cores");
}
BENCHMARK(failure_years)->Unit(benchmark::kMillisecond);

}  // namespace
