#include <doctest/doctest.h>

#include "contracts/profile_json.hpp"
#include "core/diagnostics.hpp"
#include "sim/facility/placement.hpp"
#include "sim/scenario/library.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

struct Chat {
  Library library;
  compute::ModelArchitecture model = library.load_as<compute::ModelArchitecture>("lib:models/deepseek-r1");
  HardwareProfile profile = read_profile(library.asset_path("lib:profiles/gb200_nvl72"));
  compute::ServingFit fit = compute::read_serving_fit(library.asset_path(kServingFit));
  workloads::ServingWorkloadParams workload;

  Chat() {
    workload.id = "chat";
    workload.precision = Precision::fp4;
    workload.placement.engine = workloads::SchedulerKind::trtllm;
    workload.tokens.input.p50_token = 1000;
    workload.tokens.output.p50_token = 150;
    workload.slo.tpot_p95_s = 0.05;
  }
  Placement place(workloads::ServingMode mode) {
    workload.placement.mode = mode;
    return choose_placement(workload, model, profile, fit, 720, 72);
  }
};

}  // namespace

TEST_CASE("pools of a replica tile the scale-up domain and serve a large mixture with short answers better than one kind of worker") {
  Chat chat;
  auto const together = chat.place(workloads::ServingMode::aggregated), pools = chat.place(workloads::ServingMode::disaggregated);
  CHECK_FALSE(compute::is_disaggregated(together.design));
  REQUIRE(compute::is_disaggregated(pools.design));
  CHECK(72 % compute::devices(pools.design) == 0);
  CHECK(72 % compute::devices(together.design) == 0);
  // Every step of an aggregated worker with prompts is launched outside captured graphs.
  CHECK(pools.token_s_per_device > together.token_s_per_device);
}

TEST_CASE("a tighter latency target never raises the tokens of a device") {
  Chat chat;
  for (auto mode : {workloads::ServingMode::aggregated, workloads::ServingMode::disaggregated}) {
    double before = 1e18;
    for (double target_s : {0.1, 0.05, 0.03, 0.015}) {
      chat.workload.slo.tpot_p95_s = target_s;
      double const now = chat.place(mode).token_s_per_device;
      CHECK(now <= before);
      before = now;
    }
  }
}

TEST_CASE("numbers of workers that the scenario fixes are kept, and impossible ones are refused with the reason") {
  Chat chat;
  chat.workload.placement.prefill = "2";
  chat.workload.placement.decode = "1";
  auto const placed = chat.place(workloads::ServingMode::disaggregated);
  CHECK(placed.design.prefill_workers == 2);
  CHECK(placed.design.workers == 1);
  chat.workload.placement.prefill = "100";
  CHECK_THROWS_AS(chat.place(workloads::ServingMode::disaggregated), InputError);
  chat.workload.placement.prefill = "many";
  CHECK_THROWS_AS(chat.place(workloads::ServingMode::disaggregated), InputError);
  chat.workload.placement.prefill = "auto";
  chat.workload.slo.tpot_p95_s = 1e-6;
  CHECK_THROWS_AS(chat.place(workloads::ServingMode::aggregated), InputError);
}
