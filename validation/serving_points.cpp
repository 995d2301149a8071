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

constexpr int kWidestTensor = 16;  // devices of a tensor-parallel group that engines serve with; a wider label is a sum over pools

std::string measured_on(std::string const& notes) {
  static std::regex const pattern(R"(measured=(\d{4}-\d{2}-\d{2}))");
  std::smatch m;
  return std::regex_search(notes, m, pattern) ? m[1].str() : std::string{};
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

// A width that no engine serves with is the sum over pools of a disaggregated run whose label was lost and whose script is not known.
// Read as such racks are: prefill workers of four devices; decode workers of eight for few users, else one wide one.
void pools_of_impossible_width(compute::ReplicaDesign& d, int users) {
  constexpr int kUsersPerNarrowDevice = 4;
  int const total = d.worker.devices();
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

EngineFamily family_of(std::string const& engine) {
  return engine == "vllm" ? EngineFamily::vllm : engine == "sglang" ? EngineFamily::sglang : EngineFamily::trtllm;
}

std::string understand(ServedRow& row, CsvTable const& t, std::size_t r, Names const& names, KernelDevices& devices, Releases const& releases, Recipes const& recipes) {
  auto cell = [&](char const* column) -> std::string const& { return t.at(r, column); };
  row.hardware = names.hardware_id(cell("hardware"));
  row.model = names.model_id(cell("model"));
  std::string const engine = names.engine_id(cell("engine"));
  row.design.profile = devices.find(row.hardware);
  row.design.model = names.model(row.model);
  auto const precision = names.precision(cell("precision"), row.model);
  if (!row.design.profile) return "unknown name: hardware " + cell("hardware");
  if (!row.design.model) return "unknown name: model " + cell("model");
  if (!precision) return "unknown name: precision " + cell("precision");
  if (engine.empty()) return "unknown name: engine " + cell("engine");
  row.family = family_of(engine);
  row.design.weights = *precision;
  std::string const& notes = cell("notes");
  row.second_campaign = notes.find("source_file=data/") != std::string::npos || notes.find("harrli") != std::string::npos;
  row.load = {t.number(r, "isl"), t.number(r, "osl"), static_cast<int>(t.number(r, "concurrency")), row.second_campaign ? 1.0 : 0.8, 10, row.second_campaign, 0.0};
  if (row.load.users < 1 || row.load.input_token < 1 || row.load.output_token < 1) return "concurrency or lengths missing";
  std::string const measured = measured_on(notes);
  // SGLang fp4 DeepSeek on B200 of that day: 5 to 9 s for any length (serving_model, trap 8).
  row.warm_up = row.family == EngineFamily::sglang && fold_model(row.model) == "deepseek-v3" && *precision == Precision::fp4 && measured == "2025-11-10";
  row.design.date_year = releases.year(cell("engine"), measured);

  int const gpus = static_cast<int>(t.number(r, "gpus"));
  std::string problem = row.mode == "aggregated" ? aggregated_layout(cell("parallelism"), gpus, row.second_campaign, row.design.worker) : pool_layout(cell("parallelism"), row.design);
  if (!problem.empty()) return problem;
  auto& d = row.design;
  bool const blackwell = d.profile->datasheet.peak_flop_s[static_cast<std::size_t>(Precision::fp4)] > 0;
  RunFacts run{row.hardware, fold_model(row.model), cell("engine"), measured, row.family, *precision, blackwell, row.second_campaign, row.mode == "aggregated",
               notes.find("source_file=2026-") != std::string::npos, d.worker.devices(), d.worker.attention_dp, d.worker.ep, static_cast<int>(row.load.input_token), static_cast<int>(row.load.output_token), row.load.users};
  row.layout = LayoutKnowledge::given;
  int drafts = 0;
  if (Recipe const* recipe = row.mode == "aggregated" ? recipes.find(run) : nullptr) {
    d.prefill = recipe->prefill, d.prefill_workers = recipe->prefill_workers, d.worker = recipe->worker, d.workers = recipe->workers;
    drafts = recipe->drafts;
    row.layout = LayoutKnowledge::recipe;
  } else if (row.mode == "aggregated" && (d.worker.tp > kWidestTensor || d.model->q_heads % d.worker.tp != 0)) {
    pools_of_impossible_width(d, row.load.users);
    row.layout = LayoutKnowledge::guessed;
  }
  run.aggregated = !compute::is_disaggregated(d);
  row.options = launch_options(run);
  if (row.layout == LayoutKnowledge::recipe) row.options.drafts = drafts;
  d.kv = row.options.kv;
  d.state = row.options.state;
  d.draft_tokens = row.options.drafts;
  if (!compute::is_moe(*d.model)) d.worker.ep = d.prefill.ep = 1;
  // TensorRT-LLM in the second campaign: the batch limit of dense models is one below the users, so one always waits for an answer to end and
  // starts spread; that of mixtures is the users, who start at once with equal lengths and stay in step.
  if (row.second_campaign && row.family == EngineFamily::trtllm) {
    row.load.waiting_users = compute::is_moe(*d.model) ? 0 : 1;
    row.load.staggered = !compute::is_moe(*d.model);
  }
  auto const problems = compute::feasible(row.design);
  for (auto const& problem_of_design : problems.items())
    if (problem_of_design.code == "AF2401" || problem_of_design.code == "AF2407") return "does not fit: " + problem_of_design.code;
  return {};
}

}  // namespace

std::string fold_model(std::string const& model) { return model == "deepseek-r1" ? "deepseek-v3" : model; }

std::vector<ServedRow> load_served_points(std::string const& dir, Names const& names, KernelDevices& devices) {
  Releases const releases;
  Recipes const recipes;
  CsvTable const table = CsvTable::load(table_path(dir, "inference_silicon_points.csv"));
  std::vector<ServedRow> rows;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    if (table.at(r, "use") != "predict") continue;
    ServedRow row;
    row.id = table.at(r, "id");
    row.mode = table.at(r, "mode") == "agg" ? "aggregated" : "disaggregated";
    row.refusal = refusal_of([&] {
      row.tpot_s = table.number(r, "tpot_ms") * 1e-3;
      row.ttft_s = table.number(r, "ttft_ms") * 1e-3;
      return understand(row, table, r, names, devices, releases, recipes);
    });
    row.fold = fold_of(row.hardware + "|" + fold_model(row.model));
    rows.push_back(std::move(row));
  }
  return rows;
}

void with_parameters(ServedRow& row, compute::EngineParams const& engine, std::span<double const, compute::kServingParameters> values) {
  compute::EngineParams& e = row.design.engine;
  e = engine;
  e.token_budget = row.options.token_budget;
  e.prompt_budget_extra = row.options.budget_extra;
  e.poll_steps = row.options.poll_many;
  e.poll_steps_small = row.options.poll_few;
  e.max_sequences = row.options.max_sequences;
  e.admission_wait_steps = row.options.admission_wait;
  e.balance_wait_steps = row.options.balance_wait;
  row.design.accepted_per_step = compute::accepted_tokens(values, row.design.draft_tokens);
}

}  // namespace aif::validation
