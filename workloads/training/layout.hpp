#pragma once
// How a training run is cut over devices, and what each piece of the model costs: counts only, no seconds.
// tp: tensor (with sequence parallel), pp: pipeline stages, vp: virtual stages of each, dp: replicas of the data, cp: context,
// ep: experts (over the tp*cp*dp ranks of a stage, as Megatron-LM folds them). devices = tp*pp*cp*dp.

#include <array>
#include <string_view>

#include "models/compute/architecture.hpp"

namespace aif::workloads {

enum class Recompute { none, selective, full };
constexpr auto enum_names(Recompute) { return std::array<std::string_view, 3>{"none", "selective", "full"}; }

// Who holds gradients and optimiser state (Rajbhandari et al. 2020): optimizer = ZeRO-1, fsdp = ZeRO-3.
enum class Sharding { none, optimizer, gradients, fsdp };
constexpr auto enum_names(Sharding) { return std::array<std::string_view, 4>{"none", "optimizer", "gradients", "fsdp"}; }

struct TrainingLayout {
  int tp = 1, pp = 1, dp = 1, cp = 1, ep = 1, vp = 1;
  int micro_batch = 1;        // sequences
  int global_batch = 1;       // sequences
  Recompute recompute = Recompute::none;
  Sharding sharding = Sharding::optimizer;
  int devices() const { return tp * pp * dp * cp; }
  double micro_batches() const { return static_cast<double>(global_batch) / (static_cast<double>(dp) * micro_batch); }
};

// A model at one sequence length.
struct TrainingShape {
  double layers = 0, moe_layers = 0, hidden = 0, vocab = 0, seq = 0, heads = 0, experts = 0, top_k = 0;
  double dense_params = 0;      // of all layers: attention, dense and shared blocks
  double expert_params = 0;     // of all routed experts of all layers
  double embedding_params = 0;  // input and output
  double head_params = 0;       // output
  double active_params = 0;     // dense + visited experts + head
  double attention_flop = 0;    // forward, one token, all layers, causal
  double kv_element = 0;        // per token and layer
  double moe_hidden = 0;        // width in which tokens travel to the experts
  bool gated_experts = true;    // three matrices an expert, else two
  double total_params() const { return dense_params + expert_params + embedding_params; }
  // Forward and backward, one token: 6 per active parameter and three times the forward attention.
  double model_flop_per_token() const { return 6 * active_params + 3 * attention_flop; }
};
TrainingShape training_shape(compute::ModelArchitecture const& model, double seq_len);

// What a layout must satisfy, worst first; empty when it can run. Names the nearest feasible choice.
std::string layout_problem(TrainingShape const& shape, TrainingLayout const& layout);

// Bytes on the fullest device (first pipeline stage). Sources: Korthikanti et al. 2023 (activations), Rajbhandari et al. 2020.
struct TrainingMemory {
  double weight_byte = 0, gradient_byte = 0, optimizer_byte = 0, activation_byte = 0, workspace_byte = 0;
  double total_byte() const { return weight_byte + gradient_byte + optimizer_byte + activation_byte + workspace_byte; }
};
TrainingMemory training_memory(TrainingShape const& shape, TrainingLayout const& layout, Precision precision);

}  // namespace aif::workloads
