// ring1024_ecmp: a ring all-reduce of 1,024 hosts on a three-tier fat tree as one max-min flow problem with per-flow ECMP; goal below 10 ms.
#include <benchmark/benchmark.h>

#include "models/network/traffic.hpp"

namespace {

void ring1024_ecmp(benchmark::State& state) {
  double frac = 0;
  for (auto _ : state) {
    auto const fabric = aif::network::full_fat_tree(1024);
    frac = aif::network::ring_finish_frac(fabric, 32, aif::network::Routing::ecmp, 1);
    benchmark::DoNotOptimize(frac);
  }
  state.counters["checksum"] = frac;
  state.counters["residual"] = 0;
  state.SetLabel("1 core");
}
BENCHMARK(ring1024_ecmp)->Unit(benchmark::kMillisecond);

}  // namespace
