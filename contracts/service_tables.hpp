#pragma once
// network -> workloads and storage -> workloads as tables, and the loads that workloads put back on both.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/evidence.hpp"
#include "contracts/operators.hpp"

namespace aif {

// Seconds of one collective against message bytes, at a contention factor (1 = alone on the fabric).
struct CollectiveTable {
  CollectiveKey key;
  double contention = 1;
  std::vector<double> byte, time_s;  // rising; interpolate in log-log
  Estimate scale{1, 1, 1, Evidence::assumption};
};

struct TierTable {
  std::string tier;  // hbm, host, kv, nvme, parallel_fs, object
  double capacity_byte = 0, read_byte_s = 0, write_byte_s = 0, latency_s = 0, iops = 0, efficiency = 1;
  double burst_efficiency = 1;                       // of the rated rate when a whole cluster writes or reads at once
  double metadata_hz = 0, client_byte_s = 0;         // file opens of the tier; requests in flight of one client node over their latency. 0: no limit
  Estimate scale{1, 1, 1, Evidence::assumption};
};

// A burst between the devices of a job and a tier: checkpoint, restart storm, model weights at a cold start.
struct TransferPath {
  double devices = 1, host_copy_byte_s = 5.5e10;     // of one device, over PCIe Gen5, measured
  double nodes = 1, node_link_byte_s = 2.5e10;       // front-end NIC of a node
  double files = 1;
};
enum class TransferBound { host_copy, node_link, client_requests, tier_rate, metadata };
constexpr auto enum_names(TransferBound) {
  return std::array<std::string_view, 5>{"host_copy", "node_link", "client_requests", "tier_rate", "metadata"};
}
struct TransferTime {
  double time_s = 0;                                 // the slowest part and the tier's latency; the parts overlap
  std::array<double, 5> part_s{};                    // by TransferBound
  TransferBound bound = TransferBound::tier_rate;
  double operator[](TransferBound b) const { return part_s[static_cast<std::size_t>(b)]; }
};
TransferTime write_burst(TierTable const& tier, double byte, TransferPath const& path);
// `byte` over the wire: bytes that every node reads for itself count once for each, unless the tier or the fabric multicasts.
TransferTime read_burst(TierTable const& tier, double byte, TransferPath const& path);

struct NetworkLoad {
  int src_group = 0, dst_group = 0;
  double byte_s = 0, flows = 0;
};
struct StorageLoad {
  std::string tier;
  double read_byte_s = 0, write_byte_s = 0, iops = 0;
};

// Seconds of a message; log-log between the points, linear in bytes beyond the last.
double collective_time_s(CollectiveTable const& table, double byte);

}  // namespace aif
