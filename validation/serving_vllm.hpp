#pragma once
// Replay of real vLLM runs, request by request: arrivals and lengths given, TTFT and TPOT predicted by the request simulator.
// One factor on all step times is fitted on the first tenth of a run's requests (mean TPOT); the other nine tenths are scored.
// The same run without that factor is scored beside it. Protocol and figures: docs/validation/serving.md.

#include <string>
#include <vector>

#include "validation/suite.hpp"

namespace aif::validation {

struct VllmReplay {
  std::string run, hardware, model, refusal;
  struct Figures {
    double tpot_mean_s = 0, ttft_mean_s = 0, ttft_p99_s = 0;
  };
  Figures measured, scaled, plain;   // over the requests after the first tenth
  double scale = 1;                  // on step times
  double offered_over_capacity = 0;  // requests offered a second over those of the saturated replica; near 1 TTFT cannot be predicted
};

std::vector<VllmReplay> replay_vllm_runs(Options const& options);

// vllm_tpot_mean, vllm_ttft_mean, vllm_ttft_p99 with the factor, and the three without it (suffix _unscaled).
std::vector<MetricReport> vllm_replay_metrics(Options const& options);

}  // namespace aif::validation
