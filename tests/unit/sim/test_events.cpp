// Events of a scenario: each changes what it names in its hours and nothing else, none makes more tokens, dates are judged.
#include <doctest/doctest.h>

#include "sim/contingency/steady.hpp"
#include "sim/events/impact.hpp"
#include "sim/facility/outages.hpp"
#include "small_site.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

struct Hour {
  double good = 0, trained = 0, utility_w = 0, mechanical_w = 0, water_kg_s = 0, dry_bulb_c = 0;
};

// The hours of July 2027, one after the other.
constexpr std::size_t kFirst = 181 * 24, kHours = 12 * 24;
std::vector<Hour> july(Facility const& f) {
  FacilityState state = initial_state(f);
  Workspace workspace;
  WindowInputs in;
  std::vector<Hour> out;
  for (std::size_t h = kFirst; h < kFirst + kHours; ++h) {
    window_inputs(f, Calendar::steady, static_cast<double>(h) * 3600, 3600, in);
    Facility const& now = site_in(f, in.hour);
    auto const w = solve_window(now, state, in, workspace);
    out.push_back({good_token_s(now, state), trained_token_s(state), w.power.utility_w, w.mechanical_w, w.cooling.water_kg_s(), in.weather.dry_bulb_c});
  }
  return out;
}

std::vector<Hour> const& plain() {
  static auto const hours = july(small_site::build().facility);
  return hours;
}

// 48 hours from 5 July 12:00.
constexpr std::size_t kFrom = 4 * 24 + 12, kTo = kFrom + 48;
small_site::Site with(std::string const& event) {
  return small_site::build({}, "events:\n  - { id: e, start: \"2027-07-05T12:00\", duration: 48 h, " + event + " }\n");
}

// Runs it; outside its hours (and a day after) the site is the same to the bit, and it never makes more tokens.
std::vector<Hour> run(std::string const& event) {
  auto const hours = july(with(event).facility);
  REQUIRE(hours.size() == plain().size());
  for (std::size_t i = 0; i < hours.size(); ++i) {
    CAPTURE(i);
    CHECK(hours[i].good <= plain()[i].good * (1 + 1e-4));
    CHECK(hours[i].trained <= plain()[i].trained * (1 + 1e-4));
    if (i >= kFrom) continue;
    CHECK(hours[i].good == plain()[i].good);
    CHECK(hours[i].utility_w == plain()[i].utility_w);
  }
  CHECK(hours.back().good == doctest::Approx(plain().back().good).epsilon(1e-4));
  return hours;
}

std::string problem_of(std::string const& start) {
  try {
    small_site::build({}, "events:\n  - { type: smoke, id: e, start: \"" + start + "\", duration: 48 h }\n");
  } catch (InputError const& e) {
    return e.diagnostics().items().front().code;
  }
  return {};
}

}  // namespace

TEST_CASE("a curtailment holds the import below its limit, in its hours") {
  auto const hours = run("type: curtailment, import_limit: 1.5 MW");
  bool is_short = false;
  for (std::size_t i = kFrom; i < kTo; ++i) {
    CHECK(hours[i].utility_w <= 1.5e6 * (1 + 1e-3));
    is_short = is_short || plain()[i].utility_w > 1.5e6 * 1.01;
  }
  CHECK(is_short);
  CHECK(hours[kTo + 1].utility_w == doctest::Approx(plain()[kTo + 1].utility_w).epsilon(0.2));
}

TEST_CASE("smoke: without free cooling the plant takes more power") {
  auto const hours = run("type: smoke");
  double more = 0;
  for (std::size_t i = kFrom; i < kTo; ++i) {
    CHECK(hours[i].mechanical_w >= plain()[i].mechanical_w * (1 - 1e-4));
    more += hours[i].mechanical_w - plain()[i].mechanical_w;
  }
  CHECK(more >= 0);
}

TEST_CASE("a water cap is kept; without any water nothing is drawn") {
  for (double cap_m3_h : {0.0, 0.5}) {
    auto const hours = run("type: water_cap, cap: " + std::to_string(cap_m3_h) + " m3/h");
    for (std::size_t i = kFrom; i < kTo; ++i) CHECK(hours[i].water_kg_s <= cap_m3_h * 1000 / 3600 * (1 + 1e-9) + 1e-12);
  }
}

TEST_CASE("a heat wave rises and falls as a half sine and never lowers the power of the plant") {
  auto const hours = run("type: heat_wave, peak: 8 K");
  double highest = 0;
  for (std::size_t i = kFrom; i < kTo; ++i) {
    double const more = hours[i].dry_bulb_c - plain()[i].dry_bulb_c;
    CHECK(more >= -1e-9);
    CHECK(hours[i].mechanical_w >= plain()[i].mechanical_w * (1 - 1e-4));
    highest = std::max(highest, more);
  }
  CHECK(highest == doctest::Approx(8).epsilon(0.01));
}

TEST_CASE("works on a feeder cost nothing on two feeds; works on a cooling loop cost its half") {
  auto const feeder = run("type: outage, components: [power.feeds/0]");
  auto const loop = run("type: outage, components: [cooling.liquid.loop.chat/0]");
  double had = 0, with_feeder = 0, with_loop = 0;
  for (std::size_t i = kFrom; i < kTo; ++i) had += plain()[i].good, with_feeder += feeder[i].good, with_loop += loop[i].good;
  CHECK(with_feeder == doctest::Approx(had).epsilon(1e-4));
  CHECK(with_loop <= had);
  CHECK(with_loop >= 0.49 * had);
}

TEST_CASE("what an event costs is the difference with and without it, event by event") {
  auto const s = small_site::build({}, R"(
events:
  - { type: curtailment, id: call, start: "2027-07-05T12:00", duration: 24 h, import_limit: 1.5 MW }
  - { type: heat_wave, id: wave, start: "2027-07-05T12:00", duration: 48 h, peak: 5 K }
  - { type: outage, id: works, start: "2027-07-06", duration: 8 h, components: [power.feeds, site.onsite.gen] }
)");
  auto const impacts = assess_events(s.loaded.value, s.facility, {});
  REQUIRE(impacts.size() == 3);
  CHECK(impacts[0].hours == 24);
  CHECK(impacts[0].lost_good_token + impacts[0].lost_trained_token > 0);
  CHECK_FALSE(impacts[0].binding.empty());
  CHECK(impacts[0].utility_j < 0);
  CHECK(impacts[1].lost_good_token >= 0);
  CHECK(impacts[1].peak_utility_w >= 0);
  CHECK(impacts[2].lost_good_frac == doctest::Approx(1).epsilon(1e-6));  // no source at all
  CHECK(impacts[2].lost_trained_frac == doctest::Approx(1).epsilon(1e-6));
}

TEST_CASE("dates of events are judged") {
  CHECK(problem_of("2027-07-10") == "");
  CHECK(problem_of("2027-12-31T23:00") == "");
  for (auto const* bad : {"2027-02-30", "tomorrow", "2027-07-10T25:00", "2027-07-10T14:30", "2027-07-10 14:00"}) CHECK_MESSAGE(problem_of(bad) == "AF2850", bad);
  for (auto const* bad : {"2026-12-31", "2028-01-01"}) CHECK_MESSAGE(problem_of(bad) == "AF2851", bad);
}
