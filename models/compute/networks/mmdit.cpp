#include "models/compute/networks/mmdit.hpp"

#include "models/compute/networks/blocks.hpp"

namespace aif::compute {

double parameters(MmditPart const& p) {
  double const h = p.hidden, r = p.mlp_ratio;
  double const of_double = 2 * (6 + 4 + 2 * r) * h * h;        // modulation, attention, feed-forward; twice
  double const of_single = (3 + 3 + 1 + 2 * r) * h * h;        // modulation; query, key, value; output; feed-forward
  double const refiner = p.refiner_blocks * (2 + 4 + 2 * r) * h * h;
  double const stems = p.patch_dim * h + p.text_dim * h + (256 * h + h * h) + (p.vector_dim > 0 ? p.vector_dim * h + h * h : 0);
  return p.double_blocks * of_double + p.single_blocks * of_single + refiner + stems + 2 * h * h + p.patch_dim * h + p.extra_params;
}

void lower(MmditPart const& p, PartWork const& w, Lowering& out) {
  double const h = p.hidden, inner = p.mlp_ratio * h, image = patch_tokens(w, p.pixels_per_token, p.frames_per_token), text = p.text_tokens, all = image + text;
  double const t = token_ways(out), n = width_ways(out), byte = out.format().activation_byte;
  AttentionShape const shape{h, static_cast<double>(p.heads), static_cast<double>(p.heads), h / p.heads, 0};
  out.repeat(w.repeats);
  out.gemm(w.batch * image / t, h, p.patch_dim);
  out.gemm(w.batch * text / t, h, p.text_dim);
  if (p.refiner_blocks > 0) {
    lower_self_attention(out, shape, w.batch, text, 0, false, p.refiner_blocks);
    lower_feed_forward(out, h, inner, 2, w.batch * text, p.refiner_blocks);
  }
  auto const joint_attention = [&](double count) {
    if (out.layout().split == Split::ulysses) {
      out.collective(CollectiveKind::all_to_all, w.batch * all / t * h * byte, 4 * count);
      out.attention(w.batch, all, all, p.heads / t, p.heads / t, h / p.heads, false, count);
    } else {
      out.attention(w.batch, all / t, all, p.heads / n, p.heads / n, h / p.heads, false, count);
      if (out.layout().split == Split::ring) out.collective(CollectiveKind::point_to_point, 2 * w.batch * all / t * h * byte, count * (t - 1));
    }
  };
  for (double tokens : {image, text}) {  // the two streams of a double block
    double const rows = w.batch * tokens / t;
    out.gemm(w.batch, 6 * h, h, p.double_blocks);
    out.stream(rows * h, 3, 1, p.double_blocks);                 // norm and modulation
    out.gemm(rows, 3 * h / n, h, p.double_blocks);
    out.stream(rows * 3 * h / n, 2, 2, p.double_blocks);         // norm and rotation of queries and keys
    out.gemm(rows, h, h / n, p.double_blocks);
    out.stream(rows * h, 3, 1, p.double_blocks);
    lower_feed_forward(out, h, inner, 2, w.batch * tokens, p.double_blocks);
    if (n > 1) out.collective(CollectiveKind::all_reduce, rows * h * byte, p.double_blocks);
  }
  joint_attention(p.double_blocks);
  double const rows = w.batch * all / t;
  out.gemm(w.batch, 3 * h, h, p.single_blocks);
  out.stream(rows * h, 3, 1, p.single_blocks);
  out.gemm(rows, (3 * h + inner) / n, h, p.single_blocks);
  out.stream(rows * 3 * h / n, 2, 2, p.single_blocks);
  joint_attention(p.single_blocks);
  out.stream(rows * inner / n, 2, 1, p.single_blocks);           // activation
  out.gemm(rows, h, (h + inner) / n, p.single_blocks);
  out.stream(rows * h, 3, 1, p.single_blocks);
  if (n > 1) out.collective(CollectiveKind::all_reduce, rows * h * byte, p.single_blocks);
  out.gemm(w.batch * image / t, p.patch_dim, h);
}

}  // namespace aif::compute
