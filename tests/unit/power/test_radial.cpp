#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "core/csv.hpp"
#include "models/power/radial_series.hpp"
#include "models/power/row_reduction.hpp"
#include "tests/support/dc_network.hpp"

using namespace aif::power;
using aif::power::testing::DcNetwork;

namespace {

std::string data(char const* name) { return std::string(AIF_SOURCE_DIR "/validation/data/") + name; }

RadialState<double> base_case(DcNetwork const& dc, double frac = 1) {
  RadialState<double> s(dc.net.size());
  for (int n : dc.load_node) s.p[static_cast<std::size_t>(n)] = frac * dc.rack_w / 1e6, s.q[static_cast<std::size_t>(n)] = s.p[static_cast<std::size_t>(n)] * dc.tan_phi;
  return s;
}

double round9(double v) {  // to nine significant digits, as the reference is printed
  double const scale = std::pow(10.0, 8 - std::floor(std::log10(std::abs(v))));
  return std::round(v * scale) / scale;
}

}  // namespace

TEST_CASE("dc-2323: every node agrees with power-grid-model to 1e-8") {
  DcNetwork const dc;
  REQUIRE(dc.net.size() == 2323);
  auto s = base_case(dc);
  CHECK(solve_radial(dc.net, s, 1e-12) > 0);
  auto const nodes = aif::CsvTable::load(data("power_ref_dc_nodes.csv.gz"));
  auto const v = nodes.numbers("u_pu"), angle = nodes.numbers("u_angle_rad");
  auto const angles = voltage_angles(dc.net, s);
  double worst_v = 0, worst_angle = 0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    worst_v = std::max(worst_v, std::abs(std::sqrt(s.u[i]) - v[i]));
    worst_angle = std::max(worst_angle, std::abs(angles[i] - angle[i]));
  }
  CHECK(worst_v < 1e-8);
  CHECK(worst_angle < 1e-8);
}

TEST_CASE("dc-2323: losses agree within 1e-6, and with the source") {
  DcNetwork const dc;
  auto s = base_case(dc);
  solve_radial(dc.net, s, 1e-12);
  auto const a = arrays(s);
  std::vector<char> is_transformer(dc.net.size(), 0);
  for (int n : dc.transformer) is_transformer[static_cast<std::size_t>(n)] = 1;
  double line = 0, transformer = 0;
  for (std::size_t i = 1; i < dc.net.size(); ++i) (is_transformer[i] ? transformer : line) += 1e6 * branch_loss(dc.net, a, i);
  CHECK(line == doctest::Approx(397865.60430053016).epsilon(1e-6));          // power_ref_dc_totals.json
  CHECK(transformer == doctest::Approx(1796195.3820411568).epsilon(1e-6));
  CHECK(1e6 * s.branch_p[0] == doctest::Approx(88.32e6 + line + transformer).epsilon(1e-11));
  CHECK(1e6 * s.branch_q[0] == doctest::Approx(28548314.08695027).epsilon(1e-9));
}

TEST_CASE("dc-2323: the hourly year agrees in P, Q and lowest voltage to the printed digits") {
  DcNetwork const dc;
  auto const year = aif::CsvTable::load(data("power_ref_dc_year.csv.gz"));
  auto const p = year.numbers("p_source_W"), q = year.numbers("q_source_var"), u = year.numbers("u_min_pu");
  auto const n = dc.load_node.size();
  auto const ordered = level_order(dc.net);
  auto const result = solve_series(ordered.net, p.size(), 1e-10, [&](std::size_t step, std::size_t lane_k, double* load_p, double* load_q) {
    double const day = testing::diurnal(static_cast<double>(step));
    for (std::size_t i = 0; i < n; ++i) {
      double const w = 46e3 / 1e6 * testing::load_factor(step, i, n, day);
      auto const at = static_cast<std::size_t>(ordered.position[static_cast<std::size_t>(dc.load_node[i])]) * kLanes + lane_k;
      load_p[at] = w;
      load_q[at] = w * dc.tan_phi;
    }
  });
  CHECK(result.worst_sweeps > 0);
  CHECK(result.worst_residual < 1e-9 * 90);
  int differ = 0;
  double worst = 0;
  for (std::size_t k = 0; k < p.size(); ++k) {
    double const mine[3] = {result.source_p[k] * 1e6, result.source_q[k] * 1e6, std::sqrt(result.lowest_u[k])}, theirs[3] = {p[k], q[k], u[k]};
    for (int j = 0; j < 3; ++j) {
      differ += round9(mine[j]) != round9(theirs[j]);
      worst = std::max(worst, std::abs(mine[j] / theirs[j] - 1));
    }
  }
  CHECK(worst < 5.01e-9);  // half a unit of the ninth digit
  CHECK(differ <= 20);     // of 26,280: values that lie within the reference's own 1e-10 of a rounding boundary
  MESSAGE("year of dc-2323: worst relative difference ", worst, ", printed digits that differ ", differ, ", sweeps ", result.worst_sweeps);
}

TEST_CASE("two levels stay within 1e-4 of the full network") {
  DcNetwork const dc;
  auto const nominal = base_case(dc, 0.8);
  auto const reduced = reduce_rows(dc.net, dc.board_node, nominal.p, nominal.q);
  CHECK(reduced.net.size() < 250);
  double worst_p = 0, worst_loss = 0, worst_u = 0;
  for (std::uint64_t step : {0, 6, 12, 100, 4444, 8000}) {
    RadialState<double> full(dc.net.size()), upper(reduced.net.size());
    double load = 0;
    for (std::size_t i = 0; i < dc.load_node.size(); ++i) {
      auto const n = static_cast<std::size_t>(dc.load_node[i]);
      full.p[n] = 46e-3 * testing::load_factor(step, i, dc.load_node.size(), testing::diurnal(static_cast<double>(step)));
      full.q[n] = full.p[n] * dc.tan_phi;
      load += full.p[n];
    }
    for (auto const& row : reduced.rows)
      for (int n : row.nodes) upper.p[static_cast<std::size_t>(row.node)] += full.p[static_cast<std::size_t>(n)], upper.q[static_cast<std::size_t>(row.node)] += full.q[static_cast<std::size_t>(n)];
    solve_radial(dc.net, full, 1e-12), solve_radial(reduced.net, upper, 1e-12);
    double low = 1;
    for (double u : full.u) low = std::min(low, u);
    worst_p = std::max(worst_p, std::abs(upper.branch_p[0] / full.branch_p[0] - 1));
    worst_loss = std::max(worst_loss, std::abs((upper.branch_p[0] - load) / (full.branch_p[0] - load) - 1));
    worst_u = std::max(worst_u, std::abs(std::sqrt(lowest_u(reduced, upper)) - std::sqrt(low)));
  }
  CHECK(worst_p < 1e-4);
  CHECK(worst_loss < 1e-3);
  CHECK(worst_u < 1e-3);  // which rack is worst is lost in the fold: only its row's total is known
  MESSAGE("two levels against 2,323 nodes: source ", worst_p, ", losses ", worst_loss, ", lowest voltage ", worst_u);
}

TEST_CASE("n copies of a branch equal multiplicity n") {
  RadialNetwork many, one;
  for (RadialNetwork* net : {&many, &one}) net->add(-1, 0, 0), net->add(0, 0.01, 0.05, 1e-3, -2e-3);
  for (int k = 0; k < 5; ++k) many.add(1, 0.02, 0.03, 0, 1e-3);
  one.add(1, 0.02, 0.03, 0, 1e-3, 5);
  many.finish(), one.finish();
  RadialState<double> a(many.size()), b(one.size());
  for (std::size_t i = 2; i < many.size(); ++i) a.p[i] = 0.1, a.q[i] = 0.03;
  b.p[2] = 0.1, b.q[2] = 0.03;
  solve_radial(many, a, 1e-14), solve_radial(one, b, 1e-14);
  CHECK(a.branch_p[0] == doctest::Approx(b.branch_p[0]).epsilon(1e-13));
  CHECK(a.u[2] == doctest::Approx(b.u[2]).epsilon(1e-13));
}

TEST_CASE("one line with a constant-power load has the closed form") {
  // u^2 + (2 (r P + x Q) - 1) u + |z|^2 |S|^2 = 0 for a source at 1.
  RadialNetwork net;
  net.add(-1, 0, 0), net.add(0, 0.03, 0.08);
  net.finish();
  RadialState<double> s(2);
  s.p[1] = 0.9, s.q[1] = 0.3;
  CHECK(solve_radial(net, s, 1e-14) > 0);
  double const b = 2 * (0.03 * 0.9 + 0.08 * 0.3) - 1, c = (0.03 * 0.03 + 0.08 * 0.08) * (0.81 + 0.09);
  CHECK(s.u[1] == doctest::Approx((-b + std::sqrt(b * b - 4 * c)) / 2).epsilon(1e-13));
  s.p[1] = 40;  // beyond collapse
  CHECK(solve_radial(net, s) == -1);
}

TEST_CASE("a complex ratio turns and scales the voltage behind it") {
  RadialNetwork net;
  net.add(-1, 0, 0), net.add(0, 1e-9, 1e-9, 0, 0, 1, 1.05, 0.5);
  net.finish();
  RadialState<double> s(2);
  s.p[1] = 0.2;
  solve_radial(net, s, 1e-14);
  CHECK(std::sqrt(s.u[1]) == doctest::Approx(1 / 1.05).epsilon(1e-8));
  CHECK(voltage_angles(net, s)[1] == doctest::Approx(-0.5).epsilon(1e-8));
}
