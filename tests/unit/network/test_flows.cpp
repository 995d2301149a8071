#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "models/network/flow_set.hpp"
#include "models/network/traffic.hpp"
#include "models/network/topologies/rail_optimized.hpp"

using namespace aif;
using namespace aif::network;

namespace {
std::vector<Flow> ring(Fabric const& f, int stride) {
  std::vector<Flow> flows;
  for (int h = 0; h < f.endpoints; ++h) flows.push_back({h, (h + stride) % f.endpoints, 1e9});
  return flows;
}
}  // namespace

TEST_CASE("no link carries more than its capacity, and every flow meets a full link") {
  Fabric const f = full_fat_tree(128);
  auto const flows = ring(f, 8);
  for (auto routing : {Routing::ecmp, Routing::adaptive}) {
    FlowRoutes const r = route_flows(f, flows, routing, 3);
    auto const rate = max_min_rates(r);
    std::vector<double> load(r.capacity_byte_s.size());
    for (std::size_t i = 0; i < flows.size(); ++i)
      for (int s = r.offset[i]; s < r.offset[i + 1]; ++s) load[static_cast<std::size_t>(r.link[static_cast<std::size_t>(s)])] += rate[i] * r.share[static_cast<std::size_t>(s)];
    for (std::size_t l = 0; l < load.size(); ++l) CHECK(load[l] <= r.capacity_byte_s[l] * (1 + 1e-9));
    for (std::size_t i = 0; i < flows.size(); ++i) {
      bool full = false;
      for (int s = r.offset[i]; s < r.offset[i + 1]; ++s) {
        auto const l = static_cast<std::size_t>(r.link[static_cast<std::size_t>(s)]);
        full = full || load[l] >= r.capacity_byte_s[l] * (1 - 1e-6);
      }
      CHECK(full);
    }
  }
}

TEST_CASE("routes are paths: the shares into the destination add up to one") {
  Fabric const f = full_fat_tree(128);
  std::array const flows{Flow{0, 127, 1}, Flow{0, 1, 1}, Flow{5, 9, 1}};
  for (auto routing : {Routing::ecmp, Routing::adaptive}) {
    FlowRoutes const r = route_flows(f, flows, routing, 1);
    for (std::size_t i = 0; i < flows.size(); ++i) {
      double in = 0;
      for (int s = r.offset[i]; s < r.offset[i + 1]; ++s) {
        int const link = r.link[static_cast<std::size_t>(s)];
        auto const& l = f.links[static_cast<std::size_t>(link / 2)];
        in += (link % 2 ? l.a : l.b) == flows[i].dst ? r.share[static_cast<std::size_t>(s)] : 0.0;
      }
      CHECK(in == doctest::Approx(1));
    }
  }
}

TEST_CASE("adaptive routing reaches line rate on a full fat tree; hashing collides as the packet simulator sees it") {
  Fabric const f = full_fat_tree(128);
  CHECK(ring_finish_frac(f, 8, Routing::adaptive, 0) == doctest::Approx(1).epsilon(1e-6));
  SeedBand const band = ring_finish_band(128, 8, 100);
  CHECK(band.low_frac >= 0.16);
  CHECK(band.high_frac <= 0.36);
  CHECK(band.low_frac <= 0.231);
  CHECK(band.high_frac >= 0.231);
}

TEST_CASE("one flow alone runs at line rate; two from one host share it") {
  Fabric const f = full_fat_tree(16);
  std::array const one{Flow{0, 15, 1}};
  std::array const two{Flow{0, 15, 1}, Flow{0, 14, 1}};
  double const line = f.links.front().byte_s;
  CHECK(max_min_rates(route_flows(f, one, Routing::ecmp, 0))[0] == doctest::Approx(line));
  auto const rate = max_min_rates(route_flows(f, two, Routing::ecmp, 0));
  CHECK(rate[0] + rate[1] == doctest::Approx(line));
}

TEST_CASE("leaves are single points of failure, spines are not; a lost spine costs bandwidth, not reach") {
  Fabric const f = full_fat_tree(128);
  for (int node : single_points_of_failure(f)) CHECK(f.nodes[static_cast<std::size_t>(node)].kind == NodeKind::leaf);
  CHECK(single_points_of_failure(f).size() == 32);
  auto const spine = std::find_if(f.nodes.begin(), f.nodes.end(), [](FabricNode const& n) { return n.kind == NodeKind::spine; }) - f.nodes.begin();
  std::array const down{static_cast<int>(spine)};
  Fabric const hurt = without(f, down, {});
  CHECK(ring_finish_frac(hurt, 8, Routing::adaptive, 0) < 1);
  CHECK(ring_finish_frac(hurt, 8, Routing::adaptive, 0) > 0.5);
}

TEST_CASE("rail-only fabrics refuse a path between rails") {
  RailOptimized rails;
  rails.spine = false;
  Fabric const f = build(rails, {.hosts = 4, .nics_per_host = 2, .nic_byte_s = rails.switch_model.port_byte_s});
  std::array const across{Flow{0, 3, 1}}, along{Flow{0, 2, 1}};
  CHECK_THROWS_AS(route_flows(f, across, Routing::ecmp, 0), InputError);
  CHECK(max_min_rates(route_flows(f, along, Routing::ecmp, 0))[0] > 0);
}

TEST_CASE("arrivals and departures refill their own component only, and the rates are those of a filling of everything") {
  Fabric const f = full_fat_tree(128);
  auto flows = ring(f, 8);
  FlowRoutes const routes = route_flows(f, flows, Routing::ecmp, 5);
  FlowSet set(routes.capacity_byte_s);
  for (std::size_t i = 0; i < flows.size(); ++i) set.add(routes, i);
  set.update();
  std::vector<char> active(flows.size(), 1);
  for (int gone : {3, 77, 20, 110}) {
    set.remove(gone);
    active[static_cast<std::size_t>(gone)] = 0;
    set.update();
    auto const whole = max_min_rates(routes, active);
    for (std::size_t i = 0; i < flows.size(); ++i)
      if (active[i]) CHECK(set.rate_byte_s(static_cast<int>(i)) == doctest::Approx(whole[i]).epsilon(1e-12));
  }
  // Two flows on leaves of their own never meet: the second does not touch the first.
  std::array const apart{Flow{0, 1, 1}, Flow{120, 121, 1}};
  FlowRoutes const two = route_flows(f, apart, Routing::ecmp, 0);
  FlowSet small(two.capacity_byte_s);
  small.add(two, 0);
  small.update();
  small.add(two, 1);
  small.update();
  CHECK(small.last_refilled() == 1);
}

TEST_CASE("rail-local routing stays below the spine where hashing crosses it") {
  RailOptimized rails;
  FabricDemand const demand{.hosts = 16, .nics_per_host = 8, .nic_byte_s = rails.switch_model.port_byte_s};
  Fabric fabric = build(rails, demand);
  fabric.nics_per_host = 8;
  // Every host sends from its first NIC to the seventh NIC of the next: all rails are crossed.
  std::vector<Flow> flows;
  for (int h = 0; h < 16; ++h) flows.push_back({8 * h, 8 * ((h + 1) % 16) + 6, 1e9});
  FlowRoutes const local = route_flows(fabric, flows, Routing::rail_local, 1), hashed = route_flows(fabric, flows, Routing::ecmp, 1);
  for (std::size_t i = 0; i < flows.size(); ++i) {
    CHECK(local.offset[i + 1] - local.offset[i] == 2);   // up to the leaf of the rail and down
    CHECK(hashed.offset[i + 1] - hashed.offset[i] == 4);
  }
  for (double rate : max_min_rates(local)) CHECK(rate == doctest::Approx(demand.nic_byte_s));
}

TEST_CASE("jobs on one fabric: together nobody is faster than alone, and a neighbour on other leaves costs nothing") {
  Fabric const f = full_fat_tree(128);
  std::vector<FabricJob> jobs{{"train", ring_flows(f, 0, 64, 8)}, {"storage", transfer_flows(f, 64, 8, 0, 64)}, {"far", ring_flows(f, 120, 2, 1)}};
  auto const shares = share_fabric(f, jobs, Routing::ecmp, 10);
  for (auto const& s : shares) {
    CHECK(s.together.mean_frac <= s.alone.mean_frac * (1 + 1e-9));
    CHECK(s.alone.low_frac <= s.alone.mean_frac * (1 + 1e-12));
    CHECK(s.alone.high_frac >= s.alone.mean_frac * (1 - 1e-12));
  }
  CHECK(shares[0].together.mean_frac < shares[0].alone.mean_frac);
  CHECK(shares[2].together.mean_frac == doctest::Approx(1));
}

TEST_CASE("an exchange of all hosts finishes at line rate on a full fabric and in proportion to what is left of the spine") {
  RailOptimized rails;
  FabricDemand demand{.hosts = 32, .nics_per_host = 4, .nic_byte_s = rails.switch_model.port_byte_s};
  rails.switch_model.ports = 16;
  Fabric whole = build(rails, demand);
  whole.nics_per_host = 4;
  demand.oversubscription = 3;
  Fabric thin = build(rails, demand);
  thin.nics_per_host = 4;
  auto const flows = exchange_flows(whole, 0, 32);
  double const full = finish_frac(whole, flows, Routing::adaptive, 0), part = finish_frac(thin, flows, Routing::adaptive, 0);
  CHECK(full > 0.9);
  CHECK(part < 0.7 * full);
}
