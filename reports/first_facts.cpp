// What a buyer asks before the figures: what is built, on which connection, for how much, when, with how much water, measured against
// what, how sure, and what happens when parts fail. A fact that the result does not hold is left out, or says which option computes it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "reports/phase_plan.hpp"
#include "reports/report_model.hpp"
#include "sim/decisions/ensemble.hpp"
#include "sim/metrics.hpp"

namespace aif::reports {
namespace {

// "640 racks GB200 NVL72 (46,080 accelerators), 40 other racks": the largest pods by name, all others together.
std::string racks_text(SiteFacts const& facts) {
  constexpr std::size_t kNamed = 3;
  std::vector<std::tuple<double, double, std::string>> pods;  // racks, accelerators, title
  for (auto const& hall : facts.at("/halls"))
    for (auto const& pod : hall.value("pods", Json::array())) {
      Json const rack = pod.value("rack", Json::object());
      pods.emplace_back(pod.value("count", 0.0), pod.value("count", 0.0) * rack.value("devices", 0.0), rack.value("title", pod.value("id", "")));
    }
  std::stable_sort(pods.begin(), pods.end(), [](auto const& a, auto const& b) { return std::get<1>(a) > std::get<1>(b); });
  std::string text;
  double others = 0;
  for (std::size_t i = 0; i < pods.size(); ++i) {
    auto const& [racks, devices, title] = pods[i];
    if (i < kNamed && devices > 0) text += fmt::format("{}{} racks {} ({} accelerators)", text.empty() ? "" : ", ", count_text(racks), title, count_text(devices));
    else others += racks;
  }
  if (others > 0) text += fmt::format("{}{} other racks", text.empty() ? "" : ", ", count_text(others));
  return text;
}

std::string figure(sim::Results const& r, std::string_view id) {
  auto const* m = r.find(id);
  return m && m->value > 0 ? show(m->value, m->unit, id).text() : "";
}

std::string power_text(sim::Results const& r, SiteFacts const& facts) {
  std::string const mean_w = figure(r, "facility.power"), peak = figure(r, "facility.power.peak");
  if (mean_w.empty() || peak.empty()) return "";
  double const capacity = facts.number("/site/utility/capacity"), voltage = facts.number("/site/utility/voltage");
  std::string text = fmt::format("{} on average, {} at most", mean_w, peak);
  if (std::isfinite(capacity)) text += fmt::format(", of a grid connection of {:g} MW{}", capacity / 1e6, std::isfinite(voltage) ? fmt::format(" at {:g} kV", voltage / 1e3) : "");
  return text;
}

std::string money_text(sim::Results const& r) {
  double capital = 0, income = 0;
  for (auto const& line : r.costs) capital += line.capital_usd, income -= std::min(line.annual_usd, 0.0);
  std::string const year = figure(r, "cost.year");
  if (capital <= 0 || year.empty()) return "";
  std::string text = fmt::format("{} to build; {} with that capital spread over its life, {} of it electricity", show(capital, "USD").text(), year, show(r.bill.total_usd(), "USD").text());
  return income > 0 ? text + fmt::format(", after {} of income", show(income, "USD").text()) : text;
}

std::string ready_text(SiteFacts const& facts) {
  long first = 0, last = 0;
  for (auto const& phase : phases_of(facts))
    if (phase.racks_w > 0) first = first == 0 ? phase.up_from : std::min(first, phase.up_from), last = std::max(last, phase.up_all);
  return last > 0 ? fmt::format("first racks in production {}, all by {}", date_text(first), date_text(last)) : "everything from the first day: the scenario has no phases";
}

std::string water_text(sim::Results const& r) {
  std::string text;
  for (auto const& [id, words] : {std::pair{"water", "water on site"}, {"carbon", "CO2 of the electricity"}, {"heat.reused", "heat reused"}})
    if (std::string const shown = figure(r, id); !shown.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", shown, words);
  return text;
}

std::string demands_text(sim::Results const& r) {
  if (r.checks.empty()) return "nothing: the scenario states no demands";
  std::string text;
  for (auto const& c : r.checks) {
    std::string const id = sim::metric_of_check(c.expression);
    auto const* m = r.find(id);
    std::string_view const unit = m ? std::string_view(m->unit) : "1";
    text += fmt::format("{} {} {} {} {} ({})", text.empty() ? "" : ";", label_of(id), show(c.value, unit, id).text(), c.expression.find('<') != std::string::npos ? "of at most" : "of at least", show(c.limit, unit, id).text(), c.passed ? "kept" : "not kept");
  }
  return fmt::format("the {} demands of the scenario:{}", r.checks.size(), text);
}

std::string sure_text(OptionView const& option) {
  auto const& r = option.results;
  auto const* m = r.find("tokens.good.rate");
  if (!m || m->value <= 0) m = r.find("training.tokens.rate");
  if (!m || !m->p10 || !m->p90) return "no bands were computed in this run (`--members 64`)";
  Figure const f = make_figure(option, *m);
  std::string text = fmt::format("{} cases drawn; output is {} in 8 of 10", r.ensemble.values.size(), f.band);
  if (auto const drivers = sim::contributions(r.ensemble, m->id); !drivers.empty()) text += fmt::format("; what moves it most is {} ({} of the spread)", driver_name(option, drivers[0].input), percent_text(drivers[0].share));
  return text;
}

std::string fail_text(sim::RiskResults const& risk) {
  if (!risk.availability) return "not computed in this run (`--contingency`)";
  auto const& a = *risk.availability;
  std::string text = fmt::format("{:.3f} % of the good tokens are still made, mean of {} simulated years", 100 * a.availability, a.years);
  if (risk.contingency) text += fmt::format("; {}fault tolerant, {}concurrently maintainable", risk.contingency->fault_tolerant ? "" : "not ", risk.contingency->concurrently_maintainable ? "" : "not ");
  return text;
}

}  // namespace

std::vector<Fact> first_facts(OptionView const& option, SiteFacts const& facts) {
  auto const& r = option.results;
  std::vector<Fact> all{{"Built", racks_text(facts)}, {"Power", power_text(r, facts)}, {"Money", money_text(r)}, {"Ready", facts.empty() ? "" : ready_text(facts)}, {"Water and CO2", water_text(r)}, {"Measured against", demands_text(r)}, {"How sure", sure_text(option)}, {"When parts fail", fail_text(r.risk)}};
  std::erase_if(all, [](Fact const& f) { return f.text.empty(); });
  return all;
}

Table facts_table(std::vector<OptionView> const& options) {
  Table table{"What stands behind them", {{"question"}}, {}};
  for (auto const& o : options) {
    table.columns.push_back({fmt::format("{}: {}", o.name, o.title), false, static_cast<int>(o.index)});
    for (auto const& fact : first_facts(o, SiteFacts(o.results))) {
      auto row = std::find_if(table.rows.begin(), table.rows.end(), [&](auto const& r) { return r[0].text == fact.label; });
      if (row == table.rows.end()) {
        table.rows.push_back({text_cell(fact.label)});
        row = std::prev(table.rows.end());
      }
      row->resize(o.index + 1, text_cell("—"));
      row->push_back(text_cell(fact.text));
    }
  }
  for (auto& row : table.rows) row.resize(options.size() + 1, text_cell("—"));
  return table;
}

}  // namespace aif::reports
