#include "contracts/surfaces/moe.hpp"

#include <numeric>
#include <vector>

#include "core/random.hpp"

namespace aif {
namespace {

constexpr std::size_t kDraws = 24;

// Loads above one slot per token are cut; what was cut goes to the others in proportion, until none is above.
void cap_loads(std::vector<double>& load, double tokens) {
  for (int round = 0; round < 6; ++round) {
    double excess = 0, below = 0;
    for (double& x : load) {
      if (x > tokens) excess += x - tokens, x = tokens;
      else if (x < tokens) below += x;
    }
    if (excess <= 0 || below <= 0) return;
    for (double& x : load)
      if (x < tokens) x *= 1.0 + excess / below;
  }
}

MoeLoad busiest_rank(std::vector<double> const& load, std::size_t ranks) {
  std::size_t const per_rank = std::max<std::size_t>(1, load.size() / ranks);
  MoeLoad best;
  for (std::size_t first = 0; first + per_rank <= load.size(); first += per_rank) {
    MoeLoad here;
    for (std::size_t i = first; i < first + per_rank; ++i) here.slots += load[i], here.active_experts += 1.0 - std::exp(-load[i]);
    if (here.slots > best.slots) best = here;
  }
  best.active_experts = std::max(1.0, best.active_experts);
  return best;
}

}  // namespace

MoeLoad moe_load(double tokens, double top_k, double experts, double ranks, double alpha) {
  double const slots = tokens * top_k;
  if (alpha <= 0) return {slots / ranks, std::min(experts / ranks, std::max(1.0, slots / ranks))};
  RandomStream const random(0, Stream::experts);
  double const low = 1.0, high = std::max(1.0001, 0.8 * tokens), e = 1.0 - alpha;
  double const a = std::pow(low, e), b = std::pow(high, e);
  std::vector<double> load(static_cast<std::size_t>(experts));
  MoeLoad mean;
  for (std::size_t draw = 0; draw < kDraws; ++draw) {
    for (std::size_t i = 0; i < load.size(); ++i) load[i] = std::pow(a + (b - a) * random.uniform(draw, i), 1.0 / e);  // inverse of the power law
    double const scale = slots / std::accumulate(load.begin(), load.end(), 0.0);
    for (double& x : load) x *= scale;
    cap_loads(load, tokens);
    MoeLoad const one = busiest_rank(load, static_cast<std::size_t>(ranks));
    mean.slots += one.slots / kDraws;
    mean.active_experts += one.active_experts / kDraws;
  }
  return mean;
}

double surface_time_s(std::span<double const> p, SurfaceDevice const& device, MoeShape const& shape) {
  // Models with 256 experts route in groups: in the published "balanced" tables the first rank gets part of every token.
  bool const group_limited = shape.routing_alpha <= 0 && shape.experts == 256 && shape.expert_ranks > 1;
  double const slots = group_limited ? std::max(shape.load.slots, p[11] * shape.tokens) : shape.load.slots;
  double const active = shape.load.active_experts;
  double const expert_weights = 3.0 * shape.hidden * shape.inter;
  double const weights_byte = active * expert_weights * device.weight_byte;
  double const activations_byte = slots * 4.0 * (shape.hidden + shape.inter);
  double const factor = hit_factor(hit_share(weights_byte + activations_byte, p[9] * device.l2_byte, 6.0), p[10]);
  double const compute_s = 2.0 * (slots + p[3] * active) * expert_weights * (1.0 + p[7] / shape.inter) / (device.peak_flop_s * p[1]);
  double const memory_s = weights_byte * factor / (device.byte_s * p[2]);
  double const slots_byte = (p[5] * shape.tokens * shape.top_k + p[6] * slots) * 2.0 * shape.hidden;
  return p[0] + p[8] * active + smooth_max(compute_s, memory_s, p[4]) + slots_byte * factor / device.byte_s;
}

std::array<double, MoeShape::n_features> surface_features(SurfaceDevice const&, MoeShape const& shape) {
  double const routing = shape.routing_alpha <= 0 ? 0.0 : std::clamp(1.0 + 0.3 * (shape.routing_alpha - 1.01) / 0.19, 1.0, 2.0);
  return {0.6 * std::log2(std::max(0.25, shape.load.slots)), 0.6 * std::log2(shape.tokens), 0.6 * std::log2(shape.inter),
          0.6 * std::log2(shape.hidden), 0.6 * std::log2(shape.expert_ranks), 0.4 * std::log2(shape.experts / shape.expert_ranks), routing};
}

}  // namespace aif
