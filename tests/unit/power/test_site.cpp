#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "models/power/site.hpp"

using namespace aif::power;

namespace {

PowerParams plant_72mw() {
  PowerParams p;
  p.utility.capacity_w = 72e6;
  p.utility.correction_var = 18e6;
  p.plant.blocks.count = 4;
  p.plant.blocks.it_capacity_w = 18e6;
  p.plant.blocks.redundancy = "4N/3";
  p.plant.main_transformer.count = 2;
  p.plant.cable.rating_a = 1200;
  return p;
}

std::vector<RackGroupLoad> racks(int a = 320, int b = 64) { return {{"nvl", a, 16, 132e3, 0.98, 0}, {"pcie", b, 16, 40e3, 0.97, 1}}; }

SitePowerInputs full_load(SitePower const& site, double frac = 1) {
  SitePowerInputs in;
  for (std::size_t g = 0; g < site.groups.size(); ++g) in.it_rack_w[g] = site.groups[g].rated_w * frac, in.delivered_frac[g] = 1;
  in.mechanical_w = 4e6;
  in.other_w = 0.3e6;
  return in;
}

double sum_loss(SitePowerOutputs const& o) {
  double sum = 0;
  for (double l : o.loss_w) sum += l;
  return sum;
}

}  // namespace

TEST_CASE("sources equal loads plus losses at any load") {
  SitePower const site = build_site_power(plant_72mw(), racks());
  for (double frac : {0.0, 0.2, 0.5, 1.0, 1.3}) {
    SitePowerState state = initial_state(site);
    auto const out = solve_window(site, state, full_load(site, frac), 60);
    CHECK(std::abs(out.residual_w) < 1e-6 * out.utility_w);
    for (double l : out.loss_w) CHECK(l >= 0);
    CHECK(out.utility_w > out.it_w + out.mechanical_w);
  }
}

TEST_CASE("losses are a few per cent of the load and rise with it") {
  SitePower const site = build_site_power(plant_72mw(), racks());
  double last = 0;
  for (double frac : {0.1, 0.4, 0.7, 1.0}) {
    SitePowerState state = initial_state(site);
    auto const out = solve_window(site, state, full_load(site, frac), 60);
    CHECK(sum_loss(out) > last);
    last = sum_loss(out);
    if (frac == 1.0) {
      CHECK(sum_loss(out) / out.it_w > 0.02);
      CHECK(sum_loss(out) / out.it_w < 0.09);
      CHECK(out.lowest_voltage_pu > 0.85);
      CHECK(out.lowest_voltage_pu < 1.0);
    }
  }
}

TEST_CASE("one group of 2n racks equals two groups of n") {
  auto const p = plant_72mw();
  std::vector<RackGroupLoad> const one{{"a", 320, 16, 120e3, 0.98, 0}};
  std::vector<RackGroupLoad> const two{{"a", 160, 16, 120e3, 0.98, 0}, {"b", 160, 16, 120e3, 0.98, 0}};
  SitePower const s1 = build_site_power(p, one), s2 = build_site_power(p, two);
  auto st1 = initial_state(s1), st2 = initial_state(s2);
  auto const o1 = solve_window(s1, st1, full_load(s1, 0.8), 60), o2 = solve_window(s2, st2, full_load(s2, 0.8), 60);
  CHECK(o1.utility_w == doctest::Approx(o2.utility_w).epsilon(1e-12));
  CHECK(o1.utility_var == doctest::Approx(o2.utility_var).epsilon(1e-12));
}

TEST_CASE("eight windows side by side give the bits of one after another, battery and month included") {
  auto p = plant_72mw();
  BatteryParams b;
  b.id = "bess", b.power_w = 12e6, b.energy_j = 4e9, b.role = {BatteryRole::peak_shaving}, b.peak_target_w = 48e6;
  p.onsite = {b};
  SitePower const site = build_site_power(p, racks());
  std::vector<SitePowerInputs> in;
  for (int k = 0; k < 21; ++k) {
    in.push_back(full_load(site, 0.6 + 0.5 * std::sin(0.7 * k)));
    in.back().month = k / 9;
    in.back().utility_available = k != 13;
  }
  std::vector<SitePowerOutputs> block(in.size());
  auto s1 = initial_state(site), s2 = initial_state(site);
  solve_block(site, s1, in, 60, block);
  bool charged = false, discharged = false;
  for (std::size_t k = 0; k < in.size(); ++k) {
    auto const one = solve_window(site, s2, in[k], 60);
    CHECK(std::memcmp(&one.utility_w, &block[k].utility_w, sizeof(double)) == 0);
    CHECK(one.battery_w == block[k].battery_w);
    CHECK(one.residual_w == block[k].residual_w);
    CHECK(one.highest_loading == block[k].highest_loading);
    charged = charged || one.battery_w < 0;
    discharged = discharged || one.battery_w > 0;
    CHECK(std::abs(one.residual_w) < 1e-6 * (one.utility_w + one.generator_w));
  }
  CHECK(charged);
  CHECK(discharged);
  CHECK(s1.battery.energy_j == s2.battery.energy_j);
}

TEST_CASE("no cap where nothing binds") {
  SitePower const site = build_site_power(plant_72mw(), racks());
  double caps[2];
  CHECK(power_caps(site, full_load(site, 0.8), caps) == -1);
  CHECK(std::isinf(caps[0]));
  CHECK(std::isinf(caps[1]));
}

TEST_CASE("with caps applied the import stays within the limit, and just so") {
  auto p = plant_72mw();
  p.utility.capacity_w = 40e6;
  for (auto policy : {CapPolicy::fair, CapPolicy::priority}) {
    p.plant.oversubscription.policy = policy;
    SitePower const site = build_site_power(p, racks());
    auto in = full_load(site);
    double caps[2];
    int const binding = power_caps(site, in, caps);
    CHECK(element_name(site, binding) == "site.utility");
    for (std::size_t g = 0; g < 2; ++g) in.it_rack_w[g] = std::min(in.it_rack_w[g], caps[g]);
    auto state = initial_state(site);
    auto const out = solve_window(site, state, in, 60);
    CHECK(out.utility_w <= 40e6 * (1 + 1e-9));
    CHECK(out.utility_w > 40e6 * (1 - 1e-6));
    if (policy == CapPolicy::priority) CHECK(caps[1] < 1e-3 * site.groups[1].rated_w);  // the lower priority goes dark first
    else CHECK(caps[0] / site.groups[0].rated_w == doctest::Approx(caps[1] / site.groups[1].rated_w));
  }
}

TEST_CASE("block capacity after redundancy binds before the import") {
  auto p = plant_72mw();
  p.plant.blocks.it_capacity_w = 10e6;  // 4N/3 of 4: 30 MW usable
  SitePower const site = build_site_power(p, racks());
  CHECK(site.usable_it_w == doctest::Approx(30e6));
  double caps[2];
  auto in = full_load(site);
  CHECK(element_name(site, power_caps(site, in, caps)) == "power.blocks");
  double it = 0;
  for (std::size_t g = 0; g < 2; ++g) it += site.groups[g].racks * std::min(caps[g], in.it_rack_w[g]);
  CHECK(it == doctest::Approx(30e6).epsilon(1e-6));
}

TEST_CASE("losing one block of 4N/3 leaves the usable capacity, of N takes its racks") {
  auto p = plant_72mw();
  p.plant.out_of_service = {"power.blocks/2"};
  SitePower const spared = build_site_power(p, racks());
  CHECK(spared.usable_it_w == doctest::Approx(54e6));
  CHECK(spared.fed_frac == 1);
  p.plant.blocks.redundancy = "N";
  SitePower const lost = build_site_power(p, racks());
  CHECK(lost.usable_it_w == doctest::Approx(54e6));
  CHECK(lost.fed_frac == doctest::Approx(0.75));
  p.plant.out_of_service = {"power.blocks/2", "power.blocks/2"};
  CHECK(build_site_power(p, racks()).fed_frac == lost.fed_frac);  // twice the same outage is once
}

TEST_CASE("a catcher idles at its no-load loss and takes over when a block is lost") {
  auto p = plant_72mw();
  p.plant.blocks.redundancy = "catcher";
  SitePower const normal = build_site_power(p, racks());
  double shares = 0;
  for (auto const& c : normal.classes) shares += c.blocks * c.load_share;
  CHECK(shares == doctest::Approx(1));
  CHECK(normal.classes.size() == 2);
  // Three blocks carry what three carry, so the loading is that of plain N with three.
  auto three = plant_72mw();
  three.plant.blocks.redundancy = "N", three.plant.blocks.count = 3;
  SitePower const plain = build_site_power(three, racks());
  auto s1 = initial_state(normal), s2 = initial_state(plain);
  CHECK(solve_window(normal, s1, full_load(normal, 0.9), 60).highest_loading == doctest::Approx(solve_window(plain, s2, full_load(plain, 0.9), 60).highest_loading).epsilon(0.01));
  p.plant.out_of_service = {"power.blocks/0"};
  SitePower const after = build_site_power(p, racks());
  CHECK(after.classes.size() == 1);
  CHECK(after.usable_it_w == doctest::Approx(normal.usable_it_w));
}

TEST_CASE("eco mode loses less than double conversion") {
  auto p = plant_72mw();
  SitePower const dc = build_site_power(p, racks());
  p.plant.ups.mode = UpsMode::eco;
  SitePower const eco = build_site_power(p, racks());
  auto s1 = initial_state(dc), s2 = initial_state(eco);
  CHECK(solve_window(eco, s2, full_load(eco, 0.7), 60).utility_w < solve_window(dc, s1, full_load(dc, 0.7), 60).utility_w);
}

TEST_CASE("bad input is a diagnostic that names the element") {
  auto expect = [](PowerParams const& p, std::vector<RackGroupLoad> const& g, char const* code, char const* path) {
    try {
      build_site_power(p, g);
      FAIL("accepted");
    } catch (aif::InputError const& e) {
      bool hit = false;
      for (auto const& d : e.diagnostics().items()) hit = hit || (d.code == code && d.path.find(path) != std::string::npos);
      CHECK_MESSAGE(hit, code);
    }
  };
  auto p = plant_72mw();
  p.plant.blocks.redundancy = "3N+";
  expect(p, racks(), "AF2102", "power.blocks");
  p = plant_72mw();
  p.plant.cable.length_m = 0;
  expect(p, racks(), "AF2103", "power.cable.length");
  p = plant_72mw();
  p.plant.cable.resistance_ohm_per_m = -1e-4;
  expect(p, racks(), "AF2104", "power.cable.resistance");
  p = plant_72mw();
  p.plant.out_of_service = {"power.blocks/0", "power.blocks/1", "power.blocks/2", "power.blocks/3"};
  expect(p, racks(), "AF2101", "power.blocks");
  p = plant_72mw();
  p.plant.out_of_service = {"power.main_transformer/0", "power.main_transformer/1"};
  expect(p, racks(), "AF2101", "power.main_transformer");
  expect(plant_72mw(), {{"huge", 4, 4, 3e6, 0.98, 0}}, "AF2106", "pods.huge");
}

TEST_CASE("a smoothing battery keeps the import within the ramp limit while it can") {
  auto p = plant_72mw();
  BatteryParams b;
  b.id = "bess", b.power_w = 15e6, b.energy_j = 15e6 * 7200, b.soc_start_frac = 0.5, b.role = {BatteryRole::smoothing};
  auto worst_ramp = [&](bool with) {
    p.onsite.clear();
    if (with) p.onsite.push_back(b);
    p.utility.ramp_limit_w_s = 1e6 / 60;
    SitePower const site = build_site_power(p, racks());
    auto state = initial_state(site);
    double worst = 0;
    for (int k = 0; k < 40; ++k) {
      auto const out = solve_window(site, state, full_load(site, k < 20 ? 0.6 : 0.85), 60);
      if (k > 0) worst = std::max(worst, std::abs(out.import_ramp_w_s));
    }
    return worst;
  };
  CHECK(worst_ramp(false) > 5e6 / 60);
  CHECK(worst_ramp(true) < 1.05e6 / 60);
}

TEST_CASE("a monthly target is held, or raised for the rest of the month when the battery is empty") {
  auto p = plant_72mw();
  BatteryParams b;
  b.id = "bess", b.power_w = 10e6, b.energy_j = 10e6 * 1800, b.peak_target_w = 45e6, b.role = {BatteryRole::peak_shaving};
  p.onsite = {b};
  SitePower const site = build_site_power(p, racks());
  auto state = initial_state(site);
  auto run = [&](double frac, int windows, int month) {
    double worst = 0;
    for (int k = 0; k < windows; ++k) {
      auto in = full_load(site, frac);
      in.month = month;
      worst = std::max(worst, solve_window(site, state, in, 60).utility_w);
    }
    return worst;
  };
  run(0.6, 60, 0);
  CHECK(run(0.95, 15, 0) < 45e6 * 1.001);  // short peak: shaved
  double const raised = run(0.95, 60, 0);  // long one: the battery empties
  CHECK(raised > 46e6);
  CHECK(state.peak_target_w == doctest::Approx(raised).epsilon(1e-3));
  run(0.6, 1, 1);
  CHECK(state.peak_target_w == doctest::Approx(45e6));
}

TEST_CASE("a curtailment request binds the caps as the contract does") {
  SitePower const site = build_site_power(plant_72mw(), racks());
  auto in = full_load(site);
  in.import_limit_w = 30e6;
  double caps[2];
  CHECK(element_name(site, power_caps(site, in, caps)) == "site.utility");
  for (std::size_t g = 0; g < 2; ++g) in.it_rack_w[g] = std::min(in.it_rack_w[g], caps[g]);
  auto state = initial_state(site);
  CHECK(solve_window(site, state, in, 60).utility_w <= 30e6 * (1 + 1e-9));
  CHECK(power_caps(site, in, caps, 8e6) == -1);  // a battery's help lifts it
}

TEST_CASE("caps fall as the limit falls, for both policies") {
  auto p = plant_72mw();
  for (auto policy : {CapPolicy::fair, CapPolicy::priority}) {
    p.plant.oversubscription.policy = policy;
    double const inf = std::numeric_limits<double>::infinity();
    double last[2] = {inf, inf};
    for (double limit : {60e6, 40e6, 25e6, 10e6, 3e6}) {
      p.utility.capacity_w = limit;
      SitePower const site = build_site_power(p, racks());
      double caps[2];
      power_caps(site, full_load(site), caps);
      for (int g = 0; g < 2; ++g) {
        CHECK(caps[g] >= 0);
        CHECK(caps[g] <= last[g]);
        last[g] = caps[g];
      }
    }
  }
}
