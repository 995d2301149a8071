#include "validation/serving_energy.hpp"

#include <algorithm>
#include <cmath>

#include "core/csv.hpp"
#include "core/robust_fit.hpp"
#include "validation/serving_points.hpp"
#include "validation/suite.hpp"

namespace aif::validation {
namespace {

constexpr double kRecordedYear = 2025.9;  // ML.ENERGY v3: vLLM of late 2025 (assumption)

double prompt_length(std::string const& task) { return task == "gpqa" ? 350 : task == "sourcegraph-fim" ? 500 : 250; }

std::string understand(EnergyRow& row, CsvTable const& t, std::size_t r, Names const& names, KernelDevices& devices) {
  auto cell = [&](char const* column) -> std::string const& { return t.at(r, column); };
  row.hardware = names.hardware_id(cell("gpu"));
  row.model = names.model_id(cell("model"));
  row.design.profile = devices.find(row.hardware);
  row.design.model = names.model(row.model);
  auto const precision = names.precision(cell("precision"), row.model);
  if (!row.design.profile) return "unknown name: hardware " + cell("gpu");
  if (!row.design.model) return "unknown name: model " + cell("model");
  if (!precision) return "unknown name: precision " + cell("precision");
  row.design.weights = *precision;
  row.design.kv = Precision::bf16;  // vLLM default
  row.design.date_year = kRecordedYear;
  row.devices = static_cast<int>(t.number(r, "num_gpus"));
  int const tp = std::max(1, static_cast<int>(t.number(r, "tp"))), ep = std::max(1, static_cast<int>(t.number(r, "ep"))), dp = std::max(1, static_cast<int>(t.number(r, "dp")));
  // ep without dp: attention is split over the same devices as the experts.
  row.design.worker.ep = compute::is_moe(*row.design.model) ? ep : 1;
  row.design.worker.attention_dp = ep > 1 && dp > 1 ? row.devices / tp : 1;
  row.design.worker.tp = ep > 1 && dp <= 1 ? row.devices : tp;
  row.batch = std::max(1.0, t.number(r, "avg_batch"));
  row.input_token = prompt_length(cell("task"));
  row.output_token = std::max(2.0, t.number(r, "avg_output_len"));
  row.out_token_s = t.number(r, "out_tok_per_s");
  row.device_w = t.number(r, "power_per_gpu_W");
  row.joule_per_token = t.number(r, "J_per_out_token");
  return {};
}

}  // namespace

std::vector<EnergyRow> load_energy_rows(std::string const& dir, Names const& names, KernelDevices& devices) {
  CsvTable const table = CsvTable::load(table_path(dir, "power_ml_energy_llm.csv"));
  std::vector<EnergyRow> rows;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    if (table.at(r, "use") != "predict" || table.at(r, "metric_name").find("ml_energy") == std::string::npos) continue;
    EnergyRow row;
    row.id = table.at(r, "id");
    row.refusal = refusal_of([&] { return understand(row, table, r, names, devices); });
    row.fold = fold_of(row.hardware + "|" + fold_model(row.model));
    rows.push_back(std::move(row));
  }
  return rows;
}

compute::SteadyPoint predict(EnergyRow const& row, compute::ServingFit const& fit, EngineAdjust const& server) {
  compute::ReplicaDesign design = row.design;
  design.engine = compute::engine_params(fit, compute::EngineFamily::vllm, *design.profile, *design.model);
  adjust(design.engine, server);
  return compute::steady(design, row.input_token, row.output_token, row.batch);
}

FittedPower fit_power(std::vector<EnergyRow> const& rows, std::vector<compute::SteadyPoint> const& points) {
  FittedPower result;
  std::vector<double> start;
  for (double v : result.values) start.push_back(std::log(v));
  FitBox box{{start}, start, start};
  for (std::size_t i = 0; i < kPowerParameters; ++i) {
    box.low[i] = std::log(0.02);
    box.high[i] = std::log(i < 2 ? 0.7 : 6.0);  // an idle floor is well below the rated power
  }
  constexpr double kScale = 0.10, kPrior = 0.5, kPriorStrength = 3;  // a prior counts as nine rows, as in the fit of the step: a fold keeps few models of a die
  auto residuals = [&](std::span<double const> x, std::span<double> out) {
    compute::PowerValues v{};
    for (std::size_t i = 0; i < kPowerParameters; ++i) v[i] = std::exp(x[i]);
    for (std::size_t r = 0; r < rows.size(); ++r) {
      auto const& profile = *rows[r].design.profile;
      auto const power = compute::datasheet_power(profile.datasheet, compute::power_shares(v, profile));
      out[r] = std::log(compute::steady_w(power, profile.datasheet, points[r]) / rows[r].device_w);
    }
    for (std::size_t i = 0; i < kPowerParameters; ++i) out[rows.size() + i] = kPriorStrength * kScale * (x[i] - start[i]) / kPrior;
  };
  FitOptions options;
  options.loss_scale = kScale;
  options.max_iterations = 40;
  FitResult const fit = robust_fit(residuals, rows.size() + kPowerParameters, box, options);
  for (std::size_t i = 0; i < kPowerParameters; ++i) {
    result.values[i] = std::exp(fit.params[i]);
    result.log_sd[i] = fit.covariance.empty() ? kPrior : std::sqrt(std::max(0.0, fit.covariance[i * kPowerParameters + i]));
  }
  return result;
}

}  // namespace aif::validation
