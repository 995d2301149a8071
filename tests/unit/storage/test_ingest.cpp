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

TEST_CASE("a burst is as slow as its slowest part, and says which") {
  TierTable tier;
  tier.write_byte_s = 2e11, tier.read_byte_s = 4e11, tier.burst_efficiency = 0.2;
  TransferPath path{512, 5.5e10, 64, 2.5e10, 512};
  double const byte = 5e12;
  CHECK(write_burst(tier, byte, path).time_s == doctest::Approx(byte / 4e10));
  CHECK(write_burst(tier, byte, path).bound == TransferBound::tier_rate);
  tier.write_byte_s = 1e15;
  CHECK(write_burst(tier, byte, path).time_s == doctest::Approx(byte / (64 * 2.5e10)));
  tier.client_byte_s = 1e10;  // 10 requests of 1 MiB in a millisecond
  CHECK(write_burst(tier, byte, path).bound == TransferBound::client_requests);
  path.files = 1e6, tier.metadata_hz = 100;
  CHECK(write_burst(tier, byte, path).bound == TransferBound::metadata);
  CHECK(write_burst(tier, byte, path).time_s == doctest::Approx(1e4));
}

TEST_CASE("a storm of cold starts lasts in proportion to its replicas, and the engine on top") {
  TierTable tier;
  tier.read_byte_s = 1e11, tier.burst_efficiency = 0.5, tier.latency_s = 0.03;
  TransferPath const path{64, 5.5e10, 8, 2.5e12, 8};
  double const weights = 1.4e11;
  auto const one = cold_start(tier, weights, 1, path, 45), many = cold_start(tier, weights, 8, path, 45);
  CHECK(many.load.time_s - tier.latency_s == doctest::Approx(8 * (one.load.time_s - tier.latency_s)));
  CHECK(one.time_s == doctest::Approx(one.load.time_s + 45));
}
