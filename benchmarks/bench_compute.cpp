// serving_points: served points (shipped table) through the closed loop, one core; goal 20,000 a second. plan_serving_front: the whole
// Pareto front of one model on one device; goal below 2 s. checksum: sums of the answers, the same on every machine.
#include <benchmark/benchmark.h>

#include "contracts/profile_json.hpp"
#include "models/compute/plan_serving.hpp"
#include "sim/scenario/library.hpp"
#include "validation/serving_table.hpp"

namespace {

using namespace aif;

void serving_points(benchmark::State& state) {
  validation::Names const names("");
  validation::KernelDevices devices("");
  auto const fit = compute::read_serving_fit(validation::serving_fit_path());
  std::vector<validation::ServedRow> rows;
  for (auto& row : validation::load_served_points(validation::shipped_data_dir(), names, devices))
    if (row.refusal.empty()) rows.push_back(std::move(row));
  compute::LoopWorkspace workspace;
  double checksum = 0;
  for (auto _ : state) {
    checksum = 0;
    for (auto& row : rows) {
      auto const point = validation::predict(row, fit.values, workspace);
      checksum += point.tpot_s + point.ttft_s;
    }
    benchmark::DoNotOptimize(checksum);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(rows.size()));
  state.counters["checksum"] = checksum;
  state.counters["residual"] = 0;
  state.SetLabel("1 core");
}
BENCHMARK(serving_points)->Unit(benchmark::kMillisecond);

void plan_serving_front(benchmark::State& state) {
  sim::Library const library;
  auto model = library.load_as<compute::ModelArchitecture>("lib:models/deepseek-v3");
  model.id = "deepseek-v3";
  HardwareProfile const profile = read_profile(library.asset_path("lib:profiles/gb200_nvl72"));
  compute::PlanRequest request;
  request.profile = &profile;
  request.model = &model;
  request.fit = compute::read_serving_fit(library.asset_path("lib:engines/serving_fit"));
  request.max_devices = 72;
  double checksum = 0, tried = 0;
  for (auto _ : state) {
    auto const plan = compute::plan_serving(request);
    checksum = 0;
    tried = static_cast<double>(plan.tried);
    for (auto const& p : plan.front) checksum += p.out_token_s_device;
    benchmark::DoNotOptimize(checksum);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(tried));
  state.counters["checksum"] = checksum;
  state.counters["residual"] = 0;
  state.SetLabel("1 core");
}
BENCHMARK(plan_serving_front)->Unit(benchmark::kMillisecond);

}  // namespace
