#pragma once
// Seconds of one engine iteration as the request simulator needs them: affine in the total context of the batch, so that any
// number of decode steps between two events is summed in closed form (Agrawal et al. 2024 for the chunked step; the sum is
// elementary). A step costs its parts added: decode of b sequences, the new tokens of prefill chunks, and the attention of those
// tokens over what stands before them. Made from a replica design by step_times_of() or given by hand in tests.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/grid_table.hpp"

namespace aif::workloads {

struct StepTimes {
  std::vector<double> base_s, per_token_s;  // [b] for b = 0..max: a decode step lasts base_s[b] + per_token_s[b] * context tokens of the batch
  std::vector<double> chunk_token, chunk_s;  // rising: seconds that n new prompt tokens add to a step (without attention over the past)
  double pair_s = 0;                         // per (new token x token of context before it)
  double alone_s = 0;                        // a prefill step in which nothing decodes: weights
  double launch_s = 0;                       // of a step that carries prefill: its kernels are launched one by one

  std::size_t max_batch() const { return base_s.size() - 1; }

  // n steps of b sequences that hold `context` tokens now and grow by `grow` tokens each step together.
  double decode_s(std::size_t b, double context, double n, double grow) const {
    return n * base_s[b] + per_token_s[b] * (n * context + grow * (0.5 * n * (n - 1.0)));
  }
  double new_tokens_s(double n) const { return n > 0 ? interpolate(chunk_token, chunk_s, n, Outside::extrapolate) : 0.0; }
  // Attention of n new tokens after h old ones: each new token sees the old ones and half of the new ones on average.
  static double pairs(double n, double h) { return n * (h + 0.5 * n); }
};

// Fewest steps n >= 1 after which at least `wait_s` have passed; the quadratic is solved, then corrected to the exact integer.
std::int64_t steps_to_cover(StepTimes const& times, std::size_t b, double context, double grow, double wait_s, std::int64_t most);

// Step times of a device without structure: b sequences cost base + b * each, prompts per_token; for tests and examples.
StepTimes simple_step_times(std::size_t max_batch, double base_s, double each_s, double per_context_s, double per_prompt_token_s);

}  // namespace aif::workloads
