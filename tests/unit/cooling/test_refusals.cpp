// Names, groups and states of cooling that cannot be: each is refused with its code.
#include <doctest/doctest.h>

#include <array>
#include <limits>

#include "core/csv.hpp"
#include "models/cooling/chiller.hpp"
#include "models/cooling/dynamic.hpp"
#include "models/cooling/outages.hpp"
#include "models/cooling/site.hpp"
#include "tests/support/refused.hpp"

using namespace aif;
using namespace aif::cooling;
using aif::test::code_of;

namespace {
CoolingGroup nvl72() {
  CoolingGroup g;
  g.id = "nvl", g.racks = 192, g.rated_liquid_w = 115e3, g.rated_air_w = 17e3;
  return g;
}
}  // namespace

TEST_CASE("a group with negative heat or rows of no racks") {
  for (auto change : {+[](CoolingGroup& g) { g.rated_liquid_w = -1; }, +[](CoolingGroup& g) { g.racks_per_row = 0; }}) {
    std::vector<CoolingGroup> groups{nvl72()};
    change(groups[0]);
    CHECK(code_of([&] { build_site_cooling({}, groups, 0); }) == "AF2207");
  }
}

TEST_CASE("an outage of a unit that is not there") {
  std::vector<CoolingGroup> const groups{nvl72()};
  auto const site = build_site_cooling({}, groups, 0);
  auto all = list_outages(site);
  REQUIRE_FALSE(all.empty());
  CHECK(code_of([&] { cooling::apply(site, all); }).empty());
  for (char const* name : {"cooling.plant.heat_rejection/9999", "cooling.plant.nothing/0", "cooling.plant.heat_rejection", "cooling.plant.heat_rejection/x"}) {
    Outage o = all.front();
    o.component = name;
    CHECK(code_of([&] { cooling::apply(site, {&o, 1}); }) == "AF2213");
  }
}

TEST_CASE("a transient of a heat without end stops, with a code") {
  TransientParams p;
  p.liquid_w = std::numeric_limits<double>::infinity();
  CHECK(code_of([&] { run_transient(p, {}, 60, 1); }) == "AF3202");
}

TEST_CASE("a chiller that its table does not have, with the nearest name") {
  auto const table = CsvTable::parse("name,capacity_W\nCarrier 19XR 1234kW,1\n", "chillers.csv");
  for (auto const& [name, near] : {std::pair{"Carrier 19XR 1234kV", true}, std::pair{"nothing of the sort", false}}) {
    try {
      Chiller::from_table(table, name);
      FAIL("accepted");
    } catch (InputError const& e) {
      CHECK(e.diagnostics().items().front().code == "AF2204");
      CHECK((e.diagnostics().items().front().hint.find("did you mean `Carrier 19XR 1234kW`") != std::string::npos) == near);
    }
  }
}
