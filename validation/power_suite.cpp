// Power against measurements: throughput and watts under a power limit (Zeus), node power in MLPerf training and inference.
#include "validation/power_suite.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/csv.hpp"
#include "core/statistics.hpp"
#include "core/write_file.hpp"
#include "sim/scenario/library.hpp"
#include "validation/power_caps.hpp"
#include "validation/power_training.hpp"

namespace aif::validation {
namespace {

constexpr double kNodeBand = 0.18;  // half width of the 90 % interval of node power (assumption: four rows carry the fit)

std::string fit_path(char const* name) { return sim::Library().asset_path(std::string("lib:fits/") + name); }

power::TrainingDraw read_draw() {
  auto const table = CsvTable::load(fit_path("power_training"));
  return {table.numbers("floor_frac").at(0), table.numbers("slope").at(0)};
}

// Median over the devices of the rms over their rows; no device above `worst`.
void judge_by_device(MetricReport& report, std::vector<Row> const& rows, double worst) {
  std::map<std::string, std::vector<double>> squares;
  for (auto const& row : rows)
    if (row.refusal.empty()) squares[row.groups.at("hardware")].push_back((row.predicted - row.measured) * (row.predicted - row.measured));
  if (squares.empty()) return;
  std::vector<double> rms;
  report.failures.clear();
  for (auto const& [device, list] : squares) {
    rms.push_back(std::sqrt(mean(list)));
    report.groups["hardware"][device].median = rms.back();
    if (rms.back() > worst) report.failures.push_back(fmt::format("rms {:.3f} on {} against the limit {:.3f} for any device", rms.back(), device, worst));
  }
  report.median = median(rms);
  if (report.median > report.spec.limit) report.failures.push_back(fmt::format("median over devices of the rms {:.4f} against the limit {:.4f}", report.median, report.spec.limit));
  if (static_cast<double>(report.refused) > 0.05 * static_cast<double>(report.rows)) report.failures.push_back(fmt::format("{} of {} rows refused", report.refused, report.rows));
  report.pass = report.failures.empty();
}

void cap_metrics(Options const& options, Names const& names, SuiteReport& report) {
  auto const rows = load_cap_rows(options.data_dir, names);
  CapFit whole;
  std::vector<power::CapPoint> points;
  if (options.shipped) {
    whole = fit_caps(rows, std::vector<bool>(rows.size(), true));
    points = out_of_fold(rows, &whole);
  } else {
    whole = read_cap_fit(fit_path("power_caps"));
    for (auto const& row : rows) points.push_back(row.refusal.empty() ? whole.predict(row) : power::CapPoint{});
  }
  std::vector<Row> curve, watts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto const& row = rows[i];
    auto const seen = row.refusal.empty() ? whole.predict(row) : power::CapPoint{};
    Row out;
    out.id = row.id, out.refusal = row.refusal;
    out.groups = {{"hardware", row.hardware}, {"model", row.model}};
    auto push = [&](std::vector<Row>& list, double measured, double predicted, double in_sample, double half, double limit) {
      out.measured = measured, out.predicted = predicted, out.limit = limit;
      out.in_sample = options.shipped ? in_sample : std::nan("");
      out.low = predicted - half, out.high = predicted + half;
      list.push_back(out);
    };
    if (row.judges_curve) push(curve, row.throughput_frac, points[i].throughput_frac, seen.throughput_frac, whole.band_throughput, 0.05);
    if (row.judges_watts) push(watts, row.drawn_w, points[i].drawn_w, seen.drawn_w, whole.band_watts_frac * points[i].drawn_w, 0);
  }
  MetricSpec spec{"cap_curves", "power_cap_curves.csv", "rms", "1", 0.05, 0};
  report.metrics.push_back(summarise(spec, curve));
  judge_by_device(report.metrics.back(), curve, 0.09);
  report.metrics.push_back(summarise({"gpu_power", "power_cap_curves.csv", "ape", "1", 0.10, 0}, watts));
}

void node_metric(Options const& options, Names const& names, std::string const& metric, SuiteReport& report) {
  auto const rows = load_node_rows(options.data_dir, metric, names);
  bool const folds = options.shipped && metric == "training_node_power";
  auto const whole = folds ? fit_draw(rows, std::vector<bool>(rows.size(), true)) : read_draw();
  std::vector<Row> out;
  for (auto const& row : rows) {
    Row r;
    r.id = row.id, r.refusal = row.refusal, r.measured = row.measured;
    r.groups = {{"hardware", row.hardware}, {"model", row.model}};
    if (row.refusal.empty()) {
      std::vector<bool> keep;
      for (auto const& other : rows) keep.push_back(other.fold != row.fold);
      r.predicted = predict_node(row, folds ? fit_draw(rows, keep) : whole);
      r.in_sample = folds ? predict_node(row, whole) : std::nan("");
      r.low = r.predicted * (1 - kNodeBand), r.high = r.predicted * (1 + kNodeBand);
    }
    out.push_back(std::move(r));
  }
  report.metrics.push_back(summarise({metric, metric == "mlperf_node_power" ? "power_mlperf.csv" : "training_power.csv", "ape", "1", 0.12, 0}, out));
}

SuiteReport run_power(Options const& options) {
  Names const names(options.data_dir);
  SuiteReport report{"power", options.data_dir, options.refit, {}, false};
  node_metric(options, names, "mlperf_node_power", report);
  node_metric(options, names, "training_node_power", report);
  cap_metrics(options, names, report);
  judge(report);
  return report;
}

void refit_power(std::string const& out_dir) {
  Names const names("");
  std::string const dir = shipped_data_dir();
  auto const rows = load_cap_rows(dir, names);
  auto fit = fit_caps(rows, std::vector<bool>(rows.size(), true));
  out_of_fold(rows, &fit);
  write_cap_fit(fit, out_dir + "/power_caps.csv");
  auto const nodes = load_node_rows(dir, "training_node_power", names);
  auto const draw = fit_draw(nodes, std::vector<bool>(nodes.size(), true));
  write_file(out_dir + "/power_training.csv", fmt::format("floor_frac,slope,rows\n{:.9g},{:.9g},{}\n", draw.floor_frac, draw.slope, nodes.size()));
}

std::vector<FittedParameter> parameters_power() {
  Names const names("");
  auto const rows = load_cap_rows(shipped_data_dir(), names);
  auto const fit = read_cap_fit(fit_path("power_caps"));
  std::vector<FittedParameter> out;
  auto add = [&](std::string name, double value, std::size_t n, char const* file) {
    out.push_back({std::move(name), "1", file, value, std::nan(""), std::nan(""), n});
  };
  auto count = [&](auto&& holds) { return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), holds)); };
  for (auto const& [id, c] : fit.devices) {
    auto const n = count([&](CapRow const& r) { return r.hardware == id; });
    add("cap_curve." + id + ".static_frac", c.static_frac, n, "library/fits/power_caps.csv");
    add("cap_curve." + id + ".dynamic_frac", c.dynamic_frac, n, "library/fits/power_caps.csv");
    add("cap_curve." + id + ".v_min", c.v_min, n, "library/fits/power_caps.csv");
    add("cap_curve." + id + ".v_slope", c.v_slope, n, "library/fits/power_caps.csv");
  }
  for (auto const& [id, w] : fit.workloads) {
    auto const n = count([&](CapRow const& r) { return r.model == id; });
    add("cap_workload." + id + ".intensity", w.intensity, n, "library/fits/power_caps.csv");
    add("cap_workload." + id + ".memory_frac", w.memory_frac, n, "library/fits/power_caps.csv");
  }
  auto const draw = read_draw();
  add("training_draw.floor_frac", draw.floor_frac, 4, "library/fits/power_training.csv");
  add("training_draw.slope", draw.slope, 4, "library/fits/power_training.csv");
  return out;
}

}  // namespace

Suite power_suite() {
  Suite suite;
  suite.name = "power";
  suite.what = "throughput and watts under a power limit, node power in training and inference";
  suite.run = run_power;
  suite.parameters = parameters_power;
  suite.refit = refit_power;
  return suite;
}

}  // namespace aif::validation
