#include "validation/serving_suite.hpp"

#include <cmath>

#include "core/csv.hpp"
#include "core/ordered_sum.hpp"
#include "sim/scenario/library.hpp"
#include "validation/seen.hpp"
#include "validation/serving_held_out.hpp"
#include "validation/serving_table.hpp"
#include "validation/serving_vllm.hpp"

namespace aif::validation {
namespace {

// Limits of the metrics and of their classes; docs/validation/serving.md says what was reached.
constexpr double kTpotLimit = 0.12, kTpotP90 = 0.25, kTtftLimit = 0.25, kRateLimit = 0.15, kWattLimit = 0.11, kJouleLimit = 0.15;

struct ClassLimit {
  char const* group;
  char const* value;
  double median, p90;
};

// Fails a metric for a class that misses its own limit.
void judge_class(MetricReport& report, ClassLimit const& limit) {
  auto const group = report.groups.find(limit.group);
  if (group == report.groups.end()) return;
  auto const it = group->second.find(limit.value);
  if (it == group->second.end()) return;
  auto fail = [&](char const* what, double is, double may) {
    char text[160];
    std::snprintf(text, sizeof text, "%s %s: %s %.3f against the limit %.3f", limit.group, limit.value, what, is, may);
    report.failures.push_back(text);
    report.pass = false;
  };
  if (it->second.median > limit.median) fail("median", it->second.median, limit.median);
  if (limit.p90 > 0 && it->second.p90 > limit.p90) fail("p90", it->second.p90, limit.p90);
}

class Rows {
 public:
  Rows(std::vector<ServingSet> const& sets, bool by_fold) : sets_(sets), by_fold_(by_fold) {}

  template <class Source>
  void add(Source const& source, std::string const& band_class, double measured, double predicted, double in_sample, std::string const& engine, std::string const& mode) {
    Row row;
    row.id = source.id;
    row.measured = measured;
    row.predicted = predicted;
    row.in_sample = by_fold_ ? in_sample : std::nan("");
    row.refusal = source.refusal;
    if (row.refusal.empty() && !std::isfinite(predicted)) row.refusal = "no layout fits the memory";
    auto const& bands = sets_[by_fold_ ? static_cast<std::size_t>(source.fold) + 1 : 0].bands.at(band_class);
    // A device without served points in the fit: twice the width in the logarithm, where its class has not measured it.
    double const power = source.design.profile && !band_class.starts_with("e2e") && !compute::is_fitted_device(*source.design.profile) ? 2.0 : 1.0;
    row.low = predicted * std::pow(bands[0], power);
    row.high = predicted * std::pow(bands[1], power);
    row.groups = {{"hardware", source.hardware}, {"model", source.model}, {"engine", engine}};
    if (!mode.empty()) row.groups["mode"] = mode;
    rows_.push_back(std::move(row));
  }
  std::vector<Row> const& rows() const { return rows_; }

 private:
  std::vector<ServingSet> const& sets_;
  bool by_fold_;
  std::vector<Row> rows_;
};

void served_metrics(SuiteReport& report, ServingData const& data, ServingPredictions const& out, ServingPredictions const& in, std::vector<ServingSet> const& sets, bool by_fold) {
  Rows tpot(sets, by_fold), ttft(sets, by_fold);
  for (std::size_t i = 0; i < data.served.size(); ++i) {
    auto const& row = data.served[i];
    std::string const engine(enum_name(row.family));
    tpot.add(row, "tpot_" + band_class(row), row.tpot_s, out.tpot_s[i], in.tpot_s[i], engine, row.mode);
    ttft.add(row, "ttft_" + band_class(row), row.ttft_s, out.ttft_s[i], in.ttft_s[i], engine, row.mode);
  }
  std::string const file = "inference_silicon_points.csv";
  report.metrics.push_back(summarise({"tpot", file, "ape", "s", kTpotLimit, kTpotP90}, tpot.rows()));
  judge_class(report.metrics.back(), {"mode", "aggregated", 0.10, 0.25});
  judge_class(report.metrics.back(), {"mode", "disaggregated", 0.15, 0.40});
  report.metrics.push_back(summarise({"ttft", file, "ape", "s", kTtftLimit, 0}, ttft.rows()));
  judge_class(report.metrics.back(), {"mode", "aggregated", 0.20, 0});
}

void energy_metrics(SuiteReport& report, ServingData const& data, ServingPredictions const& out, ServingPredictions const& in, std::vector<ServingSet> const& sets, bool by_fold) {
  Rows tokens(sets, by_fold), watts(sets, by_fold), joules(sets, by_fold);
  for (std::size_t i = 0; i < data.energy.size(); ++i) {
    auto const& row = data.energy[i];
    std::string const die = row.design.profile ? band_class_of_die(*row.design.profile) : "blackwell";
    tokens.add(row, "ml_tokens_" + die, row.out_token_s, out.energy_token_s[i], in.energy_token_s[i], "vllm", "");
    watts.add(row, "ml_watts", row.device_w, out.energy_w[i], in.energy_w[i], "vllm", "");
    joules.add(row, "ml_joules_" + die, row.joule_per_token, out.energy_w[i] * row.devices / out.energy_token_s[i], in.energy_w[i] * row.devices / in.energy_token_s[i], "vllm", "");
  }
  std::string const file = "power_ml_energy_llm.csv";
  report.metrics.push_back(summarise({"ml_energy_tokens", file, "ape", "1 s-1", kRateLimit, 0}, tokens.rows()));
  report.metrics.push_back(summarise({"ml_energy_watts", file, "ape", "W", kWattLimit, 0}, watts.rows()));
  judge_class(report.metrics.back(), {"hardware", "h100_sxm", 0.10, 0});
  judge_class(report.metrics.back(), {"hardware", "b200_sxm", 0.12, 0});
  report.metrics.push_back(summarise({"ml_energy_joules", file, "ape", "J", kJouleLimit, 0}, joules.rows()));
}

void offline_metric(SuiteReport& report, ServingData const& data, ServingPredictions const& out, ServingPredictions const& in, std::vector<ServingSet> const& sets, bool by_fold) {
  Rows rows(sets, by_fold);
  for (std::size_t i = 0; i < data.offline.size(); ++i) {
    auto const& row = data.offline[i];
    rows.add(row, row.design.profile ? "e2e_" + band_class_of_device(*row.design.profile) : "e2e_new", row.out_token_s, out.offline_token_s[i], in.offline_token_s[i], row.engine, "");
  }
  report.metrics.push_back(summarise({"e2e_throughput", "inference_e2e.csv", "ape", "1 s-1", kRateLimit, 0}, rows.rows()));
}

SuiteReport run_serving(Options const& options) {
  std::string const dir = options.data_dir.empty() ? shipped_data_dir() : options.data_dir;
  Names const names(dir);
  KernelDevices devices(dir);
  ServingData const data = load_serving_data(dir, names, devices);
  auto const sets = read_serving_sets(serving_fit_path());
  ServingPredictions const in = predict_all(data, {sets[0]}), out = options.shipped ? predict_all(data, sets) : in;
  SuiteReport report{"serving", options.data_dir, options.refit, {}, false};
  served_metrics(report, data, out, in, sets, options.shipped);
  offline_metric(report, data, out, in, sets, options.shipped);
  energy_metrics(report, data, out, in, sets, options.shipped);
  if (options.shipped)
    for (auto& metric : held_out_metrics(data.served, read_held_out(sim::Library().asset_path("lib:engines/serving_held_out")))) report.metrics.push_back(std::move(metric));
  for (auto& metric : vllm_replay_metrics(options)) report.metrics.push_back(std::move(metric));
  judge(report);
  return report;
}

std::vector<FittedParameter> parameters_serving() {
  std::vector<FittedParameter> list;
  CsvTable const table = CsvTable::load(serving_fit_path());
  auto const value = table.numbers("value"), low = table.numbers("low"), high = table.numbers("high"), rows = table.numbers("rows");
  for (std::size_t r = 0; r < table.rows(); ++r)
    if (!table.at(r, "name").starts_with("band_"))
      list.push_back({table.at(r, "name"), table.at(r, "unit"), "library/engines/serving_fit.csv", value[r], low[r], high[r], static_cast<std::size_t>(rows[r])});
  return list;
}

void refit_serving(std::string const& out_dir) {
  Names const names("");
  KernelDevices devices("");
  ServingData const data = load_serving_data(shipped_data_dir(), names, devices);
  std::vector<ServingSet> sets(kFolds + 1);
  parallel_for(sets.size(), [&](std::size_t k) { sets[k] = fit_serving_set(data, static_cast<int>(k) - 1); });
  ServingPredictions const out = predict_all(data, sets);
  for (std::size_t k = 0; k < sets.size(); ++k) sets[k].bands = bands_of(data, out, static_cast<int>(k) - 1);
  write_serving_sets(out_dir + "/library/engines/serving_fit.csv", sets);
  write_held_out(out_dir + "/library/engines/serving_held_out.csv", fit_held_out(data.served));
  SeenPairs seen;
  for (auto const& row : data.served)
    if (row.refusal.empty()) seen.add("rate", row.hardware, row.model);
  for (auto const& row : data.energy)
    if (row.refusal.empty()) seen.add("watts", row.hardware, row.model);
  seen.write(out_dir + "/library/engines/serving_seen.csv");
}

}  // namespace

Suite serving_suite() { return {"serving", "served points, offline throughput, watts and joules of inference, request replays", run_serving, parameters_serving, refit_serving}; }

}  // namespace aif::validation
