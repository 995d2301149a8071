#pragma once
// A language model as data, and what follows from it: parameters, bytes of weights, of KV cache and of recurrent state.
// Models: dense and mixture-of-experts transformers with grouped-query (GQA), latent (MLA) or sparse (DSA) attention, sliding
// windows, linear-attention or state-space layers, shared experts, multi-token prediction, and encoder-decoder stacks.
// Neglects: norms, biases and routers (below 0.1 % of the parameters). Counts agree with published totals within 1 % (tests).
// Sources: Vaswani 2017 (attention), Ainslie 2023 (GQA), DeepSeek-V2 2024 (MLA), Shazeer 2020 (gated FFN).

#include <string>

#include "contracts/operators.hpp"
#include "core/fields.hpp"

namespace aif::compute {

struct ModelArchitecture {
  std::string id, title;
  int layers = 0, hidden = 0, q_heads = 0, kv_heads = 0, head_dim = 0, vocab = 0, max_context = 0;
  int ffn = 0, ffn_matrices = 3, ffn_layers = -1;  // -1: as many as layers
  bool tied_embeddings = false, gated_attention = false;
  int latent_rank = 0, rope_dim = 0, q_rank = 0, value_dim = 0;  // MLA; latent_rank 0: grouped-query attention
  int experts = 0, top_k = 0, shared_experts = 0, moe_ffn = 0, shared_ffn = 0, moe_latent = 0, moe_layers = -1;
  int dense_first_layers = 0;
  int sliding_window = 0, window_layers = 0;
  int linear_layers = 0, encoder_layers = 0, mtp_layers = 0;
  double linear_params = 0, linear_state_byte = 0;  // of one linear or state-space layer; state of one sequence
  int sparse_top_k = 0;
  double sparse_index_frac = 0.12;
  double dense_byte_4bit = 0;  // 0: the rule of weight_layout
  double total_params = 0, active_params = 0;

  static constexpr auto fields() {
    using M = ModelArchitecture;
    return FieldList{
        field("layers", &M::layers, Kind::number, 1, 1000, "Decoder layers.").required(),
        field("hidden", &M::hidden, Kind::number, 1, 1e6, "Width of the residual stream.").required(),
        field("q_heads", &M::q_heads, Kind::number, 1, 4096, "Query heads.").required(),
        field("kv_heads", &M::kv_heads, Kind::number, 1, 4096, "Key and value heads; 1 for latent attention."),
        field("head_dim", &M::head_dim, Kind::number, 1, 4096, "Width of a head; for latent attention of its part without position."),
        field("vocab", &M::vocab, Kind::number, 1, 1e7, "Rows of the embedding.").required(),
        field("max_context", &M::max_context, Kind::number, 1, 1e9, "Longest context in tokens."),
        field("ffn", &M::ffn, Kind::number, 0, 1e6, "Width of the dense feed-forward block."),
        field("ffn_matrices", &M::ffn_matrices, Kind::number, 2, 3, "Matrices of a feed-forward block: 3 gated, 2 plain.", "Shazeer 2020"),
        field("ffn_layers", &M::ffn_layers, Kind::number, -1, 1000, "Layers with a feed-forward or expert block; -1: all."),
        field("tied_embeddings", &M::tied_embeddings, "Input and output embedding are one matrix."),
        field("gated_attention", &M::gated_attention, "A gate as wide as the queries multiplies the attention output."),
        field("latent_rank", &M::latent_rank, Kind::number, 0, 1e5, "Rank of the KV latent; 0: grouped-query attention."),
        field("rope_dim", &M::rope_dim, Kind::number, 0, 4096, "Latent attention: shared positional part of key and query."),
        field("q_rank", &M::q_rank, Kind::number, 0, 1e5, "Latent attention: rank of the query projection; 0: full."),
        field("value_dim", &M::value_dim, Kind::number, 0, 4096, "Latent attention: width of a value head."),
        field("experts", &M::experts, Kind::number, 0, 1e5, "Routed experts of a layer; 0: dense."),
        field("top_k", &M::top_k, Kind::number, 0, 1e4, "Routed experts a token visits."),
        field("shared_experts", &M::shared_experts, Kind::number, 0, 100, "Experts that every token visits."),
        field("moe_ffn", &M::moe_ffn, Kind::number, 0, 1e6, "Width of one routed expert."),
        field("shared_ffn", &M::shared_ffn, Kind::number, 0, 1e6, "Width of one shared expert; 0: that of a routed one."),
        field("moe_latent", &M::moe_latent, Kind::number, 0, 1e6, "Width that the experts see if they work on a projection; 0: hidden."),
        field("moe_layers", &M::moe_layers, Kind::number, -1, 1000, "Layers with experts; -1: all but the first dense ones."),
        field("dense_first_layers", &M::dense_first_layers, Kind::number, 0, 1000, "First layers with a dense block."),
        field("sliding_window", &M::sliding_window, Kind::number, 0, 1e9, "Tokens that a windowed layer sees."),
        field("window_layers", &M::window_layers, Kind::number, 0, 1000, "Layers with windowed attention."),
        field("linear_layers", &M::linear_layers, Kind::number, 0, 1000, "Layers with linear attention or a state space."),
        field("encoder_layers", &M::encoder_layers, Kind::number, 0, 1000, "Encoder layers; the decoder then has cross attention."),
        field("mtp_layers", &M::mtp_layers, Kind::number, 0, 16, "Multi-token prediction layers shipped with the model."),
        field("linear_params", &M::linear_params, Kind::number, 0, 1e12, "Parameters of one linear layer without its feed-forward block."),
        field("linear_state", &M::linear_state_byte, Kind::data, 0, 1e12, "Recurrent state of one sequence in one linear layer."),
        field("sparse_top_k", &M::sparse_top_k, Kind::number, 0, 1e9, "Sparse attention: tokens that a query reads; 0: dense attention."),
        field("sparse_index_frac", &M::sparse_index_frac, Kind::fraction, 0, 1, "Sparse attention: bytes of the index keys over those of the cache.",
              "DeepSeek-V3.2: 128-wide fp8 index key against a 576-wide latent"),
        field("dense_byte_4bit", &M::dense_byte_4bit, Kind::number, 0, 2, "Bytes per weight outside the experts in 4-bit checkpoints; 0: 1.3 with experts."),
        field("total_params", &M::total_params, Kind::number, 0, 1e15, "Published total, for the check."),
        field("active_params", &M::active_params, Kind::number, 0, 1e15, "Published parameters at work for one token, for the check.")};
  }
};

// Parameters by the part that reads them.
struct ParameterCount {
  double attention = 0;      // all mixing layers: attention, linear, state space, cross attention
  double dense_ffn = 0;      // dense blocks and shared experts
  double expert = 0;         // one routed expert of one layer
  double experts = 0;        // all routed experts of all layers
  double embedding = 0, head = 0;  // head is 0 when tied
  double dense() const { return attention + dense_ffn; }
  double total() const { return attention + dense_ffn + experts + embedding + head; }
};
ParameterCount count_parameters(ModelArchitecture const& model);
double active_parameters(ModelArchitecture const& model);  // of one token, without the input embedding

int full_attention_layers(ModelArchitecture const& model);
int moe_layers(ModelArchitecture const& model);
constexpr bool is_moe(ModelArchitecture const& model) { return model.experts > 0; }
constexpr bool is_latent(ModelArchitecture const& model) { return model.latent_rank > 0; }

// Storage of one parameter or cache element, scales included.
double byte_per_element(Precision precision);

// Bytes per parameter by part: 4-bit checkpoints leave attention and shared weights wider.
struct WeightLayout {
  double dense_byte = 2, expert_byte = 2, head_byte = 2;
};
WeightLayout weight_layout(ModelArchitecture const& model, Precision weights);
double weight_byte(ModelArchitecture const& model, Precision weights);  // whole model

// KV elements that one layer keeps for one token: 2 heads x width, or latent and positional part.
double kv_element_per_token_layer(ModelArchitecture const& model);
// Cache of one token in a context shorter than every window, and of a whole context.
double kv_byte_per_token(ModelArchitecture const& model, Precision kv);
double kv_byte(ModelArchitecture const& model, Precision kv, double context_token);
double state_byte(ModelArchitecture const& model);  // recurrent state of one sequence

// FLOP of attention: one new token against one token of context in one layer; and a prompt of S tokens, per S^2 and layer.
double decode_attention_flop(ModelArchitecture const& model);
double prefill_attention_flop(ModelArchitecture const& model);

}  // namespace aif::compute
