#include "validation/serving_e2e.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>

#include "core/csv.hpp"
#include "validation/serving_points.hpp"
#include "validation/suite.hpp"

namespace aif::validation {
namespace {

constexpr double kMostSequences = 2048;  // TensorRT-LLM max_batch_size of its benchmark; MLPerf servers use the same order
constexpr double kMlperfYear = 2025.6, kReleaseYear = 2025.5, kOldReleaseYear = 2025.0;

// Mean lengths of the MLPerf data sets (validation/data/README.md, from memory, plus or minus 20 %).
bool mlperf_lengths(std::string const& scenario, std::string const& model, double& in, double& out) {
  if (scenario.find("GSM8K") != std::string::npos) return in = 140, out = 145, true;
  if (scenario.find("OpenOrca") != std::string::npos) return in = 290, out = 290, true;
  if (scenario.find("CNN") != std::string::npos) return in = 780, out = 73, true;
  if (scenario.find("LongBench") != std::string::npos) return in = 9400, out = 680, true;
  if (model == "deepseek-r1") return in = 800, out = 3900, true;
  return false;
}

void given_layout(std::string const& text, int devices, bool moe, compute::WorkerLayout& out) {
  static std::regex const pattern(R"((DEP|TEP|TP|EP)(\d+)(?: ?PP(\d+))?)");
  std::smatch m;
  if (!std::regex_search(text, m, pattern)) {
    out.tp = devices;
    return;
  }
  int const width = std::stoi(m[2]);
  out.pp = m[3].matched ? std::stoi(m[3]) : 1;
  if (m[1] == "DEP") {
    out.attention_dp = width;
    out.ep = moe ? width : 1;
  } else {
    out.tp = width;
    out.ep = moe && m[1] != "TP" ? width : 1;
  }
}

std::string understand(OfflineRow& row, CsvTable const& t, std::size_t r, Names const& names, KernelDevices& devices) {
  auto cell = [&](char const* column) -> std::string const& { return t.at(r, column); };
  row.hardware = names.hardware_id(cell("hardware"));
  row.model = names.model_id(cell("model"));
  row.engine = names.engine_id(cell("engine"));
  row.design.profile = devices.find(row.hardware);
  row.design.model = names.model(row.model);
  auto const precision = names.precision(cell("precision"), row.model);
  if (!row.design.profile) return "unknown name: hardware " + cell("hardware");
  if (!row.design.model) return "unknown name: model " + cell("model");
  if (!precision) return "unknown name: precision " + cell("precision");
  row.family = row.engine == "vllm" ? compute::EngineFamily::vllm : row.engine == "sglang" ? compute::EngineFamily::sglang : compute::EngineFamily::trtllm;
  row.design.weights = *precision;
  row.design.kv = compute::byte_per_element(*precision) <= 1 && compute::compute_precision(*row.design.profile, Precision::fp8) == Precision::fp8 ? Precision::fp8 : Precision::bf16;
  row.devices = std::max(1, static_cast<int>(t.number(r, "gpus")));
  row.out_token_s = t.number(r, "value") * (cell("metric") == "output_throughput_per_gpu" ? row.devices : 1);
  row.free_layout = cell("layout") == "free";
  static std::regex const lengths(R"(isl (\d+) osl (\d+))");
  std::smatch m;
  std::string const& scenario = cell("scenario");
  if (std::regex_search(scenario, m, lengths)) {
    row.input_token = std::stod(m[1]);
    row.output_token = std::stod(m[2]);
    row.design.date_year = cell("engine").find("v0.17") != std::string::npos ? kOldReleaseYear : kReleaseYear;
  } else if (mlperf_lengths(scenario, row.model, row.input_token, row.output_token)) {
    static std::regex const measured(R"(measured mean output tokens ([0-9.]+))");
    if (std::regex_search(cell("notes"), m, measured)) row.output_token = std::stod(m[1]);
    row.design.date_year = kMlperfYear;
  } else {
    return "lengths not stated";
  }
  given_layout(cell("parallelism"), row.devices, compute::is_moe(*row.design.model), row.design.worker);
  return {};
}

// Best steady rate of one replica over the batches that fit; 0 when none does.
double best_rate(compute::ReplicaDesign const& design, double input, double output) {
  if (compute::weight_byte_per_device(design, design.worker) > design.profile->datasheet.hbm_byte) return 0;
  double const slots = std::min<double>(compute::sequence_slots(design, input + output / 2), kMostSequences * design.worker.attention_dp);
  double best = 0;
  for (double b = slots; b >= 1; b /= 2) best = std::max(best, compute::steady(design, input, output, b).out_token_s);
  return best;
}

}  // namespace

std::vector<OfflineRow> load_offline_rows(std::string const& dir, Names const& names, KernelDevices& devices) {
  CsvTable const table = CsvTable::load(table_path(dir, "inference_e2e.csv"));
  std::vector<OfflineRow> rows;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    if (table.at(r, "use") != "predict" || table.at(r, "metric_name").find("e2e_throughput") == std::string::npos) continue;
    OfflineRow row;
    row.id = table.at(r, "id");
    row.refusal = refusal_of([&] { return understand(row, table, r, names, devices); });
    row.fold = fold_of(row.hardware + "|" + fold_model(row.model));
    rows.push_back(std::move(row));
  }
  return rows;
}

double predict(OfflineRow const& row, compute::ServingFit const& fit, EngineAdjust const& server) {
  compute::ReplicaDesign design = row.design;
  design.engine = compute::engine_params(fit, row.family, *design.profile, *design.model);
  adjust(design.engine, server);
  if (!row.free_layout) {
    int const replicas = std::max(1, row.devices / design.worker.devices());
    double const rate = best_rate(design, row.input_token, row.output_token) * replicas;
    return rate > 0 ? rate : std::numeric_limits<double>::quiet_NaN();
  }
  double best = 0;
  bool const moe = compute::is_moe(*design.model);
  for (int width = 1; width <= std::min(row.devices, 64); width *= 2) {
    if (row.devices % width != 0) continue;
    for (bool replicated : {false, true}) {
      if (replicated && (!moe || width == 1)) continue;
      design.worker = replicated ? compute::WorkerLayout{1, 1, width, width} : compute::WorkerLayout{width, 1, 1, 1};
      if (design.model->q_heads % design.worker.tp != 0) continue;
      best = std::max(best, best_rate(design, row.input_token, row.output_token) * (row.devices / width));
    }
  }
  return best > 0 ? best : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace aif::validation
