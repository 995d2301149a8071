#include "validation/products_suite.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/statistics.hpp"
#include "core/write_file.hpp"
#include "sim/scenario/library.hpp"
#include "validation/products_fit.hpp"

namespace aif::validation {
namespace {

constexpr double kLimit = 0.20, kBandShare = 0.9;
constexpr char kFitFile[] = "library/fits/operators.csv", kFitReference[] = "lib:fits/operators";
constexpr std::array<char const*, 6> kMetrics{"image", "speech", "folding", "robots", "recommendation", "graph"};

// Predictions out of sample by fold, or by the shipped fit. Returns the log errors of the predicted rows by metric.
std::map<std::string, std::vector<double>> predict_rows(std::vector<ProductRow>& rows, Options const& options) {
  std::map<std::string, std::vector<double>> errors;
  if (options.shipped) {
    auto const whole = fit_operators(rows, std::vector<bool>(rows.size(), true));
    for (int fold = 0; fold < 5; ++fold) {
      std::vector<bool> keep;
      for (auto const& row : rows) keep.push_back(fold_of(row.fold_key) != fold);
      if (std::all_of(keep.begin(), keep.end(), [](bool k) { return k; })) continue;
      auto const fit = fit_operators(rows, keep);
      for (std::size_t i = 0; i < rows.size(); ++i)
        if (!keep[i] && rows[i].row.refusal.empty()) {
          rows[i].row.predicted = predict(rows[i], fit.efficiency);
          rows[i].row.in_sample = predict(rows[i], whole.efficiency);
        }
    }
  } else {
    auto const shipped = compute::read_operator_fit(sim::Library().asset_path(kFitReference));
    for (auto& row : rows)
      if (row.row.refusal.empty()) row.row.predicted = predict(row, shipped);
  }
  for (auto const& row : rows)
    if (row.row.refusal.empty()) errors[row.metric].push_back(std::abs(std::log(row.row.predicted / row.row.measured)));
  return errors;
}

// Half width of the 90 % interval in log: the 90 % quantile of what the rows out of sample showed, of all metrics together, as single metrics are few rows.
double band_of(std::map<std::string, std::vector<double>> const& errors) {
  std::vector<double> all;
  for (auto const& [metric, list] : errors) all.insert(all.end(), list.begin(), list.end());
  return quantile(all, kBandShare);
}

double robust_sd(std::map<std::string, std::vector<double>> const& errors) {
  std::vector<double> all;
  for (auto const& [metric, list] : errors) all.insert(all.end(), list.begin(), list.end());
  return median(all) / 0.6745;
}

SuiteReport run_products(Options const& options) {
  SuiteReport report{"products", options.data_dir, options.refit, {}, false};
  auto rows = load_product_rows(options);
  auto const errors = predict_rows(rows, options);
  double const band = options.shipped ? band_of(errors) : 1.645 * compute::read_operator_fit(sim::Library().asset_path(kFitReference)).log_sd;
  for (char const* metric : kMetrics) {
    std::vector<Row> of_metric;
    for (auto& row : rows) {
      if (row.metric != metric) continue;
      row.row.low = row.row.predicted * std::exp(-band), row.row.high = row.row.predicted * std::exp(band);
      of_metric.push_back(row.row);
    }
    report.metrics.push_back(summarise({metric, "workloads_measurements.csv, workloads_mlperf_inference_v51.csv", "ape", "1", kLimit, 0}, of_metric));
  }
  judge(report);
  return report;
}

void refit_products(std::string const& out_dir) {
  Options options;
  options.data_dir = shipped_data_dir();
  auto rows = load_product_rows(options);
  double const sd = robust_sd(predict_rows(rows, options));
  write_file(out_dir + "/" + kFitFile, operator_csv(fit_operators(rows, std::vector<bool>(rows.size(), true)), sd));
}

}  // namespace

Suite products_suite() { return {"products", "images, speech, folding, robots, recommendation, graphs", run_products, [] { return parameters_in(kFitFile); }, refit_products}; }

}  // namespace aif::validation
