#include "contracts/surfaces/stream.hpp"

namespace aif {

double surface_time_s(std::span<double const> p, SurfaceDevice const& device, StreamShape const& shape) {
  double const hit = hit_share(shape.byte, p[2] * device.l2_byte, 6.0);
  return p[0] + shape.byte / (device.byte_s * p[1]) * hit_factor(hit, p[3]);
}

std::array<double, StreamShape::n_features> surface_features(SurfaceDevice const&, StreamShape const& shape) {
  return {0.7 * std::log2(std::max(1.0, shape.byte))};
}

}  // namespace aif
