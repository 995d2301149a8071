#pragma once
// Two-level scheme: what hangs below a board (feeder, PDU, busway chain with its racks) becomes one equivalent branch with one load, so that a
// minute of the year costs the upper nodes only. Series impedance from the losses at nominal load, shunt from those at no load, voltage at the
// weakest rack as a polynomial. Exact for loads in nominal proportion at the two fitted points; within 1e-4 of the full network otherwise.

#include <span>
#include <vector>

#include "models/power/radial_solver.hpp"

namespace aif::power {

struct RowEquivalent {
  int node = 0;                    // in the reduced network; carries the sum of the subtree's loads
  std::vector<int> nodes;          // of the full network that it stands for
  double d1 = 0, d2 = 0;           // lowest u of the subtree = u_board - d1 p - d2 p^2 / u_board, per copy
};

struct ReducedNetwork {
  RadialNetwork net;
  std::vector<int> position;       // of each kept node of the full network; -1 when folded
  std::vector<RowEquivalent> rows;
};

// Folds every subtree below the named boards. p, q: nominal loads of the full network's nodes. Throws InputError AF3101 when a subtree
// cannot carry its nominal load.
ReducedNetwork reduce_rows(RadialNetwork const& full, std::span<int const> boards, std::span<double const> p, std::span<double const> q);

// Lowest u of one state of the reduced network, folded racks included.
template <class V>
V lowest_u(ReducedNetwork const& reduced, RadialState<V> const& s) {
  V low = s.u[0];
  for (std::size_t i = 1; i < reduced.net.size(); ++i) low = lower_of(low, s.u[i]);
  for (auto const& row : reduced.rows) {
    auto const node = static_cast<std::size_t>(row.node), up = static_cast<std::size_t>(reduced.net.parent[node]);
    low = lower_of(low, s.u[up] - s.p[node] * (row.d1 + row.d2 * s.p[node] * s.inverse_u[up]));
  }
  return low;
}

}  // namespace aif::power
