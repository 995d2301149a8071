// The bill against an independent implementation: NREL PySAM 7.1.1 utilityrate5 on the same quarter hours. benchmarks/peers/electricity_bill.py
// makes the figures; load and price are whole-number rules, so that both languages hold the same series.
#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

#include "models/economics/tariff.hpp"

using namespace aif::economics;

namespace {

double scatter(std::uint64_t i) { return static_cast<double>(i * 2654435761u % 4294967296u) / 4294967296.0; }

struct Year {
  std::vector<double> load_w, price_usd_j;
  Year() {
    for (std::uint64_t i = 0; i < 35040; ++i) {
      auto const hour = static_cast<int>(i / 4);
      int const of_day = hour % 24;
      load_w.push_back(1e6 * (20 + 8 * scatter(i) + (of_day >= 8 && of_day < 20 ? 6 : 0) + 0.5 * month_of_hour(hour)));
    }
    for (std::uint64_t h = 0; h < 8760; ++h) price_usd_j.push_back((0.03 + 0.04 * scatter(7919 + h)) / 3.6e6);
  }
};

}  // namespace

TEST_CASE("the bill is that of utilityrate5: hourly energy, time of use, fixed, demand by month and window, ratchet, minimum") {
  Year const year;
  TariffParams energy;
  energy.energy_usd_per_j = 0.012 / 3.6e6;
  TariffParams fixed = energy, monthly = energy;
  fixed.fixed_usd_per_s = 12 * 2500.0 / (8760 * 3600.0);
  monthly.demand = {{"all", 9e-3, 0, 24, false, 0}};
  TariffParams use = {};
  use.energy_usd_per_j = 0.05 / 3.6e6;
  use.periods = {{"summer afternoons", 0.11 / 3.6e6, 14, 19, 6, 9, true}, {"days", 0.07 / 3.6e6, 7, 22, 1, 12, true}};
  TariffParams window = monthly, ratchet = monthly, minimum = monthly;
  window.demand.push_back({"afternoons", 6e-3, 14, 19, true, 0});
  ratchet.demand[0].ratchet_frac = 0.9;
  minimum.minimum_demand_w = 37e6, minimum.minimum_demand_frac = 1;
  struct Case {
    char const* name;
    double peer_usd;
    TariffParams const& tariff;
  };
  for (auto const& c : {Case{"energy", 16174629.254619, energy}, {"fixed", 16204629.254619, fixed}, {"time of use", 16078124.968795, use}, {"monthly demand", 20143155.571746, monthly}, {"window", 22788278.582091, window},
                        {"ratchet", 20172020.712746, ratchet}, {"minimum", 20237969.194450, minimum}}) {
    CAPTURE(c.name);
    CHECK(bill_year(c.tariff, {year.load_w, c.tariff.periods.empty() ? std::span<double const>(year.price_usd_j) : std::span<double const>(), 900, 0}).total_usd() == doctest::Approx(c.peer_usd).epsilon(1e-10));
  }
}
