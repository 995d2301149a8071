#include "models/compute/architecture.hpp"

#include <algorithm>

namespace aif::compute {
namespace {

// Weights of one attention layer. Latent attention: DeepSeek-V2 2024, section 2.1, with the query projection of low rank.
double attention_layer(ModelArchitecture const& m) {
  double const h = m.hidden, heads = m.q_heads;
  if (is_latent(m)) {
    double const key = m.head_dim + m.rope_dim, query = m.q_rank > 0 ? h * m.q_rank + m.q_rank * heads * key : h * heads * key;
    return query + h * (m.latent_rank + m.rope_dim) + m.latent_rank * heads * (m.head_dim + m.value_dim) + heads * m.value_dim * h;
  }
  double const query = h * heads * m.head_dim;
  return query * (m.gated_attention ? 3 : 2) + 2 * h * m.kv_heads * m.head_dim;
}

}  // namespace

int full_attention_layers(ModelArchitecture const& m) {
  // Hybrids whose layers are either mixer or feed-forward declare ffn_layers; the rest of the layers mix.
  int const pure_ffn = m.ffn_layers >= 0 && m.linear_layers > 0 && m.ffn_layers < m.layers ? m.ffn_layers : 0;
  return std::max(0, m.layers - pure_ffn - m.linear_layers - m.window_layers);
}

int moe_layers(ModelArchitecture const& m) {
  if (!is_moe(m)) return 0;
  if (m.moe_layers >= 0) return m.moe_layers;
  return (m.ffn_layers >= 0 ? m.ffn_layers : m.layers) - m.dense_first_layers;
}

ParameterCount count_parameters(ModelArchitecture const& m) {
  double const h = m.hidden, matrices = m.ffn_matrices;
  int const ffn_layers = m.ffn_layers >= 0 ? m.ffn_layers : m.layers, with_experts = moe_layers(m);
  ParameterCount count;
  count.attention = attention_layer(m) * (full_attention_layers(m) + m.window_layers) + m.linear_params * m.linear_layers;
  count.dense_ffn = matrices * h * m.ffn * (ffn_layers - with_experts);
  if (m.encoder_layers > 0) {  // encoder, and cross attention in each decoder layer
    count.attention += attention_layer(m) * (m.encoder_layers + m.layers);
    count.dense_ffn += matrices * h * m.ffn * m.encoder_layers;
  }
  double const expert_width = m.moe_latent > 0 ? m.moe_latent : h;
  count.expert = matrices * expert_width * m.moe_ffn;
  count.experts = count.expert * m.experts * with_experts;
  double const shared = m.shared_experts * matrices * h * (m.shared_ffn > 0 ? m.shared_ffn : m.moe_ffn);
  double const projections = m.moe_latent > 0 ? 2 * h * m.moe_latent : 0;
  count.dense_ffn += with_experts * (shared + projections);
  count.embedding = h * m.vocab;
  count.head = m.tied_embeddings ? 0 : count.embedding;
  return count;
}

double active_parameters(ModelArchitecture const& m) {
  ParameterCount const count = count_parameters(m);
  return count.dense() + count.expert * m.top_k * moe_layers(m) + static_cast<double>(m.hidden) * m.vocab;
}

double byte_per_element(Precision precision) {
  switch (precision) {
    case Precision::fp64: return 8;
    case Precision::fp32: case Precision::tf32: return 4;
    case Precision::bf16: case Precision::fp16: return 2;
    case Precision::fp8: case Precision::fp8_block: case Precision::int8: return 1;
    case Precision::fp4: return 0.5 + 1.0 / 16;  // nvfp4: one fp8 scale for 16 values
    case Precision::mxfp4: case Precision::w4a16_mxfp4: return 0.5 + 1.0 / 32;  // OCP MX 1.0: one 8-bit scale for 32
    case Precision::w4a16: return 0.5 + 1.0 / 64;  // group of 128, 16-bit scale
  }
  return 2;
}

WeightLayout weight_layout(ModelArchitecture const& m, Precision weights) {
  double const byte = byte_per_element(weights);
  if (byte >= 1) return {byte, byte, 2};
  if (m.dense_byte_4bit > 0) return {m.dense_byte_4bit, byte, 2};
  // NVFP4 checkpoints of mixtures keep part of the attention in bf16: 1-2 B a weight were read from them.
  return {is_moe(m) ? 1.3 : byte, byte, 2};
}

double weight_byte(ModelArchitecture const& m, Precision weights) {
  ParameterCount const count = count_parameters(m);
  WeightLayout const layout = weight_layout(m, weights);
  return count.dense() * layout.dense_byte + count.experts * layout.expert_byte + (count.embedding + count.head) * layout.head_byte;
}

double kv_element_per_token_layer(ModelArchitecture const& m) {
  return is_latent(m) ? m.latent_rank + m.rope_dim : 2.0 * m.kv_heads * m.head_dim;
}

double kv_byte_per_token(ModelArchitecture const& m, Precision kv) {
  return kv_element_per_token_layer(m) * byte_per_element(kv) * (full_attention_layers(m) + m.window_layers);
}

double kv_byte(ModelArchitecture const& m, Precision kv, double context_token) {
  double const windowed = m.sliding_window > 0 ? std::min(context_token, double(m.sliding_window)) : context_token;
  return kv_element_per_token_layer(m) * byte_per_element(kv) * (full_attention_layers(m) * context_token + m.window_layers * windowed);
}

double state_byte(ModelArchitecture const& m) { return m.linear_state_byte * m.linear_layers; }

double decode_attention_flop(ModelArchitecture const& m) {
  // Absorbed latent attention: scores over latent and positional part, values over the latent.
  return is_latent(m) ? 2.0 * m.q_heads * (2.0 * m.latent_rank + m.rope_dim) : 4.0 * m.q_heads * m.head_dim;
}

double prefill_attention_flop(ModelArchitecture const& m) {
  // Causal: half of S^2.
  return is_latent(m) ? 1.0 * m.q_heads * (m.head_dim + m.rope_dim + m.value_dim) : 2.0 * m.q_heads * m.head_dim;
}

}  // namespace aif::compute
