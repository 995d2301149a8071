// Words for components: from a scenario and from its result alike, ids where there is no word, text kept as it is.
#include "sim/place_names.hpp"

#include <doctest/doctest.h>

using namespace aif;
using namespace aif::sim;

namespace {

PlaceNames names() {
  Results r;
  r.provenance.canonical_json = R"({"halls":[{"id":"hall-a","title":"Liquid-cooled hall","pods":[{"id":"nvl-a"}]},{"id":"hall-b","pods":[{"id":"cpu"}]}]})";
  r.workloads = {{"chat", "serving", "m", "Chat for people", {}}, {"bare", "serving", "m", "", {}}};
  return place_names(r);
}

}  // namespace

TEST_CASE("a pod is told with its hall, a workload by its title") {
  CHECK(place_name(names(), "power.distribution.busway.nvl-a") == "busways of Liquid-cooled hall (nvl-a)");
  CHECK(place_name(names(), "cooling.liquid.cdu.cpu") == "coolant distribution units of hall-b (cpu)");
  CHECK(place_name(names(), "cooling.liquid.cdu") == "coolant distribution units");
  CHECK(place_name(names(), "workloads.chat") == "Chat for people");
  CHECK(place_name(names(), "workloads.bare") == "bare");
  CHECK(place_name(names(), "") == "the site");
  CHECK(place_name(names(), "of.tomorrow") == "of.tomorrow");
}

TEST_CASE("a limit is a noun that a sentence can hold") {
  CHECK(limit_name(names(), Cause::slo, "workloads.chat") == "latency targets of Chat for people");
  CHECK(limit_name(names(), Cause::power, "power.blocks") == "power blocks");
  CHECK(limit_name(names(), Cause::people, "workloads.chat") == "people for Chat for people");
  CHECK(limit_name(names(), Cause::cooling, "") == "cooling");
}

TEST_CASE("every element that can bind has a word") {
  for (char const* component : {"site.utility", "site.utility.power_factor_min", "power.main_transformer", "power.cable", "power.transformer", "power.ups", "power.blocks", "power.mechanical.transformer", "site.onsite.battery",
                                "cooling.liquid", "cooling.liquid.cdu", "cooling.plant.heat_rejection", "cooling.air.unit", "cooling.plant.air_chiller", "cooling.plant.facility_pumps", "cooling.plant.chilled_water.pumps", "network.frontend",
                                "storage", "storage.kv", "phases"})
    CHECK_MESSAGE(place_name(names(), component) != component, component);
}

TEST_CASE("a scenario text that is no object gives no names and no error") {
  for (char const* text : {"", "{", "[]", R"({"halls":3})", R"({"halls":[1,{"pods":{}}]})"}) {
    Results r;
    r.provenance.canonical_json = text;
    CHECK(place_names(r).hall_of_pod.empty());
  }
}
