#pragma once
// Seconds, bytes and FLOP of one engine step: the kernels of all layers in sequence (kernels.hpp), so their times add; within a kernel
// reading and arithmetic overlap by its surface's own norm.
//   products   the profile's surface at the tokens of a rank          experts  norm of weight reads and arithmetic, touched = 1 - (1 + k n/(E a))^-a
//   cache      b kv context / (h B e)                                  prompts  2 H d S^2 L / (T P e)
//   links      all-reduce after attention and block; dispatch and combine with attention data parallelism
//   starts     small kernels counted by layer type, a fixed time each; host time by step and sequence; a step with prompts runs outside
//              captured graphs, and what the host needs to launch its kernels shows
// Expert popularity follows a gamma law of shape a (negative binomial; large a: all experts alike): few tokens touch fewer experts.
// Neglects: uneven contexts in a batch, prefetch of weights. Clock: arithmetic 1/f, HBM flat above the knee, starts and host flat.
// Error band: docs/validation/serving.md. Source of the sum: kernels of a stream run one after another; InferenceX and kernel tables.

#include <vector>

#include "contracts/phase.hpp"
#include "models/compute/kernels.hpp"
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

// (tokens x k)(k x n) on one device, `count` of them in a step.
struct DenseProduct {
  double n = 0, k = 0, count = 0;
  bool wide = false;          // 16-bit whatever the checkpoint: router and output head
  bool prefill_only = false;  // expansion of the latent; decoding absorbs it
};
inline constexpr std::size_t kMostProducts = 14;

// A design compiled at one clock. `kernels` part: device and model only; `engine` part: set by set_engine, so that a fit changes it alone.
struct StepCoefficients {
  double ranks = 1, stages = 1;                     // attention ranks, pipeline stages
  std::array<DenseProduct, kMostProducts> products{};
  std::size_t n_products = 0;
  DenseProduct head;
  DenseKernel narrow, wide;                         // kernels of the checkpoint's format and of 16 bits
  double absorbed_read_s = 0, absorbed_token_s = 0; // batched products that latent decode attention adds, at full rates
  double expert_read_s = 0, expert_token_s = 0;     // all experts, per token of a rank, at full rates
  double expert_share = 0;                          // k/E
  double window = 0, sparse = 0, sparse_index = 0;  // token limits of windowed and sparse attention
  double kv_memory_s = 0, latent_s = 0;             // per token of context of a rank and layer, at full rates
  double full_layers = 0, window_layers = 0;
  double state_s = 0;                               // recurrent state of a sequence, read once, at full rate
  double prompt_full_s = 0, prompt_window_s = 0;    // per squared prompt token, at full rate
  CollectiveKernel all_reduce, all_to_all;
  double all_reduce_count = 0, dispatch_count = 0;  // of a step
  double hidden_byte = 0, dispatch_byte = 0;        // of a token: all-reduce message; one-byte dispatch to the ranks that its experts live on
  double small_kernels = 0, block_scaled_products = 0, fp4_products = 0;
  double layers = 1, linear_layers = 0, sparse_layers = 0;
  double drafts = 0, verify_tokens = 1;             // GEMM tokens of a decoding sequence
  bool separate_prefill = false, prefill_pool = false, decode_pool = false;

  // Engine.
  double dense_factor = 1, all_to_all_factor = 1, prefill_attention_factor = 1;
  double expert_read_factor = 1, expert_token_factor = 1, expert_half_token = 0, concentration = 1e9;
  double full_context_s = 0, window_context_s = 0;  // per token of context of a rank
  double state_factor = 1, overhead_s = 0, kernel_s = 0, host_s = 0, host_sequence_s = 0;
  double prefill_factor = 1, launch_s = 0, time_factor = 1;

  // Work, to turn seconds into rates: bytes and FLOP per device for the same arguments.
  double dense_read_byte = 0, expert_read_byte = 0, kv_context_byte = 0, window_context_byte = 0, state_byte = 0, link_token_byte = 0;
  double dense_token_flop = 0, expert_token_flop = 0, context_flop = 0, prompt_flop = 0;
  Precision dense_precision = Precision::bf16, expert_precision = Precision::bf16;
  // Without efficiencies: what the binding resource would need.
  double ideal_compute_s_per_flop_dense = 0, ideal_compute_s_per_flop_expert = 0, ideal_memory_s_per_byte = 0, ideal_link_s_per_byte = 0;
};
enum class WorkerRole { aggregated, decode_pool, prefill_pool };
StepCoefficients compile_step(ReplicaDesign const& design, WorkerRole role, double clock_hz);  // clock 0: the highest
void set_engine(StepCoefficients& c, ReplicaDesign const& design);                            // only the engine part

// Seconds of a step by what they are spent on.
struct StepParts {
  double compute_s = 0, memory_s = 0, attention_s = 0, communication_s = 0, overhead_s = 0, host_s = 0;
  double sum() const { return compute_s + memory_s + attention_s + communication_s + overhead_s + host_s; }
};
// What of a step needs the surfaces: seconds before the engine's factors. Kept by the fit, which changes factors only.
struct KernelTimes {
  double sequences = 0, context = 0, tokens = 0, prompts = 0, prefill_context = 0;  // of a rank
  double dense_s = 0, head_s = 0, all_reduce_s = 0, all_to_all_s = 0;
  double beside_dense_s = 0, beside_all_reduce_s = 0, beside_all_to_all_s = 0;     // prompts: of the decoding tokens beside them
};
KernelTimes decode_kernels(StepCoefficients const& c, double sequences, double context);
// `beside`: of other prompts beside the same sequences, to take what those cost from.
KernelTimes prefill_kernels(StepCoefficients const& c, double sequences, double tokens, double context, double prompts, KernelTimes const* beside = nullptr);
StepParts decode_parts(StepCoefficients const& c, KernelTimes const& t);
StepParts prefill_parts(StepCoefficients const& c, KernelTimes const& t);

// A step in which every rank holds `sequences` with `context` tokens in sum and decodes one token of each.
inline StepParts decode_parts(StepCoefficients const& c, double sequences, double context) { return decode_parts(c, decode_kernels(c, sequences, context)); }
// What prompts of `tokens` in sum add to a step that decodes `sequences` a rank; a whole step when the engine does not mix.
inline StepParts prefill_parts(StepCoefficients const& c, double sequences, double tokens, double context, double prompts) {
  return prefill_parts(c, prefill_kernels(c, sequences, tokens, context, prompts));
}
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
    return compute::prefill_s(step, sequences / step.ranks, tokens, context, prompts) + step.launch_s;
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
