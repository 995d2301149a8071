#include <doctest/doctest.h>

#include <cmath>

#include "core/diagnostics.hpp"
#include "models/power/battery.hpp"
#include "models/power/busway.hpp"
#include "models/power/cap_curve.hpp"
#include "models/power/converter.hpp"
#include "models/power/dc_row.hpp"
#include "models/power/generator.hpp"
#include "models/power/node.hpp"
#include "models/power/redundancy.hpp"
#include "models/power/transformer.hpp"

using namespace aif::power;

TEST_CASE("a loss curve is recovered from five points of its own efficiency") {
  LossCurve const truth{0.0085, 0.015, 0.014};
  std::vector<EfficiencyPoint> points;
  for (double x : {0.1, 0.25, 0.5, 0.75, 1.0}) points.push_back({x, efficiency(truth, x)});
  auto const fit = fit_loss_curve(points);
  CHECK(fit.a0 == doctest::Approx(truth.a0).epsilon(1e-9));
  CHECK(fit.a1 == doctest::Approx(truth.a1).epsilon(1e-9));
  CHECK(fit.a2 == doctest::Approx(truth.a2).epsilon(1e-9));
  double const best = best_load_frac(truth);
  CHECK(efficiency(truth, best) > efficiency(truth, best * 1.01));
  CHECK(efficiency(truth, best) > efficiency(truth, best * 0.99));
}

TEST_CASE("coefficients are never negative, and too few points are refused") {
  std::vector<EfficiencyPoint> const odd{{0.2, 0.95}, {0.5, 0.94}, {1.0, 0.96}};
  auto const fit = fit_loss_curve(odd);
  CHECK(fit.a0 >= 0);
  CHECK(fit.a1 >= 0);
  CHECK(fit.a2 >= 0);
  CHECK_THROWS_AS(fit_loss_curve(std::span(odd).first(2)), aif::InputError);
}

TEST_CASE("two units share a load with the loss of two halves") {
  LossCurve const c{0.01, 0.01, 0.02};
  double const both = 2 * converter_loss_w(c, 1e6, 0.4e6);
  CHECK(both == doctest::Approx(converter_loss_w(c, 2e6, 0.8e6)));
  CHECK(both > converter_loss_w(c, 1e6, 0.8e6) * 0.9);  // no-load loss twice, ohmic loss halved
}

TEST_CASE("transformer impedance has the stated magnitude and losses") {
  TransformerParams const t{1e6, 1500, 10e3, 0.06, 0.01};
  auto const pi = per_unit(t, 1e6);
  CHECK(std::hypot(pi.r, pi.x) == doctest::Approx(0.06));
  CHECK(pi.r == doctest::Approx(0.01));
  CHECK(pi.g == doctest::Approx(0.0015));
  CHECK(std::hypot(pi.g, pi.b) == doctest::Approx(0.01));
  auto const doubled = per_unit(t, 2e6);
  CHECK(doubled.r == doctest::Approx(2 * pi.r));
  CHECK(doubled.g == doctest::Approx(pi.g / 2));
}

TEST_CASE("busway polynomial follows the exact chain between its fit points") {
  BuswayParams const busway;
  for (int racks : {1, 4, 12}) {
    auto const curve = fit_row(busway, racks, 0.98);
    for (double frac : {0.1, 0.3, 0.7, 0.9}) {
      double const p = frac * curve.rating_w;
      auto const exact = solve_run(busway, racks, p / racks, 0.98);
      CHECK(curve.loss_w(p) == doctest::Approx(exact.loss_w).epsilon(1e-3));
      CHECK(curve.end_voltage_pu(p) == doctest::Approx(exact.end_voltage_pu).epsilon(1e-5));
    }
  }
  BuswayParams hot = busway;
  hot.temperature_c = 90;
  CHECK(fit_row(hot, 4, 0.98).c2_per_w / fit_row(busway, 4, 0.98).c2_per_w == doctest::Approx(hot.resistance_hot_ohm_per_m() / busway.resistance_hot_ohm_per_m()).epsilon(0.01));
}

TEST_CASE("battery keeps its energy account and its limits") {
  BatteryParams p;
  p.power_w = 10e6, p.energy_j = 10e6 * 3600, p.reserve_frac = 0.3;
  BatteryState s = initial_state(p);
  double drawn = 0, ac = 0, loss = 0;
  double const start = s.energy_j;
  for (int k = 0; k < 200; ++k) {
    auto const out = step(p, s, k < 100 ? 20e6 : -3e6, 60);
    CHECK(std::abs(out.ac_w) <= p.power_w * (1 + 1e-12));
    CHECK(out.ac_w + out.loss_w == doctest::Approx(out.store_w));
    CHECK(out.loss_w >= 0);
    drawn += out.store_w * 60, ac += out.ac_w * 60, loss += out.loss_w * 60;
    CHECK(s.energy_j >= 0.3 * p.energy_j * 0.999);
    CHECK(s.energy_j <= p.soc_max_frac * p.energy_j);
  }
  CHECK(start - s.energy_j == doctest::Approx(drawn));
  CHECK(drawn == doctest::Approx(ac + loss));
  CHECK(s.capacity_frac < 1);
  auto const reserve = step(p, s, 5e6, 3600, true);  // an outage may use the reserve
  CHECK(reserve.ac_w == doctest::Approx(5e6));
}

TEST_CASE("round trip efficiency is the product of both ways") {
  BatteryParams p;
  p.power_w = 1e6, p.energy_j = 3.6e9, p.soc_start_frac = 0.5, p.cycle_fade_frac = p.calendar_fade_per_s = 0;
  BatteryState s = initial_state(p);
  double const in = -step(p, s, -1e6, 600).ac_w;
  double out = 0;
  while (s.energy_j > 0.5 * p.energy_j + 1) out += step(p, s, std::min(1e6, (s.energy_j - 0.5 * p.energy_j) * p.discharge_efficiency_frac / 1), 1).ac_w;
  CHECK(out / (in * 600) == doctest::Approx(p.charge_efficiency_frac * p.discharge_efficiency_frac).epsilon(1e-6));
}

TEST_CASE("generator fuel follows the data sheet points it was fitted to") {
  GeneratorParams g;
  g.power_w = 500e3;
  for (auto [load, litres] : {std::pair{0.25, 41.9}, {0.5, 71.3}, {0.75, 110.5}, {1.0, 137.0}})  // Caterpillar C15, LEHE2011-04
    CHECK(fuel_l_per_h(g, load * 500e3) == doctest::Approx(litres).epsilon(0.05));
  CHECK(units_for(g, 1.2e6) == 3);
}

TEST_CASE("redundancy words") {
  CHECK(usable_units(*parse_redundancy("N"), 4) == 4);
  CHECK(usable_units(*parse_redundancy("N+2"), 5) == 3);
  CHECK(usable_units(*parse_redundancy("2N"), 4) == 2);
  CHECK(usable_units(*parse_redundancy("2(N+1)"), 6) == 2);
  CHECK(usable_units(*parse_redundancy("4N/3"), 4) == 3);
  CHECK(usable_units(*parse_redundancy("3N/2"), 3) == 2);
  CHECK(usable_units(*parse_redundancy("catcher"), 5) == 4);
  CHECK(usable_units(*parse_redundancy("4N/3"), 4, 2) == 2);
  CHECK_FALSE(parse_redundancy("N+"));
  CHECK_FALSE(parse_redundancy("3N/4"));
  CHECK_FALSE(parse_redundancy("two"));
}

TEST_CASE("one DC load has the closed form and its collapse margin E^2 / (4 R P)") {
  RectifierParams r;
  DcNetwork const net{{-1, 0}, {0, 0.01}, {0, 500e3}};
  auto const out = solve_dc(net, r);
  REQUIRE(out.solved);
  CHECK(out.voltage_v[1] == doctest::Approx((800 + std::sqrt(800.0 * 800 - 4 * 0.01 * 500e3)) / 2).epsilon(1e-12));
  CHECK(out.collapse_margin == doctest::Approx(800.0 * 800 / (4 * 0.01 * 500e3)).epsilon(1e-3));
  CHECK(out.rectifier_w == doctest::Approx(500e3 + out.loss_w).epsilon(1e-10));
  CHECK(out.ac_input_w > out.rectifier_w);
}

TEST_CASE("a DC row beyond collapse says so, and by how much") {
  RectifierParams r;
  DcNetwork const net{{-1, 0, 1, 2}, {0, 0.05, 0.05, 0.05}, {0, 1e6, 1e6, 1e6}};
  auto const out = solve_dc(net, r);
  CHECK_FALSE(out.solved);
  CHECK(out.collapse_margin < 1);
  CHECK(out.collapse_margin > 0);
  DcNetwork scaled = net;
  for (double& w : scaled.load_w) w *= 0.98 * out.collapse_margin;
  CHECK(solve_dc(scaled, r).solved);
  DcNetwork bad = net;
  bad.resistance_ohm[2] = -1;
  CHECK_THROWS_AS(solve_dc(bad, r), aif::InputError);
}

TEST_CASE("a power limit is kept, and throughput rises with it up to the unlimited draw") {
  CapCurve const device;
  CapWorkload const work;
  double last = 0;
  for (double limit = 120; limit <= 320; limit += 10) {
    auto const point = cap_point(device, work, 300, limit);
    CHECK(point.drawn_w <= limit * (1 + 1e-9));
    CHECK(point.throughput_frac >= last);
    last = point.throughput_frac;
  }
  CHECK(last == doctest::Approx(1));
  CHECK(cap_point(device, work, 300, 10).drawn_w > 10);  // static power is not capped away
  CapWorkload memory = work;
  memory.memory_frac = 0.6;
  CHECK(cap_point(device, memory, 300, 160).throughput_frac > cap_point(device, work, 300, 160).throughput_frac);
}

TEST_CASE("a node draws its devices, host, fans and losses, and never less than its DC side") {
  NodeParams const air;
  NodeParams liquid = air;
  liquid.fan_frac = 0;
  double const devices = 8 * 600.0;
  CHECK(node_inlet_w(air, devices, 1) > node_dc_w(air, devices, 1));
  CHECK(node_inlet_w(liquid, devices, 1) < node_inlet_w(air, devices, 1));
  CHECK(node_dc_w(liquid, devices, 0) == doctest::Approx(devices + liquid.host_idle_w));
  CHECK(training_device_w({0.45, 1.7}, 700, 0) == doctest::Approx(0.45 * 700));
  CHECK(training_device_w({0.45, 1.7}, 700, 0.9) == doctest::Approx(700));  // the board's limit holds
}
