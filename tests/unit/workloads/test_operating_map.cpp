// The operating map of a replica: shape, limits, cache, and independence of threads.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "core/diagnostics.hpp"
#include "tests/unit/compute/test_machines.hpp"
#include "workloads/operating_map.hpp"

using namespace aif;
using namespace aif::workloads;

namespace {

ServingWorkloadParams chat() {
  ServingWorkloadParams w;
  w.id = "chat";
  w.tokens.input = {1020, 3500};
  w.tokens.output = {130, 600};
  w.slo.ttft_p95_s = 1.5;
  w.slo.tpot_p95_s = 0.05;
  return w;
}

MapOptions small() {
  MapOptions o;
  o.loads = {0.1, 0.5, 0.9, 1.0, 1.3};
  o.clocks = {0.6, 0.8, 1.0};
  o.requests = 1000;
  o.most_loads = 7;
  return o;
}

}  // namespace

TEST_CASE("operating map: rates rise to capacity, latency with load, watts with load and clock") {
  auto const gpu = compute::test::gpu();
  auto const model = compute::test::dense_70b();
  auto const design = compute::test::design_on(gpu, model, 4);
  auto const map = build_operating_map(design, chat(), small());
  CHECK(map.devices == 4);
  CHECK(map.capacity_out_token_s > 100);
  CHECK(map.interpolation_error > 0);
  CHECK(map.interpolation_error < 0.2);
  auto const low = look_up(map, 0.1, 1.0), full = look_up(map, 1.0, 1.0), over = look_up(map, 1.3, 1.0), slow = look_up(map, 1.0, 0.6);
  CHECK(low.good_frac > 0.97);
  CHECK(full.good_frac > 0.9);
  CHECK(full.out_token_s == doctest::Approx(map.capacity_out_token_s).epsilon(0.1));
  CHECK(low.out_token_s < 0.2 * full.out_token_s);
  CHECK(low.tpot_p50_s < full.tpot_p50_s);
  CHECK(full.ttft_p99_s <= over.ttft_p99_s);
  CHECK(slow.ttft_p50_s > full.ttft_p50_s);
  CHECK(low.dynamic_w < full.dynamic_w);
  CHECK(full.dynamic_w < gpu.datasheet.tdp_w);
  CHECK(slow.dynamic_w < full.dynamic_w);
  CHECK(full.in_token_s > full.out_token_s);
  CHECK(full.kv_used_frac > low.kv_used_frac);
  for (double v : map.at.active_frac) REQUIRE((v >= 0 && v <= 1));
}

TEST_CASE("operating map: same bits for any number of threads; cache returns what was written; damage is rebuilt") {
  auto const gpu = compute::test::gpu();
  auto const model = compute::test::dense_70b();
  auto const design = compute::test::design_on(gpu, model, 4);
  auto options = small();
  auto const path = std::filesystem::temp_directory_path() / "aif_map_test";
  std::filesystem::remove_all(path);
#ifdef _OPENMP
  int const threads = omp_get_max_threads();
  omp_set_num_threads(1);
#endif
  auto const one = build_operating_map(design, chat(), options);
#ifdef _OPENMP
  omp_set_num_threads(3);
#endif
  options.cache_dir = path.string();
  auto const three = build_operating_map(design, chat(), options);
#ifdef _OPENMP
  omp_set_num_threads(threads);
#endif
  CHECK(one.key == three.key);
  CHECK(one.load_frac == three.load_frac);
  CHECK(one.at.out_token_s == three.at.out_token_s);
  CHECK(one.at.dynamic_w == three.at.dynamic_w);
  CHECK(one.interpolation_error == three.interpolation_error);
  auto const cached = build_operating_map(design, chat(), options);
  CHECK(cached.at.ttft_p99_s == three.at.ttft_p99_s);
  std::string const file = map_cache_path(options.cache_dir, three.key);
  { std::ofstream(file) << "{\"key\": "; }
  CHECK(build_operating_map(design, chat(), options).at.ttft_p99_s == three.at.ttft_p99_s);
  auto other = chat();
  other.slo.tpot_p95_s = 0.04;
  CHECK(build_operating_map(design, other, options).key != three.key);
  std::filesystem::remove_all(path);
}

TEST_CASE("operating map: axes that do not rise and models that do not fit are refused") {
  auto const gpu = compute::test::gpu();
  auto const model = compute::test::dense_70b();
  auto options = small();
  options.loads = {0.5, 0.5};
  CHECK_THROWS_AS(build_operating_map(compute::test::design_on(gpu, model, 4), chat(), options), InputError);
  auto huge = model;
  huge.layers = 2000;
  CHECK_THROWS_AS(build_operating_map(compute::test::design_on(gpu, huge, 1), chat(), small()), InputError);
}
