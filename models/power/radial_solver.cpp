#include "models/power/radial_solver.hpp"

namespace aif::power {

int RadialNetwork::add(int parent_node, double r_pu, double x_pu, double g_pu, double b_pu, double copy_count, double ratio_re, double ratio_im) {
  double const norm = ratio_re * ratio_re + ratio_im * ratio_im;
  parent.push_back(parent_node);
  r.push_back(r_pu);
  x.push_back(x_pu);
  g_half.push_back(g_pu / 2);
  b_half.push_back(b_pu / 2);
  tap_re.push_back(ratio_re / norm);
  tap_im.push_back(-ratio_im / norm);
  copies.push_back(copy_count);
  return static_cast<int>(parent.size()) - 1;
}

void RadialNetwork::finish() {
  g.assign(size(), 0.0);
  b.assign(size(), 0.0);
  total_copies.assign(size(), 1.0);
  has_taps = false;
  for (std::size_t i = 1; i < size(); ++i) {
    auto const up = static_cast<std::size_t>(parent[i]);
    double const t2 = tap_re[i] * tap_re[i] + tap_im[i] * tap_im[i];
    g[i] += g_half[i];
    b[i] += b_half[i];
    g[up] += copies[i] * g_half[i] * t2;
    b[up] += copies[i] * b_half[i] * t2;
    total_copies[i] = total_copies[up] * copies[i];
    has_taps = has_taps || tap_re[i] != 1 || tap_im[i] != 0;
  }
}

}  // namespace aif::power
