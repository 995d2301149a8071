#include "models/compute/networks/blocks.hpp"

#include <algorithm>

namespace aif::compute {

double token_ways(Lowering const& out) {
  auto const split = out.layout().split;
  return split == Split::ulysses || split == Split::ring || split == Split::axial ? out.layout().ways : 1;
}
double width_ways(Lowering const& out) { return out.layout().split == Split::tensor ? out.layout().ways : 1; }

double attention_parameters(AttentionShape const& s) {
  double const source = s.cross_hidden > 0 ? s.cross_hidden : s.hidden;
  return 2 * s.hidden * s.heads * s.head_dim + 2 * source * s.kv_heads * s.head_dim;
}

void lower_self_attention(Lowering& out, AttentionShape const& s, double batch, double tokens, double context, bool causal, double count) {
  double const t = token_ways(out), w = width_ways(out), rows = batch * tokens / t, byte = out.format().activation_byte;
  double const query = s.heads * s.head_dim / w, kv = s.kv_heads * s.head_dim / std::min(w, s.kv_heads);
  out.stream(rows * s.hidden, 2, 1, count);                     // norm
  out.gemm(rows, query + 2 * kv, s.hidden, count);
  out.stream(rows * (query + 2 * kv), 2, 1, count);             // positions, norm of queries and keys
  if (out.layout().split == Split::ulysses) {
    for (double width : {s.heads, s.kv_heads, s.kv_heads}) out.collective(CollectiveKind::all_to_all, rows * width * s.head_dim * byte, count);
    out.attention(batch, tokens, context + tokens, s.heads / t, std::max(1.0, s.kv_heads / t), s.head_dim, causal, count);
    out.collective(CollectiveKind::all_to_all, rows * s.heads * s.head_dim * byte, count);
  } else if (out.layout().split == Split::ring) {
    out.attention(batch, tokens / t, context + tokens, s.heads, s.kv_heads, s.head_dim, causal, count);
    out.collective(CollectiveKind::point_to_point, 2 * rows * s.kv_heads * s.head_dim * byte, count * (t - 1));
  } else {
    out.attention(batch, tokens / t, context + tokens, s.heads / w, std::max(1.0, s.kv_heads / w), s.head_dim, causal, count);
  }
  out.gemm(rows, s.hidden, query, count);
  out.stream(rows * s.hidden, 3, 1, count);                     // residual
  if (w > 1) out.collective(CollectiveKind::all_reduce, rows * s.hidden * byte, count);
}

void lower_cross_attention(Lowering& out, AttentionShape const& s, double batch, double tokens, double cross, bool project_keys, double count) {
  double const t = token_ways(out), w = width_ways(out), rows = batch * tokens / t;
  double const source = s.cross_hidden > 0 ? s.cross_hidden : s.hidden, query = s.heads * s.head_dim / w, kv = s.kv_heads * s.head_dim / std::min(w, s.kv_heads);
  out.stream(rows * s.hidden, 2, 1, count);
  out.gemm(rows, query, s.hidden, count);
  if (project_keys) out.gemm(batch * cross, 2 * kv, source, count);
  out.attention(batch, tokens / t, cross, s.heads / w, std::max(1.0, s.kv_heads / w), s.head_dim, false, count);
  out.gemm(rows, s.hidden, query, count);
  out.stream(rows * s.hidden, 3, 1, count);
  if (w > 1) out.collective(CollectiveKind::all_reduce, rows * s.hidden * out.format().activation_byte, count);
}

void lower_feed_forward(Lowering& out, double hidden, double width, double matrices, double rows, double count) {
  double const m = rows / token_ways(out), w = width_ways(out), inner = width / w;
  out.stream(m * hidden, 2, 1, count);
  out.gemm(m, (matrices - 1) * inner, hidden, count);
  out.stream(m * inner, matrices, 1, count);                    // activation: reads one or two widths, writes one
  out.gemm(m, hidden, inner, count);
  out.stream(m * hidden, 3, 1, count);
  if (w > 1) out.collective(CollectiveKind::all_reduce, m * hidden * out.format().activation_byte, count);
}

}  // namespace aif::compute
