// Cost build-up and electricity bill.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/report_model.hpp"

namespace aif::reports {
namespace {

constexpr char const* kShortMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

constexpr double kLeastShown = 5e-4;  // of the whole

std::string million_usd(double usd) { return number_text(usd / 1e6); }

Chart cost_chart(OptionView const& option) {
  auto lines = option.results.costs;
  std::stable_sort(lines.begin(), lines.end(), [](auto const& a, auto const& b) { return a.annual_usd > b.annual_usd; });
  double total = 0, capital = 0;
  for (auto const& line : lines) total += line.annual_usd, capital += line.capital_usd;
  auto const* per_mtok = option.results.find("cost.per_mtok_out");
  Chart chart{option.prefix() + "cost", "waterfall", "Levelised cost of a year, how it builds up", "Capital is annualised over its life at the cost of capital; each bar begins where the one above ends, hatched bars are income and go back; the last is all of them: the levelised cost. Lines below 0.05 % are in the table only.",
              {{"unit", "million USD/year"}, {"names", Json::array()}, {"values", Json::array()}, {"groups", Json::array()}}, {}};
  chart.twin = {"Cost build-up", {{"line"}, {"capital, million USD", true}, {"per year, million USD", true}, {"share", true}, {"of a million good output tokens, USD", true}}, {}};
  auto row = [&](std::string name, double capital_usd, double annual_usd) {
    double const share = total > 0 ? annual_usd / total : 0;
    chart.twin.rows.push_back({text_cell(std::move(name)), number_cell(capital_usd != 0 ? million_usd(capital_usd) : "—"), number_cell(million_usd(annual_usd)), number_cell(percent_text(share)),
                               number_cell(per_mtok ? number_text(share * per_mtok->value) : "—")});
  };
  for (auto const& line : lines) {
    row(cost_name(line.id), line.capital_usd, line.annual_usd);
    if (std::abs(line.annual_usd) < kLeastShown * total) continue;
    chart.data["names"].push_back(cost_name(line.id));
    chart.data["values"].push_back(line.annual_usd / 1e6);
    chart.data["groups"].push_back(line.id.starts_with("capital") ? 0 : line.id.starts_with("energy") ? 1 : line.annual_usd < 0 ? 3 : 2);  // colours: capital, electricity, income, the rest
  }
  row("all", capital, total);
  return chart;
}

Table bill_table(economics::Bill const& bill) {
  Table table{"Electricity bill of the steady year", {{"line"}, {"million USD", true}, {"share", true}}, {}};
  double const total = bill.total_usd();
  std::pair<char const*, double> const lines[] = {{"energy", bill.energy_usd}, {"delivery and adders", bill.delivery_usd}, {"demand", bill.demand_usd}, {"coincident peak", bill.coincident_usd},
                                                  {"up to the minimum bill", bill.minimum_usd}, {"fixed", bill.fixed_usd}, {"fuel of own generation", bill.fuel_usd}, {"all", total}};
  for (auto const& [name, usd] : lines)
    if (usd != 0) table.rows.push_back({text_cell(name), number_cell(million_usd(usd)), number_cell(percent_text(total > 0 ? usd / total : 0))});
  return table;
}

Chart bill_chart(OptionView const& option) {
  auto const& bill = option.results.bill;
  Chart chart{option.prefix() + "bill", "months", "Bill and highest demand by month", "Bars: the bill of each month. Dots: the highest demand that is charged for.", {{"names", Json::array()}, {"usd", Json::array()}, {"peak", Json::array()}}, {}};
  chart.twin = {"Bill by month", {{"month"}, {"bill, million USD", true}, {"highest demand", true}}, {}};
  for (std::size_t m = 0; m < 12; ++m) {
    chart.data["names"].push_back(kShortMonths[m]);
    chart.data["usd"].push_back(bill.month_usd[m] / 1e6);
    chart.data["peak"].push_back(bill.peak_w[m] / 1e6);
    chart.twin.rows.push_back({text_cell(kShortMonths[m]), number_cell(million_usd(bill.month_usd[m])), quantity_cell(bill.peak_w[m], "W")});
  }
  return chart;
}

}  // namespace

std::string cost_name(std::string const& id) {
  if (id == "heat.sold") return "income: heat sold";
  std::string name = in_words(id);
  if (auto const dot = name.find('.'); dot != std::string::npos) name.replace(dot, 1, ": ");
  return name;
}

std::vector<Section> money_sections(OptionView const& option) {
  Section section{option.prefix() + "money", "What it costs", {}};
  if (!option.results.costs.empty()) section.blocks.emplace_back(cost_chart(option));
  if (option.results.bill.total_usd() != 0) {
    section.blocks.emplace_back(bill_table(option.results.bill));
    section.blocks.emplace_back(bill_chart(option));
  }
  return {section};
}

}  // namespace aif::reports
