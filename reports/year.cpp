// How the year goes: power and tokens by the hour, the load-duration curve, PUE by hour and day, the first year as delivered.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "reports/packed_series.hpp"
#include "reports/report_model.hpp"

namespace aif::reports {
namespace {

using Hours = std::vector<float>;

// Lines of one panel; each column is packed once under the option's prefix.
class PanelBuilder {
 public:
  PanelBuilder(OptionView const& option, sim::SeriesGroup const* group, std::string suffix, Json& series) : option_(option), group_(group), suffix_(std::move(suffix)), series_(series) {}

  Json panel(std::string title, std::string unit) const { return {{"title", std::move(title)}, {"unit", std::move(unit)}, {"series", Json::array()}}; }

  void add(Json& panel, std::string name, std::string_view variable, double factor, std::size_t entity = 0) const {
    auto const values = hourly(group_, variable, entity);
    if (std::none_of(values.begin(), values.end(), [](float v) { return v != 0; })) return;
    std::string const key = fmt::format("{}{}{}-{}", option_.prefix(), variable, suffix_, entity);
    if (!series_.contains(key)) series_[key] = pack(values);
    panel["series"].push_back({{"name", std::move(name)}, {"key", key}, {"factor", factor}});
  }

 private:
  OptionView const& option_;
  sim::SeriesGroup const* group_;
  std::string suffix_;
  Json& series_;
};

void push_if_used(Json& panels, Json panel) {
  if (!panel["series"].empty()) panels.push_back(std::move(panel));
}

// Mean, or another reduction, of each month of a column.
double month_mean(Hours const& values, std::size_t month) {
  double sum = 0, n = 0;
  for (std::size_t h = 0; h < values.size() && h < 8760; ++h)
    if (static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(h))) == month) sum += static_cast<double>(values[h]), n += 1;
  return n > 0 ? sum / n : 0;
}
double month_most(Hours const& values, std::size_t month) {
  double most = 0;
  for (std::size_t h = 0; h < values.size() && h < 8760; ++h)
    if (static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(h))) == month) most = std::max(most, static_cast<double>(values[h]));
  return most;
}

Hours sum_over(sim::SeriesGroup const* group, std::string_view variable, std::size_t entities) {
  Hours sum;
  for (std::size_t i = 0; i < entities; ++i) {
    auto const one = hourly(group, variable, i);
    if (sum.empty()) sum = one;
    else std::transform(sum.begin(), sum.end(), one.begin(), sum.begin(), std::plus<>());
  }
  return sum;
}

Table month_table(sim::SeriesGroup const* group, std::size_t workloads) {
  Table table{"The year by month", {{"month"}, {"site power, mean", true}, {"site power, highest hour", true}, {"rack power, mean", true}, {"PUE", true}, {"good tokens, mean", true}, {"dry bulb, mean", true}, {"water", true}}, {}};
  auto const site = hourly(group, "facility_power"), it = hourly(group, "it_power"), dry = hourly(group, "dry_bulb"), water = hourly(group, "water"), good = sum_over(group, "tokens_good", workloads);
  constexpr double kHours[] = {744, 672, 744, 720, 744, 720, 744, 744, 720, 744, 720, 744};
  for (std::size_t m = 0; m < 12; ++m) {
    double const site_w = month_mean(site, m), it_w = month_mean(it, m);
    table.rows.push_back({text_cell(std::string(kMonthNames[m])), quantity_cell(site_w, "W"), quantity_cell(month_most(site, m), "W"), quantity_cell(it_w, "W"),
                          number_cell(it_w > 0 ? fmt::format("{:.3f}", site_w / it_w) : "—"), quantity_cell(month_mean(good, m), "1 s-1"), quantity_cell(month_mean(dry, m), "degC"),
                          quantity_cell(month_mean(water, m) * kHours[m] * 3600, "m3")});
  }
  return table;
}

std::string title_of(sim::Results const& results, std::string const& id) {
  for (auto const& w : results.workloads)
    if (w.id == id) return w.title.empty() ? id : w.title;
  return id;
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

Chart year_chart(OptionView const& option, sim::SeriesGroup const* group, Json& series) {
  PanelBuilder const lines(option, group, "", series);
  auto const workloads = labels_of(group, "workload");
  Json panels = Json::array();
  Json power = lines.panel("Power", "MW");
  lines.add(power, "site", "facility_power", 1e6);
  lines.add(power, "racks", "it_power", 1e6);
  lines.add(power, "cooling", "cooling_power", 1e6);
  lines.add(power, "electrical losses", "electrical_loss", 1e6);
  push_if_used(panels, std::move(power));
  add_token_panels(panels, lines, option.results, workloads);
  Json weather = lines.panel("Outdoor air", "°C");
  lines.add(weather, "dry bulb", "dry_bulb", 1);
  lines.add(weather, "wet bulb", "wet_bulb", 1);
  push_if_used(panels, std::move(weather));
  Json price = lines.panel("Wholesale price", "USD/MWh");
  lines.add(price, "price", "price", 1 / 3.6e9);
  push_if_used(panels, std::move(price));
  return {option.prefix() + "year", "lines", "A year of power and tokens", "Line: mean of each day; band: its lowest and highest hour. Choose a month, or drag the bar below the panels, and it becomes hourly. Local standard time.", {{"panels", panels}}, month_table(group, workloads.size())};
}

Chart duration_chart(OptionView const& option, sim::SeriesGroup const* group, Json& series) {
  PanelBuilder const lines(option, group, "", series);
  Json panel = lines.panel("Power", "MW");
  lines.add(panel, "site", "facility_power", 1e6);
  lines.add(panel, "racks", "it_power", 1e6);
  Table table{"Power that is reached or passed for so many hours", {{"hours", true}, {"site", true}, {"racks", true}}, {}};
  auto site = hourly(group, "facility_power"), it = hourly(group, "it_power");
  std::sort(site.rbegin(), site.rend());
  std::sort(it.rbegin(), it.rend());
  for (std::size_t hours : {1u, 10u, 100u, 500u, 1000u, 2000u, 4380u, 6570u, 8760u})
    if (hours <= site.size()) table.rows.push_back({number_cell(count_text(static_cast<double>(hours))), quantity_cell(static_cast<double>(site[hours - 1]), "W"), quantity_cell(static_cast<double>(it[hours - 1]), "W")});
  return {option.prefix() + "duration", "duration", "Load-duration curve", "Hours of the year at or above a power: how much of the connection is used, and how long.", {{"panels", Json::array({panel})}}, table};
}

Chart pue_chart(OptionView const& option, sim::SeriesGroup const* group, Json& series) {
  std::string const key = option.prefix() + "pue";
  auto const pue = hourly(group, "pue"), site = hourly(group, "facility_power"), it = hourly(group, "it_power");
  series[key] = pack(pue);
  Table table{"PUE by month", {{"month"}, {"energy-weighted", true}, {"lowest hour", true}, {"highest hour", true}}, {}};
  for (std::size_t m = 0; m < 12; ++m) {
    double least = 1e9, most = 0;
    for (std::size_t h = 0; h < pue.size() && h < 8760; ++h)
      if (static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(h))) == m) least = std::min(least, static_cast<double>(pue[h])), most = std::max(most, static_cast<double>(pue[h]));
    double const it_w = month_mean(it, m);
    if (it_w > 0) table.rows.push_back({text_cell(std::string(kMonthNames[m])), number_cell(fmt::format("{:.3f}", month_mean(site, m) / it_w)), number_cell(fmt::format("{:.3f}", least)), number_cell(fmt::format("{:.3f}", most))});
  }
  return {option.prefix() + "pue-calendar", "heat", "PUE by hour and day", "Each column is a day, each row an hour of the day, local standard time.", {{"key", key}, {"unit", "PUE"}}, table};
}

Chart delivered_chart(OptionView const& option, sim::SeriesGroup const* group, Json& series) {
  PanelBuilder const lines(option, group, "-delivered", series);
  Json panels = Json::array();
  Json power = lines.panel("Power", "MW");
  lines.add(power, "site", "facility_power", 1e6);
  lines.add(power, "racks", "it_power", 1e6);
  push_if_used(panels, std::move(power));
  add_token_panels(panels, lines, option.results, labels_of(group, "workload"));
  auto const* pods = find_group(option.results, "as_delivered", true);
  PanelBuilder const racks(option, pods, "-delivered", series);
  Json delivered = racks.panel("Racks delivered and up", "racks");
  auto const names = labels_of(pods, "pod");
  for (std::size_t i = 0; i < names.size(); ++i) racks.add(delivered, names[i], "delivered_racks", 1, i);
  push_if_used(panels, std::move(delivered));
  return {option.prefix() + "delivered", "lines", "The first year as it is delivered", "Output is the least of what has been delivered and commissioned; what came early stands idle.", {{"panels", panels}}, month_table(group, labels_of(group, "workload").size())};
}

}  // namespace

std::vector<Section> year_sections(OptionView const& option, Json& series) {
  std::vector<Section> sections;
  auto const* group = find_group(option.results, "ts_", false);
  if (group) {
    Section year{option.prefix() + "time", "The year by the hour", {}};
    year.blocks.emplace_back(year_chart(option, group, series));
    year.blocks.emplace_back(duration_chart(option, group, series));
    sections.push_back(std::move(year));
    Section cooling{option.prefix() + "cooling", "PUE through the year", {}};
    cooling.blocks.emplace_back(pue_chart(option, group, series));
    sections.push_back(std::move(cooling));
  }
  if (auto const* delivered = find_group(option.results, "as_delivered", false)) {
    Section section{option.prefix() + "delivery", "Delivery and stranded capacity", {}};
    Table figures{"First calendar year against the steady year", {{"figure"}, {"as delivered", true}, {"steady year", true}}, {}};
    figures.rows.push_back({text_cell("Output tokens"), figure_cell(option, "tokens.out.rate.as_delivered"), figure_cell(option, "tokens.out.rate")});
    figures.rows.push_back({text_cell("Site power, mean"), figure_cell(option, "facility.power.as_delivered"), figure_cell(option, "facility.power")});
    figures.rows.push_back({text_cell("Delivered racks without power"), figure_cell(option, "stranded.it_power.as_delivered"), number_cell("—")});
    section.blocks.emplace_back(std::move(figures));
    section.blocks.emplace_back(delivered_chart(option, delivered, series));
    sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace aif::reports
