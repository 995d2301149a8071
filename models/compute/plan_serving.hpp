#pragma once
// The Pareto front of a deployment: output tokens per second and device against tokens per second and user, over every layout,
// batch and split into pools that fits. Steady state (steady.hpp): no queue; a point that meets its latency targets here meets
// them in service only while the replica is not overloaded. Bands are those of the served points (docs/validation/serving.md).

#include <vector>

#include "models/compute/serving_parameters.hpp"
#include "models/compute/steady.hpp"

namespace aif::compute {

struct PlanRequest {
  HardwareProfile const* profile = nullptr;
  ModelArchitecture const* model = nullptr;
  ServingFit fit;
  EngineFamily family = EngineFamily::trtllm;
  Precision weights = Precision::fp8, kv = Precision::fp8;
  double input_token = 4000, output_token = 1000;
  double ttft_limit_s = 0, tpot_limit_s = 0;  // 0: none
  int max_devices = 8;                        // of one replica
  bool pools = true;                          // consider disaggregation
  double date_year = 2026.0;
  double usd_per_device_hour = 0;             // 0: not priced
};

struct PlanPoint {
  WorkerLayout worker, prefill;
  int workers = 1, prefill_workers = 0, devices = 1;
  double batch = 1;                           // sequences of the replica
  double out_token_s_device = 0, user_token_s = 0, ttft_s = 0, tpot_s = 0;
  double low = 1, high = 1;                   // 90 % factors on both rates
  double device_w = 0, joule_per_token = 0, token_s_mw = 0, usd_per_mtok = 0;
  Bound bound = Bound::memory;                // of a decode step
};

struct ServingPlan {
  std::vector<PlanPoint> front;               // user rate rising, device rate falling
  std::size_t tried = 0, feasible = 0;
  DiagnosticList refusals;                    // why the nearest layouts were refused, when nothing is feasible
};
ServingPlan plan_serving(PlanRequest const& request);

}  // namespace aif::compute
