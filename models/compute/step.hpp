#pragma once
// Seconds, bytes and FLOP of one engine step. Costs of reading weights, arithmetic, cache, collectives and fixed overheads are
// added, not maximised: in real steps compute and memory overlap poorly (fitted norm exponent 1.15).
//   dense:   w W / (T B e) + 2 n W / (T P e)          expert weights read: 1 - (1 - k/E)^n of them
//   cache:   b kv context / (h B e)                    prompts: 2 H d S^2 L / (T P e)
//   links:   ring all-reduce after attention and block; dispatch and combine with attention data parallelism
// Neglects: kernel shape quantisation, uneven contexts, prefetch. Clock: arithmetic 1/f, HBM flat above the knee, overheads flat.
// Valid for one scale-up domain; error band from docs/validation/serving.md.

#include <vector>

#include "contracts/phase.hpp"
#include "models/compute/replica.hpp"

namespace aif::compute {

// Batch of one worker. Tokens and contexts are sums over its sequences; prefill_context are tokens already in the cache of the
// prompts being worked on.
struct BatchState {
  int n_decode = 0;
  double sum_context = 0;
  double prefill_tokens = 0, prefill_context = 0;
  int prompts = 1;                 // that the prefill tokens belong to
  double accepted_per_step = 0;    // 0: that of the design
};

// A design compiled at one clock: every term linear in its argument, times in seconds on the slowest device of the worker.
struct StepCoefficients {
  double ranks = 1, stages = 1;                     // attention ranks, pipeline stages
  double dense_read_s = 0, dense_token_s = 0;       // weights; per GEMM token of a rank
  double head_read_s = 0, head_token_s = 0;         // output head; per sampled token
  double expert_read_s = 0, expert_token_s = 0;     // all experts; per token of a rank
  double log_miss = 0;                              // log(1 - k/E): a token misses an expert
  double window = 0, sparse = 0, sparse_index = 0;  // token limits of windowed and sparse attention
  double full_context_s = 0, window_context_s = 0;  // per token of context of a rank
  double state_s = 0;                               // recurrent state of a sequence
  double prompt_full_s = 0, prompt_window_s = 0;    // per squared prompt token
  double link_fixed_s = 0, link_token_s = 0;        // collectives
  double overhead_s = 0, host_s = 0, host_sequence_s = 0;
  double prefill_factor = 1, prefill_step_s = 0, draft_factor = 1;
  double verify_tokens = 1;                         // GEMM tokens of a decoding sequence
  bool separate_prefill = false;
  // Work, to turn seconds into rates: bytes and FLOP per device for the same arguments.
  double dense_read_byte = 0, expert_read_byte = 0, kv_context_byte = 0, window_context_byte = 0, state_byte = 0, link_token_byte = 0;
  double dense_token_flop = 0, expert_token_flop = 0, context_flop = 0, prompt_flop = 0;
  Precision dense_precision = Precision::bf16, expert_precision = Precision::bf16;
  // Without efficiencies: what the binding resource would need.
  double ideal_compute_s_per_flop_dense = 0, ideal_compute_s_per_flop_expert = 0, ideal_memory_s_per_byte = 0, ideal_link_s_per_byte = 0;
};
enum class WorkerRole { aggregated, decode_pool, prefill_pool };
StepCoefficients compile_step(ReplicaDesign const& design, WorkerRole role, double clock_hz);  // clock 0: the highest

// Seconds of a step by what they are spent on.
struct StepParts {
  double compute_s = 0, memory_s = 0, attention_s = 0, communication_s = 0, overhead_s = 0, host_s = 0;
  double sum() const { return compute_s + memory_s + attention_s + communication_s + overhead_s + host_s; }
};
// A step in which every rank holds `sequences` with `context` tokens in sum and decodes one token of each.
StepParts decode_parts(StepCoefficients const& c, double sequences, double context);
// What prompts of `tokens` in sum add to a step that decodes `sequences` a rank; a whole step when the engine does not mix.
StepParts prefill_parts(StepCoefficients const& c, double sequences, double tokens, double context, double prompts);
inline double decode_step_s(StepCoefficients const& c, double sequences, double context) { return decode_parts(c, sequences, context).sum(); }
inline double prefill_s(StepCoefficients const& c, double sequences, double tokens, double context, double prompts) {
  return prefill_parts(c, sequences, tokens, context, prompts).sum();
}

PhaseCost iteration(ReplicaDesign const& design, BatchState const& batch, double clock_hz);

// A decode step is affine in the total context of the worker: t = base_s[b] + slope_s * sum_context. O(1), made once per design
// and clock for the request simulator. Windowed and sparse layers are taken beyond their window.
struct StepSurface {
  std::vector<double> base_s;  // by sequences in the worker, 0..max_batch
  double slope_s = 0;          // per token of context in the worker
  double tokens_per_step = 1;  // accepted tokens of a sequence in a step
  StepCoefficients step;

  double decode_s(int sequences, double sum_context) const { return base_s[static_cast<std::size_t>(sequences)] + slope_s * sum_context; }
  double slope(int) const { return slope_s; }
  // Added by `tokens` of `prompts` prompts to a step with that many decoding sequences in the worker.
  double prefill_s(int sequences, double tokens, double context, int prompts) const {
    return compute::prefill_s(step, sequences / step.ranks, tokens, context, prompts) + step.prefill_step_s;
  }
};
StepSurface make_step_surface(ReplicaDesign const& design, double clock_hz);       // decode or aggregated worker
StepSurface make_prefill_surface(ReplicaDesign const& design, double clock_hz);    // prefill worker of a disaggregated replica

// Mean rates of one device over a mix of steps: add the work of each, divide by the time.
struct StepWork {
  double dense_flop = 0, expert_flop = 0, hbm_byte = 0, link_byte = 0;
};
StepWork step_work(StepCoefficients const& c, double sequences, double context, double prefill_tokens, double prefill_context, double prompts);
Activity activity_of(StepCoefficients const& c, StepWork const& work, double time_s, double active_frac);

}  // namespace aif::compute
