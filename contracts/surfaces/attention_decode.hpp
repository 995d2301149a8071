#pragma once
// Time of attention for one new token per sequence: reading the KV cache at memory rate, or the serial walk of one thread block
// along its share of the sequence where blocks are few; an L2 share, and the write-back of a dirty L2 while the cache streams in
// (the layer before leaves it dirty in a serving loop as in the benchmarks). Neglects uneven context lengths in the batch.
// Sources: Flash-Decoding (Dao et al. 2023) for the sequence split; FlashInfer (Ye et al. 2025) for its reduction kernel.

#include <array>

#include "contracts/surfaces/form.hpp"

namespace aif {

struct DecodeShape {
  double batch = 1, context = 1;  // sequences, and cached tokens of each
  double heads = 1, kv_heads = 1, head_dim = 128;

  static constexpr std::string_view form = "attention_decode";
  static constexpr OpClass op = OpClass::attention_decode;
  static constexpr std::size_t n_features = 4;
  static constexpr std::array<FormParameter, 10> parameters{{
      {"launch_s", 0, 60e-6, 10e-6, 10e-6},
      {"bandwidth", 0.1, 1.5, 0.85, 0.85},
      {"serial_s_per_token", 0, 60e-9, 2e-9, 15e-9},  // one block's walk along 2-byte keys
      {"most_splits", 1, 512, 32, 4},
      {"l2_capacity", 0.05, 2, 0.5, 0.5},
      {"l2_gain", 1, 12, 2, 2},
      {"dirty_l2", 0, 4, 0.5, 0.5},                   // times L2 size over memory rate
      {"reduce_s", 0, 12e-6, 1e-6, 1e-6},             // second kernel that merges the splits
      {"sharpness", 1, 20, 2, 2},
      {"wave_s", 0, 20e-6, 0.5e-6, 0.5e-6},
  }};
};

double surface_time_s(std::span<double const> params, SurfaceDevice const& device, DecodeShape const& shape);
std::array<double, DecodeShape::n_features> surface_features(SurfaceDevice const& device, DecodeShape const& shape);

}  // namespace aif
