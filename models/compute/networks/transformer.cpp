#include "models/compute/networks/transformer.hpp"

#include "models/compute/networks/blocks.hpp"

namespace aif::compute {
namespace {

AttentionShape self_shape(TransformerPart const& p) {
  double const heads = p.heads, dim = p.head_dim > 0 ? p.head_dim : static_cast<double>(p.hidden) / p.heads;
  return {static_cast<double>(p.hidden), heads, p.kv_heads > 0 ? static_cast<double>(p.kv_heads) : heads, dim, 0};
}
AttentionShape cross_shape(TransformerPart const& p) {
  AttentionShape s = self_shape(p);
  s.cross_hidden = p.cross_hidden;
  return s;
}
double self_layers(TransformerPart const& p) { return p.self_layers >= 0 ? p.self_layers : p.layers; }
double conformer_parameters(TransformerPart const& p) {
  double const h = p.hidden;
  return p.conv_taps > 0 ? 3 * h * h + p.conv_taps * h + p.ffn_matrices * h * p.ffn : 0;  // Gulati et al. 2020: gated pointwise, depthwise, pointwise; second half step
}

}  // namespace

double parameters(TransformerPart const& p) {
  double const h = p.hidden;
  double const block = p.ffn_matrices * h * p.ffn + p.modulation * h * h + conformer_parameters(p);
  return p.layers * block + self_layers(p) * attention_parameters(self_shape(p)) + p.cross_layers * attention_parameters(cross_shape(p)) +
         p.vocab * h * (p.tied_head ? 1 : 2) + (p.input_dim + p.output_dim) * h + p.extra_params;
}

void lower(TransformerPart const& p, PartWork const& work, Lowering& out) {
  PartWork w = work;
  w.tokens = patch_tokens(work, p.pixels_per_token, p.frames_per_token);
  double const h = p.hidden, rows = w.batch * w.tokens, context = w.context + (w.sum_context ? 0.5 * (w.repeats - 1) * w.tokens : 0);
  out.repeat(w.repeats);
  if (p.input_dim > 0) out.gemm(rows / token_ways(out), h, p.input_dim);
  if (p.vocab > 0) out.gather(rows, h * out.format().activation_byte);
  if (p.modulation > 0) out.gemm(w.batch, p.modulation * h, h, p.layers);
  if (double const n = self_layers(p); n > 0) lower_self_attention(out, self_shape(p), w.batch, w.tokens, context, p.causal, n);
  if (p.cross_layers > 0) lower_cross_attention(out, cross_shape(p), w.batch, w.tokens, w.cross, !p.cached_cross, p.cross_layers);
  lower_feed_forward(out, h, p.ffn, p.ffn_matrices, rows, p.layers * (p.conv_taps > 0 ? 2.0 : 1.0));
  if (p.conv_taps > 0) {
    double const m = rows / token_ways(out);
    out.gemm(m, 2 * h, h, p.layers);
    out.conv(m, m, h, h, p.conv_taps, h, p.layers);
    out.gemm(m, h, h, p.layers);
    out.stream(m * h, 6, 3, p.layers);
  }
  if (p.vocab > 0 && p.causal) out.gemm(w.batch, p.vocab, h);  // logits of the last token
  if (p.output_dim > 0) out.gemm(rows / token_ways(out), p.output_dim, h);
  if (p.cached_cross && p.cross_layers > 0 && w.cross > 0) {
    out.repeat(1);  // keys and values of the encoder's output, once
    AttentionShape const s = cross_shape(p);
    out.gemm(w.batch * w.cross, 2 * s.kv_heads * s.head_dim, s.cross_hidden > 0 ? s.cross_hidden : h, p.cross_layers);
  }
}

double state_byte(TransformerPart const& p, PartWork const& w, double element_byte) {
  AttentionShape const s = self_shape(p);
  double const of_token = 2 * s.kv_heads * s.head_dim * element_byte, own = w.sum_context ? w.context + w.repeats * w.tokens : w.context;
  return w.batch * of_token * (self_layers(p) * own + (p.cached_cross ? p.cross_layers * w.cross : 0));
}

}  // namespace aif::compute
