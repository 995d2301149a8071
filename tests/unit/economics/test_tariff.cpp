#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "models/economics/finance.hpp"
#include "models/economics/tariff.hpp"

using namespace aif::economics;

namespace {
TariffParams flat_tariff() {
  TariffParams t;
  t.energy_usd_per_j = 0.10 / 3.6e6;
  t.demand = {{"all hours", 0.010, 0, 24, false, 0.0}};
  return t;
}
}  // namespace

TEST_CASE("a constant load pays energy times price and twelve months of demand") {
  std::vector<double> const load(8760, 1e6);
  Bill const bill = bill_year(flat_tariff(), {load, {}, 3600, 0});
  CHECK(bill.energy_usd == doctest::Approx(8760 * 1000 * 0.10));
  CHECK(bill.demand_usd == doctest::Approx(12 * 1e6 * 0.010));
  CHECK(bill.total_usd() == doctest::Approx(bill.energy_usd + bill.demand_usd));
}

TEST_CASE("one peak hour costs one month, or all months under a full ratchet") {
  std::vector<double> load(8760, 1e6);
  load[5000] = 2e6;
  TariffParams tariff = flat_tariff();
  CHECK(bill_year(tariff, {load, {}, 3600, 0}).demand_usd == doctest::Approx(13 * 1e6 * 0.010));
  tariff.demand[0].ratchet_frac = 1.0;
  CHECK(bill_year(tariff, {load, {}, 3600, 0}).demand_usd == doctest::Approx(24 * 1e6 * 0.010));
}

TEST_CASE("a windowed demand charge sees only its hours and days") {
  std::vector<double> load(8760, 0.0);
  load[2] = 5e6;        // night
  load[5 * 24 + 15] = 5e6;  // a Saturday afternoon when the year starts on a Monday
  load[24 + 15] = 1e6;  // Tuesday afternoon
  TariffParams tariff = flat_tariff();
  tariff.demand = {{"peak", 0.010, 14, 19, true, 0.0}};
  CHECK(bill_year(tariff, {load, {}, 3600, 0}).demand_usd == doctest::Approx(1e6 * 0.010));
}

TEST_CASE("a finer meter never lowers a demand and leaves energy unchanged") {
  std::vector<double> minutes(525600);
  for (std::size_t i = 0; i < minutes.size(); ++i) minutes[i] = 1e6 + (i % 60 < 15 ? 4e5 : 0.0);
  std::vector<double> hours(8760);
  for (std::size_t i = 0; i < minutes.size(); ++i) hours[i / 60] += minutes[i] / 60;
  Bill const fine = bill_year(flat_tariff(), {minutes, {}, 60, 0}), coarse = bill_year(flat_tariff(), {hours, {}, 3600, 0});
  CHECK(fine.energy_usd == doctest::Approx(coarse.energy_usd));
  CHECK(fine.demand_usd > coarse.demand_usd);
}

TEST_CASE("months and weekdays of a 365-day year") {
  CHECK(month_of_hour(0) == 0);
  CHECK(month_of_hour(743) == 0);
  CHECK(month_of_hour(744) == 1);
  CHECK(month_of_hour(8759) == 11);
  CHECK_FALSE(is_weekend(4 * 24 + 23, 0));
  CHECK(is_weekend(5 * 24, 0));
}

TEST_CASE("the capital recovery factor pays back the capital at the rate") {
  double const year_s = 8760 * 3600.0;
  double const annual = capital_recovery_factor(0.09, 5 * year_s);
  double present = 0;
  for (int y = 1; y <= 5; ++y) present += annual / std::pow(1.09, y);
  CHECK(present == doctest::Approx(1.0));
  CHECK(capital_recovery_factor(0.0, 5 * year_s) == doctest::Approx(0.2));
}
