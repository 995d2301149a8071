#include "validation/serving_points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>

#include "core/csv.hpp"
#include "validation/suite.hpp"

namespace aif::validation {
namespace {

using compute::EngineFamily;
using compute::WorkerLayout;

constexpr double kUndatedYear = 2025.8;      // rows without a date: the middle of the dated ones
constexpr double kVerifiedDrafts = 3;        // multi-token prediction in the launch scripts: three drafts
constexpr double kAcceptedTokens = 2.8;      // a step, three drafts (DeepSeek-V3 2024 section 5.4.3: 85-90 % of second tokens)
constexpr int kUsersPerNarrowDevice = 4;     // users a device up to which narrow decode workers are deployed (launch recipes)
constexpr int kPollFew = 10, kPollMany = 30;  // SGLang on Blackwell: steps between looks at the queue, launch scripts

double number(std::string const& text) { return text.empty() ? 0.0 : std::stod(text); }

double year_of(std::string const& notes) {
  static std::regex const pattern(R"(measured=(\d{4})-(\d{2})-(\d{2}))");
  std::smatch m;
  if (!std::regex_search(notes, m, pattern)) return kUndatedYear;
  return std::stod(m[1]) + (std::stod(m[2]) - 1) / 12 + (std::stod(m[3]) - 1) / 365.25;
}

// "tp64 pp1 adp1 moe_tp8 ep8 batch4" on 64 devices is a machine of 8: where moe_tp = ep = w and the devices are w^2, or tp = adp = w.
std::string aggregated_layout(std::string const& text, int gpus, bool second, WorkerLayout& out) {
  static std::regex const pattern(R"(tp(\d+) pp(\d+) adp(\d+) (?:moe_tp(\d+) )?ep(\d+) b(?:atch)?(\d+))");
  std::smatch m;
  if (!std::regex_search(text, m, pattern)) return "layout not understood";
  int const tp = std::stoi(m[1]), adp = std::max(1, std::stoi(m[3])), moe_tp = m[4].matched ? std::stoi(m[4]) : 0, ep = std::max(1, std::stoi(m[5]));
  bool const squared = !second && moe_tp == ep && ep > 1 && moe_tp * ep == gpus;
  int width = gpus, ranks = std::min(adp, gpus);
  if (squared && gpus == tp) {
    width = ep;
    ranks = std::min(adp, width);
  } else if (squared && adp == gpus) {
    width = ranks = ep;
  } else if (!second && tp == adp && adp > 1 && tp * adp == gpus) {
    width = tp;
    ranks = 1;
  }
  out.pp = std::stoi(m[2]);
  out.attention_dp = ranks;
  out.tp = std::max(1, width / ranks / out.pp);
  out.ep = std::min(ep, width);
  return {};
}

std::string pool_layout(std::string const& text, compute::ReplicaDesign& d) {
  static std::regex const pattern(R"(prefill\[(\d+)x tp(\d+) pp(\d+) adp(\d+) ep(\d+) b\d+\] decode\[(\d+)x tp(\d+) pp(\d+) adp(\d+) ep(\d+) b(\d+)\])");
  std::smatch m;
  if (!std::regex_search(text, m, pattern)) return "layout not understood";
  auto at = [&](int i) { return std::max(1, std::stoi(m[i])); };
  if (std::stoi(m[1]) == 0 || std::stoi(m[6]) == 0) return "worker counts unknown";
  d.prefill_workers = at(1);
  d.prefill = {at(2), at(3), at(5), at(4)};
  d.workers = at(6);
  d.worker = {at(7), at(8), at(10), at(9)};
  return {};
}

// A width that does not divide the heads, or no engine spans, is the sum over pools of a disaggregated run whose label was lost.
// Read as the recipes of such racks: prefill workers of four devices; decode workers of eight for few users, else one wide one.
void pools_of_impossible_width(compute::ReplicaDesign& d, int users) {
  int const total = d.worker.devices();
  if (total < 12) return;
  if (users <= kUsersPerNarrowDevice * (total - 4)) {
    d.worker = {8, 1, 8, 1};
    d.workers = std::max(1, (total - 4) / 8);
  } else {
    int wide = 8;
    while (wide < 32 && 2 * wide <= total - 4) wide *= 2;
    d.worker = {1, 1, wide, wide};
  }
  d.prefill = {1, 1, 4, 4};
  d.prefill_workers = std::max(1, (total - d.worker.devices() * d.workers) / 4);
}

// Versions and days whose runs are twice as fast as the same label elsewhere: drafts were on.
bool drafts_on(std::string const& model, std::string const& engine, std::string const& notes, std::string const& layout) {
  bool const deepseek = fold_model(model) == "deepseek-v3";
  bool const january = notes.find("measured=2026-01-14") != std::string::npos, march = notes.find("measured=2026-03-20") != std::string::npos;
  if (deepseek && engine == "trtllm 1.2.0rc6.post3") return true;
  if (deepseek && engine == "trtllm 1.1.0rc2.post2" && january) return true;
  // Qwen3.5 fp8 on SGLang 0.5.9 over four devices: the same runs are listed with and without their date.
  return model.starts_with("qwen3.5-397b") && engine.starts_with("sglang") && (march || layout.find("moe_tp4 ep1") != std::string::npos);
}

EngineFamily family_of(std::string const& engine) {
  return engine == "vllm" ? EngineFamily::vllm : engine == "sglang" ? EngineFamily::sglang : EngineFamily::trtllm;
}

// Hopper with SGLang, and gpt-oss on Hopper, keep the cache in 16 bits; others in 8 unless the model is in 16.
Precision cache_precision(ServedRow const& row, Precision weights) {
  bool const hopper = !(row.design.profile->datasheet.peak_flop_s[static_cast<std::size_t>(Precision::fp4)] > 0);
  if (weights == Precision::bf16 || weights == Precision::fp16) return Precision::bf16;
  if (hopper && (row.family == EngineFamily::sglang || weights == Precision::mxfp4)) return Precision::bf16;
  return Precision::fp8;
}

std::string understand(ServedRow& row, CsvTable const& t, std::size_t r, Names const& names) {
  auto cell = [&](char const* column) -> std::string const& { return t.at(r, column); };
  row.hardware = names.hardware_id(cell("hardware"));
  row.model = names.model_id(cell("model"));
  std::string const engine = names.engine_id(cell("engine"));
  row.design.profile = names.profile(row.hardware);
  row.design.model = names.model(row.model);
  auto const precision = names.precision(cell("precision"), row.model);
  if (!row.design.profile) return "unknown name: hardware " + cell("hardware");
  if (!row.design.model) return "unknown name: model " + cell("model");
  if (!precision) return "unknown name: precision " + cell("precision");
  if (engine.empty()) return "unknown name: engine " + cell("engine");
  row.family = family_of(engine);
  row.design.weights = *precision;
  row.design.kv = cache_precision(row, *precision);
  std::string const& notes = cell("notes");
  row.second_campaign = notes.find("source_file=data/") != std::string::npos || notes.find("harrli") != std::string::npos;
  row.load = {number(cell("isl")), number(cell("osl")), static_cast<int>(number(cell("concurrency"))), row.second_campaign ? 1.0 : 0.8, 10, row.second_campaign, 0.0};
  if (row.load.users < 1 || row.load.input_token < 1 || row.load.output_token < 1) return "concurrency or lengths missing";
  row.design.date_year = year_of(notes);

  std::string problem = row.mode == "aggregated" ? aggregated_layout(cell("parallelism"), static_cast<int>(number(cell("gpus"))), row.second_campaign, row.design.worker)
                                                       : pool_layout(cell("parallelism"), row.design);
  if (!problem.empty()) return problem;
  if (row.mode == "aggregated" && row.design.model->q_heads % row.design.worker.tp != 0) pools_of_impossible_width(row.design, row.load.users);
  if (!compute::is_moe(*row.design.model)) row.design.worker.ep = row.design.prefill.ep = 1;
  if (drafts_on(row.model, cell("engine"), notes, cell("parallelism"))) {
    row.design.draft_tokens = static_cast<int>(kVerifiedDrafts);
    row.design.accepted_per_step = kAcceptedTokens;
  }
  // Dense models on TensorRT-LLM there: the batch limit is one below the users, so one always waits for an answer to end.
  if (row.second_campaign && row.family == EngineFamily::trtllm && !compute::is_moe(*row.design.model)) row.load.waiting_users = 1;
  bool const blackwell = row.design.profile->datasheet.peak_flop_s[static_cast<std::size_t>(Precision::fp4)] > 0;
  row.polls = row.family == EngineFamily::sglang && blackwell && row.design.model->sparse_top_k == 0 && !row.second_campaign;
  row.waits = row.family == EngineFamily::trtllm && !compute::is_moe(*row.design.model) && row.design.model->layers >= 80 && row.load.input_token == 1024 &&
              row.design.worker.devices() < 8 && !row.second_campaign && row.mode == "aggregated";
  auto const problems = compute::feasible(row.design);
  for (auto const& problem_of_design : problems.items())
    if (problem_of_design.code == "AF2401" || problem_of_design.code == "AF2407") return "does not fit: " + problem_of_design.code;
  return {};
}

}  // namespace

std::string fold_model(std::string const& model) { return model == "deepseek-r1" ? "deepseek-v3" : model; }

std::vector<ServedRow> load_served_points(std::string const& dir, Names const& names) {
  CsvTable const table = CsvTable::load(table_path(dir, "inference_silicon_points.csv"));
  std::vector<ServedRow> rows;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    if (table.at(r, "use") != "predict") continue;
    ServedRow row;
    row.id = table.at(r, "id");
    row.mode = table.at(r, "mode") == "agg" ? "aggregated" : "disaggregated";
    row.tpot_s = number(table.at(r, "tpot_ms")) * 1e-3;
    row.ttft_s = number(table.at(r, "ttft_ms")) * 1e-3;
    row.refusal = understand(row, table, r, names);
    row.fold = fold_of(row.hardware + "|" + fold_model(row.model));
    rows.push_back(std::move(row));
  }
  return rows;
}

void with_parameters(ServedRow& row, compute::EngineParams const& engine, std::span<double const, compute::kServingParameters> values) {
  using compute::ServingParameter;
  auto v = [&](ServingParameter p) { return values[static_cast<std::size_t>(p)]; };
  compute::EngineParams& e = row.design.engine;
  e = engine;
  if (row.second_campaign) {
    e.prompt_budget_extra = 0;
  }
  if (row.waits) e.admission_wait_steps = v(ServingParameter::admission_wait);
  if (row.polls) {
    e.poll_steps = kPollMany;
    e.poll_steps_small = kPollFew;
  }
}

}  // namespace aif::validation
