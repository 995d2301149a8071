#pragma once
// Patterns of traffic on a fabric and what they get: rings, all-to-all exchanges, storage and cache transfers, alone or together, over
// hash seeds. What the closed form of a collective calls its NIC rate, this says per topology, routing, failure and neighbour.

#include <string>

#include "models/network/flows.hpp"

namespace aif::network {

// A ring over hosts first..first + hosts: every NIC sends `byte` to the NIC of the same rail `stride` hosts on.
std::vector<Flow> ring_flows(Fabric const& fabric, int first_host, int hosts, int stride, double byte = 1e9);
// Every host of the range to every other, one flow a pair, spread over the rails.
std::vector<Flow> exchange_flows(Fabric const& fabric, int first_host, int hosts, double byte = 1e9);
// Every host of one range to the hosts of another in turn: storage servers to clients, prefill to decode.
std::vector<Flow> transfer_flows(Fabric const& fabric, int from_host, int from_hosts, int to_host, int to_hosts, double byte = 1e9);

// Share of line rate that the slowest flow of a pattern sees, over hash seeds.
struct SeedBand {
  double mean_frac = 0, low_frac = 0, high_frac = 0;
};
double finish_frac(Fabric const& fabric, std::span<Flow const> flows, Routing routing, std::uint64_t seed);
SeedBand finish_band(Fabric const& fabric, std::span<Flow const> flows, Routing routing, int seeds);

// Several jobs at once. A job that waits for its slowest flow takes alone / together times as long as alone.
struct FabricJob {
  std::string id;
  std::vector<Flow> flows;
};
struct JobShare {
  std::string id;
  SeedBand alone, together;  // share of line rate of its slowest flow
};
std::vector<JobShare> share_fabric(Fabric const& fabric, std::span<FabricJob const> jobs, Routing routing, int seeds);

// The packet simulator's case: hosts on a full three-tier fat tree (hosts = k^3/4), host i to host i + stride.
Fabric full_fat_tree(int hosts);
double ring_finish_frac(Fabric const& fabric, int stride, Routing routing, std::uint64_t seed);
SeedBand ring_finish_band(int hosts, int stride, int seeds);

}  // namespace aif::network
