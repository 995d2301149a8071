#include "validation/serving_launch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "core/csv.hpp"
#include "sim/scenario/library.hpp"
#include "validation/names.hpp"
#include "validation/suite.hpp"

namespace aif::validation {
namespace {

using compute::EngineFamily;

constexpr double kUndatedYear = 2025.8;  // no version and no date: the middle of the public sweep's first rounds

double year_of(std::string const& iso) {  // "2026-03-24"
  if (iso.size() < 10) return kUndatedYear;
  return std::stod(iso.substr(0, 4)) + (std::stod(iso.substr(5, 2)) - 1) / 12 + (std::stod(iso.substr(8, 2)) - 1) / 365.25;
}

std::string base_version(std::string const& version) {
  static std::regex const post(R"(\.?post\d+$)");
  return std::regex_replace(version, post, "");
}

bool is_four_bit(Precision p) { return compute::byte_per_element(p) < 1; }

// Multi-token prediction by image: 1.2.0rc6.post3 is the image of the `-mtp` configurations of DeepSeek alone, 1.1.0rc2.post2 served
// both and the runs with drafts were measured on 2026-01-14 (configs 2026-01-15, 2026-02-08). Three drafts, one with data-parallel
// attention (dsr1_fp8_b200_trt_mtp.sh). Qwen3.5 fp8 on SGLang 0.5.9: the -mtp configuration runs tp4 ep1, the plain one tp4 ep4 and tp8.
int drafts_of(RunFacts const& r) {
  bool const deepseek = r.model == "deepseek-v3";
  if (deepseek && (r.engine == "trtllm 1.2.0rc6.post3" || (r.engine == "trtllm 1.1.0rc2.post2" && r.measured == "2026-01-14")))
    return r.attention_dp > 1 ? 1 : 3;
  if (r.model.starts_with("qwen3.5") && r.engine == "sglang 0.5.9" && r.weights == Precision::fp8 && r.blackwell && r.devices == 4 && r.ep == 1) return 3;
  // DeepSeek fp8 there on tp8 ep1: the daily export holds the -mtp configuration (4 to 512 users), the database the plain one (4 to 64).
  if (deepseek && r.engine == "sglang 0.5.9" && r.weights == Precision::fp8 && r.blackwell && r.devices == 8 && r.ep == 1 && r.daily_export) return 3;
  return 0;
}

}  // namespace

Releases::Releases() {
  CsvTable const table = CsvTable::load(sim::Library().asset_path("lib:engines/releases"));
  for (std::size_t r = 0; r < table.rows(); ++r) {
    std::string const engine = table.at(r, "engine"), version = table.at(r, "version");
    years_[(engine == "tensorrt-llm" ? "trtllm" : engine) + " " + version] = year_of(table.at(r, "date"));
  }
}

double Releases::year(std::string const& engine, std::string const& measured) const {
  auto const space = engine.find(' ');
  if (space != std::string::npos) {
    std::string const family = engine.substr(0, space), version = engine.substr(space + 1);
    // TensorRT-LLM inside Dynamo is printed with Dynamo's version.
    for (auto const& package : {family, std::string(family == "trtllm" ? "dynamo" : family)})
      for (auto const& name : {base_version(version), version})
        if (auto const it = years_.find(package + " " + name); it != years_.end()) return it->second;
    static std::regex const dated(R"((20\d\d)(\d\d)(\d\d))");
    std::smatch m;
    if (std::regex_search(version, m, dated)) return year_of(fmt::format("{}-{}-{}", m[1].str(), m[2].str(), m[3].str()));
  }
  return year_of(measured);
}

LaunchOptions launch_options(RunFacts const& r) {
  LaunchOptions o;
  bool const deepseek = r.model == "deepseek-v3", oss = r.model.starts_with("gpt-oss"), qwen35 = r.model.starts_with("qwen3.5"),
             glm = r.model.starts_with("glm"), llama70 = r.model == "llama-3.1-70b", kimi = r.model.starts_with("kimi");
  bool const wide = r.weights == Precision::bf16 || r.weights == Precision::fp16;
  o.drafts = drafts_of(r);

  // Caches: 8 bits where the script sets kv-cache-dtype, else the model's 16 bits. Script without it: gpt-oss except TensorRT-LLM on
  // B200, Kimi int4, MiniMax, SGLang on Hopper.
  bool const plain_script = (oss && !(r.family == EngineFamily::trtllm && r.blackwell)) || (kimi && r.weights == Precision::w4a16) ||
                            r.model.starts_with("minimax") || (r.family == EngineFamily::sglang && !r.blackwell) ||
                            (r.second_campaign && r.family == EngineFamily::vllm);
  o.kv = wide || plain_script ? Precision::bf16 : Precision::fp8;
  // qwen3.5_fp8_b200.sh: --mamba-ssm-dtype bfloat16; the bf16 script keeps the 32-bit default.
  o.state = qwen35 && !wide ? Precision::bf16 : Precision::fp32;

  switch (r.family) {
    case EngineFamily::trtllm:
      // 70b_fp8_b200_trt_slurm.sh, gptoss_fp4_h200_trt_slurm.sh, dsr1_fp8_h200_trt_slurm.sh (max_num_tokens).
      if (!r.second_campaign) o.token_budget = llama70 ? 16384 : oss ? 20000 : 8192;
      if (!r.second_campaign && r.aggregated && deepseek) o.budget_extra = 64;
      // The second campaign comes from aiconfigurator, whose generator sets max_num_tokens = batch + input + 1500 (that it launched these runs: assumption).
      if (r.second_campaign && r.aggregated) o.budget_extra = 1500;
      // batch_wait_timeout_iters 20 at 1k/1k below tp 8, same scripts.
      if (!r.second_campaign && r.aggregated && llama70 && r.input == 1024 && r.output == 1024 && r.devices < 8) o.admission_wait = 20;
      // attention_dp_config of the DeepSeek scripts: timeout_iters 60; an arrival in the midst of a wait waits half of it.
      if (r.aggregated && deepseek && r.attention_dp > 1) o.balance_wait = 60.0 / 2;
      break;
    case EngineFamily::vllm:
      o.token_budget = 8192;  // max-num-batched-tokens of the scripts, and the engine's default on these devices
      break;
    case EngineFamily::sglang: {
      // chunked-prefill-size: dsr1_fp4_b200.sh 16384; dsr1_fp8_b200.sh 32768 (tp 4: 8192); qwen3.5 and glm5 scripts 32768.
      bool const narrow_deepseek = deepseek && r.devices <= 4 && !is_four_bit(r.weights);
      o.token_budget = r.second_campaign ? 16384 : deepseek && is_four_bit(r.weights) ? 16384 : narrow_deepseek ? 8192 : 32768;
      // scheduler-recv-interval of the Blackwell scripts; GLM-5 has it in fp4 only.
      bool const polls = r.blackwell && !r.second_campaign && r.aggregated && (deepseek || qwen35 || (glm && is_four_bit(r.weights)));
      o.poll_few = polls ? 10 : 1;
      o.poll_many = polls ? (narrow_deepseek || glm ? 10 : 30) : 1;
      // max-running-requests.
      if (r.aggregated && !r.second_campaign) {
        if (qwen35 && o.drafts == 0) o.max_sequences = 128;
        if (deepseek && o.drafts == 0) o.max_sequences = narrow_deepseek ? 32 : r.blackwell && !is_four_bit(r.weights) ? 128 : 256;
      }
      break;
    }
  }
  return o;
}

Recipes::Recipes() {
  CsvTable const t = CsvTable::load(table_path(shipped_data_dir(), "served_recipes.csv"));
  auto number = [&](std::size_t r, char const* column) { return std::stoi(t.at(r, column)); };
  for (std::size_t r = 0; r < t.rows(); ++r) {
    Recipe recipe;
    recipe.key = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", t.at(r, "hardware"), t.at(r, "model"), t.at(r, "engine"), t.at(r, "precision"), t.at(r, "isl"),
                             t.at(r, "osl"), t.at(r, "gpus"), t.at(r, "concurrency"));
    recipe.prefill = {number(r, "prefill_tp"), 1, number(r, "prefill_ep"), number(r, "prefill_dp")};
    recipe.prefill_workers = number(r, "prefill_workers");
    recipe.worker = {number(r, "tp"), 1, number(r, "ep"), number(r, "dp")};
    recipe.workers = number(r, "workers");
    recipe.drafts = number(r, "drafts");
    recipes_.push_back(std::move(recipe));
  }
}

Recipe const* Recipes::find(RunFacts const& r) const {
  auto const key =
      fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", r.hardware, r.model, enum_name(r.family), enum_name(r.weights), r.input, r.output, r.devices, r.users);
  auto const it = std::find_if(recipes_.begin(), recipes_.end(), [&](Recipe const& recipe) { return recipe.key == key; });
  return it == recipes_.end() ? nullptr : &*it;
}

}  // namespace aif::validation
