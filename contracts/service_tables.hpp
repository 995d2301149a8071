#pragma once
// network -> workloads and storage -> workloads as tables, and the loads that workloads put back on both.

#include <string>
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
  Estimate scale{1, 1, 1, Evidence::assumption};
};

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
