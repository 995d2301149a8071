// What the products make and how fast they answer; what the racks of each pod did for it.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "reports/packed_series.hpp"
#include "reports/report_model.hpp"
#include "sim/metrics.hpp"

namespace aif::reports {
namespace {

Table workload_table(OptionView const& option) {
  auto const& workloads = option.results.workloads;
  Table table{"Products of the steady year", {{"figure"}}, {}};
  std::vector<Cell> models{text_cell("Model")};
  for (auto const& w : workloads) {
    table.columns.push_back({w.title.empty() ? w.id : w.title, true});
    models.push_back(number_cell(w.model.substr(w.model.rfind('/') + 1)));  // "lib:models/NAME"
  }
  table.rows.push_back(std::move(models));
  for (auto const& metric : sim::workload_metrics()) {
    std::vector<Cell> row{text_cell(label_of(metric.id))};
    bool any = false;
    for (auto const& w : workloads) {
      bool const has = w.values.contains(std::string(metric.id));
      any = any || has;
      row.push_back(has ? figure_cell(option, fmt::format("workload.{}.{}", w.id, metric.id)) : number_cell("—"));
    }
    if (any) table.rows.push_back(std::move(row));
  }
  return table;
}

struct Range {
  double least = 0, mean = 0, most = 0;
};
Range range_of(std::vector<float> const& values) {
  if (values.empty()) return {};
  auto const [least, most] = std::minmax_element(values.begin(), values.end());
  return {static_cast<double>(*least), std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()), static_cast<double>(*most)};
}

Table rack_table(sim::SeriesGroup const* pods, std::vector<std::string> const& names) {
  Table table{"Racks by pod: hourly means of the steady year", {{"pod"}, {"racks", true}, {"rack power, mean", true}, {"rack power, highest", true}, {"clock, mean", true}, {"clock, lowest", true},
              {"junction, highest", true}, {"coolant or air in, highest", true}}, {}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto of = [&](std::string_view name) { return range_of(hourly(pods, name, i)); };
    Range const power = of("rack_power"), clock = of("clock"), junction = of("junction");
    bool const has_devices = junction.most > 0 && of("device_power").most > 0;
    auto device = [&](std::string text) { return number_cell(has_devices ? std::move(text) : "—"); };
    table.rows.push_back({text_cell(names[i]), number_cell(count_text(of("delivered_racks").most)), quantity_cell(power.mean, "W"), quantity_cell(power.most, "W"),
                          device(percent_text(clock.mean)), device(percent_text(clock.least)), device(show(junction.most, "degC").text()), quantity_cell(of("coolant_supply").most, "degC")});
  }
  return table;
}

Chart rack_chart(OptionView const& option, sim::SeriesGroup const* pods, std::vector<std::string> const& names, Json& series) {
  Chart chart{option.prefix() + "racks", "lines", "Racks through the year", "Power of one rack, clock and junction temperature of each pod with accelerators, hourly means.", {{"panels", Json::array()}}, rack_table(pods, names)};
  struct Panel {
    char const *variable, *title, *unit;
    double factor;
  };
  for (Panel const& panel : {Panel{"rack_power", "Rack power", "kW", 1e3}, Panel{"clock", "Clock", "%", 0.01}, Panel{"junction", "Junction", "°C", 1}}) {
    Json lines = Json::array();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (range_of(hourly(pods, "device_power", i)).most <= 0) continue;
      std::string const key = fmt::format("{}{}-{}", option.prefix(), panel.variable, i);
      series[key] = pack(hourly(pods, panel.variable, i));
      lines.push_back({{"name", names[i]}, {"key", key}, {"factor", panel.factor}});
    }
    if (!lines.empty()) chart.data["panels"].push_back({{"title", panel.title}, {"unit", panel.unit}, {"series", lines}});
  }
  return chart;
}

}  // namespace

std::vector<Section> workload_sections(OptionView const& option, Json& series) {
  Section section{option.prefix() + "tokens", "Tokens and latency", {}};
  section.blocks.emplace_back(Paragraph{"Output, prompt and cached tokens are different things and are never added. Good tokens are the output of requests that met both latency targets. Training has its own rate; its energy and cost are not charged to output tokens."});
  if (!option.results.workloads.empty()) section.blocks.emplace_back(workload_table(option));
  auto const* pods = find_group(option.results, "ts_", true);
  auto const names = labels_of(pods, "pod");
  if (!names.empty()) section.blocks.emplace_back(rack_chart(option, pods, names, series));
  return {section};
}

}  // namespace aif::reports
