#include "sim/claims/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/calendar.hpp"
#include "core/hash.hpp"
#include "core/random.hpp"
#include "core/statistics.hpp"
#include "models/economics/delivery.hpp"

namespace aif::sim {
namespace {


// What a workload sells for in a year, and its good units in a year.
struct Sale {
  std::string id, title, unit;
  double usd_year = 0, units_year = 0, share = 0;  // share: of the IT energy of all workloads, by which cost is charged
};

std::vector<Sale> sales_of(Scenario const& scenario, Facility const& facility, Results const& results) {
  std::vector<Sale> out;
  double all_w = 0;
  for (auto const& w : results.workloads) all_w += w.value("it.power");
  for (std::size_t i = 0; i < results.workloads.size(); ++i) {
    auto const& w = results.workloads[i];
    Sale sale{w.id, w.title, "output token", 0, 0, all_w > 0 ? w.value("it.power") / all_w : 0};
    for (auto const& params : scenario.workloads) {
      if (auto const* serving = std::get_if<workloads::ServingWorkloadParams>(&params); serving && serving->id == w.id) {
        sale.units_year = w.value("tokens.good.rate") * kYear;
        sale.usd_year = (w.value("tokens.good.rate") * serving->price.output_usd_token + (w.value("tokens.in.rate") + w.value("tokens.cached.rate")) * serving->price.input_usd_token) * kYear;
      } else if (auto const* product = std::get_if<workloads::ProductWorkloadParams>(&params); product && product->id == w.id) {
        sale.unit = facility.workloads[i].unit;
        sale.units_year = w.value("units.good.rate") * kYear;
        sale.usd_year = sale.units_year * product->price_usd;
      } else if (auto const* training = std::get_if<workloads::TrainingWorkloadParams>(&params); training && training->id == w.id) {
        sale.unit = "trained token";
        sale.units_year = w.value("training.tokens.rate") * kYear;
      }
    }
    out.push_back(std::move(sale));
  }
  return out;
}

struct Band {
  double p10 = 0, p50 = 0, p90 = 0;
};
Band band_of(std::vector<double> values) {
  std::erase_if(values, [](double v) { return !std::isfinite(v); });
  std::sort(values.begin(), values.end());
  return {quantile(values, 0.1), quantile(values, 0.5), quantile(values, 0.9)};
}

}  // namespace

StudyResult run_study(MoneyStudy const& s, Scenario const& scenario, Facility const& facility, Results const& results) {
  StudyResult r;
  r.id = s.id, r.type = std::string(s.type_name), r.title = s.title.empty() ? "What it costs, what it earns" : s.title;
  auto lines = results.costs;
  economics::PeopleDrivers const drivers{1, static_cast<double>(facility.devices), static_cast<double>(scenario.workloads.size()), static_cast<double>(scenario.workloads.size())};
  double people_usd = 0;
  for (auto const& role : scenario.people) people_usd += economics::cost_usd_year(role, drivers);
  if (people_usd > 0) lines.push_back({"people", 0, people_usd});

  DiagnosticList problems;
  std::vector<std::string> known;
  for (auto const& line : lines) known.push_back(line.id);
  for (auto const& range : s.ranges) {
    if (std::find(known.begin(), known.end(), range.line) == known.end()) {
      std::string const near = did_you_mean(range.line, known);
      problems.add({"AF2870", Severity::error, fmt::format("no cost line is called `{}`{}", range.line, near.empty() ? "" : fmt::format("; did you mean `{}`?", near)), "studies." + s.id + ".ranges", {}, "the lines stand in summary.json", 1});
    }
    if (!(range.low <= range.mode && range.mode <= range.high)) problems.add({"AF2870", Severity::error, fmt::format("the range of {} does not rise", range.line), "studies." + s.id + ".ranges", {}, "low <= mode <= high", 1});
  }
  if (problems.has_errors()) throw InputError(std::move(problems));

  auto const sales = sales_of(scenario, facility, results);
  auto const& f = scenario.finance;
  auto const plan_with = [&](std::vector<double> const& factor) {
    economics::CashPlan plan;
    plan.rate = f.wacc_frac, plan.horizon_years = s.horizon_years, plan.price_change_per_year = s.replacement_price_change, plan.income_growth_per_year = s.income_growth;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      bool const plant = lines[i].id == "capital.shell" || lines[i].id == "capital.electrical" || lines[i].id == "capital.cooling";
      if (lines[i].capital_usd > 0) plan.capital.push_back({lines[i].id, lines[i].capital_usd * factor[i], (plant ? f.plant_life_s : f.it_life_s) / kYear});
      else plan.cost_usd_year += lines[i].annual_usd * factor[i];
    }
    for (auto const& sale : sales) plan.income_usd_year += sale.usd_year;
    return plan;
  };
  auto const yearly_with = [&](std::vector<double> const& factor) {
    double sum = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) sum += lines[i].annual_usd * factor[i];
    return sum;
  };

  // Draws: pure in (seed, line, draw).
  RandomStream const random(static_cast<std::uint64_t>(scenario.seed), Stream::uncertainty);
  auto const draws = static_cast<std::size_t>(s.draws);
  std::vector<double> npv, irr, payback, yearly;
  std::vector<std::vector<double>> unit_cost(sales.size());
  std::vector<double> factor(lines.size(), 1.0);
  for (std::size_t d = 0; d < draws; ++d) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      factor[i] = 1;
      for (auto const& range : s.ranges)
        if (range.line == lines[i].id) factor[i] = economics::triangular(range.low, range.mode, range.high, random.uniform(fnv1a("price " + range.line), d));
    }
    auto const flow = economics::cash_flow(plan_with(factor));
    npv.push_back(flow.npv_usd), irr.push_back(flow.irr), payback.push_back(flow.payback_years), yearly.push_back(yearly_with(factor));
    for (std::size_t w = 0; w < sales.size(); ++w) unit_cost[w].push_back(sales[w].units_year > 0 ? yearly.back() * sales[w].share / sales[w].units_year : std::nan(""));
  }
  std::vector<double> const ones(lines.size(), 1.0);
  auto const base = economics::cash_flow(plan_with(ones));
  double const base_yearly = yearly_with(ones);

  StudyTable capital{"lines", "Cost by line", "Capital is annualised at the cost of capital over its life; ranges as given.", {"line", "capital", "a year", "share", "believed between"}, {"", "USD", "USD", "1", ""}, {}};
  StudyFigure bars{"lines", "Cost of a year by line", "Annualised capital, energy, people, maintenance.", "", "million USD a year", FigureKind::bars, {}, {{"cost of a year", {}, {}, {}, {}}}, false, false};
  for (auto const& line : lines) {
    std::string words;
    for (auto const& range : s.ranges)
      if (range.line == line.id) words = fmt::format("{:g} to {:g} times ({})", range.low, range.high, range.source);
    capital.rows.push_back({cell(line.id), cell(line.capital_usd), cell(line.annual_usd), cell(line.annual_usd / base_yearly), cell(words)});
    if (line.annual_usd > 0) bars.categories.push_back(line.id), bars.series[0].y.push_back(line.annual_usd / 1e6);
    r.add("line." + line.id, line.annual_usd, "USD", "Cost of a year.");
  }
  r.tables.push_back(std::move(capital));
  r.figures.push_back(std::move(bars));

  StudyTable units{"units", "Cost of a unit of each product", "Cost is charged by IT energy; P10 to P90 over the draws of the prices.", {"product", "unit", "units a year", "cost: P10", "P50", "P90", "income a year"}, {"", "", "1", "USD", "USD", "USD", "USD"}, {}};
  for (std::size_t w = 0; w < sales.size(); ++w) {
    auto const b = band_of(unit_cost[w]);
    units.rows.push_back({cell(sales[w].title), cell(sales[w].unit), cell(sales[w].units_year), cell(b.p10), cell(b.p50), cell(b.p90), cell(sales[w].usd_year)});
    r.add("unit_cost." + sales[w].id, b.p50, "USD", "Cost of one unit of the product, or of one output token.", b.p10, b.p90);
  }
  r.tables.push_back(std::move(units));

  auto const n = band_of(npv), y = band_of(yearly), i = band_of(irr);
  r.add("npv", n.p50, "USD", "Net present value over the horizon.", n.p10, n.p90);
  r.add("npv.base", base.npv_usd, "USD", "The same at the prices as they stand.");
  r.add("irr", i.p50, "1", "Internal rate of return; absent where the flow never turns.", i.p10, i.p90);
  r.add("payback", base.payback_years, "year", "Years until income has paid the capital, undiscounted, at the prices as they stand.");
  r.add("cost_year", y.p50, "USD", "Levelised cost of a year.", y.p10, y.p90);
  r.add("replaced", base.replaced_usd, "USD", "Bought again within the horizon.");
  r.add("residual", base.residual_usd, "USD", "Value left at the horizon, straight line.");
  StudyFigure flow{"flow", "Cash flow", "Net flow of each year at the prices as they stand: capital in year 0, replacements when a life ends, what is left at the end.", "year", "million USD", FigureKind::bars, {}, {{"net flow", {}, {}, {}, {}}}, false, false};
  for (std::size_t year = 0; year < base.net_usd.size(); ++year) flow.categories.push_back(fmt::format("{}", year)), flow.series[0].y.push_back(base.net_usd[year] / 1e6);
  r.figures.push_back(std::move(flow));

  // One more of what binds: tokens to money at the mean price of the text workloads.
  double token_usd = 0, tokens = 0;
  for (auto const& sale : sales)
    if (sale.unit == "output token") token_usd += sale.usd_year, tokens += sale.units_year;
  if (!results.marginal.empty() && tokens > 0) {
    StudyTable more{"marginal", "What one more is worth", "Good output tokens of one more unit, sold at the mean income of an output token.", {"component", "one more", "good tokens", "income a year"}, {"", "", "1 s-1", "USD"}, {}};
    for (auto const& m : results.marginal) more.rows.push_back({cell(m.component), cell(fmt::format("{:g} {}", m.step, m.unit)), cell(m.d_good_token_s), cell(m.d_good_token_s * kYear * token_usd / tokens)});
    r.tables.push_back(std::move(more));
  }
  auto const metric = [&](char const* id) { auto const* m = results.find(id); return m ? m->value : 0.0; };
  r.add("carbon", metric("carbon"), "kg", "Carbon of the year's electricity.");
  r.add("water", metric("water"), "m3", "Water of the year.");
  r.verdict = fmt::format("A year costs {:.3g} million USD ({:.3g} to {:.3g}); net present value over {:.0f} years {:.3g} million USD ({:.3g} to {:.3g}).", y.p50 / 1e6, y.p10 / 1e6, y.p90 / 1e6, s.horizon_years, n.p50 / 1e6, n.p10 / 1e6, n.p90 / 1e6);
  r.notes = {"Taxes, inflation and financing beyond the rate are neglected.", "Income uses the prices of the scenario's workloads; a workload without a price earns nothing."};
  judge(r, s.expectations);
  return r;
}

}  // namespace aif::sim
