#include "models/compute/replica.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aif::compute {
namespace {

constexpr double kLeastCacheFrac = 0.04;  // engines shrink their reserves before they give up the cache (assumption)

void refuse(DiagnosticList& problems, char const* code, std::string message, std::string hint) {
  Diagnostic d;
  d.code = code;
  d.message = std::move(message);
  d.hint = std::move(hint);
  problems.add(std::move(d));
}

double free_byte(ReplicaDesign const& d) {
  double const memory = d.profile->datasheet.hbm_byte, weights = weight_byte_per_device(d, d.worker);
  double const left = d.engine.memory_frac * memory - weights - d.engine.reserve_byte;
  return weights > memory ? 0.0 : std::max(left, kLeastCacheFrac * memory);
}

void check_memory(ReplicaDesign const& d, WorkerLayout const& worker, DiagnosticList& problems) {
  double const memory = d.profile->datasheet.hbm_byte, weights = weight_byte_per_device(d, worker);
  if (weights <= memory) return;
  ReplicaDesign wider = d;
  WorkerLayout next = worker;
  while (next.tp < 1024 && weight_byte_per_device(wider, next) > memory) next.tp *= 2;
  refuse(problems, "AF2401", fmt::format("{} in {} needs {:.0f} GB of weights a device on {} devices; {} has {:.0f} GB", d.model->id, enum_name(d.weights),
                            weights / 1e9, worker.devices(), d.profile->id, memory / 1e9),
                fmt::format("the nearest layout that holds them: tp {} on {} devices, or narrower weights", next.tp, next.devices()));
}

void check_heads(ReplicaDesign const& d, WorkerLayout const& worker, DiagnosticList& problems) {
  ModelArchitecture const& m = *d.model;
  if (m.q_heads % worker.tp != 0) {
    int nearest = worker.tp;
    while (nearest > 1 && m.q_heads % nearest != 0) --nearest;
    refuse(problems, "AF2402", fmt::format("{} query heads of {} do not divide by tp {}", m.q_heads, m.id, worker.tp), fmt::format("the nearest width that divides them: tp {}", nearest));
  }
  if (is_moe(m) && worker.ep > 1 && worker.stage_devices() % worker.ep != 0)
    refuse(problems, "AF2403", fmt::format("{} devices of a stage do not divide by ep {}", worker.stage_devices(), worker.ep), fmt::format("take ep {}", worker.stage_devices()));
  if (!is_moe(m) && worker.ep > 1)
    refuse(problems, "AF2404", fmt::format("{} has no experts to spread over ep {}", m.id, worker.ep), "take ep 1");
  if (worker.pp > m.layers)
    refuse(problems, "AF2405", fmt::format("{} layers of {} cannot make {} stages", m.layers, m.id, worker.pp), fmt::format("take pp {}", m.layers));
}

void check_layout(ReplicaDesign const& d, WorkerLayout const& worker, std::string_view what, DiagnosticList& problems) {
  if (worker.tp < 1 || worker.pp < 1 || worker.ep < 1 || worker.attention_dp < 1) {
    refuse(problems, "AF2406", fmt::format("a parallel width of the {} worker is below 1", what), "take 1 for a width that is not used");
    return;
  }
  check_heads(d, worker, problems);
  check_memory(d, worker, problems);
}

}  // namespace

int devices(ReplicaDesign const& d) { return d.worker.devices() * d.workers + (is_disaggregated(d) ? d.prefill.devices() * d.prefill_workers : 0); }

LinkSheet link_of_group(HardwareProfile const& profile, int group) {
  LinkSheet const* best = nullptr;
  LinkSheet const* slowest = nullptr;
  for (auto const& link : profile.datasheet.links) {
    if (link.kind == "c2c") continue;
    if (link.domain >= group && (!best || link.byte_s_per_direction > best->byte_s_per_direction)) best = &link;
    if (!slowest || link.byte_s_per_direction < slowest->byte_s_per_direction) slowest = &link;
  }
  if (best) return *best;
  return slowest ? *slowest : LinkSheet{"none", 1.0, 0.0, 1};
}

Precision compute_precision(HardwareProfile const& profile, Precision weights) {
  auto const& peak = profile.datasheet.peak_flop_s;
  auto has = [&](Precision p) { return peak[static_cast<std::size_t>(p)] > 0; };
  auto first = [&](std::initializer_list<Precision> order) {
    for (Precision p : order)
      if (has(p)) return p;
    return *(order.end() - 1);
  };
  using enum Precision;
  switch (weights) {
    case fp4: return first({fp4, fp8, bf16, fp16, fp32});
    case mxfp4: return has(fp4) ? first({fp8, bf16}) : first({bf16, fp16, fp32});
    case fp8: case fp8_block: return first({fp8, bf16, fp16, fp32});
    case int8: return first({int8, fp8, bf16, fp16, fp32});
    case w4a16: case w4a16_mxfp4: case bf16: case fp16: return first({bf16, fp16, fp32});
    case tf32: return first({tf32, fp32});
    default: return weights;
  }
}

double weight_byte_per_device(ReplicaDesign const& d, WorkerLayout const& worker) {
  ParameterCount const count = count_parameters(*d.model);
  WeightLayout const layout = weight_layout(*d.model, d.weights);
  double const dense = count.dense() * layout.dense_byte + (count.embedding + count.head) * layout.head_byte;
  return (dense / worker.tp + count.experts * layout.expert_byte / worker.stage_devices()) / worker.pp;
}

double kv_byte_per_token_device(ReplicaDesign const& d) {
  double const spread = is_latent(*d.model) ? 1.0 : std::min(d.worker.tp, d.model->kv_heads);
  return kv_byte_per_token(*d.model, d.kv) / spread / d.worker.pp;
}

double kv_capacity_token(ReplicaDesign const& d) { return d.worker.attention_dp * free_byte(d) / kv_byte_per_token_device(d); }

int sequence_slots(ReplicaDesign const& d, double context_token) {
  double const spread = is_latent(*d.model) ? 1.0 : std::min(d.worker.tp, d.model->kv_heads);
  double const one = (kv_byte(*d.model, d.kv, context_token) / spread + state_byte(*d.model) * byte_per_element(d.state) / byte_per_element(Precision::fp32) * (1 + d.draft_tokens) / d.worker.tp) / d.worker.pp;
  double const fit = d.worker.attention_dp * std::floor(free_byte(d) / one);
  return static_cast<int>(std::clamp(fit, 0.0, static_cast<double>(d.engine.max_sequences)));
}

DiagnosticList feasible(ReplicaDesign const& d) {
  DiagnosticList problems;
  check_layout(d, d.worker, is_disaggregated(d) ? "decode" : "aggregated", problems);
  if (is_disaggregated(d)) check_layout(d, d.prefill, "prefill", problems);
  Precision const arithmetic = compute_precision(*d.profile, d.weights);
  if (!(d.profile->datasheet.peak_flop_s[static_cast<std::size_t>(arithmetic)] > 0)) {
    std::string known;
    for (std::size_t p = 0; p < kPrecisions; ++p)
      if (d.profile->datasheet.peak_flop_s[p] > 0) known += (known.empty() ? "" : ", ") + std::string(enum_names(Precision{})[p]);
    refuse(problems, "AF2407", fmt::format("{} cannot compute on {} weights", d.profile->id, enum_name(d.weights)), known.empty() ? "its profile states no peak rate" : "it computes in " + known);
  }
  if (d.accepted_per_step < 1 || d.accepted_per_step > d.draft_tokens + 1)
    refuse(problems, "AF2408", fmt::format("{:.2f} accepted tokens a step with {} drafts", d.accepted_per_step, d.draft_tokens), fmt::format("between 1 and {}", d.draft_tokens + 1));
  if (!problems.has_errors() && sequence_slots(d, 1) < 1)
    refuse(problems, "AF2409", fmt::format("no memory is left for the cache of one sequence of {}", d.model->id), "take more devices or narrower weights");
  return problems;
}

}  // namespace aif::compute
