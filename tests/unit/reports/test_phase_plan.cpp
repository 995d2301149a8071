// Phases as a buyer reads them: days, shares of shared plant, and what a delivery waits for.
#include "reports/phase_plan.hpp"

#include <doctest/doctest.h>

#include "tests/unit/reports/synthetic_results.hpp"

using namespace aif;
using namespace aif::reports;

namespace {

// 100 racks of 100 kW in two deliveries of `a`, 10 racks of 50 kW from the first day; 6 MW first, 4 MW on `second`.
SiteFacts facts_with(std::string const& second, std::string const& capacity = "4 MW") {
  sim::Results r;
  r.provenance.canonical_json = R"({"site":{"utility":{"capacity":1e7}},"halls":[{"id":"h","pods":[{"id":"a","count":100,"rack":{"design_power":1e5}},{"id":"b","count":10,"rack":{"design_power":5e4}}]}],
    "phases":[{"id":"late","date":"2027-07-01","adds":{"pods.a":"50"},"ramp":0.00011574074074074073,"burn_in":864000},
              {"id":"early","date":"2027-03-01","adds":{"pods.a":"50","site.utility.capacity":"6 MW"},"ramp":0,"burn_in":0},
              {"id":"grid","date":")" + second + R"(","adds":{"site.utility.capacity":")" + capacity + R"("},"ramp":0,"burn_in":0}]})";
  return SiteFacts(r);
}

Phase const& phase(std::vector<Phase> const& all, std::string const& id) {
  return *std::find_if(all.begin(), all.end(), [&](auto const& p) { return p.id == id; });
}

}  // namespace

TEST_CASE("phases stand in the order of their days; burn-in and ramp give the days of production") {
  auto const phases = phases_of(facts_with("2027-06-01"));
  REQUIRE(phases.size() == 3);
  CHECK(phases[0].id == "early");
  Phase const& late = phase(phases, "late");
  CHECK(date_text(late.day) == "2027-07-01");
  CHECK(date_text(late.up_from) == "2027-07-11");
  CHECK(date_text(late.up_all) == "2027-07-15");  // 50 racks at 10 a day: five days, the first included
  CHECK(late.racks_w == doctest::Approx(5e6));
  CHECK(late.waits_for.empty());
}

TEST_CASE("racks wait for import power that comes later, or never") {
  CHECK(phase(phases_of(facts_with("2027-09-01")), "late").waits_for == "import power, energised 2027-09-01");
  CHECK(phase(phases_of(facts_with("2027-06-01", "1 MW")), "late").waits_for.starts_with("import power for 10"));
}

TEST_CASE("shares of shared plant grow with the racks' design power and end at all") {
  auto const facts = facts_with("2027-06-01");
  auto const phases = phases_of(facts);
  auto const racks = shares_of(facts, phases, "racks");
  REQUIRE(racks.size() == 4);
  CHECK(racks[0] == doctest::Approx(0.5 / 10.5));
  CHECK(racks[1] == doctest::Approx(5.5 / 10.5));
  CHECK(racks[3] == 1);
  CHECK(std::is_sorted(racks.begin(), racks.end()));
  CHECK(shares_of(facts, phases, "pods.b") == std::vector<double>{1, 1, 1, 1});
  CHECK(shares_of(facts, phases, "pods.a") == std::vector<double>{0, 0.5, 0.5, 1});
  CHECK(shares_of(facts, phases, "site").front() == 1);  // pods stand there from the first day, so does what all share
  CHECK(shares_of(facts, {}, "racks") == std::vector<double>{1});
}

TEST_CASE("phases that cannot be read are left out, not guessed") {
  sim::Results r;
  r.provenance.canonical_json = R"({"phases":[{"id":"x","date":"soon"},{"id":"y","date":"2027-01-01","adds":{"site.utility.capacity":"much"}}]})";
  auto const phases = phases_of(SiteFacts(r));
  REQUIRE(phases.size() == 1);
  CHECK(phases[0].import_w == 0);
  CHECK(date_text(-1) == "1969-12-31");
}
