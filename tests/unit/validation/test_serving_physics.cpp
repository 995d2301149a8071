#include <doctest/doctest.h>

#include <cmath>

#include "models/compute/step.hpp"
#include "sim/scenario/library.hpp"
#include "validation/serving_fit.hpp"
#include "validation/suite.hpp"

using namespace aif;
using namespace aif::validation;

TEST_CASE("with the shipped fit no step of a served point beats its device") {
  Names const names("");
  KernelDevices devices("");
  auto const fit = compute::read_serving_fit(sim::Library().asset_path("lib:engines/serving_fit"));
  for (auto& row : load_served_points(shipped_data_dir(), names, devices)) {
    if (!row.refusal.empty()) continue;
    CAPTURE(row.id);
    auto& d = row.design;
    with_parameters(row, compute::engine_params(fit.values, row.family, *d.profile, *d.model), fit.values);
    auto const c = compute::compile_step(d, compute::is_disaggregated(d) ? compute::WorkerRole::decode_pool : compute::WorkerRole::aggregated, 0);
    auto const& sheet = d.profile->datasheet;
    double const sequences = std::max(1.0, row.load.users / c.ranks / d.workers), context = sequences * (row.load.input_token + row.load.output_token / 2);
    double const time = compute::decode_step_s(c, sequences, context);
    auto const work = compute::step_work(c, sequences, context, 0, 0, 0);
    CHECK(work.hbm_byte / time < sheet.hbm_byte_s);
    CHECK(work.dense_flop * c.ideal_compute_s_per_flop_dense + work.expert_flop * c.ideal_compute_s_per_flop_expert < time);
    // A prompt: arithmetic bounds it; with attention data parallelism prompts of all ranks run at once.
    double const tokens = row.load.input_token, prompt = compute::prefill_s(c, 0, tokens, 0, 1);
    auto const prompt_work = compute::step_work(c, 0, 0, tokens, 0, 1);
    CHECK(prompt_work.dense_flop * c.ideal_compute_s_per_flop_dense + prompt_work.expert_flop * c.ideal_compute_s_per_flop_expert < prompt + time);
  }
}

TEST_CASE("an engine's version has its release date, a post release that of its base") {
  Releases const releases;
  CHECK(releases.year("vllm 0.10.1", "") == doctest::Approx(2025.63).epsilon(1e-4));
  CHECK(releases.year("vllm 0.10.1.post1", "") == releases.year("vllm 0.10.1", ""));
  CHECK(releases.year("vllm of nobody", "2026-03-24") == doctest::Approx(2026.23).epsilon(1e-4));
}

TEST_CASE("launch options follow the run's inputs") {
  RunFacts run{.hardware = "b200_sxm",
               .model = "deepseek-v3",
               .engine = "sglang 0.5.6",
               .family = compute::EngineFamily::sglang,
               .weights = Precision::fp4,
               .blackwell = true,
               .devices = 8};
  CHECK(launch_options(run).poll_many == 30);
  CHECK(launch_options(run).kv == Precision::fp8);
  run.blackwell = false;  // the Hopper script neither polls nor sets the cache's format
  CHECK(launch_options(run).poll_many == 1);
  CHECK(launch_options(run).kv == Precision::bf16);
  run.weights = Precision::bf16;
  CHECK(launch_options(run).kv == Precision::bf16);
}
