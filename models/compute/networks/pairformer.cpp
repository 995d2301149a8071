#include "models/compute/networks/pairformer.hpp"

#include "models/compute/networks/blocks.hpp"

namespace aif::compute {
namespace {

constexpr double kLivePairTensors = 6;  // residual, normalised copy, two projections and their gates while the product is made

double pair_block_parameters(double c) { return (2 * 6 + 2 * 5 + 12) * c * c; }  // two products, two attentions, gated transition of four widths

// One update of a pair tensor of `n` tokens and width c, `count` times.
void lower_pair_block(Lowering& out, double n, double c, double heads, double count) {
  double const ways = out.layout().split == Split::axial ? out.layout().ways : 1, rows = n * n / ways, byte = out.format().activation_byte;
  for (int direction = 0; direction < 2; ++direction) {       // outgoing and incoming edges
    out.stream(rows * c, 2, 1, count);                        // norm
    out.gemm(rows, 4 * c, c, count);                          // two projections and their gates
    out.stream(rows * c, 6, 1, count);                        // gates, transposed to channel first
    out.collective(CollectiveKind::all_gather, rows * c * byte, count);
    out.batched(OpClass::triangle, c, n / ways, n, n, count);
    out.stream(rows * c, 2, 1, count);                        // norm
    out.gemm(rows, c, c, 2 * count);                          // output and its gate
    out.stream(rows * c, 5, 2, count);                        // gate, residual
  }
  for (int direction = 0; direction < 2; ++direction) {       // starting and ending node
    out.stream(rows * c, direction == 0 ? 2 : 4, 1, count);   // norm; columns are transposed first
    out.gemm(rows, 4 * c + heads, c, count);                  // query, key, value, gate, bias
    out.collective(CollectiveKind::all_gather, rows * heads * byte, count);
    out.row_attention(n / ways, n, heads, c / heads, count);
    out.stream(rows * c, 3, 1, count);                        // gate
    out.gemm(rows, c, c, count);
    out.stream(rows * c, direction == 0 ? 3 : 5, 1, count);
    out.collective(CollectiveKind::all_to_all, rows * c * byte, count);
  }
  out.stream(rows * c, 2, 1, count);
  out.gemm(rows, 8 * c, c, count);
  out.stream(rows * 4 * c, 3, 1, count);
  out.gemm(rows, c, 4 * c, count);
  out.stream(rows * c, 3, 1, count);
}

AttentionShape single_shape(PairformerPart const& p) { return {p.single, p.single_heads, p.single_heads, p.single / p.single_heads, 0}; }

}  // namespace

double parameters(PairformerPart const& p) {
  double const c = p.pair, s = p.single, m = p.msa, t = p.template_pair;
  double const single = attention_parameters(single_shape(p)) + s * s + c * p.single_heads + 12 * s * s;  // gate, bias, transition
  double const msa = 3 * m * p.msa_heads * p.msa_head_dim + c * p.msa_heads + 12 * m * m + 2 * m * p.outer + p.outer * p.outer * c + pair_block_parameters(c);
  return p.blocks * (pair_block_parameters(c) + single) + p.msa_blocks * msa + p.template_blocks * pair_block_parameters(t) + 2 * c * t +
         p.input_dim * (s + 2 * c) + s * s + c * c + p.extra_params;
}

void lower(PairformerPart const& p, PartWork const& w, Lowering& out) {
  double const n = w.tokens, c = p.pair, ways = out.layout().split == Split::axial ? out.layout().ways : 1, rows = n * n / ways;
  out.repeat(w.repeats * w.batch);  // complexes of one batch follow each other: each fills the device
  for (int i = 0; i < p.template_blocks; ++i) lower_pair_block(out, n, p.template_pair, p.pair_heads, p.templates);
  if (p.msa_blocks > 0) {
    double const m = p.msa, columns = p.msa_rows * n / ways, wide = p.msa_heads * p.msa_head_dim;
    out.stream(columns * m, 2, 1, 3 * p.msa_blocks);
    out.gemm(columns, 2 * p.outer, m, p.msa_blocks);
    out.gemm(n * p.outer / ways, n * p.outer, p.msa_rows, p.msa_blocks);  // outer products of all pairs of columns
    out.gemm(rows, c, p.outer * p.outer, p.msa_blocks);
    out.gemm(columns, 2 * wide, m, p.msa_blocks);
    out.batched(OpClass::triangle, p.msa_heads, p.msa_rows * p.msa_head_dim, n, n / ways, p.msa_blocks);
    out.gemm(columns, m, wide, p.msa_blocks);
    lower_feed_forward(out, m, 4 * m, 3, columns * ways, p.msa_blocks);
    lower_pair_block(out, n, c, p.pair_heads, p.msa_blocks);
  }
  lower_pair_block(out, n, c, p.pair_heads, p.blocks);
  out.stream(rows * c, 1, 1, p.blocks);                       // norm of the pair tensor for the bias
  out.gemm(rows, p.single_heads, c, p.blocks);
  out.stream(n * n * p.single_heads / ways, 3, 2, p.blocks);  // scores with bias are written once
  lower_self_attention(out, single_shape(p), 1, n, 0, false, p.blocks);
  out.gemm(n / ways, p.single, p.single, p.blocks);
  lower_feed_forward(out, p.single, 4 * p.single, 3, n, p.blocks);
}

double activation_byte(PairformerPart const& p, PartWork const& w, double element_byte, int ways) {
  double const pair = w.tokens * w.tokens * p.pair * element_byte / ways;
  return kLivePairTensors * pair + p.msa_rows * w.tokens * p.msa * element_byte * 4 / ways;
}

}  // namespace aif::compute
