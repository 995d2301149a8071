#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/diagnostics.hpp"
#include "models/cooling/design_day.hpp"
#include "models/cooling/outages.hpp"
#include "models/cooling/ride_through.hpp"
#include "models/cooling/setpoint.hpp"
#include "tests/support/cooling_cases.hpp"

using namespace aif::cooling;
using aif::RideThrough;

namespace {
SiteCooling reference() {
  auto const groups = testing::reference_groups();
  return build_site_cooling({}, groups, 94);
}
std::span<aif::Outage const> some(aif::Outage const* first, std::size_t n) { return {first, n}; }
std::vector<GroupHeat> at_load(double load) { return {{load * 115e3, load * 17e3, 384}, {0, load * 40e3, 64}}; }
}  // namespace

TEST_CASE("outages: listed once a unit, applied once however often they are named, refused when unknown") {
  SiteCooling const site = reference();
  auto const all = list_outages(site);
  int const cdus = site.groups[0].cdus, pumps = site.params.liquid.loop.pumps.units;
  int const plant_pumps = site.params.plant.facility_pumps.units + site.params.plant.chilled_water.pumps.units;
  // Chillers and distribution units are listed twice: they fail, and they are serviced.
  CHECK(all.size() == static_cast<std::size_t>(site.rejection_units + 2 * site.air_chiller_units + site.air_units + plant_pumps + cdus * (2 + pumps) + site.groups[0].loops));
  std::vector<aif::Outage> const twice{all[0], all[0]};
  SiteCooling const once = apply(site, some(&all[0], 1)), again = aif::cooling::apply(once, twice);
  CHECK(once.rejection_units == site.rejection_units - 1);
  CHECK(again.rejection_units == once.rejection_units);
  CHECK(list_outages(once).size() == all.size());
  aif::Outage unknown;
  unknown.component = "cooling.plant.heat_pump/0";
  CHECK_THROWS_AS(apply(site, some(&unknown, 1)), aif::InputError);
  unknown.component = "cooling.plant.heat_rejection/9999";
  CHECK_THROWS_AS(apply(site, some(&unknown, 1)), aif::InputError);
}

TEST_CASE("a loop: its spare unit spares it, its second loss does not, a stop takes its racks and no others") {
  CoolingParams p;
  p.liquid.cdu.loop_racks = 48;  // 8 loops of 48 racks; 5.52 MW: five units and a spare
  auto const groups = testing::reference_groups();
  SiteCooling const site = build_site_cooling(p, groups, 94);
  REQUIRE(site.groups[0].loops == 8);
  REQUIRE(site.groups[0].cdus_per_loop == 6);
  auto const frac = [&](std::vector<std::string> const& names) {
    std::vector<aif::Outage> outages;
    for (auto const& n : names) outages.push_back({n, "failure", 0, 0, 0, "", "", 1});
    return aif::cooling::apply(site, outages).groups[0].available_frac;
  };
  CHECK(frac({"cooling.liquid.cdu.nvl/0"}) == 1);
  CHECK(frac({"cooling.liquid.cdu.nvl/0", "cooling.liquid.cdu.nvl/6"}) == 1);  // different loops
  double const four_of_five = 4 * 1.3e6 / (48 * 115e3);
  CHECK(frac({"cooling.liquid.cdu.nvl/0", "cooling.liquid.cdu.nvl/1"}) == doctest::Approx((7 + four_of_five) / 8));
  CHECK(frac({"cooling.liquid.loop.nvl/3"}) == doctest::Approx(7.0 / 8));
  CHECK(frac({"cooling.liquid.loop.nvl/3", "cooling.liquid.cdu.nvl/18"}) == doctest::Approx(7.0 / 8));  // of the same loop: nothing more to lose
  CHECK(frac({"cooling.liquid.pump.nvl/0"}) == 1);
  CHECK(frac({"cooling.liquid.pump.nvl/0", "cooling.liquid.pump.nvl/1", "cooling.liquid.cdu.nvl/1"}) == doctest::Approx((7 + four_of_five) / 8));  // both pumps are the unit
}

TEST_CASE("fewer units never carry more") {
  SiteCooling const site = reference();
  auto const w = make_weather_point(37, 0.3, 100e3);
  auto const all = list_outages(site);
  double last = 2;
  for (std::size_t out = 0; out + 1 < static_cast<std::size_t>(site.rejection_units); out += 4) {
    SiteCooling const left = apply(site, some(all.data(), out));
    SiteCoolingState state = make_state(left);
    auto const heat = at_load(1);
    double const cap = solve_window(left, state, w, {heat}, 3600).liquid_cap_frac;
    CHECK(cap <= last + 1e-6);
    last = cap;
  }
  CHECK(last < 0.3);
}

TEST_CASE("design hour: N+1 stands one unit out, the margins say so") {
  SiteCooling const site = reference();
  auto const cases = design_hour(site, make_weather_point(34.1, 0.42, 100e3));
  REQUIRE(cases.size() == 8);  // none out; heat rejection, air chiller, air unit, facility and chilled-water pump, distribution unit, one of its pumps
  for (auto const& c : cases) {
    CAPTURE(c.out_of_service);
    CHECK(c.racks_over_limit == 0);
    CHECK(c.liquid_margin_frac >= 0);
    CHECK(c.air_margin_frac >= -1e-3);
    CHECK(c.liquid_margin_frac <= cases[0].liquid_margin_frac + 1e-3);
    CHECK(c.electric_w > 0);
  }
  auto const rows = mechanical_schedule(site);
  CHECK(std::all_of(rows.begin(), rows.end(), [](auto const& r) { return r.installed >= r.needed && r.needed > 0 && (r.capacity_w > 0 || r.head_pa > 0) && r.motor_w > 0; }));
  auto const row = [&](std::string const& item) { return *std::find_if(rows.begin(), rows.end(), [&](auto const& r) { return r.item == item; }); };
  CHECK(row("heat rejection").approach_k == doctest::Approx(8));  // 36 degC out at 28 degC of air
  CHECK(row("heat rejection").motor_w == doctest::Approx(22e3 * 1.15 + 600).epsilon(0.02));
  CHECK(row("facility-water pump").installed == 3);
  CHECK(row("facility-water pump").needed * row("facility-water pump").flow_l_s == doctest::Approx(row("heat rejection").needed * row("heat rejection").flow_l_s));
  CHECK(row("distribution unit, nvl").volume_m3 == doctest::Approx(384 * 100 / 1010.0).epsilon(0.02));
  std::string const csv = schedule_csv(rows);
  CHECK(csv.find("\"heat rejection\",") != std::string::npos);
  CHECK(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')) == rows.size() + 1);
}

TEST_CASE("set point: leakage pulls it down, the case limit holds it, no other supply and flow is cheaper") {
  SiteCooling const site = reference();
  SiteCoolingState const state = make_state(site);
  auto const heat = at_load(0.8);
  auto const w = make_weather_point(30, 0.4, 100e3);
  std::vector<SetpointGroup> groups{{90, 0}, {90, 0}};
  SetpointSearch search;
  search.groups = groups;
  search.lowest_flow = 0.7, search.highest_flow = 1.2;
  auto const warm = best_supply(site, state, w, heat, search);
  CHECK(warm.feasible);
  CHECK(warm.headroom_k >= 0);
  SiteCoolingState scratch = state;
  for (double c = search.lowest_c; c <= search.highest_c; c += 1)
    for (double flow : {0.7, 0.85, 1.0, 1.2}) {
      auto const other = try_supply(site, scratch, w, heat, search, c, flow);
      if (other.feasible) CHECK(warm.cost_w() <= other.cost_w() * (1 + 2e-3));
    }
  groups[0].leakage_w_per_k = 60e3;
  auto const colder = best_supply(site, state, w, heat, search);
  CHECK(colder.supply_c <= warm.supply_c);
  CHECK(colder.headroom_k >= warm.headroom_k);
  groups[0] = {90 - warm.headroom_k - 10, 0};
  auto const held = best_supply(site, state, w, heat, search);
  CHECK(held.headroom_k >= 0);
  CHECK(held.electric_w >= warm.electric_w);
  groups[0].case_limit_c = 10;
  CHECK_FALSE(best_supply(site, state, w, heat, search).feasible);
}

TEST_CASE("less flow costs less pumping and warms the plates") {
  SiteCooling const site = reference();
  SiteCoolingState scratch = make_state(site);
  auto const heat = at_load(0.8);
  auto const w = make_weather_point(15, 0.5, 100e3);
  SetpointResult last;
  for (double flow : {0.8, 1.0, 1.1}) {  // pumps give 60 to 100 % of their rated flow: 0.75 to 1.25 of that at this load
    auto const r = try_supply(site, scratch, w, heat, {}, 40, flow);
    if (last.electric_w > 0) CHECK(r.headroom_k > last.headroom_k);
    SiteCoolingInputs in{heat};
    in.flow_scale = flow;
    double const pumps = solve_window(site, scratch, w, in, 0).at(CoolingPart::cdu_pumps);
    in.flow_scale = flow + 0.1;
    CHECK(solve_window(site, scratch, w, in, 0).at(CoolingPart::cdu_pumps) > pumps);
    last = r;
  }
}

TEST_CASE("storage: tanks buy seconds where their loop still flows, and none where the rack's own flow stops") {
  SiteCooling const site = reference();
  SiteCoolingState state = make_state(site);
  auto const heat = at_load(1);
  auto const w = make_weather_point(34, 0.42, 100e3);
  auto const window = solve_window(site, state, w, {heat}, 3600);
  auto const liquid = transient_of(site, window, 0, heat[0], w), air = transient_of(site, window, 1, heat[1], w);
  std::vector<double> const tanks{0, 60, 300};
  auto const rejection = storage_worth(liquid, CoolingFault::rejection_trip, tanks), pump = storage_worth(liquid, CoolingFault::cdu_pump_trip, tanks);
  CHECK(rejection[0].tank_kg == 0);
  // A minute of flow holds back the warm water for about a minute, mixed and not layered.
  CHECK(rejection[1].ride.seconds_to_throttle_s > rejection[0].ride.seconds_to_throttle_s + 30);
  CHECK(rejection[2].ride.seconds_to_throttle_s > rejection[1].ride.seconds_to_throttle_s + 100);
  CHECK(pump[2].ride.seconds_to_throttle_s == doctest::Approx(pump[0].ride.seconds_to_throttle_s).epsilon(0.05));
  auto const hall = storage_worth(air, CoolingFault::chiller_trip, tanks);
  CHECK(hall[2].ride.seconds_to_trip_s > hall[0].ride.seconds_to_trip_s + 100);
}

TEST_CASE("seconds that a fault leaves, by rack group") {
  SiteCooling const site = reference();
  SiteCoolingState state = make_state(site);
  auto const heat = at_load(0.95);
  for (double dry_bulb : {-10.0, 20.0, 38.0}) {
    auto const w = make_weather_point(dry_bulb, 0.4, 100e3);
    auto const window = solve_window(site, state, w, {heat}, 3600);
    auto const liquid = transient_of(site, window, 0, heat[0], w), air = transient_of(site, window, 1, heat[1], w);
    RideThrough const pump = ride_through(liquid, CoolingFault::cdu_pump_trip), plant = ride_through(liquid, CoolingFault::rejection_trip);
    CAPTURE(dry_bulb);
    CHECK(pump.seconds_to_throttle_s > 5);
    CHECK(pump.seconds_to_throttle_s < 90);
    CHECK(plant.seconds_to_throttle_s > pump.seconds_to_throttle_s);
    CHECK(ride_through(air, CoolingFault::chiller_trip).seconds_to_trip_s > 60);
    CHECK(ride_through(air, CoolingFault::power_loss).seconds_to_trip_s > 10);
    CHECK(ride_through(air, CoolingFault::power_loss).seconds_to_trip_s < 1200);
  }
}
