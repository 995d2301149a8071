#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/unit/sim/test_scenario_toy.hpp"

using namespace aif;
using namespace aif::sim;

TEST_CASE("an entry becomes a struct, and its leaves carry their sources") {
  toy::Folder const folder;
  folder.write("racks/big.yaml", toy::kRackEntry);
  Library const library({folder.path()});
  auto const rack = library.load_as<toy::Rack>("lib:racks/big");
  CHECK(rack.devices == 72);
  CHECK(rack.id == "big");
  auto const entry = library.load("racks/big");
  CHECK(entry.title == "A big rack");
  CHECK(entry.values.find("devices")->source->text == "vendor sheet");
  CHECK_THROWS_WITH_AS(library.load("racks/bgi"), doctest::Contains("did you mean `lib:racks/big`?"), InputError);
}

TEST_CASE("a value without a source is refused") {
  auto const problems_of = [](std::string text) {
    DiagnosticList problems;
    LibraryEntry entry;
    read_entry(text, "racks/big.yaml", problems, entry);
    std::vector<std::string> out;
    for (auto const& d : problems.items()) out.push_back(d.code + " " + d.path);
    return out;
  };
  auto const changed = [](std::string const& old, std::string const& now) {
    std::string text = toy::kRackEntry;
    return text.replace(text.find(old), old.size(), now);
  };
  using Words = std::vector<std::string>;
  CHECK(problems_of(toy::kRackEntry).empty());
  CHECK(problems_of(changed("[72, sheet]", "72")) == Words{"AF1020 devices"});
  CHECK(problems_of(changed("[72, sheet]", "[72, hearsay]")) == Words{"AF1020 devices.0", "AF1020 devices.1"});
  CHECK(problems_of(changed("120 kW, 140 kW", "140 kW, 120 kW")) == Words{"AF1021 "});
  CHECK(problems_of(changed("id: big", "id: bog")) == Words{"AF1021 id"});
  CHECK(problems_of(changed("library/v1", "library/v9")) == Words{"AF1009 schema"});
  CHECK(problems_of(changed("evidence: published", "evidence: rumour")) == Words{"AF1007 sources.sheet.evidence"});
}

TEST_CASE("the shipped library is found; assets keep their own format") {
  Library const library;
  REQUIRE_FALSE(library.dirs().empty());
  CHECK(library.asset_path("lib:weather/USA_VA_Sterling-Washington.Dulles.Intl.AP.724030_TMY3").ends_with(".epw.gz"));
  CHECK(library.asset_path("my/own.epw") == "my/own.epw");
  CHECK_THROWS_AS(library.asset_path("lib:weather/../../etc/passwd"), InputError);
  CHECK_THROWS_WITH_AS(library.asset_path("lib:weather/USA_VA_Sterling"), doctest::Contains("AF1008"), InputError);
}

TEST_CASE("every shipped entry is well formed and sourced") {
  Library const library;
  for (auto const& reference : library.references()) {
    if (!library.is_entry(reference)) continue;
    CAPTURE(reference);
    CHECK_NOTHROW(library.load(reference));
  }
}
