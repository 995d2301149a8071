#pragma once
// Reading a training set: every accelerator computes on a batch for a known time and reads the next one meanwhile; barriers,
// decoding and the slowest reader leave it busy for a share of the time. A cluster reads what its accelerators ask for until the
// tier or its clients are full. Form of MLPerf Storage (mlcommons/storage v1.0, DLIO); valid for sequential reads of large samples.

#include "contracts/service_tables.hpp"

namespace aif::storage {

struct IngestWorkload {
  double sample_byte = 0;
  double batch = 1;               // samples of a step
  double compute_s = 0;           // of a step
  double busy_frac = 0.85;        // accelerator utilisation when storage keeps up
};

double ingest_demand_byte_s(IngestWorkload const& workload, double accelerators);
// What the tier delivers of it; efficiency included.
double ingest_byte_s(IngestWorkload const& workload, double accelerators, TierTable const& tier);

// Seconds until a checkpoint is on the tier and until all nodes have read it back (restart storm, cold start of a model):
// the slowest of the host copies, the clients' links and the tier. Reads by many nodes of the same bytes count once for each node
// unless the tier or the fabric multicasts.
struct TransferPath {
  double devices = 1, host_copy_byte_s = 5.5e10;  // of one device, PCIe Gen5 measured
  double nodes = 1, node_link_byte_s = 2.5e10;
};
double checkpoint_write_s(double byte, TransferPath const& path, TierTable const& tier, double burst_efficiency);
double restore_read_s(double byte_per_reader, double readers, TransferPath const& path, TierTable const& tier, double burst_efficiency);

}  // namespace aif::storage
