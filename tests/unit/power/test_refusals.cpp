// Designs, graphs and studies of power that cannot be: each is refused or warned of with its code.
#include <doctest/doctest.h>

#include <array>

#include "models/power/converter.hpp"
#include "models/power/electrical_graph.hpp"
#include "models/power/event.hpp"
#include "models/power/row_reduction.hpp"
#include "models/power/site.hpp"
#include "models/power/swing.hpp"
#include "tests/support/refused.hpp"

using namespace aif;
using namespace aif::power;
using aif::test::code_of;

namespace {

PowerParams plant() {
  PowerParams p;
  p.utility.capacity_w = 72e6;
  p.plant.blocks.count = 4;
  p.plant.blocks.it_capacity_w = 18e6;
  p.plant.blocks.redundancy = "4N/3";
  p.plant.main_transformer.count = 2;
  return p;
}
std::vector<RackGroupLoad> const kRacks{{"nvl", 320, 16, 132e3, 0.98, 0}};

bool warned(PowerParams const& p, std::vector<RackGroupLoad> const& racks, std::string_view code) {
  for (auto const& d : build_site_power(p, racks).warnings)
    if (d.code == code) return true;
  return false;
}

}  // namespace

TEST_CASE("sites: ids twice, more groups than the arrays hold") {
  auto p = plant();
  GeneratorParams g;
  g.id = "gen";
  p.onsite = {g, g};
  CHECK(code_of([&] { build_site_power(p, kRacks); }) == "AF2107");
  CHECK(code_of([&] { build_site_power(plant(), std::vector<RackGroupLoad>(kMaxGroups + 1, kRacks[0])); }) == "AF2112");
}

TEST_CASE("sites: what a planner is warned of") {
  auto p = plant();
  CHECK_FALSE(warned(p, kRacks, "AF2120"));
  p.plant.distribution.busway.resistance_ohm_per_m *= 200;
  CHECK(warned(p, kRacks, "AF2120"));
  auto tight = plant();
  tight.plant.blocks.redundancy = "N+1";
  tight.plant.oversubscription.limit = 1.3;
  CHECK(warned(tight, {{"nvl", 460, 16, 132e3, 0.98, 0}}, "AF2122"));
}

TEST_CASE("loss curves need three points of an efficiency") {
  std::array<EfficiencyPoint, 2> const two{{{0.5, 0.95}, {1, 0.94}}};
  CHECK(code_of([&] { fit_loss_curve(two); }) == "AF2110");
  std::array<EfficiencyPoint, 3> const perpetual{{{0.2, 0.9}, {0.5, 1.02}, {1, 0.94}}};
  CHECK(code_of([&] { fit_loss_curve(perpetual); }) == "AF2110");
}

TEST_CASE("a branch to a bus that is not there") {
  ElectricalGraph g;
  g.buses = {{"source"}, {"a"}};
  g.branches = {{"f1", 0, 2, 0.01, 0.03}};
  g.sources = {0};
  g.p = g.q = {0, 0};
  REQUIRE(check(g).has_errors());
  CHECK(check(g).items().front().code == "AF2130");
  CHECK(check(g).items().front().message.find("f1") != std::string::npos);
}

TEST_CASE("steps that no event and no swing can be followed with") {
  auto const site = build_site_power(plant(), kRacks);
  auto const params = event_params(site, 30e6, 3e6);
  for (double dt_s : {0.0001, 0.05, -1.0}) CHECK(code_of([&] { simulate_event(params, {}, dt_s); }) == "AF2140");
  CHECK(code_of([&] { simulate_swing({}, {}); }) == "AF2141");
}

TEST_CASE("rows that collapse under their nominal load have no equivalent") {
  RadialNetwork net;
  net.add(-1, 0, 0);
  net.add(0, 0.001, 0.001);
  net.add(1, 0.5, 0.5);
  std::vector<double> const p{0, 0, 2.0}, q{0, 0, 0.5};
  std::array const boards{1};
  CHECK(code_of([&] { reduce_rows(net, boards, p, q); }) == "AF3101");
}
