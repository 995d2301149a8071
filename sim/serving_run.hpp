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

// A slower home of KV, per replica: host memory, flash, an object store.
struct KvStore {
  double byte = 0, byte_s = 50e9, latency_s = 1e-4;
};

inline constexpr double kAutoscale_s = 10;  // between looks of an autoscaler at the queue (assumption)

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
  std::vector<KvStore> kv_stores;             // for KV that sleeps, the fastest first; three at most
  std::vector<workloads::ReplicaEvent> events;  // replicas that fail, drain and come back
  workloads::Autoscaler autoscaler;           // every_s = 0: none
  bool search = false;                        // also the highest rate that keeps the targets
  std::size_t windows = 24;                   // of the time line
};

struct ServingWindow {
  double from_s = 0, offered_s = 0, done_s = 0, out_token_s = 0, in_system = 0, ttft_mean_s = 0, good_frac = 0;  // out tokens: of answers that ended in it
};

// Requests of one class: a priority where the trace has them, else the thirds by length of prompt and answer.
struct ServingClass {
  std::string name;
  std::size_t requests = 0;
  double ttft_p95_s = 0, tpot_p95_s = 0, good_frac = 0, j_per_request = 0;
};

struct ServingRunResult {
  std::string design;                         // layout in words
  int devices = 0;                            // of all replicas
  std::size_t requests = 0, done = 0, refused = 0;
  double span_s = 0;
  workloads::ServingMeasures measures;
  double offered_over_capacity = 0;           // above 1 queues grow without end and latencies depend on the length of the run
  double sustained_s = 0;                     // highest rate that keeps every target; 0: none does, or not searched
  double replica_s = 0;                       // replicas up or draining, integrated over the run
  double device_w = 0, j_per_out_token = 0;   // idle and dynamic, without leakage
  double prompt_w = 0, answer_w = 0;          // of device_w; the rest is idle and the floor of a device that is awake
  double j_per_prompt_token = 0, j_per_answer_token = 0;  // of the phase alone, of tokens computed
  std::vector<ServingClass> classes;
  double cache_hit_frac = 0, reloaded_frac = 0;
  std::vector<ServingWindow> windows;
};

// Throws InputError: library names (AF1008), traces (AF45xx), a design that cannot run (AF24xx, AF2810), AF2504 nothing fits, AF2505 events,
// AF2509 a search that cannot be made.
ServingRunResult run_serving(ServingRunParams const& params, Library const& library, RunControl const& control = {});

std::string to_json(ServingRunResult const& result);

}  // namespace aif::sim
