#pragma once
// A stack of transformer blocks: text and vision encoders, speech encoders and decoders, translators, action experts, diffusion
// transformers with cross attention. Neglects norms, biases and position tables (below 0.5 % of the parameters).

#include <string>

#include "core/fields.hpp"
#include "models/compute/networks/work.hpp"

namespace aif::compute {

struct TransformerPart {
  static constexpr std::string_view type_name = "transformer";
  std::string id;
  int layers = 0, hidden = 0, heads = 0, kv_heads = 0, head_dim = 0, ffn = 0, ffn_matrices = 2;
  int self_layers = -1, cross_layers = 0, cross_hidden = 0, vocab = 0, conv_taps = 0;
  bool causal = false, cached_cross = false, tied_head = true;
  double input_dim = 0, output_dim = 0, modulation = 0, extra_params = 0, pixels_per_token = 0, frames_per_token = 1;

  static constexpr auto fields() {
    using P = TransformerPart;
    auto const count = [](std::string_view key, int P::*member, double high, std::string_view doc) { return field(key, member, Kind::number, -1, high, doc); };
    return FieldList{
        field("id", &P::id, "Name of the part.").required(),
        field("layers", &P::layers, Kind::number, 1, 1000, "Blocks.").required(),
        field("hidden", &P::hidden, Kind::number, 1, 1e6, "Width of the residual stream.").required(),
        field("heads", &P::heads, Kind::number, 1, 4096, "Query heads.").required(),
        count("kv_heads", &P::kv_heads, 4096, "Key and value heads; 0: as many as query heads."),
        count("head_dim", &P::head_dim, 4096, "Width of a head; 0: hidden over heads."),
        field("ffn", &P::ffn, Kind::number, 0, 1e6, "Width of the feed-forward block.").required(),
        field("ffn_matrices", &P::ffn_matrices, Kind::number, 2, 3, "Matrices of a feed-forward block: 3 gated, 2 plain."),
        count("self_layers", &P::self_layers, 1000, "Blocks with self attention; -1: all."),
        count("cross_layers", &P::cross_layers, 1000, "Blocks with cross attention."),
        count("cross_hidden", &P::cross_hidden, 1e6, "Width of what cross attention reads; 0: hidden."),
        field("causal", &P::causal, "A token sees only those before it."),
        field("cached_cross", &P::cached_cross, "Keys and values of cross attention are made once and kept."),
        count("vocab", &P::vocab, 1e7, "Rows of the token embedding; 0: none."),
        field("tied_head", &P::tied_head, "The output head is the token embedding; else it has its own matrix."),
        count("conv_taps", &P::conv_taps, 1000, "Conformer: taps of the depthwise convolution of each block, with a second half-step feed-forward; 0: none."),
        field("input_dim", &P::input_dim, Kind::number, 0, 1e7, "Width of what a linear stem reads, patches or frames; 0: no stem."),
        field("output_dim", &P::output_dim, Kind::number, 0, 1e7, "Width of a linear output layer; 0: none."),
        field("modulation", &P::modulation, Kind::number, 0, 64, "Widths of shift, scale and gate vectors made in each block (adaptive norm); 0: none."),
        field("pixels_per_token", &P::pixels_per_token, Kind::number, 0, 1e4, "Side of an image patch in pixels; 0: tokens are given."),
        field("frames_per_token", &P::frames_per_token, Kind::number, 1, 1e4, "Frames of a clip that one token holds."),
        field("extra_params", &P::extra_params, Kind::number, 0, 1e12, "Parameters outside the blocks: position tables, embeddings of time, stems.")};
  }
};

double parameters(TransformerPart const& part);
// Decoder parts take `cross` as the length of the encoder's output; with sum_context the repeats decode one after another.
void lower(TransformerPart const& part, PartWork const& work, Lowering& out);
double state_byte(TransformerPart const& part, PartWork const& work, double element_byte);  // caches that stay between calls

}  // namespace aif::compute
