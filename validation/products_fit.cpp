#include "validation/products_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/robust_fit.hpp"

namespace aif::validation {
namespace {

constexpr double kProductPriorWeight = 0.25;   // a prior pulls like one row that is off by this much at one prior sd
constexpr double kLossScale = 0.15;
constexpr double kGroupRows = 4;

}  // namespace

OperatorFit fit_operators(std::vector<ProductRow> const& all, std::vector<bool> const& keep) {
  std::vector<ProductRow const*> rows;
  std::map<std::string, double> group_rows;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (keep[i] && all[i].row.refusal.empty()) rows.push_back(&all[i]), group_rows[all[i].fold_key] += 1;
  std::vector<double> weight;
  for (auto const* row : rows) weight.push_back(std::sqrt(std::min(1.0, kGroupRows / group_rows[row->fold_key])));

  auto const parameters = compute::operator_parameters();
  FitBox box;
  std::vector<double> start;
  for (auto const& p : parameters) start.push_back(std::log(p.start)), box.low.push_back(std::log(p.low)), box.high.push_back(std::log(p.high));
  box.starts = {start};
  auto const unpack = [&](std::span<double const> x) {
    std::vector<double> values;
    for (double v : x) values.push_back(std::exp(v));
    return compute::from_values(values);
  };
  auto const residuals = [&](std::span<double const> x, std::span<double> out) {
    auto const efficiency = unpack(x);
    for (std::size_t i = 0; i < rows.size(); ++i) out[i] = weight[i] * std::log(predict(*rows[i], efficiency) / rows[i]->row.measured);
    for (std::size_t i = 0; i < x.size(); ++i) out[rows.size() + i] = kProductPriorWeight * (x[i] - start[i]) / parameters[i].prior_log_sd;
  };
  auto const result = robust_fit(residuals, rows.size() + start.size(), box, {.loss_scale = kLossScale, .max_iterations = 100});

  OperatorFit fit;
  fit.efficiency = unpack(result.params);
  fit.used = rows.size();
  std::size_t const n = start.size();
  std::vector<double> base(rows.size() + n), moved(rows.size() + n);
  residuals(result.params, base);
  for (std::size_t i = 0; i < n; ++i) {
    fit.log_sd.push_back(std::sqrt(std::max(0.0, result.covariance[i * n + i])));
    auto x = result.params;
    x[i] += 0.1;
    residuals(x, moved);
    std::size_t carried = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) carried += std::abs(moved[r] - base[r]) > 1e-3 ? 1 : 0;
    fit.rows.push_back(carried);
  }
  return fit;
}

std::string operator_csv(OperatorFit const& fit, double log_sd) {
  std::string text = "name,value,low,high,rows,source\n";
  auto const parameters = compute::operator_parameters();
  auto const values = compute::to_values(fit.efficiency);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    double const half = 1.645 * fit.log_sd[i];
    text += fmt::format("{},{:.6g},{:.4g},{:.4g},{},fitted to validation/data/workloads_measurements.csv and workloads_mlperf_inference_v51.csv\n", parameters[i].name, values[i],
                        values[i] * std::exp(-half), values[i] * std::exp(half), fit.rows[i]);
  }
  return text + fmt::format("log_sd,{:.4g},,,{},robust spread of the rows out of sample\n", log_sd, fit.used);
}

}  // namespace aif::validation
