#include "models/storage/ingest.hpp"

#include <algorithm>

namespace aif::storage {

double ingest_demand_byte_s(IngestWorkload const& w, double accelerators) { return accelerators * w.busy_frac * w.sample_byte * w.batch / w.compute_s; }

double ingest_byte_s(IngestWorkload const& w, double accelerators, TierTable const& tier) {
  return std::min(ingest_demand_byte_s(w, accelerators), tier.efficiency * tier.read_byte_s);
}

ColdStart cold_start(TierTable const& tier, double weight_byte, double replicas, TransferPath const& path, double engine_s) {
  ColdStart c;
  c.load = read_burst(tier, weight_byte * replicas, path);
  c.engine_s = engine_s;
  c.time_s = c.load.time_s + engine_s;
  return c;
}

}  // namespace aif::storage
