#pragma once
// The measuring protocol of served points, simulated: c users, each sends its next prompt when the last answer is complete; all
// start at once; 10 c prompts in all; lengths uniform in [0.8, 1] of the stated ones; TTFT and TPOT are means over all requests,
// the opening burst included. There is no closed form for the first token under a burst. Decode steps between events are taken
// at once. Neglects: the growth of contexts within a run (mean context), pre-emption. Protocol: InferenceX launch scripts.

#include <cstdint>
#include <vector>

#include "models/compute/step.hpp"

namespace aif::compute {

// A load as benchmarks state it.
struct ServedLoad {
  double input_token = 1024, output_token = 1024;
  int users = 1;
  double shortest_frac = 0.8;  // lengths are uniform between this share and the whole
  int requests_per_user = 10;
  bool staggered = false;      // users start one by one over the first answer instead of in one burst
  double waiting_users = 0;    // users beyond the batch limit: by Little's law each costs a share of the answer time
};

struct ServedPoint {
  double ttft_s = 0, tpot_s = 0;
  double out_token_s = 0;      // of the replica, over the run
  double prefill_frac = 0;     // share of time in steps with prompts
  double decode_step_s = 0;    // at the full batch, for one accepted token
  double mean_batch = 0;       // decoding sequences of the replica
  int slots = 0;               // sequences that the cache holds
  double saturation_frac = 0;  // users over slots: TTFT is not predictable within 10 % of 1
};

// Linear costs that the loop runs on.
struct LoopCosts {
  double decode_s = 0, decode_sequence_s = 0;  // step = decode_s + decode_sequence_s * sequences
  double prompt_token_s = 0, prompt_step_s = 0, launch_s = 0;  // added to a step with prompts: by token, once, once
  double request_s = 0;                        // added to every first token
  double prompt_latency_s = 0;                 // disaggregated: own time of a mean prompt in its worker
  double prompt_token_budget = 8192;
  int slots = 1, poll_steps = 1;
  bool separate_prefill = false, chunked = false, disaggregated = false;
};
LoopCosts loop_costs(ReplicaDesign const& design, ServedLoad const& load);

// The kernels behind these costs, which engine factors do not change: a fit computes them once for each row.
struct LoopKernels {
  StepCoefficients step, pool;                // decode or aggregated worker; prefill worker of a disaggregated replica
  KernelTimes full, half, prompt, prompts;    // decode at the full and at half the batch; one prompt (SGLang: a full step), a full step
  double batch = 1, prompt_token = 0;
  int slots = 1;
};
LoopKernels loop_kernels(ReplicaDesign const& design, ServedLoad const& load);
LoopCosts loop_costs(ReplicaDesign const& design, ServedLoad const& load, LoopKernels& kernels);  // sets the engine part of `kernels`

// Scratch and the fixed draws of lengths; one per thread, reused from point to point.
class LoopWorkspace {
 public:
  LoopWorkspace() = default;
  struct Lengths {
    double input_frac, output_frac;
  };
  Lengths const* draws(std::size_t n);  // uniform in (0, 1), the same for every run
  void prepare(std::size_t requests, std::size_t longest_output);

  std::vector<std::int32_t> head, next;
  std::vector<std::uint64_t> occupied;  // bit per slot of the ring of finishing steps
  std::vector<double> first_token_s, arrival_s, ready_s;

 private:
  std::vector<Lengths> draws_;
};

struct LoopResult {
  double ttft_s = 0, tpot_s = 0, end_s = 0, prefill_frac = 0, out_token = 0, mean_batch = 0;
};
LoopResult run_loop(LoopCosts const& costs, ServedLoad const& load, LoopWorkspace& workspace);

ServedPoint serve(ReplicaDesign const& design, ServedLoad const& load, LoopWorkspace& workspace);

}  // namespace aif::compute
