#pragma once
// A radial network over many steps: eight at a time, warm-started, on one thread. The caller's `fill(step, lane, p, q)` writes the loads of
// one step (per unit, at stride kLanes); what comes back are the source and the lowest voltage of each step.

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

#include "models/power/radial_solver.hpp"

namespace aif::power {

struct SeriesResult {
  std::vector<double> source_p, source_q, lowest_u;  // per unit; lowest_u is a squared voltage
  double worst_residual = 0;                          // of source minus loads and losses, per unit
  int worst_sweeps = 0;                               // -1: some step did not settle
};

// lowest(state) gives the lowest squared voltage of the eight steps in hand; the default looks at every node.
struct LowestOfNodes {
  Lanes operator()(RadialState<Lanes> const& s) const {
    Lanes low = s.u[0];
    for (std::size_t i = 1; i < s.u.size(); ++i) low = lower_of(low, s.u[i]);
    return low;
  }
};

// Use a network in level order where chains are long. Same bits for any number of steps only at a tolerance well below the wanted accuracy:
// the warm start comes from the eight steps before.
template <class Fill, class Lowest = LowestOfNodes>
SeriesResult solve_series(RadialNetwork const& net, std::size_t steps, double tolerance, Fill&& fill, Lowest&& lowest = {}) {
  RadialState<Lanes> s(net.size());
  SeriesResult out;
  out.source_p.resize(steps);
  out.source_q.resize(steps);
  out.lowest_u.resize(steps);
  for (std::size_t at = 0; at < steps; at += kLanes) {
    std::size_t const count = std::min(kLanes, steps - at);
    for (std::size_t k = 0; k < kLanes; ++k) fill(at + std::min(k, count - 1), k, reinterpret_cast<double*>(s.p.data()), reinterpret_cast<double*>(s.q.data()));
    int const sweeps = solve_radial(net, s, tolerance);
    out.worst_sweeps = sweeps < 0 || out.worst_sweeps < 0 ? -1 : std::max(out.worst_sweeps, sweeps);
    Lanes const low = lowest(s);
    for (std::size_t k = 0; k < count; ++k) {
      out.source_p[at + k] = s.branch_p[0][k];
      out.source_q[at + k] = s.branch_q[0][k];
      out.lowest_u[at + k] = low[k];
    }
    if (at % (64 * kLanes) == 0) {  // the balance, summed apart, on a sample of the steps
      auto const a = arrays(s);
      Lanes sinks = s.p[0];
      for (std::size_t i = 1; i < net.size(); ++i) sinks += (s.p[i] + branch_loss<Lanes>(net, a, i)) * net.total_copies[i];
      for (std::size_t k = 0; k < count; ++k) out.worst_residual = std::max(out.worst_residual, std::abs(s.branch_p[0][k] - sinks[k]));
    }
  }
  return out;
}

}  // namespace aif::power
