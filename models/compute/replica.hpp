#pragma once
// A replica: one model served by one engine on a group of devices, aggregated or with prefill and decode in separate pools.
// feasible() refuses what cannot run and names the nearest choice that can; kv_capacity_token() is what is left for the cache.

#include <string>

#include "contracts/hardware_profile.hpp"
#include "core/diagnostics.hpp"
#include "models/compute/architecture.hpp"
#include "models/compute/engine_params.hpp"

namespace aif::compute {

// Devices of one worker: attention is tensor-parallel over tp devices and replicated attention_dp times; experts are spread over
// all devices of a stage, ep ways by expert and the rest by width.
struct WorkerLayout {
  int tp = 1, pp = 1, ep = 1, attention_dp = 1;
  int stage_devices() const { return tp * attention_dp; }
  int devices() const { return stage_devices() * pp; }
};

struct ReplicaDesign {
  HardwareProfile const* profile = nullptr;
  ModelArchitecture const* model = nullptr;
  EngineParams engine;
  Precision weights = Precision::bf16, kv = Precision::bf16;
  Precision state = Precision::fp32;  // recurrent state of linear-attention layers
  WorkerLayout worker;         // aggregated worker, or decode worker
  int workers = 1;             // decode workers behind one queue
  WorkerLayout prefill;        // prefill worker
  int prefill_workers = 0;     // 0: aggregated
  int draft_tokens = 0;        // multi-token prediction or speculation: tokens proposed in a step
  double accepted_per_step = 1;  // tokens that a step yields for a sequence, 1..draft_tokens + 1
  int max_batch = 512;         // sequences of one worker
  double date_year = 2026.0;   // of the software
};

int devices(ReplicaDesign const& design);
constexpr bool is_disaggregated(ReplicaDesign const& design) { return design.prefill_workers > 0; }

// Link over which a group of devices talks: the fastest whose domain holds the group, else the slowest that there is.
LinkSheet link_of_group(HardwareProfile const& profile, int group);

// Dense peak of arithmetic on weights of that precision. Formats that the device lacks compute one step wider (w4a16 in bf16,
// mxfp4 in fp8 where the device has fp4, else bf16); 0 when there is no wider one either.
Precision compute_precision(HardwareProfile const& profile, Precision weights);

double weight_byte_per_device(ReplicaDesign const& design, WorkerLayout const& worker);
double kv_byte_per_token_device(ReplicaDesign const& design);   // of one token on the device that holds it
double kv_capacity_token(ReplicaDesign const& design);          // of one decode worker, all its attention ranks
int sequence_slots(ReplicaDesign const& design, double context_token);  // sequences of that length in one decode worker

// All that forbids the design (AF2401..AF2409); empty when it can run.
DiagnosticList feasible(ReplicaDesign const& design);

}  // namespace aif::compute
