#include "validation/power_training.hpp"

#include <charconv>
#include <cmath>

#include "core/csv.hpp"
#include "core/robust_fit.hpp"

namespace aif::validation {
namespace {

// Work of MLPerf's Llama-2-70B LoRA to the target loss: about 3,072 sequences of 8,192 tokens (training policies v4.0 to v5.0, from memory),
// 4 FLOP a parameter and token: forward, and backward through frozen weights.
constexpr double kLoraTokens = 3072.0 * 8192, kLoraFlopPerParameter = 4, kTrainFlopPerParameter = 6;
// Without minutes in the row: sustained share of the 8-bit peak on one node, and devices at which strong scaling has halved it (assumption,
// from the minutes of the published 8, 64 and 512 device runs).
constexpr double kOneNodeMfu = 0.25, kHalvingDevices = 110;
// Fabric of a site figure: three 400 Gbit/s switch ports of 27 W (QM9700, 1,720 W at 64 ports) and four transceivers of 9 W a device
// (validation/data/network_power.csv), and management, storage and login nodes of 7.5 kW (assumption).
constexpr double kFabricPerDevice = 3 * 27 + 4 * 9, kSiteServices = 7500;

// The number that ends just before `unit`.
double number_before(std::string const& text, std::string_view unit) {
  auto const at = text.find(unit);
  if (at == std::string::npos) return std::nan("");
  auto begin = at;
  while (begin > 0 && (std::isdigit(static_cast<unsigned char>(text[begin - 1])) || text[begin - 1] == '.' || text[begin - 1] == ' ')) --begin;
  while (begin < at && text[begin] == ' ') ++begin;
  double value = std::nan("");
  std::from_chars(text.data() + begin, text.data() + at, value);
  return value;
}

bool has(std::string const& text, std::string_view word) { return text.find(word) != std::string::npos; }

double first_finite(double a, double b) { return std::isfinite(a) ? a : b; }

NodePowerRow read(CsvTable const& table, std::size_t i, Names const& names) {
  NodePowerRow row;
  auto text = [&](char const* column) { return table.has(column) ? table.at(i, column) : std::string{}; };
  auto number = [&](char const* column) {
    std::string const t = text(column);
    double v = std::nan("");
    std::from_chars(t.data(), t.data() + t.size(), v);
    return v;
  };
  std::string const all = text("hardware") + "; " + text("conditions") + "; " + text("workload") + "; " + text("notes"), printed = text("hardware");
  row.id = text("id");
  row.hardware = names.hardware_id(printed);
  row.model = names.model_id(text("model"));
  row.measured = number("value");
  double const nodes = first_finite(number("nodes"), number_before(all, " nodes"));
  row.nodes = first_finite(nodes, 1);
  double gpus = first_finite(number("gpus"), number_before(text("conditions"), " " + printed + " on "));
  if (!std::isfinite(gpus)) gpus = 8 * row.nodes;
  row.devices_per_node = gpus / row.nodes;
  double const minutes = first_finite(number_before(text("conditions"), " min"), number_before(text("notes"), " min"));
  row.direct_current = has(all, "DC-Power");
  row.liquid = has(all, "liquid") || has(all, "SMC");  // Sustainable Metal Cloud: immersion
  if (text("unit") == "kJ") {
    row.with_fabric = true;  // site energy of the run
    row.to_row_unit = row.nodes * minutes * 60 / 1000;
    if (!std::isfinite(minutes)) row.refusal = "energy without a duration";
  }
  auto const* profile = row.hardware.empty() ? nullptr : names.profile(row.hardware);
  if (!profile || !(profile->datasheet.tdp_w > 0)) {
    row.refusal = "unknown name";
    return row;
  }
  row.tdp_w = profile->datasheet.tdp_w;
  double const fp8 = profile->datasheet.peak_flop_s[static_cast<std::size_t>(Precision::fp8)], bf16 = profile->datasheet.peak_flop_s[static_cast<std::size_t>(Precision::bf16)];
  double const peak = fp8 > 0 ? fp8 : 2 * bf16;
  auto const* model = names.model(row.model);
  double const tokens_s = number_before(text("conditions"), " tokens/s");
  row.mfu_frac = kOneNodeMfu / (1 + (gpus - 8) / kHalvingDevices);
  bool const lora = has(text("model"), "lora") || has(text("model"), "LoRA");
  if (model && lora && std::isfinite(minutes)) row.mfu_frac = kLoraTokens * kLoraFlopPerParameter * compute::active_parameters(*model) / (gpus * minutes * 60 * peak);
  if (std::isfinite(tokens_s) && model) {  // serving: as many prompt tokens as output tokens (OpenOrca)
    row.inference = true;
    row.mfu_frac = 2 * 2 * compute::active_parameters(*model) * tokens_s / (gpus * peak);
  }
  row.fold = fold_of(row.hardware + "|" + row.model);
  return row;
}

}  // namespace

std::vector<NodePowerRow> load_node_rows(std::string const& dir, std::string const& metric, Names const& names) {
  std::vector<NodePowerRow> rows;
  for (char const* file : {"power_mlperf.csv", "training_power.csv"}) {
    auto const table = CsvTable::load(table_path(dir, file));
    for (std::size_t i = 0; i < table.rows(); ++i)
      if (table.at(i, "use") == "predict" && has(table.at(i, "metric_name"), metric)) rows.push_back(read(table, i, names));
  }
  return rows;
}

double predict_node(NodePowerRow const& row, power::TrainingDraw const& draw) {
  power::NodeParams node;
  if (row.liquid) node.fan_frac = 0.01;
  double const scale = row.devices_per_node / 8;  // the host grows with its devices
  node.host_idle_w *= scale, node.host_active_w *= scale, node.supply_rating_w *= scale * std::max(1.0, row.tdp_w / 700);
  double const devices = row.devices_per_node * power::training_device_w(draw, row.tdp_w, row.mfu_frac);
  double w = row.direct_current ? power::node_dc_w(node, devices, 1) : power::node_inlet_w(node, devices, 1);
  if (row.with_fabric) w += kFabricPerDevice * row.devices_per_node + kSiteServices / row.nodes;
  return w * row.to_row_unit;
}

power::TrainingDraw fit_draw(std::vector<NodePowerRow> const& rows, std::vector<bool> const& keep) {
  power::TrainingDraw const prior;
  std::vector<NodePowerRow const*> used;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (keep[i] && rows[i].refusal.empty()) used.push_back(&rows[i]);
  FitBox const box{{{prior.floor_frac, prior.slope}}, {0.25, 0.5}, {0.7, 3.0}};
  auto const result = robust_fit(
      [&](std::span<double const> z, std::span<double> out) {
        std::size_t k = 0;
        for (auto const* row : used) out[k++] = std::log(predict_node(*row, {z[0], z[1]}) / row->measured) / 0.08;
        out[k++] = (z[0] - prior.floor_frac) / 0.1;
        out[k++] = (z[1] - prior.slope) / 0.4;
      },
      used.size() + 2, box, {.loss_scale = 1.0});
  return {result.params[0], result.params[1]};
}

}  // namespace aif::validation
