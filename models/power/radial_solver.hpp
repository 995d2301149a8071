#pragma once
// Radial AC power flow by branch powers (Baran and Wu 1989, "DistFlow"): exact for a tree of constant-power loads, pi branches, taps and
// copies of identical branches, and it needs only squared voltage magnitudes in the loop. Per unit; V is one double or eight windows side
// by side (lanes.hpp). With P, Q at the sending end of the branch into node i, u = |V|^2 and t the branch's ratio at the parent's end:
//   backward  S_r = load + conj(Y) u + sum copies_c S_c;   P = P_r + r |S_r|^2 / u,   Q = Q_r + x |S_r|^2 / u
//   forward   u = w - 2 (r P + x Q) + (r^2 + x^2) (P^2 + Q^2) / w,   w = u_parent / |t|^2
// The error shrinks by about twice the loss fraction a sweep (a current sweep shrinks it by the voltage drop): 4 sweeps reach 1e-9.
// Neglected: imbalance, harmonics. Diverges beyond voltage collapse; the caller looks at the last change.

#include <cmath>
#include <cstddef>
#include <vector>

#include "models/power/lanes.hpp"

namespace aif::power {

// Nodes with parents before children; node 0 is the source. Branch i joins node i to parent[i].
struct RadialNetwork {
  std::vector<int> parent;
  std::vector<double> r, x;            // series impedance
  std::vector<double> g_half, b_half;  // half of the branch's shunt, at each end
  std::vector<double> ratio, shift;    // magnitude and angle (rad) of the complex ratio at the parent's end
  std::vector<double> copies;          // identical branches (with all that hangs on them) below one parent
  std::vector<double> g, b;            // shunt at each node; made by finish()
  std::vector<double> inverse_ratio2, total_copies;  // 1 / ratio^2; copies along the path; made by finish()
  bool plain = true;                   // no taps and no copies

  std::size_t size() const { return parent.size(); }
  int add(int parent_node, double r_pu, double x_pu, double g_pu = 0, double b_pu = 0, double copy_count = 1, double ratio_pu = 1, double shift_rad = 0);
  void finish();
};

// The same network with nodes sorted by depth: neighbours in memory do not wait for each other, which halves the time of long chains.
struct LevelOrder {
  RadialNetwork net;
  std::vector<int> position;  // of each node of the original
};
LevelOrder level_order(RadialNetwork const& net);

// Scratch of one solve; u starts at 1 and stays as the warm start of the next.
template <class V>
struct RadialState {
  std::vector<V> p, q;                 // loads
  std::vector<V> u, inverse_u;         // squared voltages
  std::vector<V> branch_p, branch_q;   // sending end of the branch into each node; at node 0 the source

  explicit RadialState(std::size_t n)
      : p(n, V(0.0)), q(n, V(0.0)), u(n, V(1.0)), inverse_u(n, V(1.0)), branch_p(n, V(0.0)), branch_q(n, V(0.0)) {}
};

template <class V>
struct RadialArrays {  // pointers, so that a small network can live on the stack
  V const *p, *q;
  V *u, *inverse_u, *branch_p, *branch_q;
};
template <class V>
RadialArrays<V> arrays(RadialState<V>& s) {
  return {s.p.data(), s.q.data(), s.u.data(), s.inverse_u.data(), s.branch_p.data(), s.branch_q.data()};
}

// Loads and shunts at the voltages in hand: the start of a backward pass (forward() leaves it done).
template <class V>
inline void start(RadialNetwork const& net, RadialArrays<V> const& a) {
  for (std::size_t i = 0; i < net.size(); ++i) {
    a.inverse_u[i] = 1.0 / a.u[i];
    a.branch_p[i] = a.p[i] + net.g[i] * a.u[i];
    a.branch_q[i] = a.q[i] - net.b[i] * a.u[i];
  }
}

template <class V, bool Plain>
inline void backward_pass(RadialNetwork const& net, RadialArrays<V> const& a) {
  for (std::size_t i = net.size() - 1; i > 0; --i) {
    V const pr = a.branch_p[i], qr = a.branch_q[i];
    V const l = (pr * pr + qr * qr) * a.inverse_u[i];
    V const ps = pr + net.r[i] * l, qs = qr + net.x[i] * l;
    a.branch_p[i] = ps;
    a.branch_q[i] = qs;
    auto const up = static_cast<std::size_t>(net.parent[i]);
    if constexpr (Plain) {
      a.branch_p[up] += ps;
      a.branch_q[up] += qs;
    } else {
      a.branch_p[up] += net.copies[i] * ps;
      a.branch_q[up] += net.copies[i] * qs;
    }
  }
}
template <class V>
inline void backward(RadialNetwork const& net, RadialArrays<V> const& a) {
  net.plain ? backward_pass<V, true>(net, a) : backward_pass<V, false>(net, a);
}

// Returns the largest change of u. The reciprocal follows u by one Newton step, exact once u has settled.
template <class V, bool Plain>
inline V forward_pass(RadialNetwork const& net, RadialArrays<V> const& a) {
  V change = V(0.0);
  a.branch_p[0] = a.p[0] + net.g[0] * a.u[0];
  a.branch_q[0] = a.q[0] - net.b[0] * a.u[0];
  for (std::size_t i = 1; i < net.size(); ++i) {
    auto const up = static_cast<std::size_t>(net.parent[i]);
    double const r = net.r[i], x = net.x[i];
    V w = a.u[up], inverse_w = a.inverse_u[up];
    if constexpr (!Plain) {
      w *= net.inverse_ratio2[i];
      inverse_w *= net.ratio[i] * net.ratio[i];
    }
    V const ps = a.branch_p[i], qs = a.branch_q[i];
    V const u = w - (2 * r * ps + 2 * x * qs) + ((r * r + x * x) * inverse_w) * (ps * ps + qs * qs);
    V const d = u - a.u[i];
    change = higher_of(change, higher_of(d, -d));
    a.u[i] = u;
    a.inverse_u[i] = a.inverse_u[i] * (2.0 - u * a.inverse_u[i]);
    a.branch_p[i] = a.p[i] + net.g[i] * u;
    a.branch_q[i] = a.q[i] - net.b[i] * u;
  }
  return change;
}
template <class V>
inline V forward(RadialNetwork const& net, RadialArrays<V> const& a) {
  return net.plain ? forward_pass<V, true>(net, a) : forward_pass<V, false>(net, a);
}

// Sweeps until no u changes by more than `tolerance` in any lane; ends with branch powers that fit the voltages. The number of sweeps, or
// -1 when it does not settle (a load beyond voltage collapse). Node 0 keeps its voltage.
template <class V>
int solve_radial(RadialNetwork const& net, RadialState<V>& s, double tolerance = 1e-8, int most_sweeps = 60) {
  auto const a = arrays(s);
  start(net, a);
  for (int sweep = 1; sweep <= most_sweeps; ++sweep) {
    backward(net, a);
    V const change = forward(net, a);
    double worst = 0;
    for (std::size_t k = 0; k < kWidth<V>; ++k) worst = lane(change, k) <= worst ? worst : lane(change, k);  // NaN propagates
    if (worst <= tolerance) {
      backward(net, a);
      return sweep;
    }
    if (!(worst < 1e6)) return -1;
  }
  return -1;
}

// Active power lost in branch i, one copy: series and both half shunts. Branch powers as backward() leaves them.
template <class V>
inline V branch_loss(RadialNetwork const& net, RadialArrays<V> const& a, std::size_t i) {
  auto const up = static_cast<std::size_t>(net.parent[i]);
  V const w = a.u[up] * net.inverse_ratio2[i];
  V const series = net.r[i] * (a.branch_p[i] * a.branch_p[i] + a.branch_q[i] * a.branch_q[i]) / w;
  return series + net.g_half[i] * (a.u[i] + w);
}

// Voltage angles from a solved state (scalar): rad, against node 0.
std::vector<double> voltage_angles(RadialNetwork const& net, RadialState<double> const& s);

}  // namespace aif::power
