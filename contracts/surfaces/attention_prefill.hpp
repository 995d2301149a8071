#pragma once
// Time of causal attention over whole prompts, with the pass that splits, rotates, quantises and writes the cache before it.
// Tensor-core time and exponential time add up (the softmax is not hidden), plus a ramp and the tail of the longest block.
// The tensor-core efficiency is fixed per kernel: on one device it cannot be told apart from the exponential term.
// Neglects paging cost and chunk boundaries. Sources: FlashAttention-2 (Dao 2023), FlashAttention-3 (Shah et al. 2024, exponential
// throughput bound); Blackwell Ultra doubles the exponential rate (NVIDIA technical blog "Making Softmax More Efficient ...").

#include <array>

#include "contracts/surfaces/form.hpp"

namespace aif {

struct PrefillShape {
  double batch = 1, tokens = 1;  // sequences, and new tokens of each
  double heads = 1, kv_heads = 1, head_dim = 128;

  static constexpr std::string_view form = "attention_prefill";
  static constexpr OpClass op = OpClass::attention_prefill;
  static constexpr std::size_t n_features = 3;
  static constexpr std::array<FormParameter, 8> parameters{{
      {"matrix_efficiency", 0.2, 1.2, 1, 1},  // fixed by the kernel, never fitted
      {"launch_s", 0, 100e-6, 10e-6, 5e-6},
      {"exponentials", 0, 20, 1.2, 0.7},      // exponential-unit operations per score
      {"bandwidth", 0.02, 5, 0.7, 1.2},
      {"ramp_tokens", 0, 5000, 300, 1500},
      {"tail", 0, 5, 0.5, 1},
      {"l2_capacity", 0.02, 3, 0.3, 0.15},
      {"l2_gain", 1, 20, 2, 10},
  }};
};

double surface_time_s(std::span<double const> params, SurfaceDevice const& device, PrefillShape const& shape);
std::array<double, PrefillShape::n_features> surface_features(SurfaceDevice const& device, PrefillShape const& shape);

}  // namespace aif
