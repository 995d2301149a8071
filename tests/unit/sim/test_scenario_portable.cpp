#include <doctest/doctest.h>

#include "sim/scenario/load_scenario.hpp"

using namespace aif;

namespace {
std::string const kReference = std::string(AIF_SOURCE_DIR) + "/scenarios/reference_100mw.yaml";
}

TEST_CASE("a scenario as one text loads to the same bits") {
  auto const loaded = sim::load_scenario(kReference);
  auto const again = sim::load_scenario_text(sim::portable_text(loaded.value), "case.json");
  CHECK(again.sha256 == loaded.sha256);
  CHECK(again.canonical == loaded.canonical);
}

TEST_CASE("changing a loaded scenario is loading it with the changes") {
  std::vector<std::string> const sets{"site.utility.capacity+=500 kW", "pods.nvl-a.count=16", "halls.hall-a.pods.nvl-a.rack=lib:racks/hgx-h200-4"};
  auto const patched = sim::patch_scenario(sim::load_scenario(kReference), sets, sim::Library());
  CHECK(patched.sha256 == sim::load_scenario(kReference, {{}, sets, {}, {}}).sha256);
  CHECK(sim::find_origin(patched.origins, "site.utility.capacity")->back().pos.file.starts_with("--set"));
}

TEST_CASE("changing a loaded scenario tells every problem") {
  auto const loaded = sim::load_scenario(kReference);
  try {
    sim::patch_scenario(loaded, {"site.utility.capacity=80", "cooling.liquid.supply=8 K", "nosuch.path=1"}, sim::Library());
    FAIL("not refused");
  } catch (InputError const& e) {
    CHECK(e.diagnostics().items().size() == 3);
  }
}
