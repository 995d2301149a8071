#include "contracts/surfaces/attention_prefill.hpp"

namespace aif {

double surface_time_s(std::span<double const> p, SurfaceDevice const& device, PrefillShape const& shape) {
  double const tokens = shape.batch * shape.tokens;
  double const pass_byte = tokens * shape.head_dim *
                           (2.0 * (shape.heads + 2.0 * shape.kv_heads) + shape.heads * device.activation_byte + 2.0 * shape.kv_heads * device.state_byte);
  double const hit = hit_share(pass_byte, p[6] * device.l2_byte, 3.0);
  double const pass_s = pass_byte / (device.byte_s * p[3]) * hit_factor(hit, p[7]);

  double const scores = shape.batch * shape.heads * shape.tokens * shape.tokens / 2.0;
  double const matrix_s = 4.0 * shape.head_dim / (device.peak_flop_s * p[0]);  // per score
  double const sm_clock = device.sm_count * device.clock_hz;
  double const exp_s = p[2] / (sm_clock * device.exp_per_sm_clock);
  // Ramp and tail are latencies of one tile; they keep the rate of 16 a clock on parts with faster exponential units.
  double const tile_s = matrix_s + p[2] / (sm_clock * 16.0);
  double const ramp_s = tile_s * scores * p[4] / shape.tokens;
  double const tail_s = tile_s * p[5] * 128.0 * (shape.tokens + p[4]) * device.sm_count;
  return p[1] + pass_s + (matrix_s + exp_s) * scores + ramp_s + tail_s;
}

std::array<double, PrefillShape::n_features> surface_features(SurfaceDevice const&, PrefillShape const& shape) {
  return {std::log2(shape.tokens), 0.7 * std::log2(shape.batch * shape.heads), 0.7 * std::log2(shape.heads / shape.kv_heads)};
}

}  // namespace aif
