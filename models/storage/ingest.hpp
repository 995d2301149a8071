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

// A model server from nothing: weights from the tier onto every replica at once, then the engine starts (graphs, warm-up).
struct ColdStart {
  TransferTime load;
  double engine_s = 0, time_s = 0;
};
ColdStart cold_start(TierTable const& tier, double weight_byte, double replicas, TransferPath const& path, double engine_s);

}  // namespace aif::storage
