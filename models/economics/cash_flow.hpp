#pragma once
// Money over the years: capital at the start, yearly income and cost, parts that are bought again when their life ends, what is left
// at the horizon. Net present value, internal rate of return, payback, and the levelised cost of a unit of output.
//   NPV = sum of net flow (1 + r)^-year, year 0 for capital;  levelised cost = present value of all cost / present value of output
// Neglects taxes, inflation and financing beyond the rate. Source: Short, Packey, Holt, NREL/TP-462-5173, 1995.

#include <string>
#include <vector>

namespace aif::economics {

struct CapitalPart {
  std::string id;
  double usd = 0, life_years = 5;
};

struct CashPlan {
  std::vector<CapitalPart> capital;
  double income_usd_year = 0, cost_usd_year = 0, output_year = 0;
  double rate = 0.09, horizon_years = 10;
  double price_change_per_year = 0;   // of replacements: -0.1 buys the same ten percent cheaper each year
  double income_growth_per_year = 0;
};

struct CashFlow {
  std::vector<double> net_usd;        // by year, 0 .. horizon
  double npv_usd = 0, irr = 0, payback_years = 0, levelised_usd = 0;  // irr NaN where the flow never turns; payback infinite where it never pays
  double replaced_usd = 0, residual_usd = 0;
};
CashFlow cash_flow(CashPlan const& plan);

}  // namespace aif::economics
