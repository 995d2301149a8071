#include "models/network/collective_cost.hpp"

#include <algorithm>
#include <cmath>

namespace aif::network {
namespace {

// Serial steps of the latency term: a tree for the reductions and broadcasts, direct exchange for all-to-all.
double steps(CollectiveKind kind, int p) {
  if (p <= 1) return 0;
  double const depth = std::log2(static_cast<double>(p));
  return kind == CollectiveKind::all_reduce ? 2 * depth : kind == CollectiveKind::point_to_point ? 1 : depth;
}

}  // namespace

double wire_factor(CollectiveKind kind, int p) {
  if (p <= 1) return 0;
  double const share = (p - 1.0) / p;
  switch (kind) {
    case CollectiveKind::all_reduce: return 2 * share;
    case CollectiveKind::broadcast:
    case CollectiveKind::point_to_point: return 1;
    default: return share;
  }
}

double collective_time_s(CollectiveKind kind, double byte, LinkLevel const& level) {
  if (level.ranks <= 1) return 0;
  return level.base_s + steps(kind, level.ranks) * level.step_s + wire_factor(kind, level.ranks) * byte / (level.byte_s * level.efficiency);
}

double hierarchical_time_s(CollectiveKind kind, double byte, LinkLevel const& inside, LinkLevel const& across) {
  if (across.ranks <= 1) return collective_time_s(kind, byte, inside);
  if (inside.ranks <= 1) return collective_time_s(kind, byte, across);
  double const total = static_cast<double>(inside.ranks) * across.ranks;
  if (kind == CollectiveKind::all_to_all) {  // the part that leaves the domain, against the part that stays
    double const out = byte * (total - inside.ranks) / total, in = byte * inside.ranks / total;
    return std::max(collective_time_s(kind, in, inside), across.base_s + steps(kind, across.ranks) * across.step_s + out / (across.byte_s * across.efficiency));
  }
  double const inner = collective_time_s(kind, byte, inside);
  double const outer = collective_time_s(kind, byte / inside.ranks, across);
  double const fixed = std::min(inner, inside.base_s) + std::min(outer, across.base_s);
  return std::max(inner, outer) + std::min(fixed, std::min(inner, outer));  // chunks pipeline through both levels
}

}  // namespace aif::network
