#include "validation/training_suite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <limits>

#include "core/statistics.hpp"
#include "core/write_file.hpp"
#include "validation/seen.hpp"
#include "validation/training_bands.hpp"
#include "validation/training_fit.hpp"

namespace aif::validation {
namespace {

namespace wl = aif::workloads;

constexpr char kFitFile[] = "library/training/efficiency.csv";
constexpr double kNotFitted = std::numeric_limits<double>::quiet_NaN();

struct Predictions {
  std::vector<double> out, in;
};

// Out of sample by fold on the shipped rows; with other rows the shipped fit as it is.
Predictions predict_all(TrainingData const& data, Options const& options) {
  Predictions p;
  p.out.assign(data.rows.size(), kNotFitted);
  p.in = p.out;
  auto const fold = [&](TrainingRow const& r) { return fold_of(r.hardware + "|" + r.model); };
  auto const predict = [&](TrainingFit const& fit, auto&& wanted, std::vector<double>& into) {
    for (std::size_t i = 0; i < data.rows.size(); ++i)
      if (data.rows[i].refusal.empty() && wanted(data.rows[i])) into[i] = predict_training(data, data.rows[i], fit);
  };
  if (!options.shipped) {
    TrainingFit shipped;
    shipped.efficiency = wl::fitted_efficiency();
    for (auto const& r : data.rows) shipped.sustained[r.hardware] = wl::fitted_sustained(r.hardware);
    predict(shipped, [](TrainingRow const&) { return true; }, p.out);
    return p;
  }
  predict(fit_training(data, std::vector<bool>(data.rows.size(), true)), [](TrainingRow const&) { return true; }, p.in);
  for (int k = 0; k < 5; ++k) {
    std::vector<bool> keep;
    for (auto const& r : data.rows) keep.push_back(fold(r) != k);
    predict(fit_training(data, keep), [&](TrainingRow const& r) { return fold(r) == k; }, p.out);
  }
  return p;
}

wl::BandInputs inputs_of(TrainingRow const& r) { return wl::band_inputs(r.shape, r.device, r.layout); }

// From the errors of the rows outside `left_out` (-1: of all). Utilisation is left out: whose FLOP it counts is an error of its own.
wl::TrainingBand band_of(TrainingData const& data, Predictions const& p, int left_out) {
  std::vector<TrainingError> errors;
  for (std::size_t i = 0; i < data.rows.size(); ++i) {
    auto const& r = data.rows[i];
    if (r.refusal.empty() && r.metric != "mfu" && fold_of(r.hardware + "|" + r.model) != left_out) errors.push_back({inputs_of(r), std::abs(std::log(p.out[i] / r.value))});
  }
  return fit_training_band(errors);
}

// Half width in log of every row: shipped rows by the errors of the other folds.
std::vector<double> half_logs(TrainingData const& data, Predictions const& p, Options const& options) {
  std::vector<wl::TrainingBand> bands;
  for (int k = 0; k < 5; ++k) bands.push_back(options.shipped ? band_of(data, p, k) : wl::fitted_band());
  std::vector<double> out;
  for (auto const& r : data.rows) out.push_back(r.refusal.empty() ? bands[static_cast<std::size_t>(fold_of(r.hardware + "|" + r.model))].half_log(inputs_of(r)) : 0.0);
  return out;
}

Row to_row(TrainingRow const& r, double out, double in, double band) {
  Row row;
  row.id = r.id;
  row.measured = r.value;
  row.predicted = out;
  row.in_sample = in;
  row.low = out * std::exp(-band), row.high = out * std::exp(band);
  row.refusal = r.refusal;
  row.groups = {{"hardware", r.hardware}, {"model", r.model}, {"precision", r.precision_name}};
  return row;
}

// t = a (m + (PP-1)/VP) + b from the smallest and the largest m of a family; the rest is predicted (Narayanan et al. 2021 for the law).
std::vector<Row> family_rows(TrainingData const& data) {
  std::map<std::string, std::vector<TrainingRow const*>> families;
  for (auto const& r : data.rows)
    if (r.refusal.empty() && r.metric == "step_time" && r.layout.recompute == wl::Recompute::none) families[r.group].push_back(&r);
  std::vector<Row> rows;
  for (auto& [name, list] : families) {
    auto const m = [](TrainingRow const* r) { return r->layout.micro_batches(); };
    auto const bubble = [](TrainingRow const* r) { return (r->layout.pp - 1.0) / r->layout.vp; };
    auto const [low, high] = std::minmax_element(list.begin(), list.end(), [&](auto* a, auto* b) { return m(a) < m(b); });
    if (m(*low) == m(*high)) continue;
    double const a = ((*high)->value - (*low)->value) / (m(*high) - m(*low) + bubble(*high) - bubble(*low)), b = (*low)->value - a * (m(*low) + bubble(*low));
    for (auto* r : list)
      if (r != *low && r != *high) {
        Row row = to_row(*r, a * (m(r) + bubble(r)) + b, kNotFitted, 0);
        row.groups = {{"family", name}};
        rows.push_back(row);
      }
  }
  return rows;
}

// What ran must fit: the estimate of memory against the device's, with the tenth that a footprint estimate may be off.
std::vector<Row> memory_rows(TrainingData const& data) {
  constexpr double kSlack = 1.1;
  std::vector<Row> rows;
  for (auto const& r : data.rows) {
    if (!r.refusal.empty() || r.free_micro_batch || r.free_vp || r.device.hbm_byte <= 0) continue;
    double least = 1e300;
    for (auto recompute : {wl::Recompute::none, wl::Recompute::selective, wl::Recompute::full}) {  // rows do not print it
      wl::TrainingLayout l = r.layout;
      l.recompute = std::max(l.recompute, recompute);
      least = std::min(least, wl::training_memory(r.shape, l, r.precision).total_byte());
    }
    Row row = to_row(r, least, kNotFitted, 0);
    row.measured = r.device.hbm_byte;
    row.within_band = least <= kSlack * r.device.hbm_byte;
    rows.push_back(row);
  }
  return rows;
}

void limit_mean(MetricReport& report, double limit) {
  if (report.predicted == 0 || report.mean <= limit) return;
  report.failures.push_back(fmt::format("mean {:.3f} against the limit {:.3f}", report.mean, limit));
  report.pass = false;
}

SuiteReport run_training(Options const& options) {
  TrainingData const data = load_training(options);
  Predictions const p = predict_all(data, options);
  auto const halves = half_logs(data, p, options);
  auto const select = [&](auto&& wanted) {
    std::vector<Row> rows;
    for (std::size_t i = 0; i < data.rows.size(); ++i)
      if (wanted(data.rows[i])) rows.push_back(to_row(data.rows[i], p.out[i], p.in[i], halves[i]));
    return rows;
  };
  auto const named = [](std::string const& name) { return [name](TrainingRow const& r) { return std::find(r.metrics.begin(), r.metrics.end(), name) != r.metrics.end(); }; };
  SuiteReport report{"training", options.data_dir, options.refit, {}, false};
  std::string const file = "training.csv";
  report.metrics.push_back(summarise({"step_time", file, "ape", "1", 0.10, 0}, select(named("step_time"))));
  report.metrics.push_back(summarise({"tokens_per_gpu", file, "ape", "1", 0.10, 0}, select(named("tokens_per_gpu"))));
  report.metrics.push_back(summarise({"mfu", file, "ape", "1", 0.15, 0}, select(named("mfu"))));
  report.metrics.push_back(summarise({"cold", file, "ape", "1", 0.10, 0}, select([](TrainingRow const& r) { return r.metric != "mfu"; })));
  report.metrics.push_back(summarise({"family", file, "ape", "1", 0.02, 0}, family_rows(data)));
  limit_mean(report.metrics.back(), 0.02);
  report.metrics.push_back(summarise({"selene", file, "ape", "1", 0.04, 0}, select([](TrainingRow const& r) { return r.metric == "step_time" && r.layout.recompute != wl::Recompute::none; })));
  limit_mean(report.metrics.back(), 0.04);
  report.metrics.push_back(summarise({"memory_feasible", file, "within_band", "B", 0.9, 0}, memory_rows(data)));
  judge(report);
  return report;
}

void refit_training(std::string const& out_dir) {
  Options options;
  options.data_dir = "validation/data";
  TrainingData const data = load_training(options);
  TrainingFit const fit = fit_training(data, std::vector<bool>(data.rows.size(), true));
  auto const band = band_of(data, predict_all(data, options), -1);
  std::ostringstream file;
  file << efficiency_csv(fit);
  file << fmt::format("band.half,{:.4g},,,{},out-of-sample spread\n", band.half, fit.rows);
  for (std::size_t i = 0; i < wl::kBandInputs; ++i) {
    auto const name = wl::band_input_names()[i];
    file << fmt::format("band.{0},{1:.4g},,,{3},out-of-sample spread\nband.{0}.mean,{2:.5g},,,{3},of the rows\n", name, band.slope[i], band.mean[i], fit.rows);
  }
  write_file(out_dir + "/" + kFitFile, file.str());
  SeenPairs seen;
  for (auto const& row : data.rows)
    if (row.refusal.empty()) seen.add("rate", row.hardware, row.model);
  seen.write(out_dir + "/library/training/seen.csv");
}

}  // namespace

Suite training_suite() { return {"training", "training step times, tokens per device and utilisation", run_training, [] { return parameters_in(kFitFile); }, refit_training}; }

}  // namespace aif::validation
