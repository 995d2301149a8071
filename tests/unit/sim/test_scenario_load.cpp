#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/unit/sim/test_scenario_toy.hpp"

#include "sim/scenario/path.hpp"

using namespace aif;
using namespace aif::sim;
using Words = std::vector<std::string>;

TEST_CASE("a scenario is read with its library entries, and every value knows where it came from") {
  auto const loaded = toy::load(toy::kSite);
  REQUIRE(loaded.value.halls.size() == 2);
  auto const& pods = loaded.value.halls[0].pods;
  CHECK(pods[0].rack.devices == 72);
  CHECK(pods[0].rack.id == "big");
  CHECK(pods[0].rack.power_w == 132e3);
  CHECK(pods[1].rack.devices == 8);
  CHECK(pods[1].rack.power_w == 20e3);
  CHECK(loaded.value.capex_usd.at("racks.big") == 3.9e6);

  auto const* rack = find_origin(loaded.origins, "halls.hall-a.pods.nvl-a.rack.power");
  REQUIRE(rack);
  CHECK(rack->back().reference == "lib:racks/big");
  REQUIRE(rack->back().source);
  CHECK(rack->back().source->evidence == "assumption");
  CHECK(rack->back().source->low == 120e3);
  auto const* changed = find_origin(loaded.origins, "halls.hall-a.pods.small.rack.devices");
  REQUIRE(changed);
  CHECK(changed->size() == 2);
  CHECK(changed->back().pos.line == 11);
  CHECK(changed->back().reference.empty());
  CHECK_FALSE(find_origin(loaded.origins, "cooling.air.supply"));
  CHECK(loaded.resolved.library.count("racks/big") == 1);
  CHECK(loaded.sha256.size() == 64);
}

TEST_CASE("the hash ignores order, spelling of units and comments, and sees every value") {
  std::string other = toy::kSite;
  other.replace(other.find("36 MW"), 5, "36000 kW  # same");
  CHECK(toy::load(other).sha256 == toy::load(toy::kSite).sha256);
  CHECK(toy::load(toy::kSite, {.overlays = {}, .sets = {"cooling.air.open=true"}, .case_id = {}, .library_dirs = {}}).sha256 != toy::load(toy::kSite).sha256);
}

TEST_CASE("--set assigns, adds, scales and removes by ids, in the full and in the short form") {
  auto const with = [](Words sets) { return toy::load(toy::kSite, {.overlays = {}, .sets = std::move(sets), .case_id = {}, .library_dirs = {}}).value; };
  CHECK(with({"halls.hall-a.pods.nvl-a.count=40"}).halls[0].pods[0].count == 40);
  CHECK(with({"pods.nvl-b.count+=40"}).halls[1].pods[0].count == 46);
  CHECK(with({"pods.nvl-b.count*=2", "pods.nvl-b.count+=1"}).halls[1].pods[0].count == 13);
  CHECK(with({"pods.nvl-b.count+=1", "pods.nvl-b.count*=2"}).halls[1].pods[0].count == 14);
  CHECK(with({"capacity+=500 kW"}).capacity_w == 36.5e6);
  CHECK(with({"cooling.liquid.supply+=5 K"}).cooling.liquid.supply_c == 45);
  CHECK(with({"cooling.air.supply=27degC"}).cooling.air.supply_c == 27);
  CHECK(with({"capex.racks.big=4 MUSD"}).capex_usd.at("racks.big") == 4e6);
  CHECK(with({"halls.hall-a.pods-=small"}).halls[0].pods.size() == 1);
  CHECK(with({"tags-=a"}).tags == Words{"b"});
  CHECK(with({"tags+=c"}).tags == Words{"a", "b", "c"});
  CHECK(with({"tags=[x, y]"}).tags == Words{"x", "y"});
  CHECK(with({"halls+={id: hall-c}"}).halls.size() == 3);
  CHECK(with({"pods.small.rack=lib:racks/big"}).halls[0].pods[1].rack.devices == 72);
  CHECK(with({"pods.nvl-a.rack.devices=36"}).halls[0].pods[0].rack.devices == 36);
  CHECK(with({"pods.nvl-a.rack.devices=36"}).halls[1].pods[0].rack.devices == 72);
}

TEST_CASE("a patch that leads nowhere or cannot be done is an error with a suggestion") {
  auto const problems = [](std::string set) { return toy::problems_of(toy::kSite, {.overlays = {}, .sets = {std::move(set)}, .case_id = {}, .library_dirs = {}}); };
  CHECK(problems("cooling.liquid.suply=4 degC") == Words{"AF1013 cooling.liquid.suply 0:0"});
  CHECK(problems("pods.nvl-x.count=4") == Words{"AF1013 pods.nvl-x.count 0:0"});
  CHECK(problems("halls.0.pods=4") == Words{"AF1013 halls.0.pods 0:0"});
  CHECK(problems("capacity.x=4") == Words{"AF1013 capacity.x 0:0"});
  CHECK(problems("name=").empty());
  CHECK(problems("name+=3") == Words{"AF1015 name 0:0"});
  CHECK(problems("capacity+=3 degC") == Words{"AF1015 capacity 0:0"});
  CHECK(problems("capacity*=3 W") == Words{"AF1015 capacity 0:0"});
  CHECK(problems("cooling.air.supply+=3 K") == Words{"AF1015 cooling.air.supply 0:0"});
  CHECK(problems("tags-=z") == Words{"AF1013 tags 0:0"});
  CHECK(problems("capacity") == Words{"AF1015  0:0"});
  CHECK(problems("=3") == Words{"AF1015  0:0"});
  CHECK(problems("capacity=3") == Words{"AF1011 capacity 0:0"});
  CHECK(problems("tags=[") == Words{"AF1001  0:0"});
  std::string text = toy::kSite;
  text += "extra: 1\n";
  CHECK(toy::problems_of(text + "base: nowhere.yaml\n").size() == 2);
}

TEST_CASE("the short form refuses to guess") {
  std::string text = toy::kSite;
  text.replace(text.find("nvl-b"), 5, "nvl-a");
  CHECK(toy::problems_of(text, {.overlays = {}, .sets = {"pods.nvl-a.count=1"}, .case_id = {}, .library_dirs = {}}) == Words{"AF1014 pods.nvl-a.count 0:0"});
}

TEST_CASE("includes merge below the file; entries with ids merge by id; two includes may not disagree") {
  toy::Folder const folder;
  folder.write("shared/a.yaml", "cooling: { air: { supply: 25 degC, mode: eco } }\nhalls:\n  - { id: hall-a, pods: [] }\n");
  folder.write("shared/b.yaml", "cooling: { air: { flow: 2 m3/s } }\n");
  folder.write("shared/c.yaml", "cooling: { air: { supply: 26 degC } }\n");
  std::string const head = "schema: aifactory/scenario/v1\nname: x\ncapacity: 1 MW\n";
  auto const main = folder.write("site.yaml", head + "include: [ shared/a.yaml, ./shared/b.yaml ]\ncooling: { air: { mode: online } }\nhalls: [ { id: hall-b, pods: [] } ]\n");
  auto const loaded = load_as<toy::Site>(main);
  CHECK(loaded.value.cooling.air.supply_c == 25);
  CHECK(loaded.value.cooling.air.flow_m3_s == 2);
  CHECK(loaded.value.cooling.air.mode == toy::Mode::online);
  REQUIRE(loaded.value.halls.size() == 2);
  CHECK(loaded.resolved.files.size() == 3);
  CHECK(find_origin(loaded.origins, "cooling.air.mode")->size() == 2);

  auto const clash = folder.write("clash.yaml", head + "include: [ shared/a.yaml, shared/c.yaml ]\n");
  CHECK_THROWS_WITH_AS(load_as<toy::Site>(clash), doctest::Contains("AF1016"), InputError);
  auto const circle = folder.write("circle.yaml", head + "include: [ circle.yaml ]\n");
  CHECK_THROWS_WITH_AS(load_as<toy::Site>(circle), doctest::Contains("AF1017"), InputError);
  auto const missing = folder.write("missing.yaml", head + "include: [ nope.yaml ]\n");
  CHECK_THROWS_WITH_AS(load_as<toy::Site>(missing), doctest::Contains("AF5001"), InputError);
}

TEST_CASE("base, cases, overlays and --set are layers, the last wins") {
  toy::Folder const folder;
  folder.write("base.yaml", "schema: aifactory/scenario/v1\nname: base\ncapacity: 1 MW\ncooling: { liquid: { supply: 20 degC } }\n");
  folder.write("bid.yaml", "cooling: { liquid: { mode: online } }\n");
  auto const over = folder.write("over.yaml", "capacity: 4 MW\n");
  auto const child = folder.write("child.yaml", "schema: aifactory/scenario/v1\nbase: base.yaml\nset: { capacity *=: 2, cooling.liquid.supply +=: 5 K }\nname: child\n");
  CHECK(load_as<toy::Site>(child).value.capacity_w == 2e6);
  CHECK(load_as<toy::Site>(child).value.cooling.liquid.supply_c == 25);
  auto const cases = folder.write("cases.yaml",
                                  "schema: aifactory/cases/v1\nbase: ./child.yaml\nbaseline: as-bid\ncases:\n  - { id: as-bid }\n"
                                  "  - { id: warm, title: warmer, set: { cooling.liquid.supply: 45 degC } }\n  - { id: late, overlay: ./bid.yaml, set: [ 'capacity=3 MW' ] }\n");
  auto const with = [&](LoadOptions const& options) { return load_as<toy::Site>(cases, options).value; };
  CHECK(with({}).cooling.liquid.supply_c == 25);
  CHECK(with({.overlays = {}, .sets = {}, .case_id = "warm", .library_dirs = {}}).cooling.liquid.supply_c == 45);
  CHECK(with({.overlays = {}, .sets = {}, .case_id = "late", .library_dirs = {}}).cooling.liquid.mode == toy::Mode::online);
  CHECK(with({.overlays = {}, .sets = {}, .case_id = "late", .library_dirs = {}}).capacity_w == 3e6);
  CHECK(with({.overlays = {over}, .sets = {}, .case_id = "late", .library_dirs = {}}).capacity_w == 4e6);
  CHECK(with({.overlays = {over}, .sets = {"capacity=5 MW"}, .case_id = "late", .library_dirs = {}}).capacity_w == 5e6);
  CHECK_THROWS_WITH_AS(with({.overlays = {}, .sets = {}, .case_id = "wram", .library_dirs = {}}), doctest::Contains("did you mean `warm`?"), InputError);
  CHECK_THROWS_WITH_AS(load_as<toy::Site>(child, {.overlays = {}, .sets = {}, .case_id = "warm", .library_dirs = {}}), doctest::Contains("AF1018"), InputError);
}

TEST_CASE("a problem in a patch says which patch it is and what it was applied to") {
  toy::Folder const folder;
  auto const base = folder.write("base.yaml", "schema: aifactory/scenario/v1\nname: base\ncapacity: 1 MW\n");
  auto const cases = folder.write("b.yaml", "schema: aifactory/cases/v1\nbase: ./base.yaml\ncases:\n  - id: a\n    set:\n      name: x\n      capacity: 80\n");
  CHECK_THROWS_WITH_AS(load_as<toy::Site>(cases, {.overlays = {}, .sets = {}, .case_id = "a", .library_dirs = {}}),
                       doctest::Contains(("b.yaml:7:17     (patch 2 of 2, applied to " + base + ":3:11)").c_str()), InputError);
}

TEST_CASE("all problems of a file come at once, in its order") {
  CHECK(toy::problems_of("schema: aifactory/scenario/v1\nname: x\ncapacity: 36\ncooling:\n  liquid: { suply: 40 degC, mode: ecco }\nhalls:\n  - { id: a, pods: [ { id: p, rack: \"lib:racks/bgi\", count: 1 } ] }\n") ==
        Words{"AF1011 capacity 3:11", "AF1004 cooling.liquid 5:13", "AF1007 cooling.liquid.mode 5:35", "AF1008  7:37"});
}

TEST_CASE("find_path follows ids and the short form") {
  auto const loaded = toy::load(toy::kSite);
  REQUIRE(find_path(loaded.resolved.tree, "pods.nvl-b.count"));
  CHECK(find_path(loaded.resolved.tree, "pods.nvl-b.count")->scalar == "6");
  CHECK_FALSE(find_path(loaded.resolved.tree, "pods.nvl-c.count"));
}
