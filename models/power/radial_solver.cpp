#include "models/power/radial_solver.hpp"

#include <algorithm>
#include <complex>
#include <numeric>

namespace aif::power {

int RadialNetwork::add(int parent_node, double r_pu, double x_pu, double g_pu, double b_pu, double copy_count, double ratio_pu, double shift_rad) {
  parent.push_back(parent_node);
  r.push_back(r_pu);
  x.push_back(x_pu);
  g_half.push_back(g_pu / 2);
  b_half.push_back(b_pu / 2);
  ratio.push_back(ratio_pu);
  shift.push_back(shift_rad);
  copies.push_back(copy_count);
  return static_cast<int>(parent.size()) - 1;
}

void RadialNetwork::finish() {
  g.assign(size(), 0.0);
  b.assign(size(), 0.0);
  total_copies.assign(size(), 1.0);
  inverse_ratio2.assign(size(), 1.0);
  plain = true;
  for (std::size_t i = 1; i < size(); ++i) {
    auto const up = static_cast<std::size_t>(parent[i]);
    inverse_ratio2[i] = 1 / (ratio[i] * ratio[i]);
    g[i] += g_half[i];
    b[i] += b_half[i];
    g[up] += copies[i] * g_half[i] * inverse_ratio2[i];
    b[up] += copies[i] * b_half[i] * inverse_ratio2[i];
    total_copies[i] = total_copies[up] * copies[i];
    plain = plain && ratio[i] == 1 && copies[i] == 1;
  }
}

LevelOrder level_order(RadialNetwork const& net) {
  std::vector<int> depth(net.size(), 0), order(net.size());
  for (std::size_t i = 1; i < net.size(); ++i) depth[i] = depth[static_cast<std::size_t>(net.parent[i])] + 1;
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return depth[static_cast<std::size_t>(a)] < depth[static_cast<std::size_t>(b)]; });
  LevelOrder out;
  out.position.resize(net.size());
  for (int old : order) {
    auto const i = static_cast<std::size_t>(old);
    int const up = i == 0 ? -1 : out.position[static_cast<std::size_t>(net.parent[i])];
    out.position[i] = out.net.add(up, net.r[i], net.x[i], 2 * net.g_half[i], 2 * net.b_half[i], net.copies[i], net.ratio[i], net.shift[i]);
  }
  out.net.finish();
  return out;
}

std::vector<double> voltage_angles(RadialNetwork const& net, RadialState<double> const& s) {
  std::vector<double> angle(net.size(), 0.0);
  for (std::size_t i = 1; i < net.size(); ++i) {
    auto const up = static_cast<std::size_t>(net.parent[i]);
    // V_i = V_w (1 - z conj(S) / |V_w|^2), V_w the parent's voltage behind the ratio.
    std::complex<double> const z(net.r[i], net.x[i]), s_conj(s.branch_p[i], -s.branch_q[i]);
    angle[i] = angle[up] - net.shift[i] + std::arg(1.0 - z * s_conj / (s.u[up] * net.inverse_ratio2[i]));
  }
  return angle;
}

}  // namespace aif::power
