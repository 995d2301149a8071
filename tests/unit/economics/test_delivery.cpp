// Deliveries, people and cash: what must hold for any plan, and the closed forms.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/economics/cash_flow.hpp"
#include "models/economics/delivery.hpp"
#include "models/economics/people.hpp"

using namespace aif::economics;

namespace {

constexpr double kWeek = 7 * 86400.0, kYear = 8760 * 3600.0;

DeliveryItem item(std::string id, double fast, double typical, double slow, double capacity_w = 10e6, std::vector<std::string> after = {}) {
  DeliveryItem d;
  d.id = std::move(id), d.lead = {"", "", fast * kWeek, typical * kWeek, slow * kWeek}, d.capacity_w = capacity_w, d.after = std::move(after);
  return d;
}
std::vector<DeliveryItem> site() {
  auto gpus = item("gpus", 16, 26, 44);
  gpus.is_compute = true, gpus.capex_usd = 100e6, gpus.batches = 4, gpus.every_s = 2 * kWeek;
  return {item("transformer", 80, 128, 260), item("cdu", 12, 25, 40), gpus, item("commissioning", 6, 12, 20, 0, {"transformer", "cdu", "gpus"})};
}
bool has_code(aif::DiagnosticList const& list, std::string const& code) {
  return std::any_of(list.items().begin(), list.items().end(), [&](auto const& d) { return d.code == code; });
}

}  // namespace

TEST_CASE("triangular variates: ends, mode, mean") {
  CHECK(triangular(1, 2, 4, 0) == doctest::Approx(1));
  CHECK(triangular(1, 2, 4, 1) == doctest::Approx(4));
  CHECK(triangular(1, 2, 4, 1.0 / 3) == doctest::Approx(2));  // F(mode) = (mode - fast) / (slow - fast)
  double sum = 0;
  for (int i = 0; i < 20000; ++i) sum += triangular(1, 2, 4, (i + 0.5) / 20000);
  CHECK(sum / 20000 == doctest::Approx(7.0 / 3).epsilon(1e-4));
  CHECK(triangular(3, 3, 3, 0.4) == 3);
}

TEST_CASE("plans that run backwards, in circles or into nothing are refused") {
  auto negative = site();
  negative[0].lead.fast_s = -kWeek;
  CHECK(has_code(check_delivery(negative, "x"), "AF2860"));
  auto falling = site();
  falling[0].lead.typical_s = 300 * kWeek;
  CHECK(has_code(check_delivery(falling, "x"), "AF2860"));
  auto circle = site();
  circle[0].after = {"commissioning"};
  CHECK(has_code(check_delivery(circle, "x"), "AF2861"));
  auto unknown = site();
  unknown[0].after = {"comissioning"};
  CHECK(has_code(check_delivery(unknown, "x"), "AF2862"));
  CHECK(has_code(check_delivery({item("step", 1, 2, 3, 0)}, "x"), "AF2863"));
  CHECK(check_delivery(site(), "x").empty());
}

TEST_CASE("output never exceeds the least delivered chain and every gate's shares add up") {
  auto const items = site();
  DeliveryOptions options;
  options.draws = 500, options.points = 60;
  auto const out = simulate_delivery(items, options);
  CHECK(out.capacity_w == 10e6);
  double gates = 0, full = 0;
  for (double g : out.gate_frac) gates += g;
  for (double g : out.gate_full_frac) full += g;
  CHECK(gates == doctest::Approx(1));
  CHECK(full == doctest::Approx(1));
  for (std::size_t k = 0; k < out.time_s.size(); ++k) {
    CHECK(out.usable_w[k].p90 <= 10e6 + 1);
    CHECK(out.usable_w[k].p10 <= out.usable_w[k].p50);
    if (k) CHECK(out.usable_w[k].p50 >= out.usable_w[k - 1].p50);  // nothing is taken back
    CHECK(out.stranded_w[k].p90 <= 10e6 + 1);
  }
  CHECK(out.usable_w.front().p90 == 0);
  CHECK(out.usable_w.back().p10 == doctest::Approx(10e6));
  CHECK(out.first_s.p10 <= out.first_s.p50);
  CHECK(out.full_s.p50 >= out.first_s.p50);
  CHECK(out.stranded_usd.back().p90 == doctest::Approx(0));
}

TEST_CASE("a later transformer never brings the first token forward, a second item never does either") {
  DeliveryOptions options;
  options.draws = 300;
  auto items = site();
  auto const base = simulate_delivery(items, options);
  for (double longer : {1.1, 1.5, 2.0}) {
    auto later = site();
    for (double* t : {&later[0].lead.fast_s, &later[0].lead.typical_s, &later[0].lead.slow_s}) *t *= longer;
    auto const out = simulate_delivery(later, options);
    CHECK(out.first_s.p10 >= base.first_s.p10);
    CHECK(out.first_s.p50 >= base.first_s.p50);
    CHECK(out.first_s.p90 >= base.first_s.p90);
    CHECK(out.compute_value_lost_frac.p50 >= base.compute_value_lost_frac.p50);
  }
  items.push_back(item("fabric", 12, 26, 52));
  CHECK(simulate_delivery(items, options).first_s.p50 >= base.first_s.p50);
}

TEST_CASE("with certain dates the plan is arithmetic: the worked example of the late transformer") {
  auto gpus = item("gpus", 26, 26, 26);
  gpus.is_compute = true, gpus.capex_usd = 100e6;
  auto const out = simulate_delivery({item("transformer", 128, 128, 128), gpus}, {.draws = 3, .seed = 1, .horizon_s = 130 * kWeek, .points = 2601, .wacc_frac = 0.09});
  CHECK(out.first_s.p50 == doctest::Approx(128 * kWeek));
  CHECK(out.waiting_compute_s.p50 == doctest::Approx(102 * kWeek));
  CHECK(out.gate_frac[0] == 1);
  // 20 % a year of life and 9 % of capital over 1.96 years: 57 % of the price.
  CHECK(out.compute_value_lost_frac.p50 == doctest::Approx(102 * kWeek / kYear * 0.29).epsilon(1e-6));
  CHECK(out.compute_value_lost_frac.p50 == doctest::Approx(0.57).epsilon(0.01));
  CHECK(out.stranded_usd_s.p50 == doctest::Approx(100e6 * 102 * kWeek).epsilon(0.01));
}

TEST_CASE("the same seed draws the same plan and an item's own draws do not depend on the others") {
  DeliveryOptions options;
  options.draws = 50;
  auto const a = simulate_delivery(site(), options), b = simulate_delivery(site(), options);
  CHECK(a.first_s.p50 == b.first_s.p50);
  auto more = site();
  more.insert(more.begin(), item("extra", 1, 2, 3));
  auto const c = simulate_delivery(more, options);
  CHECK(c.done_s[1].p50 == a.done_s[0].p50);
}

TEST_CASE("people: heads follow what they look after; nobody means nothing is done; a gate that cannot keep up never opens") {
  RoleParams r;
  r.per_1000_devices = 3, r.per_model = 2, r.minimum = 5, r.hours_per_week = 42, r.productive_frac = 0.8, r.cost_usd_per_s = 200e3 / kYear;
  CHECK(heads(r, {1, 100, 0, 0}) == 5);
  CHECK(heads(r, {1, 4000, 3, 0}) == doctest::Approx(18));
  CHECK(at_work(r, {1, 4000, 3, 0}) == doctest::Approx(18 * 42.0 / 168 * 0.8));
  CHECK(cost_usd_year(r, {1, 4000, 3, 0}) == doctest::Approx(18 * 200e3));
  CHECK(std::isinf(gate_wait_s(3600, 0, 1e-6)));
  CHECK(std::isinf(gate_wait_s(3600, 1, 1.0 / 3600)));
  CHECK(gate_wait_s(3600, 1, 0) == doctest::Approx(3600));
  CHECK(gate_wait_s(3600, 1, 0.5 / 3600) == doctest::Approx(3600 * 1.5));  // M/D/1 at half load
  double last = INFINITY;
  for (double testers : {0.6, 1.0, 2.0, 8.0}) {
    double const wait = gate_wait_s(3600, testers, 0.5 / 3600);
    CHECK(wait < last);
    last = wait;
  }
}

TEST_CASE("cash: no rate is a sum, an annuity is its closed form, replacement and residual balance") {
  CashPlan p;
  p.capital = {{"racks", 100, 5}};
  p.income_usd_year = 40, p.cost_usd_year = 10, p.output_year = 20, p.rate = 0, p.horizon_years = 5;
  CHECK(cash_flow(p).npv_usd == doctest::Approx(5 * 30 - 100));
  CHECK(cash_flow(p).payback_years == doctest::Approx(100.0 / 30));
  CHECK(cash_flow(p).levelised_usd == doctest::Approx((100 + 50) / 100.0));
  p.rate = 0.09;
  double const annuity = (1 - std::pow(1.09, -5)) / 0.09;
  CHECK(cash_flow(p).npv_usd == doctest::Approx(30 * annuity - 100));
  double const irr = cash_flow(p).irr;
  CHECK(30 * (1 - std::pow(1 + irr, -5)) / irr == doctest::Approx(100));
  p.horizon_years = 7;  // bought again in year 5, three fifths of it left in year 7
  auto const longer = cash_flow(p);
  CHECK(longer.replaced_usd == doctest::Approx(100));
  CHECK(longer.residual_usd == doctest::Approx(60));
  p.price_change_per_year = -0.1;
  CHECK(cash_flow(p).replaced_usd == doctest::Approx(100 * std::pow(0.9, 5)));
  p.income_usd_year = 0;
  CHECK(std::isinf(cash_flow(p).payback_years));
  CHECK_FALSE(cash_flow(p).irr > 0);  // none, or the negative one that the residual value leaves
}
