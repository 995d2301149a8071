#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/diagnostics.hpp"
#include "models/cooling/site.hpp"
#include "tests/support/cooling_cases.hpp"
#include "tests/support/refused.hpp"

using namespace aif::cooling;

namespace {

CoolingGroup nvl72() {
  CoolingGroup g;
  g.id = "nvl", g.racks = 192, g.rated_liquid_w = 115e3, g.rated_air_w = 17e3;
  return g;
}

SiteCoolingOutputs solve(SiteCooling const& site, SiteCoolingState& state, std::vector<GroupHeat> const& heat, WeatherPoint const& w) {
  return solve_window(site, state, w, {heat}, 3600);
}

}  // namespace

TEST_CASE("heat that comes in leaves, in any weather and at any load") {
  std::vector<CoolingGroup> const groups{nvl72()};
  SiteCooling const site = build_site_cooling({}, groups, 94);
  for (double dry_bulb : {-25.0, -5.0, 5.0, 12.0, 18.0, 25.0, 31.0, 38.0, 46.0})
    for (double load : {0.02, 0.3, 0.7, 1.0}) {
      SiteCoolingState state = make_state(site);
      auto const out = solve(site, state, {{115e3 * load, 17e3 * load, 192}}, make_weather_point(dry_bulb, 0.4, 100e3));
      CAPTURE(dry_bulb);
      CAPTURE(load);
      CHECK(std::abs(out.balance_residual) < 1e-6);
      CHECK(out.electric_w() > 0);
      CHECK(out.water_kg_s() >= 0);
      CHECK(out.groups[0].coolant_supply_c >= 40 - 1e-6);
      CHECK(out.groups[0].coolant_return_c > out.groups[0].coolant_supply_c);
    }
}

TEST_CASE("two groups of 96 racks behave as one of 192") {
  CoolingGroup half = nvl72();
  half.racks = 96;
  CoolingParams params;
  params.liquid.cdu.model.rated_heat_w = 8 * 115e3;  // whole units either way; spares are counted per group
  params.liquid.cdu.redundancy = "N";
  std::vector<CoolingGroup> const one{nvl72()}, two{half, half};
  SiteCooling const a = build_site_cooling(params, one, 0), b = build_site_cooling(params, two, 0);
  SiteCoolingState sa = make_state(a), sb = make_state(b);
  auto const w = make_weather_point(28, 0.5, kStandardPressurePa);
  std::vector<GroupHeat> const ha{{100e3, 15e3, 192}}, hb{{100e3, 15e3, 96}, {100e3, 15e3, 96}};
  auto const oa = solve(a, sa, ha, w), ob = solve(b, sb, hb, w);
  REQUIRE(a.groups[0].cdus == 2 * b.groups[0].cdus);
  CHECK(oa.electric_w() == doctest::Approx(ob.electric_w()).epsilon(1e-9));
  CHECK(oa.groups[0].coolant_kg_s == doctest::Approx(ob.groups[1].coolant_kg_s));
}

TEST_CASE("caps: a plant that is too small carries exactly what it says it can") {
  CoolingParams params;
  params.plant.heat_rejection.count = 12;
  std::vector<CoolingGroup> const groups{nvl72()};
  SiteCooling const site = build_site_cooling(params, groups, 0);
  SiteCoolingState state = make_state(site);
  auto const w = make_weather_point(40, 0.3, kStandardPressurePa);
  auto const out = solve(site, state, {{115e3, 17e3, 192}}, w);
  REQUIRE(out.liquid_cap_frac < 1);
  CHECK(element_name(out.binding) == "cooling.plant.heat_rejection");
  double const cap = out.groups[0].cap_liquid_w;
  CHECK(cap < 115e3);
  CHECK(out.groups[0].coolant_supply_c > 42);
  auto const at_cap = solve(site, state, {{cap * 0.9999, 17e3, 192}}, w);
  CHECK(at_cap.liquid_cap_frac == 1);
  CHECK(at_cap.groups[0].coolant_supply_c == doctest::Approx(42).epsilon(1e-3));
}

TEST_CASE("impossible designs are refused with codes") {
  std::vector<CoolingGroup> const groups{nvl72()};
  auto const code_of = [&](CoolingParams const& p) { return aif::test::code_of([&] { build_site_cooling(p, groups, 0); }); };
  CoolingParams p;
  CHECK(code_of(p) == "");
  p.liquid.supply_c = 2, p.liquid.loop.fluid = Fluid::water;
  CHECK(code_of(p) == "AF2205");
  p = {};
  p.liquid.loop.pumps.head_pa = 0;
  CHECK(code_of(p) == "AF2208");
  p = {};
  p.air.redundancy = "N+many";
  CHECK(code_of(p) == "AF2201");
  p = {};
  p.plant.chilled_water.supply_c = 30;
  CHECK(code_of(p) == "AF2206");
  p = {};
  p.liquid.reset.wet_bulb_c = {0, 20}, p.liquid.reset.supply_c = {30};
  CHECK(code_of(p) == "AF2216");
  p.liquid.reset.wet_bulb_c = {20, 0}, p.liquid.reset.supply_c = {30, 40};
  CHECK(code_of(p) == "AF2216");
  p.liquid.reset.wet_bulb_c = {0, 20}, p.liquid.reset.supply_c = {3, 40};  // facility water would freeze
  CHECK(code_of(p) == "AF2205");
  p.liquid.reset.supply_c = {30, 40};
  CHECK(code_of(p) == "");
}

TEST_CASE("Frontier, 7 April 2024: every 15 s balances, return water of a hot-water loop") {
  auto const day = testing::FrontierDay::load(AIF_SOURCE_DIR);
  auto const groups = testing::FrontierDay::groups();
  SiteCooling const site = build_site_cooling(testing::FrontierDay::params(), groups, 270);
  SiteCoolingState state = make_state(site);
  std::vector<GroupHeat> heat(groups.size());
  double worst = 0, return_low = 1e9, return_high = -1e9;
  for (std::size_t i = 0; i < day.heat_w.size(); ++i) {
    day.fill(i, heat);
    auto const out = solve_window(site, state, day.weather[i], {heat}, 15);
    worst = std::max(worst, std::abs(out.balance_residual));
    double mean = 0;
    for (auto const& g : out.groups) mean += g.coolant_return_c / static_cast<double>(groups.size());
    return_low = std::min(return_low, mean), return_high = std::max(return_high, mean);
  }
  CHECK(worst < 1e-6);
  CHECK(return_high < 38.5);  // Sun et al. 2024: 30-38 degC waste heat
  CHECK(return_high > 33);
  CHECK(return_low > 27);
}

TEST_CASE("water-cooled chillers: free in the cold, partial in between, mechanical in the heat; cheaper than none of them alone") {
  auto const groups = testing::air_hall();
  SiteCooling const site = build_site_cooling(testing::chiller_tower_economiser(), groups, 0);
  REQUIRE(site.condenser_cells > 0);
  SiteCoolingState state = make_state(site);
  CoolingParams without = testing::chiller_tower_economiser();
  without.plant.condenser_loop.economiser_approach_k = 0;
  SiteCooling const plain = build_site_cooling(without, groups, 0);
  SiteCoolingState plain_state = make_state(plain);
  CoolingMode last = CoolingMode::free;
  double last_w = 0;
  for (double dry_bulb = -20; dry_bulb <= 42; dry_bulb += 1) {
    auto const w = make_weather_point(dry_bulb, 0.5, kStandardPressurePa);
    auto const out = solve(site, state, {{0, 32e3, 500}}, w), other = solve(plain, plain_state, {{0, 32e3, 500}}, w);
    CAPTURE(dry_bulb);
    CHECK(std::abs(out.balance_residual) < 1e-6);
    CHECK(out.unmet_w == 0);
    CHECK(out.air_mode >= last);
    CHECK(out.electric_w() <= other.electric_w() * (1 + 1e-9) + 1);
    CHECK(out.electric_w() > last_w - 1e3);
    CHECK(out.evaporation_kg_s > 0);
    last = out.air_mode, last_w = out.electric_w();
  }
  CHECK(last == CoolingMode::mechanical);
}

TEST_CASE("a spent water budget leaves wet plants dry") {
  CoolingParams p;
  p.water.cap_m3_s = 1e-9;
  std::vector<CoolingGroup> const groups{nvl72()};
  SiteCooling const site = build_site_cooling(p, groups, 0);
  SiteCoolingState state = make_state(site);
  state.water_used_kg = 1e9;
  auto const out = solve(site, state, {{115e3, 17e3, 192}}, make_weather_point(36, 0.3, kStandardPressurePa));
  CHECK(out.water_kg_s() == 0);
  CHECK(out.liquid_cap_frac < 1);
}

TEST_CASE("a heat sink takes what it can use, and the books still close") {
  CoolingParams p;
  p.plant.heat_reuse.heat_w = 4e6;
  std::vector<CoolingGroup> const groups{nvl72()};
  SiteCooling const site = build_site_cooling(p, groups, 0), plain = build_site_cooling({}, groups, 0);
  SiteCoolingState a = make_state(site), b = make_state(plain);
  auto const w = make_weather_point(20, 0.5, kStandardPressurePa);
  std::vector<GroupHeat> const heat{{110e3, 16e3, 192}};
  auto const with = solve(site, a, heat, w), without = solve(plain, b, heat, w);
  CHECK(with.reused_w == doctest::Approx(4e6));
  CHECK(std::abs(with.balance_residual) < 1e-9);
  CHECK(with.at(CoolingPart::rejection_fans) < without.at(CoolingPart::rejection_fans));
  p.plant.heat_reuse.sink_supply_c = 70;  // hotter than the return
  SiteCooling const hot = build_site_cooling(p, groups, 0);
  CHECK(solve(hot, a, heat, w).reused_w == 0);
}

TEST_CASE("rear doors save fan power; warm chilled water needs more air units") {
  CoolingParams doors, warm;
  doors.air.rear_door_frac = 0.6;
  warm.plant.chilled_water.supply_c = 24;
  auto const groups = testing::air_hall();
  SiteCooling const plain = build_site_cooling({}, groups, 0), with = build_site_cooling(doors, groups, 0), warmer = build_site_cooling(warm, groups, 0);
  CHECK(with.air_units < plain.air_units);
  CHECK(warmer.air_units > plain.air_units);
  SiteCoolingState a = make_state(plain), b = make_state(with);
  auto const w = make_weather_point(25, 0.5, kStandardPressurePa);
  auto const x = solve(plain, a, {{0, 38e3, 500}}, w), y = solve(with, b, {{0, 38e3, 500}}, w);
  CHECK(y.at(CoolingPart::air_fans) < x.at(CoolingPart::air_fans));
  CHECK(std::abs(y.balance_residual) < 1e-9);
}

TEST_CASE("a quasi-steady day costs the same in hours and in minutes") {
  std::vector<CoolingGroup> const groups{nvl72()};
  SiteCooling const site = build_site_cooling({}, groups, 0);
  auto const energy = [&](int steps) {
    SiteCoolingState state = make_state(site);
    double sum = 0, dt = 86400.0 / steps;
    for (int i = 0; i < steps; ++i) {
      double const angle = 6.283185307179586 * (i + 0.5) / steps;
      auto const w = make_weather_point(22 - 8 * std::cos(angle), 0.5, kStandardPressurePa);
      std::vector<GroupHeat> const heat{{115e3 * (0.75 - 0.2 * std::sin(angle)), 17e3 * (0.75 - 0.2 * std::sin(angle)), 192}};
      sum += solve_window(site, state, w, {heat}, dt).electric_w() * dt;
    }
    return sum;
  };
  CHECK(energy(24) == doctest::Approx(energy(48)).epsilon(0.01));
  CHECK(energy(48) == doctest::Approx(energy(288)).epsilon(0.01));
}

TEST_CASE("a reset moves supply and flow with the wet bulb, and never holds racks back that the design supply would carry") {
  CoolingParams p;
  p.liquid.reset.wet_bulb_c = {0, 20}, p.liquid.reset.supply_c = {30, 40}, p.liquid.reset.flow_frac = {0.9, 1};
  std::vector<CoolingGroup> const groups{nvl72()};
  SiteCooling const site = build_site_cooling(p, groups, 0), plain = build_site_cooling({}, groups, 0);
  SiteCoolingState state = make_state(site), other = make_state(plain);
  std::vector<GroupHeat> const heat{{80e3, 12e3, 192}};
  auto const cold = make_weather_point(-20, 0.5, kStandardPressurePa), cool = make_weather_point(14.4, 0.55, kStandardPressurePa), hot = make_weather_point(33, 0.5, kStandardPressurePa);
  CHECK(solve(site, state, heat, cold).groups[0].coolant_supply_c == doctest::Approx(30));
  CHECK(solve(site, state, heat, cool).groups[0].coolant_supply_c == doctest::Approx(30 + 0.5 * cool.wet_bulb_c).epsilon(1e-6));
  CHECK(solve(site, state, heat, hot).groups[0].coolant_supply_c == doctest::Approx(40));
  double const slow = solve(site, state, heat, cold).groups[0].coolant_kg_s, full = solve(plain, other, heat, cold).groups[0].coolant_kg_s;
  CHECK(slow == doctest::Approx(0.9 * full));
  CHECK(std::abs(solve(site, state, heat, cold).balance_residual) < 1e-9);
  // A wish that the air cannot fulfil: warmer than asked, below the design supply, no cap.
  p.liquid.reset.wet_bulb_c = {0}, p.liquid.reset.supply_c = {10}, p.liquid.reset.flow_frac = {};
  SiteCooling const wish = build_site_cooling(p, groups, 0);
  auto const out = solve(wish, state, heat, cool);
  CHECK(out.groups[0].coolant_supply_c > 14.4);
  CHECK(out.groups[0].coolant_supply_c < 40);
  CHECK(out.liquid_cap_frac == 1);
}

TEST_CASE("warm coolant gives heat to the hall: as much as leaves the liquid side reaches the air side") {
  CoolingParams p;
  p.liquid.spill_w_k = 100;
  std::vector<CoolingGroup> const groups{nvl72()};
  SiteCooling const site = build_site_cooling(p, groups, 0), lagged = build_site_cooling({}, groups, 0);
  SiteCoolingState a = make_state(site), b = make_state(lagged);
  auto const w = make_weather_point(20, 0.5, kStandardPressurePa);
  std::vector<GroupHeat> const heat{{110e3, 12e3, 192}};
  auto const with = solve(site, a, heat, w), without = solve(lagged, b, heat, w);
  // 100 W/K between coolant at its mean and air of 27 degC.
  double const mean_c = 0.5 * (without.groups[0].coolant_supply_c + without.groups[0].coolant_return_c);
  CHECK(with.spilled_w == doctest::Approx(192 * 100 * (mean_c - 27)).epsilon(0.01));
  CHECK(without.spilled_w == 0);
  CHECK(std::abs(with.balance_residual) < 1e-9);
  CHECK(with.at(CoolingPart::air_fans) > without.at(CoolingPart::air_fans));
  p.liquid.supply_c = 25, p.liquid.spill_w_k = 10;
  SiteCooling const cold = build_site_cooling(p, groups, 0);
  SiteCoolingState c = make_state(cold);
  CHECK(solve(cold, c, {{20e3, 12e3, 192}}, make_weather_point(5, 0.5, kStandardPressurePa)).spilled_w < with.spilled_w);
}

TEST_CASE("quiet hours: over midnight and within a day; fans that may not run leave the plant short in the heat") {
  QuietHours q;
  CHECK(q.limit_frac(23 * 3600) == 1);
  q.fan_frac = 0.5;
  CHECK(q.limit_frac(23 * 3600) == 0.5);
  CHECK(q.limit_frac(5 * 3600) == 0.5);
  CHECK(q.limit_frac(6 * 3600) == 1);
  q.from_s = 12 * 3600, q.to_s = 14 * 3600;
  CHECK(q.limit_frac(13 * 3600) == 0.5);
  CHECK(q.limit_frac(23 * 3600) == 1);
  std::vector<CoolingGroup> const groups{nvl72()};
  for (bool water_cooled : {false, true}) {
    CoolingParams p = water_cooled ? testing::chiller_tower_economiser() : CoolingParams{};
    SiteCooling const site = build_site_cooling(p, groups, 0);
    SiteCoolingState state = make_state(site);
    std::vector<GroupHeat> const heat{{115e3, 17e3, 192}};
    auto const w = make_weather_point(34, 0.4, kStandardPressurePa);
    SiteCoolingInputs in{heat};
    auto const loud = solve_window(site, state, w, in, 3600);
    in.fan_limit_frac = 0.3;
    auto const quiet = solve_window(site, state, w, in, 3600);
    CHECK(quiet.at(CoolingPart::rejection_fans) < loud.at(CoolingPart::rejection_fans));
    CHECK(quiet.liquid_cap_frac < loud.liquid_cap_frac);
    CHECK(quiet.at(CoolingPart::condenser_fans) <= loud.at(CoolingPart::condenser_fans));
    CHECK(std::abs(quiet.balance_residual) < 1e-6);
  }
}

TEST_CASE("chillers asked beyond their capacity say so: the heat that is left, who is short, no NaN") {
  for (bool water_cooled : {false, true}) {
    CoolingParams p = water_cooled ? testing::chiller_tower_economiser() : CoolingParams{};
    p.plant.air_chiller.count = 2, p.plant.chilled_water.free_cooling_fan_frac = 0, p.plant.condenser_loop.economiser_approach_k = 0;
    auto const groups = testing::air_hall();
    SiteCooling const site = build_site_cooling(p, groups, 0);
    SiteCoolingState state = make_state(site);
    auto const out = solve(site, state, {{0, 40e3, 500}}, make_weather_point(35, 0.4, kStandardPressurePa));
    CHECK(out.unmet_w > 10e6);
    CHECK(element_name(out.binding) == "cooling.plant.air_chiller");
    CHECK(out.air_cap_frac < 0.3);
    CHECK(std::isfinite(out.electric_w() + out.water_kg_s() + out.groups[0].air_supply_c + out.groups[0].cap_air_w));
    CHECK(std::abs(out.balance_residual) < 1e-6);
  }
}
