#include "validation/serving_vllm.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/csv.hpp"
#include "core/statistics.hpp"
#include "models/compute/serving_parameters.hpp"
#include "validation/kernel_devices.hpp"
#include "validation/names.hpp"
#include "workloads/serving/design.hpp"

namespace aif::validation {

using workloads::Deployment;
using workloads::RequestTable;

namespace {

struct Run {
  RequestTable requests;
  std::vector<double> ttft_s, tpot_s;
  std::size_t first_row = 0;
};

std::map<std::string, Run> read_runs(CsvTable const& csv) {
  std::map<std::string, Run> runs;
  auto const at = csv.numbers("arrival_s"), in = csv.numbers("input_tokens"), out = csv.numbers("output_tokens");
  auto const ttft = csv.numbers("ttft_s"), tpot = csv.numbers("tpot_s");
  bool const has_use = csv.has("use");
  for (std::size_t i = 0; i < csv.rows(); ++i) {
    if (has_use && csv.at(i, "use") != "predict") continue;
    Run& run = runs[csv.at(i, "run")];
    if (run.requests.size() == 0) run.first_row = i;
    run.requests.add(at[i], static_cast<std::int32_t>(in[i]), static_cast<std::int32_t>(out[i]));
    run.ttft_s.push_back(ttft[i]);
    run.tpot_s.push_back(tpot[i]);
  }
  return runs;
}

// Shipped fit of the served points; its starting values where none is shipped. The runs here are not among its rows.
compute::ServingFit serving_fit() {
  auto const path = std::filesystem::path(shipped_data_dir()) / "../../library/engines/serving_fit.csv";
  return std::filesystem::exists(path) ? compute::read_serving_fit(path.string()) : compute::ServingFit{};
}

compute::ReplicaDesign design_of(CsvTable const& csv, std::size_t row, Names const& names, KernelDevices& devices, std::string& refusal) {
  compute::ReplicaDesign d;
  std::string const& hardware = csv.at(row, "hardware");
  std::string const& model = csv.at(row, "model");
  d.profile = devices.find(names.hardware_id(hardware));
  d.model = names.model(names.model_id(model));
  auto const precision = names.precision(csv.at(row, "precision"), names.model_id(model));
  std::string const& layout = csv.at(row, "parallelism");
  if (!d.profile) refusal = "unknown hardware";
  else if (!d.model) refusal = "unknown model";
  else if (!precision) refusal = "unknown precision";
  else if (!layout.starts_with("TP")) refusal = "unknown layout";
  if (!refusal.empty()) return d;
  d.weights = *precision;
  d.kv = Precision::bf16;  // vLLM's default keeps the cache in the activation type
  d.worker.tp = std::max(1, std::atoi(layout.c_str() + 2));
  d.engine = compute::engine_params(serving_fit(), compute::EngineFamily::vllm, *d.profile, *d.model);
  d.max_batch = static_cast<int>(csv.numbers("max_num_seqs")[row]);
  d.engine.token_budget = static_cast<int>(csv.numbers("max_num_batched_tokens")[row]);
  if (compute::feasible(d).has_errors()) refusal = "does not fit";
  return d;
}

Deployment slowed(Deployment d, double scale) {
  auto& t = d.serve.times;
  for (auto* column : {&t.base_s, &t.per_token_s, &t.chunk_s})
    for (double& v : *column) v *= scale;
  t.pair_s *= scale;
  t.alone_s *= scale;
  t.launch_s *= scale;
  return d;
}

std::size_t tenth(Run const& run) { return (run.tpot_s.size() + 9) / 10; }

double head_tpot(std::vector<double> const& tpot_s, std::size_t n) { return mean(std::span(tpot_s).first(n)); }

VllmReplay::Figures tail_figures(std::vector<double> const& ttft_s, std::vector<double> const& tpot_s, std::size_t from) {
  std::vector<double> const ttft(ttft_s.begin() + static_cast<std::ptrdiff_t>(from), ttft_s.end());
  return {mean(std::span(tpot_s).subspan(from)), mean(ttft), quantile(ttft, 0.99)};
}

// Bisection on the logarithm: mean TPOT of the first tenth rises with the factor.
double fit_scale(Run const& run, Deployment const& deployment) {
  double low = std::log(0.2), high = std::log(5.0);
  double const goal = head_tpot(run.tpot_s, tenth(run));
  for (int i = 0; i < 30; ++i) {
    double const middle = 0.5 * (low + high);
    auto const r = workloads::simulate(run.requests, slowed(deployment, std::exp(middle)));
    (head_tpot(r.requests.tpot_s, tenth(run)) < goal ? low : high) = middle;
  }
  return std::exp(0.5 * (low + high));
}

double capacity_requests_s(Run const& run, Deployment const& deployment) {
  RequestTable burst = run.requests;
  std::fill(burst.arrival_s.begin(), burst.arrival_s.end(), 0.0);
  auto ends = workloads::simulate(burst, deployment).requests.e2e_s;
  std::sort(ends.begin(), ends.end());
  std::size_t const from = ends.size() / 5, to = ends.size() * 4 / 5;
  return static_cast<double>(to - from) / (ends[to] - ends[from]);
}

VllmReplay replay(std::string const& name, Run const& run, CsvTable const& csv, Names const& names, KernelDevices& devices) {
  VllmReplay out;
  out.run = name;
  out.hardware = csv.at(run.first_row, "hardware");
  out.model = csv.at(run.first_row, "model");
  auto const design = design_of(csv, run.first_row, names, devices, out.refusal);
  if (!out.refusal.empty()) return out;
  Deployment const deployment = workloads::deployment_of(design, 0);
  out.scale = fit_scale(run, deployment);
  Deployment const own = slowed(deployment, out.scale);
  auto const scaled = workloads::simulate(run.requests, own), plain = workloads::simulate(run.requests, deployment);
  std::size_t const from = tenth(run);
  out.measured = tail_figures(run.ttft_s, run.tpot_s, from);
  out.scaled = tail_figures(scaled.requests.ttft_s, scaled.requests.tpot_s, from);
  out.plain = tail_figures(plain.requests.ttft_s, plain.requests.tpot_s, from);
  double const offered = static_cast<double>(run.requests.size()) / std::max(1e-9, run.requests.arrival_s.back());
  out.offered_over_capacity = offered / capacity_requests_s(run, own);
  return out;
}

}  // namespace

std::vector<VllmReplay> replay_vllm_runs(Options const& options) {
  CsvTable const csv = CsvTable::load(table_path(options.data_dir.empty() ? shipped_data_dir() : options.data_dir, "inference_vllm_requests.csv"));
  std::string const own = options.shipped ? "" : options.data_dir;
  Names const names(own);
  KernelDevices devices(own);
  std::vector<VllmReplay> out;
  for (auto const& [name, run] : read_runs(csv)) out.push_back(replay(name, run, csv, names, devices));
  return out;
}

std::vector<MetricReport> vllm_replay_metrics(Options const& options) {
  auto const replays = replay_vllm_runs(options);
  using Figures = VllmReplay::Figures;
  struct Wanted {
    char const* name;
    double Figures::*value;
    double limit, limit_unscaled;
  };
  constexpr Wanted wanted[] = {{"vllm_tpot_mean", &Figures::tpot_mean_s, 0.03, 0.12},
                               {"vllm_ttft_mean", &Figures::ttft_mean_s, 0.10, 0.20},
                               {"vllm_ttft_p99", &Figures::ttft_p99_s, 0.20, 0.35}};
  std::vector<MetricReport> reports;
  for (bool const scaled : {true, false})
    for (Wanted const& w : wanted) {
      std::vector<Row> rows;
      for (auto const& r : replays) {
        Row row;
        row.id = r.run;
        row.measured = r.measured.*w.value;
        row.predicted = (scaled ? r.scaled : r.plain).*w.value;
        row.in_sample = std::nan("");
        row.refusal = r.refusal;
        row.groups = {{"hardware", r.hardware}, {"model", r.model}, {"regime", r.offered_over_capacity > 1 ? "above saturation" : "below saturation"}};
        rows.push_back(std::move(row));
      }
      MetricSpec spec{std::string(w.name) + (scaled ? "" : "_unscaled"), "inference_vllm_requests.csv"};
      spec.limit = scaled ? w.limit : w.limit_unscaled;
      reports.push_back(summarise(spec, rows));
    }
  return reports;
}

}  // namespace aif::validation
