// Networks that cannot be: each is refused with its code, none is computed.
#include <doctest/doctest.h>

#include <array>

#include "models/network/flows.hpp"
#include "models/network/site.hpp"
#include "tests/support/refused.hpp"

using namespace aif;
using namespace aif::network;
using aif::test::code_of;

TEST_CASE("groups without devices, and groups that are not there") {
  NetworkGroup good{"hgx", 4, 32, 1, 5e10, 8, 4.5e11, 4, 2.5e10};
  for (auto change : {+[](NetworkGroup& g) { g.racks = -1; }, +[](NetworkGroup& g) { g.devices_per_rack = 0; }, +[](NetworkGroup& g) { g.scale_up_domain = 0; },
                      +[](NetworkGroup& g) { g.nics_per_device = -1; }}) {
    NetworkGroup bad = good;
    change(bad);
    CHECK(code_of([&] { build_site_network({}, {&bad, 1}); }) == "AF2303");
  }
  auto const site = build_site_network({}, {&good, 1});
  CHECK(code_of([&] { collective_table(site, {.group = 8}, 1, 1); }) == "AF2304");
  CHECK(code_of([&] { collective_table(site, {.group = 8}, 1, 0); }).empty());
}

TEST_CASE("a flow between parts that nothing joins names the pair") {
  Fabric island;
  island.endpoints = 2;
  island.nodes.resize(4);
  for (int i : {0, 1}) island.nodes[static_cast<std::size_t>(i)].kind = NodeKind::endpoint;
  for (int i : {2, 3}) island.nodes[static_cast<std::size_t>(i)].kind = NodeKind::leaf;
  island.links = {{0, 2, 1e10}, {1, 3, 1e10}};
  std::array const flows{Flow{0, 1, 1}};
  for (auto routing : {Routing::ecmp, Routing::adaptive}) CHECK(code_of([&] { route_flows(island, flows, routing, 1); }) == "AF2305");
}
