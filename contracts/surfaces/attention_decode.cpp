#include "contracts/surfaces/attention_decode.hpp"

namespace aif {

double surface_time_s(std::span<double const> p, SurfaceDevice const& device, DecodeShape const& shape) {
  constexpr double kSplitTokens = 128;  // shortest share of a sequence that kernels give to a block
  double const cache_byte = 2.0 * shape.batch * shape.context * shape.kv_heads * shape.head_dim * device.state_byte;
  double const byte = cache_byte + 4.0 * shape.batch * shape.heads * shape.head_dim;  // and 16-bit queries and outputs
  double const blocks = shape.batch * shape.kv_heads;
  double const most_splits = std::max(1.0, std::min(p[3], shape.context / kSplitTokens));
  double const splits = std::clamp(device.sm_count / blocks, 1.0, most_splits);
  double const waves = std::max(1.0, blocks * splits / device.sm_count);
  double const walk_s = (p[2] * shape.context * device.state_byte / (2.0 * splits) + p[9] * (waves - 1.0)) / device.clock_frac;

  double const hit = hit_share(byte, p[4] * device.l2_byte, 8.0);
  double const write_back_s = p[6] * device.l2_byte / device.byte_s * (1.0 - std::exp(-byte / device.l2_byte)) * (1.0 - hit);
  double const memory_s = byte / (device.byte_s * p[1]) * hit_factor(hit, p[5]) + write_back_s;
  double const reduce_s = p[7] * std::clamp(std::log2(shape.context / kSplitTokens), 0.0, 1.0);
  return p[0] + reduce_s + smooth_max(walk_s, memory_s, p[8]);
}

std::array<double, DecodeShape::n_features> surface_features(SurfaceDevice const&, DecodeShape const& shape) {
  return {0.7 * std::log2(shape.context), 0.7 * std::log2(shape.batch * shape.kv_heads), 0.7 * std::log2(shape.heads / shape.kv_heads),
          0.4 * std::log2(shape.batch)};
}

}  // namespace aif
