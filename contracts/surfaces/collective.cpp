#include "contracts/surfaces/collective.hpp"

namespace aif {
namespace {

// Value fitted at 2, 4 and 8 ranks, piecewise linear in log2(ranks); held below 2 and above 8.
double at_group(std::span<double const> by_size, double group) {
  double const position = std::clamp(std::log2(group) - 1.0, 0.0, 2.0);
  auto const cell = position < 1.0 ? std::size_t{0} : std::size_t{1};
  return by_size[cell] + (position - static_cast<double>(cell)) * (by_size[cell + 1] - by_size[cell]);
}

// Latency has a part per step: from 4 to 8 ranks come 4 more ring steps, and so on above 8.
double latency_s(std::span<double const> by_size, double group) {
  double const per_step_s = std::max(0.0, by_size[2] - by_size[1]) / 4.0;
  return at_group(by_size, group) + per_step_s * std::max(0.0, group - 8.0);
}

}  // namespace

double collective_traffic(CollectiveKind kind, double group) {
  switch (kind) {
    case CollectiveKind::all_reduce: return 2.0 * (group - 1.0) / group;
    case CollectiveKind::reduce_scatter:
    case CollectiveKind::all_gather:
    case CollectiveKind::all_to_all: return (group - 1.0) / group;
    case CollectiveKind::broadcast:
    case CollectiveKind::point_to_point: return 1.0;
  }
  return 1.0;
}

double surface_time_s(std::span<double const> p, SurfaceDevice const& device, CollectiveShape const& shape) {
  if (shape.group <= 1) return 0.0;
  double const alpha_s = latency_s(p.subspan(1, 3), shape.group), bandwidth = at_group(p.subspan(5, 3), shape.group);
  double const ideal_s = collective_traffic(shape.kind, shape.group) * shape.message_byte / device.link_byte_s;
  double const first_s = p[0] > 0.5 ? alpha_s + (shape.group - 1.0) * shape.message_byte / (device.link_byte_s * p[8])
                                    : alpha_s + ideal_s / (bandwidth * p[8]);
  double const second_s = alpha_s * (1.0 + p[9]) + p[4] * std::sqrt(ideal_s) + ideal_s / bandwidth;
  // The library picks the faster one; its switch point is not exact, so the minimum is smooth.
  double const low = std::min(first_s, second_s), ratio = low / std::max(first_s, second_s), ratio2 = ratio * ratio;
  return low / std::sqrt(std::sqrt(1.0 + ratio2 * ratio2));
}

std::array<double, CollectiveShape::n_features> surface_features(SurfaceDevice const&, CollectiveShape const& shape) {
  return {0.7 * std::log2(std::max(1.0, shape.message_byte)), std::log2(std::max(1.0, shape.group))};
}

}  // namespace aif
