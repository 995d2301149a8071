#include <doctest/doctest.h>

#include <set>

#include "models/power/outages.hpp"
#include "models/power/redundancy.hpp"
#include "models/power/site.hpp"

using namespace aif::power;

namespace {

PowerParams plant(char const* word, int blocks, double block_w) {
  PowerParams p;
  p.utility.capacity_w = 80e6;
  p.utility.feeds = {2, "2N"};
  p.plant.blocks = {blocks, block_w, word};
  p.plant.main_transformer.count = 2;
  p.plant.main_transformer.redundancy = "N+1";
  return p;
}
std::vector<RackGroupLoad> const kRacks{{"a", 240, 16, 125e3, 0.98, 0}};  // 30 MW

bool names(SupplyVerdict const& v, std::string const& start) {
  for (auto const& s : v.single_points)
    if (s.component.starts_with(start)) return true;
  return false;
}

}  // namespace

TEST_CASE("4N/3 with room for three of four is concurrently maintainable, when it is fuller it is not") {
  auto const good = assess_supply(plant("4N/3", 4, 10e6), kRacks);
  CHECK(good.concurrently_maintainable);
  CHECK(good.carried_frac == doctest::Approx(1));
  auto const full = assess_supply(plant("4N/3", 4, 9e6), kRacks);  // label the same, capacity not
  CHECK_FALSE(full.concurrently_maintainable);
  CHECK(names(full, "power.blocks"));
}

TEST_CASE("N loses the racks of a block, in proportion") {
  auto const v = assess_supply(plant("N", 4, 7.5e6), kRacks);
  REQUIRE(names(v, "power.blocks"));
  CHECK(v.single_points.front().lost_frac == doctest::Approx(0.25));
}

TEST_CASE("one busway path is a single point even where the blocks are doubled") {
  auto p = plant("2N", 4, 15e6);
  CHECK(assess_supply(p, kRacks).concurrently_maintainable);
  p.plant.distribution.busway.paths = 1;
  auto const v = assess_supply(p, kRacks);
  CHECK_FALSE(v.concurrently_maintainable);
  CHECK(names(v, "power.distribution.busway"));
  CHECK_FALSE(names(v, "power.blocks"));
}

TEST_CASE("a catcher spares any one block; one feed or one transformer spares nothing") {
  CHECK(assess_supply(plant("catcher", 5, 7.5e6), kRacks).concurrently_maintainable);
  auto p = plant("catcher", 5, 7.5e6);
  p.utility.feeds = {1, "N"};
  auto const v = assess_supply(p, kRacks);
  CHECK(names(v, "power.feeds"));
  CHECK(v.single_points.front().lost_frac == doctest::Approx(1));
  p = plant("catcher", 5, 7.5e6);
  p.plant.main_transformer.count = 1;
  CHECK(names(assess_supply(p, kRacks), "power.main_transformer"));
}

TEST_CASE("during maintenance of a block the others become single points") {
  auto p = plant("4N/3", 4, 10e6);
  p.plant.out_of_service = {"power.blocks/1"};
  auto const v = assess_supply(p, kRacks);
  CHECK(v.carried_frac == doctest::Approx(1));
  CHECK(names(v, "power.blocks/0"));
}

TEST_CASE("every listed outage can be applied, alone and twice, and never adds capacity") {
  auto p = plant("4N/3", 4, 10e6);
  BatteryParams b;
  b.id = "bess", b.power_w = 5e6, b.energy_j = 1e10;
  GeneratorParams g;
  g.id = "gen", g.units = 14;
  p.onsite = {b, g};
  SitePower const whole = build_site_power(p, kRacks);
  auto const outages = list_outages(p, kRacks);
  std::set<std::string> kinds;
  for (auto const& o : outages) {
    kinds.insert(o.component.substr(0, o.component.rfind('/')));
    CHECK(o.rate_per_year > 0);
    CHECK(o.repair_s > 0);
    auto const once = aif::power::apply(p, std::span(&o, 1)), twice = aif::power::apply(once, std::span(&o, 1));
    CHECK(twice.plant.out_of_service == once.plant.out_of_service);
    SitePower const left = build_site_power(once, kRacks);
    CHECK(left.usable_it_w <= whole.usable_it_w);
    CHECK(left.fed_frac <= whole.fed_frac);
    CHECK(left.generator_w <= whole.generator_w);
  }
  CHECK(kinds == std::set<std::string>{"power.blocks", "power.board", "power.feeds", "power.main_transformer", "power.mechanical", "power.ups", "site.onsite.bess", "site.onsite.gen"});
}

TEST_CASE("losing more than the redundancy covers costs capacity step by step") {
  auto p = plant("4N/3", 4, 10e6);
  double last = build_site_power(p, kRacks).usable_it_w;
  CHECK(last == doctest::Approx(30e6));
  p.plant.out_of_service = {"power.blocks/0"};
  CHECK(build_site_power(p, kRacks).usable_it_w == doctest::Approx(last));
  p.plant.out_of_service = {"power.blocks/0", "power.blocks/3"};
  CHECK(build_site_power(p, kRacks).usable_it_w == doctest::Approx(20e6));
}

TEST_CASE("which blocks are out matters: racks reach only those of their own group") {
  auto const left = [](char const* word, int count, std::vector<int> out) { return blocks_left(*parse_redundancy(word), count, out); };
  CHECK(left("2N", 8, {}).fed_frac == 1);
  CHECK(left("2N", 8, {}).usable == doctest::Approx(4));
  CHECK(left("2N", 8, {0, 2}).fed_frac == 1);                       // two pairs, one block of each
  CHECK(left("2N", 8, {0, 1}).fed_frac == doctest::Approx(0.75));   // a whole pair
  CHECK(left("4N/3", 8, {0, 4}).fed_frac == 1);                     // of different groups
  CHECK(left("4N/3", 8, {0, 1}).fed_frac == doctest::Approx(1 - 0.5 / 6));  // one of the six pairs of half the racks
  CHECK(left("4N/3", 8, {0, 1, 2, 3}).fed_frac == doctest::Approx(0.5));
  CHECK(left("N", 4, {3}).fed_frac == doctest::Approx(0.75));
  CHECK(left("catcher", 5, {2}).fed_frac == 1);
  CHECK(left("catcher", 5, {2, 3}).fed_frac == doctest::Approx(0.75));
  CHECK(left("N+2", 6, {0, 1}).fed_frac == 1);
  CHECK(left("N+2", 6, {0, 1, 2}).usable == doctest::Approx(3));
}

TEST_CASE("the quick rule of blocks agrees with maximum flow through the supply, for every pair of outages") {
  for (auto const* word : {"2N", "4N/3", "N"}) {
    auto p = plant(word, 8, 30e6);  // large: only the paths count
    p.plant.main_transformer.unit.rating_va = 500e6;
    p.utility.capacity_w = 900e6;
    for (int i = 0; i < 8; ++i)
      for (int k = i + 1; k < 8; ++k) {
        CAPTURE(word);
        CAPTURE(i);
        CAPTURE(k);
        std::vector<int> const out{i, k};
        p.plant.out_of_service = {"power.blocks/" + std::to_string(i), "power.blocks/" + std::to_string(k)};
        CHECK(blocks_left(*parse_redundancy(word), 8, out).fed_frac == doctest::Approx(assess_supply(p, kRacks).carried_frac).epsilon(1e-6));
      }
  }
}
