#pragma once
// What a served point's label does not say and the public launch scripts do: software date of a version, options that delay or cap
// admission, number formats of caches and states, drafts, and the layout of runs whose label was lost.
// Sources: scripts and configurations of InferenceX (August 2025 to April 2026, commits named at each rule), release dates of PyPI
// (library/engines/releases.csv). The rules read inputs only, never a measured value, and hold for any row of such a campaign.

#include <map>
#include <string>
#include <vector>

#include "models/compute/replica.hpp"

namespace aif::validation {

// Release date of an engine's version as a year, e.g. 2026.1; a post release counts as its base. Measuring dates of the tables are
// those of exports: the same run is listed under several.
class Releases {
 public:
  Releases();
  // `engine` as printed ("vllm 0.17.0", "trtllm 0.8.1.post1"); `measured` "2026-03-24" or empty.
  double year(std::string const& engine, std::string const& measured) const;

 private:
  std::map<std::string, double> years_;  // "vllm 0.17.0"
};

// The run that a row is, before options: ids, layout and load.
struct RunFacts {
  std::string hardware, model, engine, measured;  // model: DeepSeek folded to deepseek-v3
  compute::EngineFamily family = compute::EngineFamily::trtllm;
  Precision weights = Precision::bf16;
  bool blackwell = false, second_campaign = false, aggregated = true, daily_export = false;  // daily_export: listed in a file of one day
  int devices = 1, attention_dp = 1, ep = 1, input = 0, output = 0, users = 1;
};

struct LaunchOptions {
  Precision kv = Precision::fp8, state = Precision::fp32;
  int token_budget = 8192;  // of a rank
  int budget_extra = 0;     // above 0: one prompt and so many tokens
  int poll_few = 1, poll_many = 1;
  int max_sequences = 100000;                   // of a worker
  double admission_wait = 0, balance_wait = 0;  // steps that TensorRT-LLM waits to fill a step, and to level attention ranks
  int drafts = 0;
};
LaunchOptions launch_options(RunFacts const& run);

// Layout of a run whose table row gives only the sum of its devices: disaggregated runs of racks, by (engine, precision, lengths,
// devices, users). Null when no script has it.
struct Recipe {
  std::string key;
  compute::WorkerLayout prefill, worker;
  int prefill_workers = 0, workers = 1, drafts = 0;
};
class Recipes {
 public:
  Recipes();
  Recipe const* find(RunFacts const& run) const;

 private:
  std::vector<Recipe> recipes_;
};

}  // namespace aif::validation
