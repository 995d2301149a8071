// gemm_costs: banded times of products on a shipped profile, the query of the engine models. kernel_fit: one whole surface (87 rows, 11
// parameters, two starts, residual process). One core each. checksum: sum of microseconds, the same on every machine.
#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "contracts/profile_json.hpp"
#include "gpu_calibration/published_profile.hpp"

namespace {

using namespace aif;

HardwareProfile h200() { return read_profile(AIF_SOURCE_DIR "/library/profiles/h200_sxm.json"); }

std::vector<GemmShape> layer_shapes() {
  std::vector<GemmShape> shapes;
  for (double m = 1; m <= 8192; m *= 2)
    for (double n : {1024, 4096, 7168, 8192, 16384, 28672})
      for (double k : {2048, 4096, 8192}) shapes.push_back({m, n, k});
  return shapes;
}

void gemm_costs(benchmark::State& state) {
  auto const profile = h200();
  Surface const& surface = *find_surface(profile, OpClass::gemm, Precision::bf16);
  auto const shapes = layer_shapes();
  double checksum = 0;
  for (auto _ : state) {
    checksum = 0;
    for (auto const& s : shapes) checksum += 1e6 * predict(surface, profile.datasheet, s).time_s;
    benchmark::DoNotOptimize(checksum);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(shapes.size()));
  state.counters["checksum"] = checksum;
  state.counters["residual"] = 0;
  state.SetLabel("1 core");
}
BENCHMARK(gemm_costs)->Unit(benchmark::kMicrosecond);

void kernel_fit(benchmark::State& state) {
  auto const profile = h200();
  std::string const data = AIF_SOURCE_DIR "/validation/data/";
  auto const rows = calibration::load_kernel_rows(data + "inference_kernel_gemm.csv.gz", "gemm", calibration::load_hardware_aliases(data + "aliases.csv"));
  std::vector<calibration::SurfaceSample> samples;
  Surface identity;
  for (auto const& r : rows)
    if (r.device == "h200_sxm" && r.identity.kernel == "trtllm/gemm" && r.identity.precision == Precision::bf16) identity = r.identity, samples.push_back(r.sample);
  Surface fit;
  for (auto _ : state) fit = calibration::fit_surface(identity, profile.datasheet, samples);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
  double checksum = 0;
  for (auto const& s : samples) checksum += 1e6 * predict_time_s(fit, profile.datasheet, s.shape);
  state.counters["checksum"] = checksum;
  state.counters["residual"] = fit.residual_log_sd;
  state.SetLabel("1 core");
}
BENCHMARK(kernel_fit)->Unit(benchmark::kMillisecond);

}  // namespace
