// Own sources beside the utility (gas, solar, generators, batteries) and DC rows: balance, limits, fuel, and what the caps may count on.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/power/dc_row.hpp"
#include "models/power/site.hpp"

using namespace aif::power;

namespace {

PowerParams plant() {
  PowerParams p;
  p.utility.capacity_w = 60e6;
  p.plant.blocks = {4, 15e6, "4N/3"};
  p.plant.main_transformer.count = 2;
  p.plant.cable.rating_a = 1200;
  return p;
}
std::vector<RackGroupLoad> const kRacks{{"a", 240, 16, 132e3, 0.98, 0}};  // 31.7 MW

GasParams gas(int units, GasDuty duty) {
  GasParams g;
  g.id = "gas", g.units = units, g.power_w = 2.5e6, g.redundancy = "N", g.duty = duty;
  return g;
}
SitePowerInputs load(double frac = 1) {
  SitePowerInputs in;
  in.it_rack_w[0] = frac * 132e3, in.delivered_frac[0] = 1, in.mechanical_w = 4e6;
  return in;
}
SitePowerOutputs solve(PowerParams const& p, SitePowerInputs const& in, double dt_s = 3600) {
  SitePower const site = build_site_power(p, kRacks);
  auto state = initial_state(site);
  return solve_window(site, state, in, dt_s);
}
void balanced(SitePowerOutputs const& o) { CHECK(std::abs(o.residual_w) < 1e-6 * (o.utility_w + o.generator_w)); }

bool warns(SitePower const& site, char const* code) {
  return std::any_of(site.warnings.begin(), site.warnings.end(), [&](auto const& w) { return w.code == code; });
}

}  // namespace

TEST_CASE("gas of base load takes its rating off the import, burns its curve, and nothing is exported") {
  auto p = plant();
  auto const alone = solve(p, load());
  p.onsite = {gas(4, GasDuty::base_load)};
  auto const with = solve(p, load());
  CHECK(with.gas_w == doctest::Approx(10e6));
  CHECK(alone.utility_w - with.utility_w > 10e6);              // and a little less is lost in the main transformers
  CHECK(alone.utility_w - with.utility_w < 10.1e6);
  CHECK(with.gas_fuel_j == doctest::Approx(3600 * (0.285 * 10e6 + 2.858 * 10e6)));
  balanced(with);
  p.onsite = {gas(40, GasDuty::base_load)};
  auto const more = solve(p, load());
  CHECK(more.gas_w < 40 * 2.5e6);
  CHECK(more.utility_w >= 0);
  CHECK(more.utility_w < 0.01 * alone.utility_w);              // what the main transformers lose
  balanced(more);
}

TEST_CASE("gas above a price runs when the grid is dearer than its fuel; gas over the limit runs when the import is full") {
  auto p = plant();
  p.onsite = {gas(4, GasDuty::above_price)};
  auto in = load();
  in.price_usd_j = 10e-9;                                       // 36 USD/MWh; fuel 5e-9 x 2.858
  CHECK(solve(p, in).gas_w == 0);
  in.price_usd_j = 20e-9;
  CHECK(solve(p, in).gas_w == doctest::Approx(10e6));
  p.onsite = {gas(8, GasDuty::over_limit)};
  CHECK(solve(p, load()).gas_w == 0);
  p.utility.capacity_w = 30e6;
  auto const full = solve(p, load());
  CHECK(full.utility_w <= 30e6);
  CHECK(full.utility_w > 29.5e6);
  CHECK(full.over_limit_w == 0);
  balanced(full);
}

TEST_CASE("without utility gas holds the board alone, generators the rest") {
  auto p = plant();
  p.onsite = {gas(20, GasDuty::over_limit)};
  auto in = load();
  in.utility_available = false;
  auto const island = solve(p, in);
  CHECK(island.utility_w == 0);
  CHECK(island.generator_w == doctest::Approx(island.gas_w));
  CHECK(island.over_limit_w == 0);
  balanced(island);
  GeneratorParams diesel;
  diesel.id = "gen", diesel.units = 10, diesel.redundancy = "N";
  p.onsite = {gas(4, GasDuty::base_load), diesel};
  auto const both = solve(p, in);
  CHECK(both.gas_w == doctest::Approx(10e6));
  CHECK(both.generator_w - both.gas_w > 20e6);
  CHECK(both.fuel_l > 0);
  balanced(both);
}

TEST_CASE("solar is taken as far as the site can, the rest is told") {
  auto p = plant();
  SolarParams s;
  s.id = "pv", s.power_w = 20e6;
  p.onsite = {s};
  auto in = load();
  in.solar_w = 15e6;
  auto const noon = solve(p, in);
  CHECK(noon.solar_w == 15e6);
  CHECK(noon.solar_unused_w == 0);
  balanced(noon);
  in = load(0.05);
  in.solar_w = 15e6;
  auto const idle = solve(p, in);
  CHECK(idle.solar_w < 15e6);
  CHECK(idle.solar_w + idle.solar_unused_w == doctest::Approx(15e6));
  CHECK(idle.utility_w >= 0);
  balanced(idle);
}

TEST_CASE("a tracker follows the sun: nothing at night, normal radiation at its best, more than a flat plane") {
  int const june = 171 * 24;
  CHECK(tracker_w_m2({0, 0, 0}, june + 1, 33.4, -112, -7, 0.2) == 0);
  double day_flat = 0, day_tracked = 0;
  for (int h = 5; h < 20; ++h) {
    double const up = std::max(0.0, std::sin((h + 0.5 - 5.5) / 14 * 3.14159)), direct = up > 0 ? 850 : 0, diffuse = 100 * up, global = direct * up + diffuse;
    double const tracked = tracker_w_m2({global, direct, diffuse}, june + h, 33.4, -112, -7, 0.2);
    CHECK(tracked <= direct + diffuse + 0.2 * global);
    day_flat += global, day_tracked += tracked;
  }
  CHECK(day_tracked > 1.1 * day_flat);
  SolarParams s;
  s.power_w = 1e6;
  CHECK(solar_ac_w(s, 0, 20) == 0);
  CHECK(solar_ac_w(s, 1100, 10) == doctest::Approx(1e6).epsilon(0.15));  // near the inverter's limit
  CHECK(solar_ac_w(s, 800, 40) < solar_ac_w(s, 800, 10));
}

TEST_CASE("caps count on own sources: a curtailment that they cover costs nothing, until the battery is at its floor") {
  auto p = plant();
  BatteryParams b;
  b.id = "bess", b.power_w = 20e6, b.energy_j = 20e6 * 3600, b.soc_start_frac = 0.9;
  p.onsite = {b};
  SitePower const site = build_site_power(p, kRacks);
  auto state = initial_state(site);
  auto in = load();
  in.import_limit_w = 25e6;
  double cap = 0;
  CHECK(power_caps(site, in, std::span(&cap, 1), onsite_w(site, state, in, 900)) == -1);
  auto const held = solve_window(site, state, in, 900);
  CHECK(held.utility_w <= 25e6 * (1 + 1e-9));
  CHECK(held.over_limit_w == doctest::Approx(0).epsilon(1e-3));
  int windows = 1;
  while (power_caps(site, in, std::span(&cap, 1), onsite_w(site, state, in, 900)) == -1 && windows < 100) solve_window(site, state, in, 900), ++windows;
  CHECK(windows < 8);                                           // 16 MWh at 12 MW
  CHECK(onsite_w(site, without_stores(site, state), in, 900) == 0);
  CHECK(std::isfinite(cap));
  GeneratorParams g;
  g.id = "gen", g.units = 8, g.redundancy = "N";
  p.onsite = {g};
  CHECK(onsite_w(build_site_power(p, kRacks), state, in, 900) == 0);   // not allowed to serve a curtailment
  g.serves_curtailment = true;
  p.onsite = {g};
  CHECK(onsite_w(build_site_power(p, kRacks), state, in, 900) == doctest::Approx(24e6));
}

TEST_CASE("generators of several plants burn for what is delivered, not more; below the least load a load bank burns too") {
  GeneratorParams g;
  g.id = "one", g.units = 20, g.redundancy = "N+2";
  auto p = plant();
  auto in = load();
  in.utility_available = false;
  p.onsite = {g};
  double const single = solve(p, in).fuel_l;
  GeneratorParams half = g, other = g;
  half.units = other.units = 10, other.id = "two";
  p.onsite = {half, other};
  CHECK(solve(p, in).fuel_l == doctest::Approx(single).epsilon(0.03));
  double const energy_kwh = solve(p, in).generator_w / 1e3;
  CHECK(single / energy_kwh > 0.25);
  CHECK(single / energy_kwh < 0.32);
  CHECK(plant_fuel_l_per_h(g, 1e5) == doctest::Approx(fuel_l_per_h(g, 0.3 * 3e6)));
  CHECK(plant_fuel_l_per_h(g, 0) == 0);
}

TEST_CASE("eco mode holds only in its window: above its least load, with utility") {
  auto p = plant();
  auto const loss = [&](SitePowerInputs const& in) {
    auto const o = solve(p, in);
    balanced(o);
    return o.loss_w[static_cast<std::size_t>(Stage::ups)];
  };
  GeneratorParams g;
  g.id = "gen", g.units = 20;
  p.onsite = {g};
  auto on_generator = load();
  on_generator.utility_available = false;
  double const twice = loss(load()), twice_low = loss(load(0.05)), twice_island = loss(on_generator);
  p.plant.ups.mode = UpsMode::eco;
  CHECK(loss(load()) < 0.5 * twice);
  CHECK(loss(load(0.05)) == doctest::Approx(twice_low));        // 1.6 MW of 60: below 5 %
  CHECK(loss(on_generator) == doctest::Approx(twice_island));
}

TEST_CASE("DC rows: one rack has the closed form, the polynomial follows the exact run, the collapse margin is told") {
  BuswayParams busway;
  busway.rating_a = 1600, busway.lead_m = 20;
  RectifierParams rectifier;
  double const e = rectifier.voltage_v, r = 2 * busway.resistance_hot_ohm_per_m() * 20, w = 500e3;
  auto const one = solve_dc(dc_run(busway, 1, w), rectifier);
  CHECK(one.voltage_v.back() == doctest::Approx(0.5 * (e + std::sqrt(e * e - 4 * r * w))).epsilon(1e-10));
  CHECK(one.collapse_margin == doctest::Approx(e * e / (4 * r * w)).epsilon(1e-3));
  auto const row = fit_dc_row(busway, rectifier, 8);
  for (double frac : {0.3, 0.6, 0.9}) {
    double const total = frac * row.rating_w;
    auto const exact = solve_dc(dc_run(busway, 8, total / 8), rectifier);
    CHECK(row.loss_w(total) == doctest::Approx(exact.loss_w).epsilon(1e-3));
    CHECK(row.end_voltage_pu(total) == doctest::Approx(exact.voltage_v.back() / e).epsilon(1e-4));
  }
}

TEST_CASE("a site with DC rows balances, pays for its rectifiers and loses less copper than at 415 V") {
  auto p = plant();
  p.plant.distribution.busway.rating_a = 1600;
  auto const ac = solve(p, load());
  p.plant.distribution.supply = RowSupply::dc;
  p.plant.distribution.rectifier.rated_power_w = 1.2e6;
  SitePower const site = build_site_power(p, kRacks);
  CHECK(site.groups[0].collapse_margin > 5);
  CHECK(std::isfinite(site.groups[0].collapse_margin));
  auto state = initial_state(site);
  auto const dc = solve_window(site, state, load(), 3600);
  balanced(dc);
  auto const of = [](SitePowerOutputs const& o, Stage s) { return o.loss_w[static_cast<std::size_t>(s)]; };
  CHECK(of(ac, Stage::rectifier) == 0);
  CHECK(of(dc, Stage::rectifier) > 0.01 * dc.it_w);
  CHECK(of(dc, Stage::rectifier) < 0.03 * dc.it_w);
  CHECK(of(dc, Stage::busway) < of(ac, Stage::busway));
  // A rectifier below its racks caps them rather than being overloaded.
  p.plant.distribution.busway.runs_per_row = 1;
  p.plant.distribution.rectifier.rated_power_w = 1e6;
  SitePower const tight = build_site_power(p, kRacks);
  double cap = 0;
  CHECK(element_name(tight, power_caps(tight, load(), std::span(&cap, 1))) == "power.distribution.busway.a");
  CHECK(cap * 16 <= 1e6 * (1 + 1e-9));
  CHECK(warns(tight, "AF2129"));
}

TEST_CASE("long thin DC runs are told: a margin below two is a warning, no voltage at rated current an error") {
  auto p = plant();
  p.plant.distribution.supply = RowSupply::dc;
  p.plant.distribution.rectifier.rated_power_w = 1.2e6;
  p.plant.distribution.busway.rating_a = 600;
  CHECK_FALSE(warns(build_site_power(p, kRacks), "AF2128"));
  double last = build_site_power(p, kRacks).groups[0].collapse_margin;
  for (double lead_m : {2e3, 4e3}) {
    p.plant.distribution.busway.lead_m = lead_m;
    SitePower const site = build_site_power(p, kRacks);
    CHECK(site.groups[0].collapse_margin < last);
    CHECK(warns(site, "AF2128") == (site.groups[0].collapse_margin < 2));
    last = site.groups[0].collapse_margin;
  }
  p.plant.distribution.busway.lead_m = 2e4;
  try {
    build_site_power(p, kRacks);
    FAIL("accepted");
  } catch (aif::InputError const& e) {
    CHECK(e.diagnostics().items().front().code == "AF2128");
  }
}

TEST_CASE("eight windows with gas, solar and battery have the bits of one after another") {
  auto p = plant();
  BatteryParams b;
  b.id = "bess", b.power_w = 5e6, b.energy_j = 2e10, b.peak_target_w = 28e6;
  SolarParams s;
  s.id = "pv", s.power_w = 10e6;
  p.onsite = {gas(3, GasDuty::above_price), s, b};
  p.plant.ups.mode = UpsMode::eco;
  SitePower const site = build_site_power(p, kRacks);
  std::vector<SitePowerInputs> in;
  for (int k = 0; k < 21; ++k) {
    in.push_back(load(0.5 + 0.5 * std::sin(0.7 * k)));
    in.back().solar_w = 5e6 * (1 + std::sin(0.3 * k)), in.back().price_usd_j = (k % 3) * 10e-9, in.back().utility_available = k != 11;
  }
  std::vector<SitePowerOutputs> block(in.size());
  auto s1 = initial_state(site), s2 = initial_state(site);
  solve_block(site, s1, in, 900, block);
  for (std::size_t k = 0; k < in.size(); ++k) {
    auto const one = solve_window(site, s2, in[k], 900);
    CHECK(one.utility_w == block[k].utility_w);
    CHECK(one.gas_w == block[k].gas_w);
    CHECK(one.solar_w == block[k].solar_w);
    CHECK(one.residual_w == block[k].residual_w);
    balanced(one);
  }
}
