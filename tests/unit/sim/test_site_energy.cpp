// What the site draws from whom: before the first import, in a curtailment with own sources, with gas and solar; and the electrical studies.
#include <doctest/doctest.h>

#include "sim/claims/electrical_run.hpp"
#include "sim/contingency/steady.hpp"
#include "sim/simulation.hpp"
#include "small_site.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

YearRun year(Facility const& f, Calendar calendar) {
  YearRun run = start_year(f, {calendar, true});
  advance_year(f, run, {});
  return run;
}

// Tokens and import of the hours of a curtailment, one after the other.
struct Curtailed {
  double good = 0, highest_w = 0;
};
Curtailed curtailed(std::vector<std::string> sets, double hours) {
  auto const site = small_site::build(std::move(sets), "events:\n  - { type: curtailment, id: e, start: \"2027-07-05T12:00\", duration: 24 h, import_limit: 0.8 MW }\n");
  FacilityState state = initial_state(site.facility);
  Workspace workspace;
  WindowInputs in;
  Curtailed out;
  std::size_t const first = 185 * 24 + 12;
  for (std::size_t h = first; h < first + static_cast<std::size_t>(hours); ++h) {
    window_inputs(site.facility, Calendar::steady, static_cast<double>(h) * 3600, 3600, in);
    auto const w = solve_window(site_in(site.facility, in.hour), state, in, workspace);
    out.good += good_token_s(site.facility, state), out.highest_w = std::max(out.highest_w, w.power.utility_w);
    CHECK(std::abs(w.balance_residual) < 1e-6);
  }
  return out;
}

std::string const kBattery = "site.onsite=[{ type: battery, id: bess, power: 3 MW, energy: 6 MWh }]";

}  // namespace

TEST_CASE("nothing is drawn before the first import is energised, unless gas bridges it") {
  std::string const phases = "phases:\n  - { id: p, date: \"2027-01-02\", adds: { site.utility.capacity: 6 MW } }\n";
  auto const dark = small_site::build({"site.onsite=[]"}, phases);
  auto const run = year(dark.facility, Calendar::as_delivered);
  REQUIRE(run.site_w.size() == 48);
  for (std::size_t h = 0; h < 24; ++h) CHECK(run.site_w[h] == 0);
  for (std::size_t h = 24; h < 48; ++h) CHECK(run.site_w[h] > 1e5);
  double delivery_h = 0;
  for (auto const& [key, value] : run.sums.causes)
    if (key.first == static_cast<int>(Cause::delivery)) delivery_h += value[0];
  CHECK(delivery_h == doctest::Approx(24));
  auto const bridged = small_site::build({"site.onsite=[{ type: gas, id: g, units: 4, power: 1.5 MW, redundancy: N }]"}, phases);
  auto const gas = year(bridged.facility, Calendar::as_delivered);
  CHECK(gas.site_w[3] > 1e5);
  CHECK(gas.utility_w[3] == 0);
  CHECK(gas.sums.gas_fuel_j > 2 * gas.sums.gas_j);
}

TEST_CASE("a curtailment that the battery covers costs no token; a long one does, and the import is kept") {
  auto const bare = curtailed({"site.onsite=[]"}, 2), with = curtailed({kBattery}, 2);
  auto const free = [] {
    auto const site = small_site::build({"site.onsite=[]"});
    FacilityState state = initial_state(site.facility);
    Workspace workspace;
    WindowInputs in;
    double good = 0;
    for (std::size_t h = 185 * 24 + 12; h < 185 * 24 + 14; ++h) {
      window_inputs(site.facility, Calendar::steady, static_cast<double>(h) * 3600, 3600, in);
      solve_window(site.facility, state, in, workspace);
      good += good_token_s(site.facility, state);
    }
    return good;
  }();
  CHECK(bare.good < 0.95 * free);
  CHECK(with.good == doctest::Approx(free).epsilon(1e-6));
  CHECK(with.highest_w <= 0.8e6 * (1 + 1e-6));
  auto const day = curtailed({kBattery}, 24), day_bare = curtailed({"site.onsite=[]"}, 24);
  CHECK(day.good > day_bare.good);
  CHECK(day.good < 0.97 * 12 * free);
  CHECK(day.highest_w <= 0.8e6 * (1 + 1e-6));
}

TEST_CASE("solar needs radiation, gives nothing at night, and has the yearly yield of its climate") {
  auto const site = small_site::build({"site.onsite=[{ type: solar, id: pv, power: 1 MW }]"});
  auto const& f = site.facility;
  REQUIRE(f.solar_w.size() == 8760);
  double sum = 0, night = 0;
  for (std::size_t h = 0; h < 8760; ++h) sum += f.solar_w[h], night = h % 24 < 4 ? std::max(night, f.solar_w[h]) : night;
  CHECK(night == 0);
  double const yield = sum / 8760 / 1.2e6;  // of the modules' rating: PVWatts gives about 0.16 to 0.18 for one-axis trackers in Virginia
  CHECK(yield > 0.14);
  CHECK(yield < 0.20);
  auto const run = year(f, Calendar::steady);
  CHECK(run.sums.solar_j > 0);
  CHECK(run.sums.utility_j + run.sums.solar_j == doctest::Approx(run.sums.site_j));
  CHECK_THROWS_AS(small_site::build({"site.onsite=[{ type: solar, id: pv, power: 1 MW }]", "site.weather.source=lib:weather/openmeteo_SG_2023"}), InputError);
}

TEST_CASE("what can be given up is never more than the import, and more with a battery") {
  auto const bare = year(small_site::build({"site.onsite=[]"}).facility, Calendar::steady), with = year(small_site::build({kBattery}).facility, Calendar::steady);
  CHECK(bare.sums.curtailable_onsite_j == 0);
  CHECK(bare.sums.curtailable_j > 0.5 * bare.sums.it_j);
  CHECK(bare.sums.curtailable_j <= bare.sums.utility_j);
  CHECK(with.sums.curtailable_onsite_j > 0);
  CHECK(with.sums.curtailable_j >= bare.sums.curtailable_j);
  CHECK(with.sums.curtailable_j <= with.sums.utility_j);
}

TEST_CASE("ride-through is judged on the site as built") {
  auto const site = small_site::build();
  RideThroughStudy study;
  study.id = "dips", study.envelope = power::itic_envelope();
  auto const r = run_study(study, site.facility);
  CHECK(r.find("points.failed")->value == 0);
  CHECK(r.find("outage.longest")->value == 3600);  // generators come
  CHECK(r.find("off_grid.share")->value > 0.5);     // the UPS take their load off the grid
  auto const fragile = run_study(study, small_site::build({"site.onsite=[]", "power.ups={ rated_power: 1.25 MW, battery_energy: 1 kWh }"}).facility);
  CHECK(fragile.find("outage.longest")->value < 60);
  CHECK(fragile.find("points.failed")->value >= r.find("points.failed")->value);
}

TEST_CASE("training swings the import by its step; a battery and stores make it smaller, a floor burns energy") {
  auto const site = small_site::build();
  TrainingSwingStudy study;
  study.id = "swing", study.workload = "t";
  study.mask = {{0.1, 2, 1e3}};
  auto const bare = run_study(study, site.facility);
  CHECK(bare.find("range")->value > 1e4);
  CHECK(bare.find("range")->value == doctest::Approx(bare.find("range.bare")->value));
  study.battery = {1e6, 3.6e9, 0.05, 30, 0.948};
  auto const calmed = run_study(study, site.facility);
  CHECK(calmed.find("band1.amplitude")->value < 0.5 * bare.find("band1.amplitude")->value);  // the step itself; edges are faster than its lag
  CHECK(calmed.find("battery.loss")->value > 0);
  study.battery = {};
  study.supply = {100e3, 0.5};
  CHECK(run_study(study, site.facility).find("ramp")->value < 0.5 * bare.find("ramp")->value);
  study.supply = {};
  study.device.floor_frac = 0.9;
  auto const floored = run_study(study, site.facility);
  CHECK(floored.find("range")->value < bare.find("range")->value);
  CHECK(floored.find("wasted")->value > 0);
  study.workload = "nobody";
  try {
    run_study(study, site.facility);
    FAIL("accepted");
  } catch (InputError const& e) {
    CHECK(e.diagnostics().items().front().code == "AF2871");
  }
}
