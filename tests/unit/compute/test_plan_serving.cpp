#include <doctest/doctest.h>

#include "models/compute/plan_serving.hpp"
#include "tests/unit/compute/test_machines.hpp"

using namespace aif;
using namespace aif::compute;
using aif::compute::test::dense_70b;
using aif::compute::test::gpu;

namespace {

PlanRequest request_for(HardwareProfile const& profile, ModelArchitecture const& model) {
  PlanRequest r;
  r.profile = &profile;
  r.model = &model;
  return r;
}

}  // namespace

TEST_CASE("no point of the front is beaten by another") {
  auto const profile = gpu();
  auto const model = dense_70b();
  auto const plan = plan_serving(request_for(profile, model));
  REQUIRE(plan.front.size() > 5);
  for (std::size_t i = 1; i < plan.front.size(); ++i) {
    CHECK(plan.front[i].user_token_s > plan.front[i - 1].user_token_s);
    CHECK(plan.front[i].out_token_s_device < plan.front[i - 1].out_token_s_device);
    CHECK(plan.front[i].device_w <= profile.datasheet.tdp_w * (1 + 1e-12));
  }
}

TEST_CASE("limits cut the front, they never make it better") {
  auto const profile = gpu();
  auto const model = dense_70b();
  auto request = request_for(profile, model);
  double const best = plan_serving(request).front.front().out_token_s_device;
  request.tpot_limit_s = 0.010;
  auto const limited = plan_serving(request);
  REQUIRE_FALSE(limited.front.empty());
  CHECK(limited.front.front().out_token_s_device <= best);
  for (auto const& p : limited.front) CHECK(p.tpot_s <= 0.010);
  request.ttft_limit_s = 1e-6;
  CHECK(plan_serving(request).front.empty());
}

TEST_CASE("more memory bandwidth never worsens the front's ends") {
  auto const model = dense_70b();
  auto const slow = gpu(3e12), fast = gpu(8e12);
  auto const a = plan_serving(request_for(slow, model)), b = plan_serving(request_for(fast, model));
  CHECK(b.front.front().out_token_s_device >= a.front.front().out_token_s_device);
  CHECK(b.front.back().user_token_s >= a.front.back().user_token_s);
}

TEST_CASE("a model that fits nowhere is refused with the layout that would hold it") {
  auto profile = gpu();
  profile.datasheet.hbm_byte = 4e9;
  auto const model = dense_70b();
  auto const plan = plan_serving(request_for(profile, model));
  CHECK(plan.front.empty());
  REQUIRE_FALSE(plan.refusals.empty());
  CHECK(plan.refusals.items()[0].code == "AF2401");
  CHECK(plan.refusals.items()[0].hint.find("tp 32") != std::string::npos);
}

TEST_CASE("fitted shares end below one, and a device without served points has the same numbers and a wider band") {
  std::array<double, kServingParameters> values{};
  for (std::size_t i = 0; i < kServingParameters; ++i) values[i] = serving_parameters()[i].high;  // as far as a fit may go
  auto const model = dense_70b();
  auto sibling = gpu(), known = gpu();
  known.id = "b200_sxm";
  sibling.id = "b300_sxm";
  for (auto family : {EngineFamily::trtllm, EngineFamily::vllm, EngineFamily::sglang}) {
    auto const e = engine_params(std::span<double const, kServingParameters>(values), family, known, model);
    for (double share : {e.expert_memory_frac, e.expert_compute_frac, e.kv_memory_frac, e.latent_compute_frac, e.state_memory_frac, e.prefill_attention_frac}) {
      CHECK(share > 0);
      CHECK(share < 1);
    }
  }
  auto const fit = ServingFit{};
  auto const a = engine_params(fit, EngineFamily::trtllm, known, model), b = engine_params(fit, EngineFamily::trtllm, sibling, model);
  CHECK(a.kernel_s == b.kernel_s);
  CHECK(b.tpot_high > a.tpot_high);
}

TEST_CASE("a disaggregated replica is limited by its slower pool") {
  auto const profile = gpu();
  auto const model = dense_70b();
  auto d = aif::compute::test::design_on(profile, model, 4);
  d.prefill = {2, 1, 1, 1};
  d.prefill_workers = 1;
  auto const long_prompts = steady(d, 20000, 100, 64), short_prompts = steady(d, 200, 1000, 64);
  CHECK(long_prompts.prefill_pool_frac > 1);
  CHECK(short_prompts.prefill_pool_frac < 1);
  d.prefill_workers = 2;
  CHECK(steady(d, 20000, 100, 64).out_token_s == doctest::Approx(2 * long_prompts.out_token_s).epsilon(1e-9));
}
