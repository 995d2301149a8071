#pragma once
// What can fail among the racks themselves: nodes of eight accelerators, at the rates that published fleets report, and whole racks. A fault
// of an accelerator takes the replica that spans it; a fault that needs no repair costs a restart. Racks of one group are alike.
// Rates: docs/validation of the reliability suite; Meta RSC-1 and RSC-2 (HPCA 2025), Llama 3 (2024), 504 x B200 (2025), Meta 100k (2026).
// Neglected: lemon nodes (they change the spread, not the mean), ageing, a replica re-laid round a dead accelerator.

#include <span>
#include <string>
#include <vector>

#include "contracts/outage.hpp"

namespace aif::compute {

// How often and for how long. Defaults and their ranges: library/reliability/fleet-generic.yaml, read by a test; other fleets beside it.
struct ComputeReliability {
  double devices_per_node = 8;  // what the rates are per
  FailureLaw node = {6.3e-3 / 86400, 2 * 86400.0, "Meta RSC-1, 504 x B200 and Meta 100k: 6.06 to 6.5 hardware failures per 1000 node-days; repair: assumption"};
  FailureLaw restart = {15.7e-3 / 86400, 600, "Meta RSC-1: 22 job-stopping causes per 1000 node-days less the hardware; Meta 100k report: 10 min to restart"};
  FailureLaw rack = failure_law(0.2, 12, "assumption: power shelf, scale-up switch or manifold that takes a whole rack");
  static constexpr auto fields() {
    using T = ComputeReliability;
    return FieldList{
        field("devices_per_node", &T::devices_per_node, Kind::number, 1, 1024, "Accelerators that the rates of a node are for.", "the fleets' nodes: eight"),
        field("node", &T::node, "Hardware of one node: needs a repair."),
        field("restart", &T::restart, "All other causes that stop what runs on a node: a restart mends it."),
        field("rack", &T::rack, "What takes a whole rack.")};
  }
  double interruptions_per_s(double devices) const { return devices / devices_per_node * (node.rate_per_s + restart.rate_per_s); }
};

// Racks of one kind; a job that spans them all stops at every fault, so `devices_per_fault` is then all of them.
struct ComputeGroup {
  std::string id;
  int racks = 0, devices_per_rack = 0;
  double devices_per_fault = 8;  // a replica, or a node where that is more
  double available_frac = 1;     // of the racks, after outages
  std::vector<std::string> out;  // sorted, each once
};

// Names: "pods.ID.node/K", "pods.ID.rack/K"; one entry a kind, which stands for all its units.
std::vector<Outage> list_outages(std::span<ComputeGroup const> groups, ComputeReliability const& rates = {});

// Groups without what the outages name, each named part once. Throws InputError (AF2420) for a name that no group has.
std::vector<ComputeGroup> apply(std::vector<ComputeGroup> groups, std::span<Outage const> outages);

}  // namespace aif::compute
