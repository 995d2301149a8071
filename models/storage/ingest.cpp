#include "models/storage/ingest.hpp"

#include <algorithm>

namespace aif::storage {

double ingest_demand_byte_s(IngestWorkload const& w, double accelerators) { return accelerators * w.busy_frac * w.sample_byte * w.batch / w.compute_s; }

double ingest_byte_s(IngestWorkload const& w, double accelerators, TierTable const& tier) {
  return std::min(ingest_demand_byte_s(w, accelerators), tier.efficiency * tier.read_byte_s);
}

double checkpoint_write_s(double byte, TransferPath const& path, TierTable const& tier, double burst_efficiency) {
  return tier.latency_s + std::max({byte / (path.devices * path.host_copy_byte_s), byte / (path.nodes * path.node_link_byte_s), byte / (burst_efficiency * tier.write_byte_s)});
}

double restore_read_s(double byte_per_reader, double readers, TransferPath const& path, TierTable const& tier, double burst_efficiency) {
  double const byte = byte_per_reader * readers;
  return tier.latency_s + std::max({byte / (path.devices * path.host_copy_byte_s), byte / (path.nodes * path.node_link_byte_s), byte / (burst_efficiency * tier.read_byte_s)});
}

}  // namespace aif::storage
