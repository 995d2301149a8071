// The design day and the set points of a small site.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "sim/design_day.hpp"
#include "sim/run.hpp"
#include "sim/setpoints.hpp"
#include "sim/simulation.hpp"
#include "tests/unit/sim/small_site.hpp"
#include "tests/support/refused.hpp"

using namespace aif;
using namespace aif::sim;
using aif::test::code_of;

TEST_CASE("design day: the file's air or the scenario's; MW, MVA, margins with one unit out, water, seconds") {
  auto const s = small_site::build();
  DesignDay const d = design_day(s.loaded.value, s.facility);
  CHECK(d.peak.dry_bulb_c == doctest::Approx(34.1));
  CHECK(d.peak.wet_bulb_c == doctest::Approx(23.9).epsilon(1e-4));
  REQUIRE(d.hours.size() == 24);
  CHECK(d.hours[14].weather.dry_bulb_c == doctest::Approx(34.1));
  CHECK(d.hours[4].weather.dry_bulb_c == doctest::Approx(34.1 - d.daily_range_k));
  CHECK(d.daily_range_k > 5);
  double water_kg = 0, heat_balance = 0;
  for (auto const& h : d.hours) {
    water_kg += h.water_kg_s * 3600, heat_balance += h.cooling_w * 3600;
    CHECK(h.weather.wet_bulb_c <= d.peak.wet_bulb_c + 1e-6);
    CHECK(h.cooling_w <= d.hours[14].cooling_w * (1 + 1e-6));
  }
  CHECK(d.water_m3 == doctest::Approx(water_kg / 1000));
  CHECK(d.cooling_j == doctest::Approx(heat_balance));
  auto const& all = d.cases.front();
  CHECK(all.plant.out_of_service.empty());
  CHECK(all.site_w > d.it_w + all.plant.electric_w);  // and the losses
  CHECK(all.site_va >= all.site_w);
  CHECK(all.plant.make_up_l_s >= all.plant.blowdown_l_s);
  for (auto const& c : d.cases) {
    CAPTURE(c.plant.out_of_service);
    CHECK(c.plant.liquid_margin_frac <= all.plant.liquid_margin_frac + 1e-3);
    CHECK(c.plant.air_margin_frac <= all.plant.air_margin_frac + 1e-3);
  }
  CHECK(std::any_of(d.cases.begin(), d.cases.end(), [](auto const& c) { return c.plant.out_of_service.starts_with("cooling.plant.heat_rejection"); }));
  for (auto const& r : d.rides)
    for (std::size_t i = 1; i < r.tanks.size(); ++i) CHECK(r.tanks[i].ride.seconds_to_throttle_s >= 0.95 * r.tanks[0].ride.seconds_to_throttle_s);
  CHECK(std::count_if(d.rides.begin(), d.rides.end(), [](auto const& r) { return r.fault == "power_loss"; }) >= 2);
  CHECK(design_cases_csv(d).find("cooling.plant.heat_rejection/0") != std::string::npos);
  CHECK_FALSE(d.schedule.empty());

  auto const hot = small_site::build({"site.design_day.dry_bulb=44 degC", "site.design_day.wet_bulb=28 degC", "site.design_day.daily_range=8 K"});
  DesignDay const h = design_day(hot.loaded.value, hot.facility);
  CHECK(h.peak.dry_bulb_c == doctest::Approx(44));
  CHECK(h.daily_range_k == 8);
  CHECK(h.cases.front().plant.liquid_margin_frac < all.plant.liquid_margin_frac + 1e-3);
  CHECK(h.water_m3 > d.water_m3);
  auto const extreme = small_site::build({"site.design_day.basis=extreme_20_year"});
  CHECK(design_day(extreme.loaded.value, extreme.facility).peak.dry_bulb_c > 36);
  auto const impossible = small_site::build({"site.design_day.dry_bulb=30 degC", "site.design_day.wet_bulb=35 degC"});
  CHECK(code_of([&] { design_day(impossible.loaded.value, impossible.facility); }) == "AF2881");
}

TEST_CASE("set points: the reset that comes out spares cooling in a coupled run and keeps devices within their limits") {
  auto const s = small_site::build();
  SetpointOptions o;
  o.every_hours = 173;
  auto const study = study_setpoints(s.facility, o);
  CHECK(study.hours.size() == 51);
  for (auto const& h : study.hours)
    if (h.now.feasible) {
      CHECK(h.best.feasible);
      CHECK(h.best.cost_w() <= h.now.cost_w() * (1 + 1e-3) + 100);
    }
  CHECK(study.best_over <= study.now_over);
  REQUIRE(study.reset.wet_bulb_c.size() >= 3);
  CHECK(std::is_sorted(study.reset.wet_bulb_c.begin(), study.reset.wet_bulb_c.end()));
  CHECK(study.reset_w + study.reset_leakage_w < study.now_w);
  o.highest_c = 10;
  CHECK(code_of([&] { study_setpoints(s.facility, o); }) == "AF2880");
}

TEST_CASE("water at the source and heat that is reused are told; quiet hours hold in the coupled run") {
  auto const run = [](std::vector<std::string> sets) {
    auto const loaded = load_scenario_text(small_site::kText, "small.yaml", {.overlays = {}, .sets = std::move(sets), .case_id = {}, .library_dirs = {}});
    RunSettings settings;
    settings.cache_dir = (std::filesystem::temp_directory_path() / "aif_test_maps").string();
    settings.members = 0;
    return run_scenario(loaded, Library(), settings);
  };
  auto const at = [](Results const& r, char const* id) { return r.find(id)->value; };
  Results const dry = run({"cooling.water.at_source=0 L/kWh"}), wet = run({"cooling.water.at_source=3 L/kWh"});
  CHECK(at(dry, "wue.source") == doctest::Approx(at(dry, "wue")));
  CHECK(at(wet, "wue.source") - at(wet, "wue") == doctest::Approx(3e-3 / 3.6e6 * at(wet, "pue")).epsilon(1e-6));
  CHECK(at(dry, "heat.reused") == 0);
  Results const reuse = run({"cooling.plant.heat_reuse.heat=500 kW", "cooling.plant.heat_reuse.price=20 USD/MWh"});
  CHECK(at(reuse, "heat.reused") > 0);
  CHECK(at(reuse, "heat.reused") <= 500e3 * 2 * 86400 * (1 + 1e-9));
  auto const sold = std::find_if(reuse.costs.begin(), reuse.costs.end(), [](auto const& c) { return c.id == "heat.sold"; });
  REQUIRE(sold != reuse.costs.end());
  CHECK(sold->annual_usd == doctest::Approx(-at(reuse, "heat.reused") * 20 / 3.6e9 * 8760 / 48).epsilon(1e-6));
}

TEST_CASE("a plant that is too small slows racks down and every window still settles") {
  for (char const* supply : {"cooling.liquid.supply=25 degC", "cooling.liquid.supply=20 degC"}) {
    auto const s = small_site::build({supply, "site.weather.offset=16 K", "cooling.plant.heat_rejection.count=1", "cooling.plant.heat_rejection.redundancy=N", "workloads.w.demand.mean=6000 req/s"});
    YearRun run = start_year(s.facility, {});
    advance_year(s.facility, run, {});
    CHECK(run.sums.unsolved == 0);
    CHECK(run.sums.worst_residual < 1e-6);
    double short_h = 0;
    for (auto const& [cause, sum] : run.sums.causes)
      if (cause.first == static_cast<int>(Cause::cooling) && cause.second == "cooling.plant.heat_rejection") short_h += sum[0];
    CHECK(short_h > 0);
  }
}
