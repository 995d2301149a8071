#include "sim/facility/placement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/diagnostics.hpp"
#include "models/compute/step.hpp"

namespace aif::sim {
namespace {

constexpr int kBatches[] = {1, 2, 4, 8, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024};  // sequences of an attention rank

compute::EngineFamily family_of(workloads::SchedulerKind kind) {
  switch (kind) {
    case workloads::SchedulerKind::vllm: return compute::EngineFamily::vllm;
    case workloads::SchedulerKind::sglang: return compute::EngineFamily::sglang;
    default: return compute::EngineFamily::trtllm;
  }
}

bool is_power_of_two(int n) { return n > 0 && (n & (n - 1)) == 0; }

compute::ReplicaDesign design_of(workloads::ServingWorkloadParams const& w, compute::ModelArchitecture const& model, HardwareProfile const& profile,
                                 compute::ServingFit const& fit, int tp, int attention_dp) {
  compute::ReplicaDesign d;
  d.profile = &profile;
  d.model = &model;
  d.engine = compute::engine_params(fit, family_of(w.placement.engine), profile, model);
  d.weights = w.precision;
  bool const narrow = w.precision != Precision::bf16 && w.precision != Precision::fp16 && w.precision != Precision::fp32;
  d.kv = w.kv_precision.value_or(narrow ? Precision::fp8 : Precision::bf16);
  d.worker.tp = tp;
  d.worker.attention_dp = attention_dp;
  d.worker.pp = std::max(1, w.placement.pp);
  d.worker.ep = model.experts > 0 ? (w.placement.ep > 0 ? w.placement.ep : tp * attention_dp) : 1;
  d.max_batch = w.placement.max_sequences > 0 ? w.placement.max_sequences : kBatches[std::size(kBatches) - 1] * attention_dp;
  return d;
}

// Largest batch (sequences of a worker) whose decode step meets the target, and its tokens per device and second; 0 when none does.
double best_rate(compute::ReplicaDesign& d, workloads::ServingWorkloadParams const& w) {
  double const context = workloads::mean_token(w.tokens.input) + 0.5 * workloads::mean_token(w.tokens.output);
  double const prompt = workloads::mean_token(w.tokens.input) * (1 - w.tokens.cache_hit_frac), answer = std::max(1.0, workloads::mean_token(w.tokens.output));
  int const slots = compute::sequence_slots(d, context);
  double const clock_hz = d.profile->datasheet.clock_max_hz, target_s = w.slo.tpot_p95_s > 0 ? w.slo.tpot_p95_s : 0.1;
  auto const step = compute::make_step_surface(d, clock_hz);
  double best = 0;
  int batch = 0;
  for (int b : kBatches) {
    int const sequences = b * d.worker.attention_dp;
    if (sequences > slots || sequences >= static_cast<int>(step.base_s.size())) break;
    double const decode_s = step.decode_s(sequences, sequences * context);
    // Each answer pays its prompt once, in a step that is full of prompts; its seconds are spread over the tokens of the batch.
    int const prompts = std::clamp(static_cast<int>(d.engine.token_budget * d.worker.attention_dp / std::max(1.0, prompt)), 1, sequences);
    double const prompt_s = step.prefill_s(sequences, prompts * prompt, 0, prompts) / prompts;
    double const token_s = decode_s + prompt_s * sequences / answer;
    if (token_s / step.tokens_per_step > target_s) break;
    double const rate = sequences * step.tokens_per_step / token_s / compute::devices(d);
    if (rate > best) best = rate, batch = sequences;
  }
  if (batch > 0 && w.placement.max_sequences == 0) d.max_batch = std::min(d.max_batch, std::max(2 * batch, 8));  // the map finds the limit; bursts may go beyond the mean
  return best;
}

}  // namespace

Placement choose_placement(workloads::ServingWorkloadParams const& w, compute::ModelArchitecture const& model, HardwareProfile const& profile,
                           compute::ServingFit const& fit, int devices, int domain) {
  Placement best;
  std::string last_refusal = "no layout was tried";
  for (int tp = 1; tp <= std::min(domain, devices); tp *= 2) {
    if (w.placement.tp > 0 && tp != w.placement.tp && is_power_of_two(w.placement.tp)) continue;
    int const width = w.placement.tp > 0 ? w.placement.tp : tp;
    for (int dp = 1; width * dp <= std::min(domain, devices); ++dp) {
      if (domain % (width * dp) != 0) continue;  // replicas tile the domain
      if (w.placement.attention_dp > 0 ? dp != w.placement.attention_dp : dp > 1 && model.experts == 0) continue;
      auto design = design_of(w, model, profile, fit, width, dp);
      if (auto const problems = compute::feasible(design); problems.has_errors()) {
        last_refusal = problems.items().front().message;
        continue;
      }
      double const rate = best_rate(design, w);
      if (rate <= 0) {
        last_refusal = fmt::format("with tp {} even a batch of one misses the time per output token", width);
        continue;
      }
      if (rate > best.token_s_per_device)
        best = {design, rate, fmt::format("tp {}, attention dp {}, expert parallel {}, at most {} sequences", width, dp, design.worker.ep, design.max_batch)};
    }
    if (w.placement.tp > 0) break;
  }
  if (best.token_s_per_device <= 0)
    throw InputError(Diagnostic{"AF2810", Severity::error, fmt::format("workload {} does not fit {}: {}", w.id, profile.id, last_refusal),
                                "workloads." + w.id + ".placement", {}, "a wider pod, a narrower precision, a smaller model or a looser slo.tpot_p95", 1});
  return best;
}

}  // namespace aif::sim
