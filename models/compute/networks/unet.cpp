#include "models/compute/networks/unet.hpp"

#include "models/compute/networks/blocks.hpp"

namespace aif::compute {
namespace {

// Walks the network once; parameters() and lower() differ in what they do at each place.
template <class Conv, class Blocks>
void walk(UnetPart const& p, Conv&& conv, Blocks&& blocks) {
  std::size_t const levels = p.channels.size();
  auto const residual = [&](double in, double out_channels, std::size_t level) {
    conv(in, out_channels, 9.0, level, level, true);
    conv(out_channels, out_channels, 9.0, level, level, false);
    if (in != out_channels) conv(in, out_channels, 1.0, level, level, false);
  };
  std::vector<double> skips;
  double now = p.channels[0];
  conv(p.latent_channels, now, 9.0, 0, 0, false);
  skips.push_back(now);
  for (std::size_t level = 0; level < levels; ++level) {
    for (int i = 0; i < p.res_blocks; ++i) {
      residual(now, p.channels[level], level);
      now = p.channels[level];
      blocks(now, p.transformer_depth[level], level);
      skips.push_back(now);
    }
    if (level + 1 < levels) {
      conv(now, now, 9.0, level, level + 1, false);
      skips.push_back(now);
    }
  }
  residual(now, now, levels - 1);
  blocks(now, p.transformer_depth.back(), levels - 1);
  residual(now, now, levels - 1);
  for (std::size_t level = levels; level-- > 0;) {
    for (int i = 0; i <= p.res_blocks; ++i) {
      residual(now + skips.back(), p.channels[level], level);
      skips.pop_back();
      now = p.channels[level];
      blocks(now, p.transformer_depth[level], level);
    }
    if (level > 0) conv(now, now, 9.0, level, level - 1, false);
  }
  conv(now, p.latent_channels, 9.0, 0, 0, false);
}

AttentionShape shape_of(UnetPart const& p, double channels, double cross) { return {channels, channels / p.head_dim, channels / p.head_dim, static_cast<double>(p.head_dim), cross}; }

}  // namespace

double parameters(UnetPart const& p) {
  double const t = p.time_dim;
  double sum = p.channels[0] * t + t * t + (p.added_dim > 0 ? p.added_dim * t + t * t : 0);
  walk(p, [&](double in, double out, double taps, std::size_t, std::size_t, bool timed) { sum += in * out * taps + (timed ? t * out : 0); },
       [&](double c, double depth, std::size_t) {
         if (depth > 0) sum += 2 * c * c + depth * (attention_parameters(shape_of(p, c, 0)) + attention_parameters(shape_of(p, c, p.cross_dim)) + 12 * c * c);
       });
  return sum;
}

void lower(UnetPart const& p, PartWork const& w, Lowering& out) {
  double const cells = (w.width / p.pixels_per_cell) * (w.height / p.pixels_per_cell) * w.batch;
  auto const positions = [&](std::size_t level) { return cells / static_cast<double>(std::size_t{1} << (2 * level)); };
  out.repeat(w.repeats);
  walk(p,
       [&](double in, double c, double taps, std::size_t from, std::size_t to, bool timed) {
         if (taps > 1) out.stream(positions(from) * in, 3, 2);  // group norm: one pass for the moments, then read, normalise, activate, write
         if (timed) out.gemm(w.batch, c, p.time_dim);
         out.conv(positions(from), positions(to), in, c, taps, 1);
       },
       [&](double c, double depth, std::size_t level) {
         if (depth <= 0) return;
         double const tokens = positions(level) / w.batch, rows = positions(level);
         out.stream(rows * c, 3, 2);
         out.gemm(rows, c, c, 2);
         lower_self_attention(out, shape_of(p, c, 0), w.batch, tokens, 0, false, depth);
         lower_cross_attention(out, shape_of(p, c, p.cross_dim), w.batch, tokens, p.text_tokens, true, depth);
         lower_feed_forward(out, c, 4 * c, 3, rows, depth);
       });
}

}  // namespace aif::compute
