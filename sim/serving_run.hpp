#pragma once
// One deployment served alone, without a site: a trace or drawn requests through replicas of one design, with latency
// percentiles, goodput, watts of the devices and a time line. What `aifactory simulate serving` and the Python module call.

#include <cstdint>
#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "sim/scenario/library.hpp"
#include "workloads/serving/measures.hpp"

namespace aif::sim {

struct ServingRunParams {
  workloads::ServingWorkloadParams workload;  // model, precision, lengths, targets, engine and layout; demand and pods are not used
  std::string profile;                        // device: lib:profiles/NAME
  int devices = 8;                            // that one replica may use
  int replicas = 1;
  workloads::Routing routing = workloads::Routing::least_loaded;
  double requests_s = 0;                      // 0: the trace's own rate
  std::size_t requests = 5000;                // most that are served; of a trace, the first
  std::uint64_t seed = 1;
  double clock_frac = 1;
  double host_kv_byte = 0, host_kv_byte_s = 50e9;  // host memory for sleeping KV, per replica, and its link
  std::size_t windows = 24;                   // of the time line
};

struct ServingWindow {
  double from_s = 0, offered_s = 0, done_s = 0, out_token_s = 0, in_system = 0, ttft_mean_s = 0, good_frac = 0;  // out tokens: of answers that ended in it
};

struct ServingRunResult {
  std::string design;                         // layout in words
  int devices = 0;                            // of all replicas
  std::size_t requests = 0, done = 0, refused = 0;
  double span_s = 0;
  workloads::ServingMeasures measures;
  double offered_over_capacity = 0;           // above 1 queues grow without end and latencies depend on the length of the run
  double device_w = 0, j_per_out_token = 0;   // idle and dynamic, without leakage
  double cache_hit_frac = 0, reloaded_frac = 0;
  std::vector<ServingWindow> windows;
};

// Throws InputError: library names (AF1008), traces (AF45xx), a design that cannot run (AF24xx, AF2810), AF2504 nothing fits.
ServingRunResult run_serving(ServingRunParams const& params, Library const& library, RunControl const& control = {});

std::string to_json(ServingRunResult const& result);

}  // namespace aif::sim
