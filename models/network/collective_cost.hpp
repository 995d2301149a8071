#pragma once
// Seconds of one collective, in closed form: latency steps that grow with the ranks plus wire time, composed scale-up first,
// then scale-out (reduce-scatter inside, all-reduce across on the shard, all-gather inside). Conventions of nccl-tests: S is the
// message as that tool counts it, bus bandwidth = S f / t with f = 2(p-1)/p for all-reduce and (p-1)/p otherwise.

#include "contracts/service_tables.hpp"

namespace aif::network {

// One level of the hierarchy.
struct LinkLevel {
  int ranks = 1;            // ranks joined at this level
  double byte_s = 0;        // per rank, per direction
  double efficiency = 0.85; // busbw of a very large message over byte_s
  double base_s = 5e-6;     // software and launch
  double step_s = 1e-6;     // latency of one step
};

// Share of S that passes each rank's link.
double wire_factor(CollectiveKind kind, int ranks);

double collective_time_s(CollectiveKind kind, double byte, LinkLevel const& level);
double hierarchical_time_s(CollectiveKind kind, double byte, LinkLevel const& inside, LinkLevel const& across);

}  // namespace aif::network
