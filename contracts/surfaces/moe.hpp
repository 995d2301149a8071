#pragma once
// Time of one mixture-of-experts layer (gate, up and down products of the routed experts) on the busiest rank of an expert
// group: weights of the experts that were hit, flops with padding per expert, and hidden-vector traffic of every token slot,
// also of those that other ranks compute. Neglects dispatch and combine over links (collectives) and the serial tail of the
// busiest expert (no gain in the ablation). The weakest form: see docs/theory/calibration.md for its error.
// Sources: MegaBlocks (Gale et al. 2023) for padding; roofline of grouped products fitted here on published engine tables.

#include <array>

#include "contracts/surfaces/form.hpp"

namespace aif {

// Token slots and experts with work on the busiest rank.
struct MoeLoad {
  double slots = 0, active_experts = 0;
};

// alpha 0: evenly spread. alpha > 1: expert loads drawn from a power law x^-alpha on [1, 0.8 tokens], scaled to tokens x top_k,
// capped at one slot per token and expert; mean over 24 fixed draws. Costs up to 1 ms: tabulate it for inner loops.
MoeLoad moe_load(double tokens, double top_k, double experts, double ranks, double alpha);

struct MoeShape {
  double tokens = 1, top_k = 1, experts = 1, expert_ranks = 1;
  double hidden = 1, inter = 1;   // inter: of one rank (divided by tensor parallelism)
  double routing_alpha = 0;       // 0: balanced
  MoeLoad load;                   // of moe_load(), or measured

  static constexpr std::string_view form = "moe_grouped";
  static constexpr OpClass op = OpClass::grouped_gemm;
  static constexpr std::size_t n_features = 7;
  static constexpr std::array<FormParameter, 12> parameters{{
      {"launch_s", 0, 300e-6, 20e-6, 20e-6},
      {"efficiency", 0.02, 2, 0.6, 0.5},
      {"bandwidth", 0.1, 1.5, 0.8, 0.8},
      {"padding", 0, 300, 30, 60},                 // token slots per active expert
      {"sharpness", 1, 20, 3, 1.5},
      {"all_slot_passes", 0, 20, 0.5, 2},          // hidden-vector passes over every token slot
      {"local_slot_passes", 0, 40, 2, 1},
      {"narrow", 0, 3000, 50, 300},                // width of an expert at which half the rate is lost
      {"expert_s", 0, 10e-6, 0.1e-6, 0.1e-6},
      {"l2_capacity", 0.05, 2, 0.5, 0.2},
      {"l2_gain", 1, 12, 2, 2},
      {"group_limited_slots", 0, 8, 1, 4},         // slots per token that group-limited routing sends to the first rank
  }};
};

double surface_time_s(std::span<double const> params, SurfaceDevice const& device, MoeShape const& shape);
std::array<double, MoeShape::n_features> surface_features(SurfaceDevice const& device, MoeShape const& shape);

}  // namespace aif
