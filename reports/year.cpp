// How the year goes: power and tokens by the hour, the load-duration curve, PUE by hour and day.
#include <fmt/format.h>

#include <algorithm>

#include "reports/packed_series.hpp"
#include "reports/report_model.hpp"
#include "reports/year_panels.hpp"

namespace aif::reports {
namespace {

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
  return sections;
}

}  // namespace aif::reports
