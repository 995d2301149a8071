#include "reports/year_panels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "reports/packed_series.hpp"
#include "sim/facility/delivery.hpp"

namespace aif::reports {
namespace {

std::vector<float> sum_over(sim::SeriesGroup const* group, std::string_view variable, std::size_t entities) {
  std::vector<float> sum;
  for (std::size_t i = 0; i < entities; ++i) {
    auto const one = hourly(group, variable, i);
    if (sum.empty()) sum = one;
    else std::transform(sum.begin(), sum.end(), one.begin(), sum.begin(), std::plus<>());
  }
  return sum;
}

// Hours of a calendar that starts on any day, in the order of the months.
std::vector<float> from_january(std::vector<float> values, sim::SeriesGroup const* group) {
  long day = 0;
  if (values.size() == 8760 && group && sim::parse_date(group->start, day)) std::rotate(values.begin(), values.end() - static_cast<std::ptrdiff_t>(24 * sim::day_of_year(day)), values.end());
  return values;
}

std::string title_of(sim::Results const& results, std::string const& id) {
  for (auto const& w : results.workloads)
    if (w.id == id) return w.title.empty() ? id : w.title;
  return id;
}

}  // namespace

void PanelBuilder::add(Json& panel, std::string name, std::string_view variable, double factor, std::size_t entity) const {
  auto const values = hourly(group_, variable, entity);
  if (std::none_of(values.begin(), values.end(), [](float v) { return v != 0; })) return;
  std::string const key = fmt::format("{}{}{}-{}", option_.prefix(), variable, suffix_, entity);
  if (!series_.contains(key)) series_[key] = pack(values);
  panel["series"].push_back({{"name", std::move(name)}, {"key", key}, {"factor", factor}});
}

void push_if_used(Json& panels, Json panel) {
  if (!panel["series"].empty()) panels.push_back(std::move(panel));
}

double month_mean(std::vector<float> const& values, std::size_t month) {
  double sum = 0, n = 0;
  for (std::size_t h = 0; h < values.size() && h < 8760; ++h)
    if (static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(h))) == month) sum += static_cast<double>(values[h]), n += 1;
  return n > 0 ? sum / n : 0;
}
double month_most(std::vector<float> const& values, std::size_t month) {
  double most = 0;
  for (std::size_t h = 0; h < values.size() && h < 8760; ++h)
    if (static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(h))) == month) most = std::max(most, static_cast<double>(values[h]));
  return most;
}

Table month_table(sim::SeriesGroup const* group, std::size_t workloads) {
  Table table{"The year by month", {{"month"}, {"site power, mean", true}, {"site power, highest hour", true}, {"rack power, mean", true}, {"PUE", true}, {"good tokens, mean", true}, {"dry bulb, mean", true}, {"water", true}}, {}};
  auto const column = [&](std::string_view name) { return from_january(hourly(group, name), group); };
  auto const site = column("facility_power"), it = column("it_power"), dry = column("dry_bulb"), water = column("water"), good = from_january(sum_over(group, "tokens_good", workloads), group);
  constexpr double kHours[] = {744, 672, 744, 720, 744, 720, 744, 744, 720, 744, 720, 744};
  for (std::size_t m = 0; m < 12; ++m) {
    double const site_w = month_mean(site, m), it_w = month_mean(it, m);
    table.rows.push_back({text_cell(std::string(kMonthNames[m])), quantity_cell(site_w, "W"), quantity_cell(month_most(site, m), "W"), quantity_cell(it_w, "W"),
                          number_cell(it_w > 0 ? fmt::format("{:.3f}", site_w / it_w) : "—"), quantity_cell(month_mean(good, m), "1 s-1"), quantity_cell(month_mean(dry, m), "degC"),
                          quantity_cell(month_mean(water, m) * kHours[m] * 3600, "m3")});
  }
  return table;
}

void add_token_panels(Json& panels, PanelBuilder const& lines, sim::Results const& results, std::vector<std::string> const& workloads) {
  Json tokens = lines.panel("Output tokens", "Mtok/s"), trained = lines.panel("Tokens trained", "ktok/s");
  for (std::size_t i = 0; i < workloads.size(); ++i) {
    std::string const title = title_of(results, workloads[i]);
    lines.add(tokens, title + ", asked for", "tokens_offered", 1e6, i);
    lines.add(tokens, title + ", good", "tokens_good", 1e6, i);
    lines.add(trained, title, "tokens_trained", 1e3, i);
  }
  push_if_used(panels, std::move(tokens));
  push_if_used(panels, std::move(trained));
}

}  // namespace aif::reports
