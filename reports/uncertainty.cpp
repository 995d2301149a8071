// How sure the figures are: bands over the members, fans through the year, and which inputs make the spread.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "reports/report_model.hpp"
#include "sim/decisions/ensemble.hpp"

namespace aif::reports {
namespace {

constexpr std::string_view kDriven[] = {"tokens.good.rate", "cost.per_mtok_out", "facility.power", "pue"};
constexpr std::size_t kMostDrivers = 12;

std::vector<double> by_day(std::vector<float> const& hours) {
  std::vector<double> days;
  for (std::size_t d = 0; d * 24 < hours.size(); ++d) {
    auto const end = std::min(hours.size(), d * 24 + 24);
    days.push_back(std::accumulate(hours.begin() + static_cast<std::ptrdiff_t>(d * 24), hours.begin() + static_cast<std::ptrdiff_t>(end), 0.0) / static_cast<double>(end - d * 24));
  }
  return days;
}

Chart fan_chart(OptionView const& option) {
  struct Panel {
    std::string_view name;
    char const *title, *unit;
    double factor;
  };
  static constexpr Panel kPanels[] = {{"tokens_good", "Good output tokens", "Mtok/s", 1e6}, {"facility_power", "Site power", "MW", 1e6}, {"pue", "PUE", "", 1}};
  auto const& e = option.results.ensemble;
  Chart chart{option.prefix() + "fan", "fan", "The year with its uncertainty", fmt::format("Line: median of {} members; band: P10 to P90. Each is taken hour by hour, then averaged over the day.", e.values.size()), {{"panels", Json::array()}}, {}};
  chart.twin = {"Mean of the hourly bands over each month", {{"month"}}, {}};
  std::vector<std::vector<Cell>> rows;
  for (auto month : kMonthNames) rows.push_back({text_cell(std::string(month))});
  for (auto const& panel : kPanels) {
    auto const at = std::find_if(e.bands.begin(), e.bands.end(), [&](auto const& b) { return b.name == panel.name; });
    if (at == e.bands.end() || at->p50.size() < 8760) continue;
    Json p{{"title", panel.title}, {"unit", panel.unit}};
    for (auto const& [key, values] : {std::pair{"p10", &at->p10}, {"p50", &at->p50}, {"p90", &at->p90}}) {
      auto const days = by_day(*values);
      p[key] = Json::array();
      for (double d : days) p[key].push_back(std::round(d / panel.factor * 1e4) / 1e4);
      chart.twin.columns.push_back({fmt::format("{}, {}", panel.title, key), true});
      std::vector<double> sum(12), n(12);
      for (std::size_t h = 0; h < 8760; ++h) {
        auto const m = static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(h)));
        sum[m] += static_cast<double>((*values)[h]), n[m] += 1;
      }
      for (std::size_t m = 0; m < 12; ++m) rows[m].push_back(quantity_cell(sum[m] / n[m], at->unit, at->name));
    }
    chart.data["panels"].push_back(std::move(p));
  }
  chart.twin.rows = std::move(rows);
  return chart;
}

// Mean of `y` over the fifth of the members with the lowest `x`, and over the fifth with the highest.
std::pair<double, double> ends_of(std::vector<double> const& x, std::vector<double> const& y) {
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return x[a] < x[b]; });
  std::size_t const n = std::max<std::size_t>(1, x.size() / 5);
  double low = 0, high = 0;
  for (std::size_t i = 0; i < n; ++i) low += y[order[i]], high += y[order[x.size() - 1 - i]];
  return {low / static_cast<double>(n), high / static_cast<double>(n)};
}

void add_tornado(Section& section, OptionView const& option, std::string_view metric) {
  auto const& e = option.results.ensemble;
  auto const* m = option.results.find(metric);
  auto const column = static_cast<std::size_t>(std::find(e.metrics.begin(), e.metrics.end(), metric) - e.metrics.begin());
  if (!m || column == e.metrics.size()) return;
  auto const drivers = sim::contributions(e, metric);
  if (drivers.empty()) {
    section.blocks.emplace_back(Paragraph{fmt::format("{}: no single input stands out from chance among {} members.", label_of(metric), e.values.size()), "note"});
    return;
  }
  Shown const base = show(m->value, m->unit, metric);
  Chart chart{fmt::format("{}tornado-{}", option.prefix(), column), "tornado", "What moves: " + label_of(metric),
              "Mean of the fifth of the members in which an input was lowest and of the fifth in which it was highest, all others free. Only inputs that chance does not explain (5 % over all inputs).",
              {{"unit", base.unit}, {"base", m->value / base.factor}, {"names", Json::array()}, {"low", Json::array()}, {"high", Json::array()}}, {}};
  chart.twin = {"Drivers of " + label_of(metric), {{"input"}, {"share of the spread", true}, {"where it is lowest", true}, {"where it is highest", true}, {"source of its range"}}, {}};
  for (std::size_t k = 0; k < std::min(kMostDrivers, drivers.size()); ++k) {
    auto const input = static_cast<std::size_t>(std::find(e.inputs.begin(), e.inputs.end(), drivers[k].input) - e.inputs.begin());
    std::vector<double> x, y;
    for (std::size_t i = 0; i < e.values.size(); ++i)
      if (std::isfinite(e.values[i][column])) x.push_back(e.draws[i][input]), y.push_back(e.values[i][column]);
    auto const [low, high] = ends_of(x, y);
    chart.data["names"].push_back(driver_name(option, drivers[k].input));
    chart.data["low"].push_back(low / base.factor);
    chart.data["high"].push_back(high / base.factor);
    chart.twin.rows.push_back({text_cell(driver_name(option, drivers[k].input), drivers[k].input), number_cell(percent_text(drivers[k].share)), quantity_cell(low, m->unit, metric), quantity_cell(high, m->unit, metric),
                               text_cell(input < e.input_sources.size() ? e.input_sources[input] : "")});
  }
  section.blocks.emplace_back(std::move(chart));
}

}  // namespace

// "model_error.power_gpu" -> "model error: power gpu"; a workload's input by its title; library ranges as they are.
std::string driver_name(OptionView const& option, std::string const& input) {
  if (input.starts_with("model_error.")) return "model error: " + in_words(input.substr(12));
  auto const dot = input.starts_with("workloads.") ? input.find('.', 10) : std::string::npos;
  if (dot != std::string::npos) {
    std::string rest = in_words(input.substr(dot + 1));
    std::replace(rest.begin(), rest.end(), '.', ' ');
    return sim::place_name(option.places, input.substr(0, dot)) + ": " + rest;
  }
  return input;
}

std::vector<Section> uncertainty_sections(OptionView const& option, Json&) {
  Section section{option.prefix() + "uncertainty", "How sure the figures are", {}};
  auto const& e = option.results.ensemble;
  if (e.empty()) {
    section.blocks.emplace_back(Paragraph{"No bands were computed in this run: `aifactory run --members 64` draws the uncertain inputs of the scenario, the library and the models.", "note"});
    return {section};
  }
  std::size_t const failed = static_cast<std::size_t>(std::count_if(e.failures.begin(), e.failures.end(), [](auto const& f) { return !f.empty(); }));
  section.blocks.emplace_back(Paragraph{fmt::format("{} members drew {} uncertain inputs (seed {}), each ran its own year; a band is P10 to P90 over them, so two cases in ten lie outside. {}", e.values.size(), e.inputs.size(), e.seed,
                                                    failed > 0 ? fmt::format("{} members gave a site that cannot be built and are left out.", failed) : std::string("No member failed."))});
  Chart fan = fan_chart(option);
  if (!fan.data["panels"].empty()) section.blocks.emplace_back(std::move(fan));
  for (auto metric : kDriven) add_tornado(section, option, metric);
  section.blocks.emplace_back(Paragraph{"`aifactory sensitivity SCENARIO` moves one input at a time, or gives Sobol indices.", "note"});
  return {section};
}

}  // namespace aif::reports
