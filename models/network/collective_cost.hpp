#pragma once
// Seconds of one collective in closed form, with the conventions of nccl-tests: S is the message as that tool counts it, V = f S
// crosses each rank's link (f = 2(p-1)/p for all-reduce, (p-1)/p for the halves and all-to-all), bus bandwidth = V/t.
//   ring:  t = base + n_steps step + ramp sqrt(V/B) + V/B,  B = min(ring share x link, NIC share x NICs of a domain x NIC rate)
//   NVLS:  in-switch reduction, B = NVLS share x link x p/(p+1) x f, capped (each rank sends and receives (p+1)/p of S/p x p once)
//   tree:  2 log2(p) steps at half the bandwidth; ring and tree by whichever is faster (fourth-power minimum)
// The bandwidth of a group over several domains is that of all their NICs: rings are laid so that each crosses a domain once
// (NCCL; 64 H100 at 387 GB/s = 8 x 50 x 0.97). Valid from 1 KiB to 16 GiB, 2 to some thousand ranks. Neglected: congestion
// between groups (contention divides the NIC rate), protocol switches, algorithm tables of one library version.

#include <span>

#include "contracts/service_tables.hpp"

namespace aif::network {

// Fitted to published all-reduce, all-gather and reduce-scatter figures: library/network/collectives.csv (docs/theory/network.md).
struct CollectiveFit {
  double ring = 0.79;          // large-message bus bandwidth of a ring over the link rate
  double nvls = 0.68;          // of in-switch reduction at 450 GB/s
  double nvls_exponent = 0.2;  // falls with the link rate
  double nvls_cap = 1.07;
  double nic = 0.96;
  double exchange = 0.68;      // all-to-all over the link rate
  double base_s = 12e-6;
  double step_s = 2.5e-6;
  double ramp = 6e-3;          // root of seconds: ramp sqrt(V/B)
};
struct CollectiveTerm {
  char const* name;
  double CollectiveFit::*member;
  double low, high;
};
std::span<CollectiveTerm const> collective_terms();
CollectiveFit const& fitted_collectives();
double fitted_busbw_band_log();  // half width of the 90 % interval

struct CollectiveGroup {
  int ranks = 1, per_domain = 1;   // ranks of the group that share a scale-up domain
  double link_byte_s = 0;          // scale-up, per rank and direction
  double nic_byte_s = 0;           // scale-out, per rank and direction
  bool in_switch = false;          // the scale-up switches reduce (NVLS, SHARP)
};

// Share of S that passes each rank's link.
double wire_factor(CollectiveKind kind, int ranks);
double collective_time_s(CollectiveKind kind, double byte, CollectiveGroup const& group, CollectiveFit const& fit = fitted_collectives());
double bus_byte_s(CollectiveKind kind, double byte, CollectiveGroup const& group, CollectiveFit const& fit = fitted_collectives());

}  // namespace aif::network
