#include <doctest/doctest.h>

#include <array>

#include "core/diagnostics.hpp"
#include "models/storage/site.hpp"

using namespace aif;
using namespace aif::storage;

namespace {
StorageParams two_tiers() {
  StorageParams p;
  p.tiers.resize(2);
  p.tiers[0].id = "kv";
  p.tiers[0].racks = 4;
  p.tiers[1].id = "object";
  p.tiers[1].racks = 8;
  return p;
}
}  // namespace

TEST_CASE("racks add up, erasure coding costs its parity, and given figures win") {
  StorageParams p = two_tiers();
  TierTable const t = tier_table(p.tiers[0]);
  double const overhead = 10.0 / 8;
  CHECK(t.capacity_byte == doctest::Approx(4 * p.tiers[0].type.capacity_byte / overhead));
  CHECK(t.read_byte_s == doctest::Approx(4 * p.tiers[0].type.read_byte_s));
  CHECK(t.write_byte_s == doctest::Approx(4 * p.tiers[0].type.write_byte_s / overhead));
  p.tiers[0].read_byte_s = 1e12;
  CHECK(tier_table(p.tiers[0]).read_byte_s == 1e12);
  CHECK(storage_racks(p) == 12);
}

TEST_CASE("a demand within reach is served whole, beyond it in proportion, and names its tier") {
  StorageParams const p = two_tiers();
  double const reach = tier_table(p.tiers[0]).read_byte_s * tier_table(p.tiers[0]).efficiency;
  for (double times : {0.1, 1.0, 2.5}) {
    std::array const loads{StorageLoad{"kv", times * reach, 0, 0}};
    StorageOutputs const out = solve_window(p, loads);
    CHECK(out.tiers[0].utilisation == doctest::Approx(times));
    CHECK(out.accepted_frac * std::max(1.0, times) == doctest::Approx(1));
    CHECK(out.binding == (times > 1 ? "storage.kv" : ""));
    CHECK(out.power_w >= storage_power_w(p, 0));
    CHECK(out.power_w <= storage_power_w(p, 1));
  }
}

TEST_CASE("an unknown tier is refused by name") {
  std::array const loads{StorageLoad{"objct", 1, 0, 0}};
  CHECK_THROWS_AS(solve_window(two_tiers(), loads), InputError);
}

TEST_CASE("a lost rack takes its share once") {
  StorageParams const p = two_tiers();
  auto const outages = list_outages(p);
  REQUIRE(outages.size() == 2);
  std::array const twice{outages[0], outages[0]};
  TierTable const before = tier_table(p.tiers[0]), after = tier_table(storage::apply(p, twice).tiers[0]);
  CHECK(after.read_byte_s == doctest::Approx(before.read_byte_s * outages[0].capacity_after_frac));
  CHECK(after.capacity_byte == before.capacity_byte);
}
