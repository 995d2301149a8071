#pragma once
// Seconds of one collective in closed form, with the conventions of nccl-tests: S is the message as that tool counts it, V = f S
// crosses each rank's link (f = 2(p-1)/p for all-reduce, (p-1)/p for the halves and all-to-all), bus bandwidth = V/t.
//   ring       three protocols, the fastest wins: t = base + steps + V/(B share);  2(p-1) steps for an all-reduce, of which two for
//              each domain go over the network. LL is quick and narrow, Simple slow to step and wide (ramp sqrt(V/B) while it fills)
//   in switch  (NVLS, SHARP): t = start + steps of a large domain + ramp sqrt(V/B) + V/B,  B = share x link x 2(q-1)/(q+1), capped: each
//              of q ranks sends and receives (q+1)/q of its part
//   exchange   (all-to-all): all peers at once
// The bandwidth of a group over several domains is that of all their NICs: rings are laid so that each crosses a domain once
// (NCCL; 64 H100 at 387 GB/s = 8 x 50 x 0.97). Valid from 1 KiB to 16 GiB, 2 to some thousand ranks. Neglected: congestion
// between groups (contention divides the NIC rate), the launch cost of one host over another's (20 % of small messages).
// Sources: NCCL's own model of its algorithms and protocols (NVIDIA/nccl src/graph/tuning.cc: steps, latency by protocol, 25 us NVLS).

#include <span>

#include "contracts/service_tables.hpp"

namespace aif::network {

// Fitted to published bus bandwidths: library/network/collectives.csv (docs/theory/network.md). Defaults: NCCL's tables, data sheets.
struct CollectiveFit {
  double ring = 0.79;            // large-message bus bandwidth of a ring over the link rate
  double nvls = 0.68;            // of in-switch reduction at 450 GB/s
  double nvls_exponent = 0.2;    // falls with the link rate
  double nvls_cap = 1.07;
  double nic = 0.96;
  double exchange = 0.68;        // all-to-all over the link rate
  double pcie_pair = 0.6, pcie_many = 0.4;  // ring of two and of more devices over the PCIe rate
  double base_s = 6.6e-6;
  double ll_step_s = 0.6e-6, ll128_step_s = 1.9e-6, simple_step_s = 3.4e-6;
  double net_ll_step_s = 5e-6, net_simple_step_s = 14e-6;
  double nvls_s = 25e-6, nvls_step_s = 2e-6;  // start; and two steps for each rank beyond eight in a domain
  double exchange_step_s = 1e-6;
  double ll_share = 0.25, ll128_share = 0.92;
  double ramp = 2e-3;            // root of seconds: ramp sqrt(V/B)
  double band_rate = 0.12, band_middle = 0.2, band_latency = 0.3;  // half width of the 90 % interval in log where bandwidth, both, latency rule
};
struct CollectiveTerm {
  char const* name;
  double CollectiveFit::*member;
  double low, high;
};
std::span<CollectiveTerm const> collective_terms();  // without the bands
CollectiveFit const& fitted_collectives();

enum class CollectiveAlgorithm { automatic, ring, in_switch };
constexpr auto enum_names(CollectiveAlgorithm) { return std::array<std::string_view, 3>{"automatic", "ring", "in_switch"}; }

struct CollectiveGroup {
  int ranks = 1, per_domain = 1;   // ranks of the group that share a scale-up domain
  double link_byte_s = 0;          // scale-up, per rank and direction
  double nic_byte_s = 0;           // scale-out, per rank and direction
  bool in_switch = false;          // the scale-up switches can reduce
  bool pcie = false;               // the link is PCIe
  CollectiveAlgorithm algorithm = CollectiveAlgorithm::automatic;
};

// Share of S that passes each rank's link.
double wire_factor(CollectiveKind kind, int ranks);
double collective_time_s(CollectiveKind kind, double byte, CollectiveGroup const& group, CollectiveFit const& fit = fitted_collectives());
double bus_byte_s(CollectiveKind kind, double byte, CollectiveGroup const& group, CollectiveFit const& fit = fitted_collectives());

// Share of the time that is not bytes over bandwidth, and half width of the 90 % interval in log.
double latency_share(CollectiveKind kind, double byte, CollectiveGroup const& group, CollectiveFit const& fit = fitted_collectives());
double collective_band_log(CollectiveKind kind, double byte, CollectiveGroup const& group, CollectiveFit const& fit = fitted_collectives());

}  // namespace aif::network
