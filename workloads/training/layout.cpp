#include "workloads/training/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace aif::workloads {
namespace {

int nearest_divisor(int of, int wanted) {
  int best = 1;
  for (int d = 1; d <= of; ++d)
    if (of % d == 0 && std::abs(d - wanted) < std::abs(best - wanted)) best = d;
  return best;
}

}  // namespace

TrainingShape training_shape(compute::ModelArchitecture const& model, double seq_len) {
  compute::ParameterCount const count = compute::count_parameters(model);
  TrainingShape s;
  s.layers = model.layers;
  s.moe_layers = compute::moe_layers(model);
  s.hidden = model.hidden;
  s.vocab = model.vocab;
  s.seq = seq_len;
  s.heads = model.q_heads;
  s.experts = model.experts;
  s.top_k = model.top_k;
  s.dense_params = count.dense();
  s.expert_params = count.experts;
  double const one_side = static_cast<double>(model.vocab) * model.hidden;
  s.head_params = one_side;
  s.embedding_params = count.embedding + count.head;
  s.active_params = s.dense_params + s.head_params + (model.experts ? count.experts * model.top_k / model.experts : 0.0);
  double const full = compute::full_attention_layers(model), windowed = model.window_layers;
  double const per_token = compute::prefill_attention_flop(model) * seq_len;  // of one layer, whole prompt / S
  double const window_frac = model.sliding_window > 0 ? std::min(1.0, 2.0 * model.sliding_window / seq_len) : 1.0;
  s.attention_flop = per_token * (full + windowed * window_frac);
  s.kv_element = compute::kv_element_per_token_layer(model);
  s.moe_hidden = model.moe_latent > 0 ? model.moe_latent : model.hidden;
  s.gated_experts = model.ffn_matrices == 3;
  return s;
}

std::string layout_problem(TrainingShape const& s, TrainingLayout const& l) {
  auto const whole = [](double x) { return static_cast<int>(x + 0.5); };
  if (std::min({l.tp, l.pp, l.dp, l.cp, l.ep, l.vp, l.micro_batch, l.global_batch}) < 1) return "every degree and batch is at least 1";
  if (whole(s.heads) % l.tp != 0)
    return fmt::format("tp {} does not divide the {} heads; nearest: {}", l.tp, s.heads, nearest_divisor(whole(s.heads), l.tp));
  if (l.pp * l.vp > whole(s.layers)) return fmt::format("pp {} times vp {} is more than the {} layers; lower vp to {}", l.pp, l.vp, s.layers, std::max(1, whole(s.layers) / l.pp));
  if (l.vp > 1 && l.pp == 1) return "virtual stages need pp > 1; set vp to 1";
  if (l.ep > 1 && s.experts < 1) return "ep > 1 needs a model with experts; set ep to 1";
  if (s.experts > 0 && whole(s.experts) % l.ep != 0)
    return fmt::format("ep {} does not divide the {} experts; nearest: {}", l.ep, s.experts, nearest_divisor(whole(s.experts), l.ep));
  if ((l.tp * l.cp * l.dp) % l.ep != 0)
    return fmt::format("ep {} does not divide the {} ranks of a stage; nearest: {}", l.ep, l.tp * l.cp * l.dp, nearest_divisor(l.tp * l.cp * l.dp, l.ep));
  if (l.global_batch % (l.dp * l.micro_batch) != 0)
    return fmt::format("global batch {} is not a multiple of dp {} times micro-batch {}; nearest: {}", l.global_batch, l.dp, l.micro_batch,
                       std::max(1, (l.global_batch + l.dp * l.micro_batch / 2) / (l.dp * l.micro_batch)) * l.dp * l.micro_batch);
  return {};
}

TrainingMemory training_memory(TrainingShape const& s, TrainingLayout const& l, Precision precision) {
  bool const narrow = precision == Precision::fp8 || precision == Precision::fp8_block || precision == Precision::fp4 || precision == Precision::mxfp4;
  double const dense_ranks = static_cast<double>(l.dp) * l.cp, expert_ranks = std::max(1.0, static_cast<double>(l.tp) * l.cp * l.dp / l.ep);
  double const dense = s.dense_params / (l.tp * l.pp) + s.embedding_params / l.tp / (l.pp > 1 ? 2.0 : 1.0), expert = s.expert_params / (static_cast<double>(l.ep) * l.pp);
  auto const split = [&](bool sharded, double byte) { return byte * (sharded ? dense / dense_ranks + expert / expert_ranks : dense + expert); };
  TrainingMemory m;
  m.weight_byte = split(l.sharding == Sharding::fsdp, 2);                         // bf16 parameters; 8-bit copies are made on the fly
  m.gradient_byte = split(l.sharding >= Sharding::gradients, l.sharding == Sharding::fsdp ? 2 : 4);
  m.optimizer_byte = split(l.sharding >= Sharding::optimizer, 12);                // fp32 master and two moments
  // Korthikanti et al. 2023, eq. 2-5, with flash attention (no s^2 term): 34 s b h a layer; 8-bit inputs of the GEMMs save about a third.
  double const per_layer = s.seq / l.cp * l.micro_batch * s.hidden / l.tp;
  double const wide = s.experts > 0 ? 18 + 8 * s.top_k * s.moe_layers / s.layers : 34;
  double const byte = l.recompute == Recompute::full ? 2 : (l.recompute == Recompute::selective ? 0.6 : 1.0) * wide * (narrow ? 0.75 : 1.0);
  double const in_flight = std::min(l.micro_batches() * l.vp, l.pp + (l.vp > 1 ? (l.pp - 1.0) / l.vp : 0.0));
  m.activation_byte = per_layer * byte * s.layers / l.pp * std::max(1.0, in_flight);
  if (l.recompute == Recompute::full) m.activation_byte += per_layer * wide;      // the layer in hand
  m.workspace_byte = 2e9 + s.seq / l.cp * l.micro_batch * s.vocab / l.tp * (l.pp > 1 ? 0.0 : 6.0);  // context, NCCL; fp32 logits and gradient
  return m;
}

}  // namespace aif::workloads
