#include "workloads/training/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "workloads/training/fitted.hpp"
#include "workloads/training/search.hpp"

namespace aif::workloads {
namespace {

constexpr double kCheckpointBytePerParam = 14;   // fp32 master and two moments, bf16 weights: 13-15 B (405B: 5.3 TB)
constexpr double kHostCopyByte_s = 5.5e10;       // PCIe Gen5 x16, measured device to host copy
constexpr double kExposedPowerFrac = 0.4;        // assumption: power while waiting for the network, of that at full activity

std::vector<int> choices(int given, int most) {
  if (given > 0) return {given};
  std::vector<int> out;
  for (int d = 1; d <= most; d *= 2) out.push_back(d);
  return out;
}

// What the run leaves open, in powers of two; tensor ranks stay inside a scale-up domain.
TrainingSpace space_of(TrainingWorkloadParams const& p, StepModel const& m, int n) {
  TrainingSpace s;
  int const layers = static_cast<int>(m.shape.layers);
  s.tp = choices(p.tp, std::min(n, m.device.scale_up_domain));
  s.pp = choices(p.pp, std::min(n, layers));
  s.cp = choices(p.cp, std::max(1, p.seq_len / 8192));
  s.ep = choices(p.ep, m.shape.experts > 0 ? static_cast<int>(m.shape.experts) : 1);
  s.vp = choices(p.vp, layers);
  s.micro_batch = choices(p.micro_batch, 4);
  s.global_batch = {p.global_batch};
  s.recompute = {p.recompute};
  s.sharding = {p.sharding};
  if (p.dp > 0) std::erase_if(s.tp, [&](int tp) { return n % (tp * p.dp) != 0; });
  return s;
}

Activity step_activity(StepModel const& m, TrainingLayout const& l, StepTime const& t) {
  Activity a;
  double const token = static_cast<double>(l.global_batch) * m.shape.seq / l.devices();
  a.flop_s[static_cast<std::size_t>(m.precision)] = 6 * (m.shape.active_params - m.shape.head_params) * token / t.time_s;
  a.flop_s[static_cast<std::size_t>(Precision::bf16)] += (6 * m.shape.head_params + 3.5 * m.shape.attention_flop) * token / t.time_s;
  a.hbm_byte_s = t[StepBound::memory] / t.time_s * m.device.hbm_byte_s +
                 l.micro_batches() * 6 * (m.shape.dense_params + m.shape.expert_params / l.ep) / (l.tp * l.pp) / t.time_s;
  double const link = l.tp > 1 ? 16 * m.shape.hidden * token * m.shape.layers / l.pp * (l.tp - 1.0) / l.tp : 0;
  a.link_byte_s = (link + 8 * m.shape.hidden * token * m.shape.top_k * m.shape.moe_layers / l.pp + 6 * m.shape.total_params() / (l.tp * l.pp)) / t.time_s;
  double const exposed = t[StepBound::tensor_parallel] + t[StepBound::expert_parallel] + t[StepBound::pipeline] + t[StepBound::data_parallel] + t[StepBound::context_parallel];
  a.active_frac = 1 - exposed / t.time_s;
  return a;
}

SwingProfile step_swing(TrainingPlan const& plan, int n_devices) {
  StepTime const& t = plan.step;
  double const quiet = t[StepBound::data_parallel] + t[StepBound::optimizer] + 0.5 * t[StepBound::pipeline];
  SwingProfile s;
  s.period_s = t.time_s;
  s.segments = {{t.time_s - quiet, 1.0}, {quiet, kExposedPowerFrac}};
  s.n_coherent_racks = n_devices;  // the caller divides by the devices of a rack
  s.jitter_sd_s = 0.01 * t.time_s;
  s.checkpoint = {plan.checkpoint_interval_s, plan.checkpoint_stall_s, kExposedPowerFrac};
  return s;
}

void add_failures(TrainingWorkloadParams const& p, std::span<TierTable const> tiers, int n, TrainingPlan& plan, double params) {
  plan.checkpoint_byte = kCheckpointBytePerParam * params;
  TierTable const* tier = nullptr;
  for (auto const& t : tiers)
    if (p.checkpoint_tier.empty() ? !tier || t.write_byte_s > tier->write_byte_s : t.tier == p.checkpoint_tier) tier = &t;
  double const copy_s = plan.checkpoint_byte / n / kHostCopyByte_s;
  double const write = tier ? tier->write_byte_s * tier->efficiency * tier->scale.low : 0, read = tier ? tier->read_byte_s * tier->efficiency * tier->scale.low : 0;
  plan.checkpoint_write_s = write > 0 ? std::max(copy_s, plan.checkpoint_byte / write) : copy_s;
  plan.checkpoint_stall_s = p.checkpoint_async ? copy_s : plan.checkpoint_write_s;
  plan.restart_s = p.detect_s + p.restart_s + (read > 0 ? plan.checkpoint_byte / read : 0);
  plan.failures_per_s = n / p.devices_per_node * p.failures_per_node_s;
  FailureProcess const process{plan.failures_per_s, plan.restart_s, plan.checkpoint_stall_s};
  // An asynchronous checkpoint cannot start before the last one is written.
  double const best = std::max(best_interval_s(process), plan.checkpoint_write_s);
  plan.checkpoint_interval_s = p.checkpoint_interval_s > 0 ? p.checkpoint_interval_s : best;
  plan.goodput_frac = goodput_frac(process, plan.checkpoint_interval_s);
}

}  // namespace

double training_throughput_frac(TrainingPlan const& plan, double clock_frac) {
  return 1 / (plan.clock_share / std::max(clock_frac, 1e-3) + 1 - plan.clock_share);
}

TrainingPlan plan_training(TrainingWorkloadParams const& p, compute::ModelArchitecture const& model, HardwareProfile const& profile,
                           std::span<CollectiveTable const> collectives, std::span<TierTable const> tiers, int n_devices) {
  CommTables const comm(collectives);
  TrainingDevice device = training_device(profile);
  device.sustained = fitted_sustained(profile.id);
  StepModel const m(training_shape(model, p.seq_len), device, fitted_efficiency(), p.precision, comm);
  TrainingPlan plan;
  TrainingSearch const best = search_training(m, space_of(p, m, std::max(1, n_devices)), std::max(1, n_devices));
  if (!best.found) {
    bool const memory = best.least_byte > 0;
    plan.binding = memory ? "memory_capacity" : "layout";
    plan.problem = memory ? fmt::format("the smallest layout needs {:.1f} GB of memory per device, which has {:.1f} GB; use more devices, recompute: full or sharding: fsdp",
                                        best.least_byte * 1e-9, m.device.hbm_byte * 1e-9)
                          : best.problem;
    return plan;
  }
  plan.layout = best.layout;
  plan.step = best.step;
  plan.memory = training_memory(m.shape, best.layout, p.precision);
  plan.fits = true;
  double const band = fitted_band_log(band_class(m.shape, m.device.scale_up_domain));
  plan.error = {1, std::exp(-band), std::exp(band), Evidence::published};
  plan.binding = enum_name(best.step.binding());
  plan.token_s = static_cast<double>(p.global_batch) * p.seq_len / best.step.time_s;
  double const peak = m.device.peak_flop_s[static_cast<std::size_t>(p.precision)];
  plan.mfu = peak > 0 ? m.shape.model_flop_per_token() * plan.token_s / (n_devices * peak) : 0;
  add_failures(p, tiers, n_devices, plan, m.shape.total_params());
  plan.good_token_s = plan.token_s * plan.goodput_frac;
  plan.activity = step_activity(m, best.layout, best.step);
  double const clocked = best.step[StepBound::gemm] + best.step[StepBound::attention] + 0.5 * best.step[StepBound::overhead];
  plan.clock_share = clocked / best.step.time_s;
  plan.swing = step_swing(plan, n_devices);
  return plan;
}

}  // namespace aif::workloads
