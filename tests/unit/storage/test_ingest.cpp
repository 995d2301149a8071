#include <doctest/doctest.h>

#include "models/storage/ingest.hpp"

using namespace aif;
using namespace aif::storage;

TEST_CASE("accelerators read in proportion until the tier is full") {
  IngestWorkload const w{1.466e8, 7, 0.323, 0.86};
  TierTable tier;
  tier.read_byte_s = 1e11, tier.efficiency = 0.8;
  CHECK(ingest_byte_s(w, 2, tier) == doctest::Approx(2 * ingest_byte_s(w, 1, tier)));
  CHECK(ingest_byte_s(w, 1e6, tier) == doctest::Approx(8e10));
  CHECK(ingest_demand_byte_s(w, 1) <= w.sample_byte * w.batch / w.compute_s);
}

TEST_CASE("a checkpoint is as slow as its slowest leg, and a storm as its readers") {
  TierTable tier;
  tier.write_byte_s = 2e11, tier.read_byte_s = 4e11, tier.latency_s = 0;
  TransferPath path{512, 5.5e10, 64, 2.5e10};
  double const byte = 5e12;
  CHECK(checkpoint_write_s(byte, path, tier, 0.2) == doctest::Approx(byte / 4e10));
  tier.write_byte_s = 1e15;
  CHECK(checkpoint_write_s(byte, path, tier, 0.2) == doctest::Approx(byte / (64 * 2.5e10)));
  CHECK(restore_read_s(1e11, 64, path, tier, 0.5) == doctest::Approx(2 * restore_read_s(1e11, 32, path, tier, 0.5)));
}
