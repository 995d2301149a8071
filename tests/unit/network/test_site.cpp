#include <doctest/doctest.h>

#include <array>

#include "models/network/collective_cost.hpp"
#include "models/network/site.hpp"

using namespace aif;
using namespace aif::network;

namespace {
NetworkGroup hgx(int racks) { return {"hgx", racks, 32, 1, 5e10, 8, 4.5e11, 4, 2.5e10}; }
}  // namespace

TEST_CASE("a k-ary fat tree has the counts of the textbook") {
  FatTree tree;
  tree.switch_model.ports = 8;
  tree.tiers = 3;
  Fabric const f = build(tree, {.hosts = 128, .nics_per_host = 1, .nic_byte_s = tree.switch_model.port_byte_s});
  CHECK(f.count(NodeKind::leaf) == 32);
  CHECK(f.count(NodeKind::spine) == 32);
  CHECK(f.count(NodeKind::core) == 16);
  CHECK(f.links.size() == 3 * 128);
  CHECK(f.bisection_byte_s == doctest::Approx(64 * tree.switch_model.port_byte_s));
}

TEST_CASE("no switch is wired to more ports than it has, and oversubscription thins the spine") {
  for (double over : {1.0, 2.0, 7.0})
    for (int hosts : {3, 40, 300, 2000}) {
      RailOptimized rail;
      rail.switch_model.ports = 16;
      FabricDemand const demand{.hosts = hosts / 8 + 1, .nics_per_host = 8, .nic_byte_s = rail.switch_model.port_byte_s / 2, .oversubscription = over};
      Fabric const f = build(rail, demand);
      std::vector<int> degree(f.nodes.size());
      for (auto const& l : f.links) ++degree[static_cast<std::size_t>(l.a)], ++degree[static_cast<std::size_t>(l.b)];
      for (std::size_t i = 0; i < f.nodes.size(); ++i) CHECK(degree[i] <= (f.nodes[i].kind == NodeKind::endpoint ? 1 : 32));
      CHECK(f.bisection_byte_s <= demand.endpoints() * demand.nic_byte_s / 2 * (1 + 1e-12));
      CHECK(f.bisection_byte_s >= demand.endpoints() * demand.nic_byte_s / 2 / over * 0.85);
    }
}

TEST_CASE("a fabric that cannot hold its endpoints is refused with the way out") {
  FatTree tree;
  tree.switch_model.ports = 4;
  tree.tiers = 2;
  CHECK_THROWS_AS(build(tree, {.hosts = 100, .nics_per_host = 1, .nic_byte_s = tree.switch_model.port_byte_s}), InputError);
  CHECK_THROWS_AS(build(tree, {.hosts = 2, .nics_per_host = 1, .nic_byte_s = 10 * tree.switch_model.port_byte_s}), InputError);
}

TEST_CASE("network power rises with load between the bill's idle and full figures") {
  std::array const groups{hgx(16)};
  SiteNetwork const site = build_site_network({}, groups);
  double idle = 0, full = 0;
  for (auto const& line : site.bill)
    if (!line.in_rack) idle += line.idle_w, full += line.max_w;
  CHECK(network_power_w(site, 0) == doctest::Approx(idle));
  CHECK(network_power_w(site, 1) == doctest::Approx(full));
  CHECK(network_power_w(site, 0.5) == doctest::Approx((idle + full) / 2));
  CHECK(site.scale_out.endpoints == 16 * 32);
}

TEST_CASE("collective tables rise with bytes and with contention, and their bus bandwidth stays below the links") {
  std::array const groups{hgx(16)};
  SiteNetwork const site = build_site_network({}, groups);
  for (auto kind : {CollectiveKind::all_reduce, CollectiveKind::reduce_scatter, CollectiveKind::all_gather, CollectiveKind::all_to_all}) {
    CollectiveTable const alone = collective_table(site, {kind, 64, CommDomain::scale_out});
    CollectiveTable const busy = collective_table(site, {kind, 64, CommDomain::scale_out}, 2);
    for (std::size_t i = 1; i < alone.byte.size(); ++i) {
      CHECK(alone.time_s[i] > alone.time_s[i - 1]);
      CHECK(busy.time_s[i] >= alone.time_s[i]);
    }
    double const byte = 1.6e10, busbw = wire_factor(kind, 64) * byte / collective_time_s(alone, byte);
    CHECK(busbw > 5e9);
    CHECK(busbw < 4.5e11);
  }
  CHECK(collective_time_s(collective_table(site, {CollectiveKind::all_reduce, 1, CommDomain::scale_up}), 1e6) < 1e-9);
}

TEST_CASE("a window within capacity is accepted whole; beyond it the accepted share times the offer is the capacity") {
  std::array const groups{hgx(16)};
  SiteNetwork const site = build_site_network({}, groups);
  std::array loads{NetworkLoad{0, kOutside, 1e9, 10}, NetworkLoad{0, 0, 1e10, 10}};
  NetworkOutputs const light = solve_window(site, {loads});
  CHECK(light.accepted_frac == 1);
  CHECK(light.binding.empty());
  loads[0].byte_s = 1e14;
  NetworkOutputs const heavy = solve_window(site, {loads});
  CHECK(heavy.binding == "network.frontend");
  CHECK(heavy.accepted_frac * heavy.frontend_utilisation == doctest::Approx(1));
  CHECK(heavy.power_w > light.power_w);
}

TEST_CASE("a collective: latency grows with ranks and domains, bandwidth tends to its share of the narrowest link") {
  CollectiveGroup g;
  g.link_byte_s = 4.5e11, g.nic_byte_s = 5e10, g.in_switch = true;
  auto const at = [&](int ranks, double byte, CollectiveAlgorithm algorithm = CollectiveAlgorithm::automatic) {
    g.ranks = ranks, g.per_domain = std::min(ranks, 8), g.algorithm = algorithm;
    return collective_time_s(CollectiveKind::all_reduce, byte, g);
  };
  for (int ranks : {2, 4, 8, 64, 512}) {
    CHECK(at(2 * ranks, 1024) > at(ranks, 1024));
    CHECK(at(ranks, 1e9) <= at(ranks, 1e9, CollectiveAlgorithm::ring) * (1 + 1e-12));  // the library picks the better one
  }
  auto const& fit = fitted_collectives();
  g.ranks = 64, g.per_domain = 8, g.algorithm = CollectiveAlgorithm::ring;
  double const nics = fit.nic * 8 * g.nic_byte_s, inside = fit.ring * g.link_byte_s;
  CHECK(bus_byte_s(CollectiveKind::all_reduce, 1e14, g) == doctest::Approx(std::min(nics, inside)).epsilon(0.01));
  g.nic_byte_s = 1e10;
  CHECK(bus_byte_s(CollectiveKind::all_reduce, 1e14, g) == doctest::Approx(fit.nic * 8e10).epsilon(0.01));
  // Small messages are latency, large ones bytes; the band follows.
  CHECK(latency_share(CollectiveKind::all_reduce, 1024, g) > 0.99);
  CHECK(latency_share(CollectiveKind::all_reduce, 1e14, g) < 0.01);
  CHECK(collective_band_log(CollectiveKind::all_reduce, 1024, g) == doctest::Approx(fit.band_latency).epsilon(0.02));
}

TEST_CASE("cards over PCIe: a pair is faster than a ring of many, and both slower than NVLink") {
  CollectiveGroup g;
  g.link_byte_s = 6.4e10, g.pcie = true, g.ranks = g.per_domain = 2;
  double const pair = bus_byte_s(CollectiveKind::all_reduce, 1e9, g);
  g.ranks = g.per_domain = 8;
  double const many = bus_byte_s(CollectiveKind::all_reduce, 1e9, g);
  CHECK(pair > many);
  CHECK(pair < g.link_byte_s);
}
