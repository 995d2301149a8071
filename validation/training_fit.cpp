#include "validation/training_fit.hpp"

#include <fmt/format.h>

#include <cmath>

namespace aif::validation {
namespace {

namespace wl = aif::workloads;
using E = wl::TrainingEfficiency;

constexpr double kTrainingPriorWeight = 0.2;        // a prior pulls like one row that is off by this much at one prior sd
constexpr double kDeviceLogSd = 0.20;

E to_efficiency(std::span<double const> log_params) {
  E e;
  for (std::size_t i = 0; i < wl::efficiency_terms().size(); ++i) e.*(wl::efficiency_terms()[i].member) = std::exp(log_params[i]);
  return e;
}

double best_time_s(TrainingRow const& row, wl::StepModel const& model) {
  double best = wl::step_time(model, row.layout).time_s;
  if (!row.free_micro_batch && !row.free_vp) return best;
  int const replica_batch = std::max(1, row.layout.global_batch / row.layout.dp);
  for (int mb = 1; mb <= (row.free_micro_batch ? 4 : 1); mb *= 2)
    for (int vp = 1; vp <= (row.free_vp ? static_cast<int>(row.shape.layers) / row.layout.pp : 1); ++vp) {
      wl::TrainingLayout l = row.layout;
      if (row.free_micro_batch) l.micro_batch = mb;
      if (row.free_vp) l.vp = vp;
      if (replica_batch % l.micro_batch != 0) continue;
      if (l.micro_batch > 1 && wl::training_memory(row.shape, l, row.precision).total_byte() > row.device.hbm_byte) continue;
      best = std::min(best, wl::step_time(model, l).time_s);
    }
  return best;
}

}  // namespace

double predict_training(TrainingData const& data, TrainingRow const& row, TrainingFit const& fit) {
  wl::TrainingDevice device = row.device;
  auto const at = fit.sustained.find(row.hardware);
  device.sustained = at == fit.sustained.end() ? 1.0 : at->second;
  wl::StepModel const model(row.shape, device, fit.efficiency, row.precision, data.tables[row.tables], row.software);
  double const time = best_time_s(row, model);
  if (row.metric == "step_time") return time;
  double const token_s = row.layout.global_batch * row.shape.seq / time;
  if (row.metric == "tokens_per_s_per_gpu") return token_s / row.gpus;
  if (row.metric == "tokens_per_s_cluster") return token_s;
  // Model FLOP utilisation: attention counted in full where the source does (Megatron-LM), else its causal half.
  double const flop = 6 * row.shape.active_params + (row.full_attention_count ? 6 : 3) * row.shape.attention_flop;
  return 100 * flop * token_s / (row.gpus * row.device.peak_flop_s[static_cast<std::size_t>(row.precision)]);
}

TrainingFit fit_training(TrainingData const& data, std::vector<bool> const& keep) {
  std::vector<TrainingRow const*> rows;
  TrainingFit fit;
  for (std::size_t i = 0; i < data.rows.size(); ++i)
    if (keep[i] && data.rows[i].refusal.empty()) {
      rows.push_back(&data.rows[i]);
      fit.sustained[data.rows[i].hardware] = 1;
    }
  FitBox box;
  std::vector<double> start;
  auto const add = [&](double value, double low, double high) { start.push_back(std::log(value)), box.low.push_back(std::log(low)), box.high.push_back(std::log(high)); };
  auto const terms = wl::efficiency_terms();
  for (auto const& p : terms) add(E{}.*(p.member), p.low, p.high);
  for (std::size_t i = 0; i < fit.sustained.size(); ++i) add(1, 0.5, 2);
  // A second start with less element-wise traffic and more of it in the products: the two trade off.
  box.starts = {start, start};
  for (std::size_t i = 0; i < terms.size(); ++i) {
    std::string_view const name = terms[i].name;
    box.starts[1][i] += name == "gemm_byte" ? std::log(2.5) : name == "moe_passes" ? -std::log(2.0) : name == "host_layer" || name == "release_gain" ? std::log(1.4) : 0.0;
  }
  auto const unpack = [&](std::span<double const> x) {
    fit.efficiency = to_efficiency(x);
    std::size_t i = terms.size();
    for (auto& [hardware, factor] : fit.sustained) factor = std::exp(x[i++]);
  };
  auto const residuals = [&](std::span<double const> x, std::span<double> out) {
    unpack(x);
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = std::log(predict_training(data, *rows[i], fit) / rows[i]->value);
    for (std::size_t i = 0; i < x.size(); ++i)
      out[rows.size() + i] = kTrainingPriorWeight * (x[i] - start[i]) / (i < terms.size() ? terms[i].prior_log_sd : kDeviceLogSd);
  };
  fit.result = robust_fit(residuals, rows.size() + start.size(), box, {.loss_scale = 0.08, .max_iterations = 200});
  unpack(fit.result.params);
  fit.rows = rows.size();
  return fit;
}

std::string efficiency_csv(TrainingFit const& fit) {
  std::string text = "name,value,low,high,rows,source\n";
  std::size_t const n = fit.result.params.size();
  std::size_t i = 0;
  auto const line = [&](std::string const& name, double value) {
    double const half = 1.645 * std::sqrt(std::max(0.0, fit.result.covariance[i * n + i]));
    text += fmt::format("{},{:.6g},{:.4g},{:.4g},{},fitted to validation/data/training.csv\n", name, value, value * std::exp(-half), value * std::exp(half), fit.rows);
    ++i;
  };
  for (auto const& term : wl::efficiency_terms()) line(term.name, fit.efficiency.*(term.member));
  for (auto const& [hardware, factor] : fit.sustained) line("sustained." + hardware, factor);
  return text;
}

}  // namespace aif::validation
