#include <doctest/doctest.h>

#include <array>

#include "models/network/traffic.hpp"
#include "models/network/site.hpp"

using namespace aif;
using namespace aif::network;

TEST_CASE("a scale-up domain gives every pair its full rate, and domains are islands without a spine") {
  NvlinkDomain domain;
  domain.devices = 8, domain.planes = 4;
  Fabric const f = build(domain, {.hosts = 16, .nics_per_host = 1, .nic_byte_s = 9e11});
  std::vector<Flow> shift;
  for (int i = 0; i < 8; ++i) shift.push_back({i, (i + 3) % 8, 1});
  for (double rate : max_min_rates(route_flows(f, shift, Routing::adaptive, 0))) CHECK(rate == doctest::Approx(9e11));
  std::array const across{Flow{0, 9, 1}};
  CHECK_THROWS_AS(route_flows(f, across, Routing::adaptive, 0), InputError);
  domain.spine = true;
  CHECK(max_min_rates(route_flows(build(domain, {.hosts = 16, .nics_per_host = 1, .nic_byte_s = 9e11}), across, Routing::adaptive, 0))[0] == doctest::Approx(9e11));
}

TEST_CASE("cards below one PCIe switch share its uplink, but not among themselves") {
  PcieBox box;
  box.devices = 8, box.devices_per_switch = 2;
  Fabric const f = build(box, {.hosts = 8, .nics_per_host = 1, .nic_byte_s = 5.2e10});
  std::array const inside{Flow{0, 1, 1}};
  std::array const out{Flow{0, 2, 1}, Flow{1, 3, 1}};
  CHECK(max_min_rates(route_flows(f, inside, Routing::ecmp, 0))[0] == doctest::Approx(5.2e10));
  for (double rate : max_min_rates(route_flows(f, out, Routing::ecmp, 0))) CHECK(rate == doctest::Approx(2.6e10));
  box.devices_per_switch = 0;
  for (double rate : max_min_rates(route_flows(build(box, {.hosts = 8, .nics_per_host = 1, .nic_byte_s = 5.2e10}), out, Routing::ecmp, 0))) CHECK(rate == doctest::Approx(5.2e10));
}

TEST_CASE("a drawn graph is cut where it is thinnest, and its mistakes are named") {
  UserGraph graph;
  graph.switches = {{"a", true}, {"b", true}, {"s", false}};
  graph.cables = {{"a", "s", 1e11, 2}, {"b", "s", 1e11, 1}};
  FabricDemand const demand{.hosts = 16, .nics_per_host = 1, .nic_byte_s = 5e10};
  CHECK(build(graph, demand).bisection_byte_s == doctest::Approx(1e11));
  CHECK(single_points_of_failure(build(graph, demand)).size() == 3);
  CHECK(build(graph, demand).diameter_hops == 4);  // host, a, s, b, host
  graph.cables.push_back({"a", "c", 1e11, 1});
  CHECK_THROWS_AS(build(graph, demand), InputError);
  graph.switches = {{"a", false}};
  CHECK_THROWS_AS(build(graph, demand), InputError);
}

TEST_CASE("outages take capacity once each, and all spines take all of it") {
  std::array const groups{NetworkGroup{"g", 64, 32, 1, 5e10, 8, 4.5e11, 4, 2.5e10}};
  SiteNetwork const site = build_site_network({}, groups);
  for (auto const& o : list_outages(site)) {
    CHECK(o.rate_per_year > 0);
    CHECK(o.capacity_after_frac < 1);
    std::array const twice{o, o};
    SiteNetwork const hurt = network::apply(site, twice);
    CHECK(hurt.scale_out.bisection_byte_s + hurt.frontend.bisection_byte_s < site.scale_out.bisection_byte_s + site.frontend.bisection_byte_s);
    CHECK(network::apply(hurt, twice).scale_out.bisection_byte_s == hurt.scale_out.bisection_byte_s);
  }
  std::vector<Outage> all;
  for (int i = 0; i < site.scale_out.spines; ++i) all.push_back({"network.scale_out.spine/" + std::to_string(i), "failure", 0, 0, 0, "", ""});
  CHECK(network::apply(site, all).scale_out.bisection_byte_s == doctest::Approx(0).scale(site.scale_out.bisection_byte_s));
}
