#include <doctest/doctest.h>

#include <cmath>

#include "core/diagnostics.hpp"
#include "models/cooling/hydraulics.hpp"
#include "models/cooling/pipe.hpp"
#include "tests/support/cdu_ladder.hpp"
#include "tests/support/refused.hpp"

using namespace aif::cooling;

namespace {

HydraulicLink pump(int from, int to, double speed, int parallel) {
  HydraulicLink l;
  l.kind = HydraulicLink::Kind::pump, l.from = from, l.to = to, l.shutoff_pa = 3e5, l.fall_pa_per_kg2_s2 = 250, l.speed = speed, l.parallel = parallel;
  return l;
}
HydraulicLink exchanger(int from, int to, double drop, double flow, double exponent) {
  HydraulicLink l;
  l.kind = HydraulicLink::Kind::exchanger, l.from = from, l.to = to, l.rated_drop_pa = drop, l.rated_kg_s = flow, l.exponent = exponent;
  return l;
}

double loop_flow(double speed, int parallel) {
  HydraulicNetwork net;
  int const a = net.add_node(2e5), b = net.add_node();
  auto const p = net.add(pump(a, b, speed, parallel));
  net.add(exchanger(b, a, 1.5e5, 20, 2));
  HydraulicState state;
  HydraulicSolver(net).solve(net, state);
  return state.flow_kg_s[p];
}

std::string refusal(HydraulicNetwork const& net) {
  return aif::test::code_of([&] { HydraulicSolver{net}; });
}

}  // namespace

TEST_CASE("the ladders of pandapipes 0.16: total, first and last branch") {
  // Printed by pandapipes on the same networks.
  struct Printed { int branches; double total, first, last; };
  for (Printed const& p : {Printed{25, 359.038, 16.1306, 13.6947}, Printed{100, 484.5626, 15.89247, 1.24578}}) {
    CAPTURE(p.branches);
    auto const ladder = testing::make_cdu_ladder(p.branches);
    HydraulicState state;
    HydraulicSolver solver(ladder.net);
    auto const cold = solver.solve(ladder.net, state);
    double total = 0;
    for (auto k : ladder.branch) total += state.flow_kg_s[k];
    CHECK(total == doctest::Approx(p.total).epsilon(1e-3));
    CHECK(state.flow_kg_s[ladder.branch.front()] == doctest::Approx(p.first).epsilon(1e-3));
    CHECK(state.flow_kg_s[ladder.branch.back()] == doctest::Approx(p.last).epsilon(1e-3));
    CHECK(cold.balance_kg_s < 1e-7);
    CHECK(cold.head_pa < 1e-2);
    CHECK(solver.solve(ladder.net, state).sweeps <= 2);
  }
}

TEST_CASE("affinity: a loop of squares at half speed carries half the flow; more pumps carry more, with less each") {
  CHECK(loop_flow(0.5, 1) == doctest::Approx(0.5 * loop_flow(1.0, 1)).epsilon(1e-6));
  double const one = loop_flow(1, 1), two = loop_flow(1, 2);
  CHECK(two > one);
  CHECK(two < 2 * one);
  // Closed form: 3e5 - 250 m^2 = 375 m^2.
  CHECK(one == doctest::Approx(std::sqrt(3e5 / 625)).epsilon(1e-9));
}

TEST_CASE("closing a valve takes flow from its branch and gives some to the other") {
  auto const flows = [](double opening) {
    HydraulicNetwork net;
    int const a = net.add_node(2e5), b = net.add_node(), c = net.add_node();
    net.add(pump(a, b, 1, 2));
    HydraulicLink v;
    v.kind = HydraulicLink::Kind::valve, v.from = b, v.to = c, v.kvs_m3_h = 60, v.opening = opening;
    auto const valve = net.add(v);
    net.add(exchanger(c, a, 0.5e5, 10, 1.8));
    auto const other = net.add(exchanger(b, a, 1.5e5, 10, 1.8));
    HydraulicState s;
    HydraulicSolver(net).solve(net, s);
    return std::pair{s.flow_kg_s[valve], s.flow_kg_s[other]};
  };
  auto last = flows(1.0);
  for (double opening : {0.8, 0.6, 0.4, 0.2}) {
    auto const now = flows(opening);
    CHECK(now.first < last.first);
    CHECK(now.second > last.second);
    last = now;
  }
}

TEST_CASE("friction: slopes are those of differences, and the regimes join") {
  for (double re : {500.0, 2600.0, 3500.0, 1e4, 1e5, 1e6})
    for (double rough : {1e-5, 1e-4, 1e-3}) {
      double const f = darcy_friction(re, rough), h = 1e-5;
      double const measured = (std::log(darcy_friction(re * (1 + h), rough)) - std::log(darcy_friction(re * (1 - h), rough))) / (std::log1p(h) - std::log1p(-h));
      CHECK(friction_slope(re, rough, f) == doctest::Approx(measured).epsilon(1e-4));
    }
  CHECK(darcy_friction(2299.9, 1e-4) == doctest::Approx(darcy_friction(2300.1, 1e-4)).epsilon(1e-3));
  CHECK(darcy_friction(3999.9, 1e-4) == doctest::Approx(darcy_friction(4000.1, 1e-4)).epsilon(1e-3));
}

TEST_CASE("loops that cannot be are refused") {
  HydraulicNetwork net;
  int const a = net.add_node(2e5), b = net.add_node();
  net.add(exchanger(a, b, 1e5, 10, 2));
  net.add(exchanger(b, a, 1e5, 10, 2));
  CHECK(refusal(net) == "AF2209");  // no pump
  net.add(pump(a, b, 1, 1));
  CHECK(refusal(net) == "");
  net.add_node();
  CHECK(refusal(net) == "AF2210");  // a node on its own
  net.fixed_pa.pop_back(), net.injected_kg_s.pop_back();
  net.links[0].rated_kg_s = 0;
  CHECK(refusal(net) == "AF2211");
}
