#include "sim/facility/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

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
  d.engine = compute::engine_params(fit, family_of(w.placement.engine), profile, model, w.placement.mode == workloads::ServingMode::disaggregated);
  d.weights = w.precision;
  bool const narrow = w.precision != Precision::bf16 && w.precision != Precision::fp16 && w.precision != Precision::fp32;
  d.kv = w.kv_precision.value_or(narrow ? Precision::fp8 : Precision::bf16);
  d.worker.tp = tp;
  d.worker.attention_dp = attention_dp;
  d.worker.pp = std::max(1, w.placement.pp);
  d.worker.ep = w.placement.ep > 0 ? w.placement.ep : model.experts > 0 ? tp * attention_dp : 1;
  d.max_batch = w.placement.max_sequences > 0 ? w.placement.max_sequences : kBatches[std::size(kBatches) - 1] * attention_dp;
  return d;
}

struct Lengths {
  double context, prompt, answer, target_s;  // prompt: what no cache holds
};

Lengths lengths_of(workloads::ServingWorkloadParams const& w) {
  double const input = workloads::mean_token(w.tokens.input), answer = std::max(1.0, workloads::mean_token(w.tokens.output));
  return {input + 0.5 * answer, input * (1 - w.tokens.cache_hit_frac), answer, w.slo.tpot_p95_s > 0 ? w.slo.tpot_p95_s : 0.1};
}

// Prompts that fill a step of a worker.
int prompts_together(compute::ReplicaDesign const& d, int ranks, double prompt) {
  return std::max(1, static_cast<int>(d.engine.token_budget * static_cast<double>(ranks) / std::max(1.0, prompt)));
}

struct WorkerRate {
  double token_s = 0;
  int batch = 0;
};

// Largest batch (sequences of a worker) whose step meets the target, and its tokens per second; 0 when none does. An aggregated worker
// pays for the prompts of its answers: their tokens, and one launch in every step that carries some.
WorkerRate decode_rate(compute::ReplicaDesign const& d, Lengths const& at, bool with_prompts) {
  int const slots = compute::sequence_slots(d, at.context);
  auto const c = compute::compile_step(d, compute::WorkerRole::aggregated, 0);
  double const accepted = d.draft_tokens > 0 ? d.accepted_per_step : 1.0;
  WorkerRate best;
  for (int b : kBatches) {
    int const sequences = b * d.worker.attention_dp;
    if (sequences > slots || sequences > d.max_batch) break;
    double const per_rank = sequences / c.ranks;
    double step_s = compute::decode_step_s(c, per_rank, per_rank * at.context);
    if (with_prompts) {
      int const together = std::min(prompts_together(d, d.worker.attention_dp, at.prompt), sequences);
      double const prompts = sequences * accepted / at.answer;
      double const one_s = compute::prefill_s(c, per_rank, together * at.prompt, 0, together) / together;
      step_s += prompts * one_s + std::max(std::min(1.0, prompts), prompts / together) * c.launch_s;
    }
    if (step_s / accepted > at.target_s) break;
    double const rate = sequences * accepted / step_s;
    if (rate > best.token_s) best = {rate, sequences};
  }
  return best;
}

// Prompts per second of a prefill worker whose steps are full.
double prompt_rate(compute::ReplicaDesign const& d, Lengths const& at) {
  auto const c = compute::compile_step(d, compute::WorkerRole::prefill_pool, 0);
  int const together = prompts_together(d, d.prefill.attention_dp, at.prompt);
  return together / (compute::prefill_s(c, 0, together * at.prompt, 0, together) + c.launch_s);
}

void set_batch(compute::ReplicaDesign& d, workloads::ServingWorkloadParams const& w, int batch) {
  // The map finds the limit; bursts may go beyond the mean.
  if (batch > 0 && w.placement.max_sequences == 0) d.max_batch = std::min(d.max_batch, std::max(2 * batch, 8));
}

// Workers of a pool that the scenario fixes; 0: the planner chooses.
int workers_said(workloads::ServingWorkloadParams const& w, char const* key, std::string const& text) {
  if (text == "auto") return 0;
  int n = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size() || n < 1)
    throw InputError(Diagnostic{"AF2810", Severity::error, fmt::format("`{}` is no number of workers", text), fmt::format("workloads.{}.placement.{}", w.id, key), {}, "a whole number from 1, or auto", 1});
  return n;
}

// Pools of separate workers: prefill workers of every layout that fits beside the decode worker of `decode`, in the numbers that
// balance and whose devices tile the domain. A replica yields what its slower pool does.
void try_pools(compute::ReplicaDesign decode, WorkerRate const& rate, std::vector<compute::WorkerLayout> const& layouts, workloads::ServingWorkloadParams const& w,
               Lengths const& at, int domain, Placement& best) {
  int const n_said = workers_said(w, "decode", w.placement.decode), m_said = workers_said(w, "prefill", w.placement.prefill);
  for (auto const& prefill : layouts) {
    decode.prefill = prefill;
    decode.prefill_workers = 1;
    if (compute::feasible(decode).has_errors()) continue;
    double const prompts_s = prompt_rate(decode, at);
    for (int n = std::max(1, n_said); n * decode.worker.devices() < domain; ++n) {
      for (int m = std::max(1, m_said); n * decode.worker.devices() + m * prefill.devices() <= domain; ++m) {
        int const devices = n * decode.worker.devices() + m * prefill.devices();
        if (domain % devices == 0) {
          double const token_s = std::min(n * rate.token_s, m * prompts_s * at.answer) / devices;
          if (token_s > best.token_s_per_device) {
            best.design = decode;
            best.design.workers = n;
            best.design.prefill_workers = m;
            set_batch(best.design, w, rate.batch);
            best.token_s_per_device = token_s;
            best.text = fmt::format("{} decode workers of tp {}, attention dp {}, at most {} sequences; {} prefill workers of tp {}, attention dp {}", n, decode.worker.tp,
                                    decode.worker.attention_dp, best.design.max_batch, m, prefill.tp, prefill.attention_dp);
          }
        }
        if (m_said > 0) break;
      }
      if (n_said > 0) break;
    }
  }
}

}  // namespace

Placement choose_placement(workloads::ServingWorkloadParams const& w, compute::ModelArchitecture const& model, HardwareProfile const& profile,
                           compute::ServingFit const& fit, int devices, int domain) {
  Lengths const at = lengths_of(w);
  bool const pools = w.placement.mode == workloads::ServingMode::disaggregated;
  std::vector<compute::ReplicaDesign> designs;
  std::vector<compute::WorkerLayout> layouts;
  std::string last_refusal = w.placement.tp > 0 || w.placement.attention_dp > 0
                                 ? fmt::format("replicas of tp {} and attention dp {} do not tile the {} devices of a scale-up domain", std::max(1, w.placement.tp), std::max(1, w.placement.attention_dp), std::min(domain, devices))
                                 : "no layout tiles its devices";
  for (int tp = 1; tp <= std::min(domain, devices); tp *= 2) {
    if (w.placement.tp > 0 && tp != w.placement.tp && is_power_of_two(w.placement.tp)) continue;
    int const width = w.placement.tp > 0 ? w.placement.tp : tp;
    for (int dp = 1; width * dp <= std::min(domain, devices); ++dp) {
      if (!pools && domain % (width * dp) != 0) continue;  // replicas tile the domain
      if (pools && !is_power_of_two(dp)) continue;
      if (w.placement.attention_dp > 0 ? dp != w.placement.attention_dp : dp > 1 && model.experts == 0) continue;
      auto design = design_of(w, model, profile, fit, width, dp);
      if (auto const problems = compute::feasible(design); problems.has_errors()) {
        last_refusal = problems.items().front().message;
        continue;
      }
      layouts.push_back(design.worker);
      designs.push_back(std::move(design));
    }
    if (w.placement.tp > 0) break;
  }
  Placement best;
  if (pools && !designs.empty()) last_refusal = fmt::format("no pair of pools tiles the {} devices of a scale-up domain within the time per output token", domain);
  for (auto& design : designs) {
    auto const rate = decode_rate(design, at, !pools);
    if (rate.token_s <= 0) {
      last_refusal = fmt::format("with tp {} even a batch of one misses the time per output token", design.worker.tp);
    } else if (pools) {
      try_pools(design, rate, layouts, w, at, std::min(domain, devices), best);
    } else if (double const token_s = rate.token_s / compute::devices(design); token_s > best.token_s_per_device) {
      set_batch(design, w, rate.batch);
      best = {design, token_s, fmt::format("tp {}, attention dp {}, expert parallel {}, at most {} sequences", design.worker.tp, design.worker.attention_dp, design.worker.ep, design.max_batch)};
    }
  }
  if (best.token_s_per_device <= 0)
    throw InputError(Diagnostic{"AF2810", Severity::error, fmt::format("workload {} does not fit {}: {}", w.id, profile.id, last_refusal),
                                "workloads." + w.id + ".placement", {}, "a wider pod, a narrower precision, a smaller model or a looser slo.tpot_p95", 1});
  return best;
}

}  // namespace aif::sim
