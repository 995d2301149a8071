#pragma once
// Backward/forward sweep of a radial AC network (Shirmohammadi et al. 1988): constant-power loads, pi branches, complex taps, copies of
// identical branches. Per unit on one base; V is one double or eight windows side by side (lanes.hpp).
//   I_i = conj(S_i / V_i) + Y_i V_i;  backward J_i = I_i + sum copies_c J_c / conj(t_c);  forward V_i = V_parent / t_i - z_i J_i
// Neglected: imbalance, harmonics. Valid while no load is near voltage collapse; the caller looks at the change of the last sweep.

#include <cstddef>
#include <vector>

#include "models/power/lanes.hpp"

namespace aif::power {

// Nodes with parents before children; node 0 is the source. Branch i joins node i to parent[i].
struct RadialNetwork {
  std::vector<int> parent;
  std::vector<double> r, x;            // series impedance
  std::vector<double> g_half, b_half;  // half of the branch's shunt, at each end
  std::vector<double> tap_re, tap_im;  // inverse of the complex ratio at the parent's end: 1 / t
  std::vector<double> copies;          // identical branches (with all that hangs on them) below one parent
  std::vector<double> g, b;            // shunt at each node; made by finish()
  std::vector<double> total_copies;    // along the path; made by finish()
  bool has_taps = false;

  std::size_t size() const { return parent.size(); }
  int add(int parent_node, double r_pu, double x_pu, double g_pu = 0, double b_pu = 0, double copy_count = 1, double ratio_re = 1, double ratio_im = 0);
  void finish();
};

// One backward pass: branch currents from the voltages in hand.
template <class V>
inline void backward(RadialNetwork const& net, V const* p, V const* q, V const* vr, V const* vi, V* jr, V* ji) {
  std::size_t const n = net.size();
  for (std::size_t i = 0; i < n; ++i) {
    V const inverse = 1.0 / (vr[i] * vr[i] + vi[i] * vi[i]);
    jr[i] = (p[i] * vr[i] + q[i] * vi[i]) * inverse + (net.g[i] * vr[i] - net.b[i] * vi[i]);
    ji[i] = (p[i] * vi[i] - q[i] * vr[i]) * inverse + (net.g[i] * vi[i] + net.b[i] * vr[i]);
  }
  if (!net.has_taps) {
    for (std::size_t i = n - 1; i > 0; --i) {
      auto const up = static_cast<std::size_t>(net.parent[i]);
      jr[up] += net.copies[i] * jr[i];
      ji[up] += net.copies[i] * ji[i];
    }
    return;
  }
  for (std::size_t i = n - 1; i > 0; --i) {
    auto const up = static_cast<std::size_t>(net.parent[i]);
    double const a = net.copies[i] * net.tap_re[i], c = -net.copies[i] * net.tap_im[i];
    jr[up] += a * jr[i] - c * ji[i];
    ji[up] += a * ji[i] + c * jr[i];
  }
}

// One forward pass; returns the largest squared change of a voltage.
template <class V>
inline V forward(RadialNetwork const& net, V const* jr, V const* ji, V* vr, V* vi) {
  V change = V{} + 0.0;
  for (std::size_t i = 1; i < net.size(); ++i) {
    auto const up = static_cast<std::size_t>(net.parent[i]);
    V ur = vr[up], ui = vi[up];
    if (net.has_taps) {
      V const wr = ur * net.tap_re[i] - ui * net.tap_im[i];
      ui = ur * net.tap_im[i] + ui * net.tap_re[i];
      ur = wr;
    }
    V const nr = ur - (net.r[i] * jr[i] - net.x[i] * ji[i]);
    V const ni = ui - (net.r[i] * ji[i] + net.x[i] * jr[i]);
    V const dr = nr - vr[i], di = ni - vi[i];
    change = higher_of<V>(change, dr * dr + di * di);
    vr[i] = nr;
    vi[i] = ni;
  }
  return change;
}

// Watts lost in branch i, per unit, one copy: series and both half shunts.
template <class V>
inline V branch_loss(RadialNetwork const& net, std::size_t i, V const* jr, V const* ji, V const* vr, V const* vi) {
  auto const up = static_cast<std::size_t>(net.parent[i]);
  double const t2 = net.tap_re[i] * net.tap_re[i] + net.tap_im[i] * net.tap_im[i];
  return net.r[i] * (jr[i] * jr[i] + ji[i] * ji[i]) +
         net.g_half[i] * (vr[i] * vr[i] + vi[i] * vi[i] + t2 * (vr[up] * vr[up] + vi[up] * vi[up]));
}

}  // namespace aif::power
