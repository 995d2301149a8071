#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <numeric>

#include "models/network/flows.hpp"
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
  RingBand const band = ring_finish_band(128, 8, 100);
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
