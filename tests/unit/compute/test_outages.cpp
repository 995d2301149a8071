// Nodes and racks that are away: share of the racks, once however often they are named.
#include <doctest/doctest.h>

#include "core/diagnostics.hpp"
#include "models/compute/outages.hpp"

using namespace aif;
using namespace aif::compute;

namespace {

double left(std::vector<std::string> const& names, double devices_per_fault = 8) {
  std::vector<ComputeGroup> const groups{{"a", 10, 72, devices_per_fault, 1, {}}};
  std::vector<Outage> outages;
  for (auto const& n : names) outages.push_back({n, "failure", 0, 0, 0, "", "", 1});
  return compute::apply(groups, outages)[0].available_frac;
}

}  // namespace

TEST_CASE("a rack of ten is a tenth; a node takes the replica that spans it") {
  CHECK(left({}) == 1);
  CHECK(left({"pods.a.rack/3"}) == doctest::Approx(0.9));
  CHECK(left({"pods.a.rack/3", "pods.a.rack/3"}) == doctest::Approx(0.9));
  CHECK(left({"pods.a.rack/3", "pods.a.rack/7"}) == doctest::Approx(0.8));
  CHECK(left({"pods.a.node/0"}, 8) == doctest::Approx(1 - 8.0 / 720));
  CHECK(left({"pods.a.node/0"}, 72) == doctest::Approx(0.9));
  CHECK(left({"pods.a.node/0", "pods.a.node/0"}, 72) == doctest::Approx(0.9));
}

TEST_CASE("all racks away is nothing left, never less") {
  std::vector<std::string> all{"pods.a.node/1"};
  for (int k = 0; k < 10; ++k) all.push_back("pods.a.rack/" + std::to_string(k));
  CHECK(left(all, 72) == doctest::Approx(0).epsilon(1e-12));
}

TEST_CASE("unknown pods and numbers are refused") {
  for (auto const* bad : {"pods.b.rack/0", "pods.a.rack/10", "pods.a.rack/-1", "pods.a.rack", "pods.a.tray/0", "pods.a.node/720"}) CHECK_THROWS_WITH_AS(left({bad}), doctest::Contains("AF2420"), InputError);
}

TEST_CASE("rates are those of the fleets' nodes, scaled to the racks; a pod without accelerators has racks alone") {
  std::vector<ComputeGroup> const groups{{"a", 10, 72, 8, 1, {}}, {"cpu", 4, 0, 0, 1, {}}};
  ComputeReliability const rates;
  double per_day = 0;
  for (auto const& o : list_outages(groups, rates))
    if (o.component == "pods.a.node/0" && o.kind == "failure") per_day = o.rate_per_year * o.units / 365;
  CHECK(per_day == doctest::Approx(720.0 / 8 * 6.3e-3).epsilon(1e-6));
  for (auto const& o : list_outages(groups, rates)) CHECK_FALSE(o.component.starts_with("pods.cpu.node"));
}
