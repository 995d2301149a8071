#include "workloads/training/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/diagnostics.hpp"
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
  auto const is_free = [&](FreeChoice c) { return std::find(p.free.begin(), p.free.end(), c) != p.free.end(); };
  s.recompute = is_free(FreeChoice::recompute) ? std::vector{Recompute::none, Recompute::selective, Recompute::full} : std::vector{p.recompute};
  s.sharding = is_free(FreeChoice::sharding) ? std::vector{Sharding::none, Sharding::optimizer, Sharding::gradients, Sharding::fsdp} : std::vector{p.sharding};
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

// Bytes of a device that leave its domain in a step: gradients and parameters of the replicas, tokens to experts elsewhere, stage borders.
double scale_out_byte_s(StepModel const& m, TrainingLayout const& l, double step_s) {
  TrainingShape const& s = m.shape;
  double const domain = m.device.scale_up_domain, token = static_cast<double>(l.global_batch) * s.seq / l.devices();
  auto const outside = [&](double ranks) { return ranks > domain ? 1 - domain / ranks : 0.0; };
  double const weights = (s.dense_params + s.embedding_params) / (static_cast<double>(l.tp) * l.pp) + s.expert_params / (static_cast<double>(l.ep) * l.pp);
  double const replicas = l.dp * l.cp > 1 && l.dp * l.cp * l.tp > domain ? 6 * weights * (l.sharding == Sharding::fsdp ? l.micro_batches() : 1) : 0;
  double const experts = l.ep > 1 ? 8 * s.moe_hidden * token * s.top_k * s.moe_layers / l.pp * outside(l.ep) : 0;
  double const borders = l.pp > 1 && l.devices() > domain ? 4 * s.hidden * token * l.vp : 0;
  return (replicas + experts + borders) / step_s;
}

void add_failures(TrainingWorkloadParams const& p, std::span<TierTable const> tiers, TrainingSite const& site, TrainingPlan& plan, double params) {
  plan.checkpoint_byte = kCheckpointBytePerParam * params;
  TierTable const* tier = nullptr;
  for (auto const& t : tiers)
    if (p.checkpoint_tier.empty() ? !tier || t.write_byte_s > tier->write_byte_s : t.tier == p.checkpoint_tier) tier = &t;
  double const devices = plan.layout.devices(), nodes = std::ceil(devices / p.devices_per_node);
  TransferPath const path{devices, kHostCopyByte_s, nodes, site.node_link_byte_s, devices};
  double const copy_s = plan.checkpoint_byte / devices / kHostCopyByte_s;
  TransferTime const write = tier ? write_burst(*tier, plan.checkpoint_byte, path) : TransferTime{copy_s, {}, TransferBound::host_copy};
  plan.checkpoint_write_s = write.time_s;
  plan.checkpoint_bound = write.bound;
  plan.checkpoint_stall_s = p.checkpoint_async ? copy_s : plan.checkpoint_write_s;
  plan.restart_s = p.detect_s + p.restart_s + (tier ? read_burst(*tier, plan.checkpoint_byte, path).time_s : 0);
  plan.failures_per_s = nodes * p.failures_per_node_s;
  FailureProcess const process{plan.failures_per_s, plan.restart_s, plan.checkpoint_stall_s};
  // An asynchronous checkpoint cannot start before the last one is written.
  double const best = std::max(best_interval_s(process), plan.checkpoint_write_s);
  plan.checkpoint_interval_s = p.checkpoint_interval_s > 0 ? p.checkpoint_interval_s : best;
  if (plan.failures_per_s <= 0) {
    plan.goodput_frac = plan.checkpoint_interval_s / (plan.checkpoint_interval_s + plan.checkpoint_stall_s);
    if (std::isinf(plan.checkpoint_interval_s)) plan.goodput_frac = 1;
    return;
  }
  FailureYearParams const years = failure_years_of(p, plan, site);
  plan.years = simulate_failure_years(years, enough_years(years), site.seed);
  plan.goodput_frac = plan.years.goodput;
}

// The best layout of one precision.
struct Found {
  TrainingSearch search;
  Precision precision = Precision::bf16;
  double token_s() const { return search.found ? search.layout.global_batch / search.step.time_s : 0; }
};

}  // namespace

double training_throughput_frac(TrainingPlan const& plan, double clock_frac) {
  return 1 / (plan.clock_share / std::max(clock_frac, 1e-3) + 1 - plan.clock_share);
}

FailureYearParams failure_years_of(TrainingWorkloadParams const& p, TrainingPlan const& plan, TrainingSite const& site) {
  FailureYearParams y;
  double const per_replica = static_cast<double>(plan.layout.tp) * plan.layout.pp * plan.layout.cp / p.devices_per_node;
  y.nodes = std::max(1, static_cast<int>(std::ceil(plan.layout.devices() / p.devices_per_node)));
  y.spares = static_cast<int>(p.spares);
  y.replica_nodes = p.elastic ? std::max(1, static_cast<int>(std::ceil(per_replica))) : 0;
  y.hardware_per_node_s = p.hardware_share * p.failures_per_node_s, y.other_per_node_s = (1 - p.hardware_share) * p.failures_per_node_s;
  y.lemon_frac = 0;  // the published rates are those of fleets with their lemons
  y.detect_s = p.detect_s, y.restart_s = plan.restart_s - p.detect_s;
  y.repair_s = p.repair_s, y.repair_crews = static_cast<int>(p.repair_crews);
  y.checkpoint_s = plan.checkpoint_stall_s, y.interval_s = plan.checkpoint_interval_s;
  y.domains = site.domains;
  return y;
}

TrainingPlan plan_training(TrainingWorkloadParams const& p, compute::ModelArchitecture const& model, HardwareProfile const& profile,
                           std::span<CollectiveTable const> collectives, std::span<TierTable const> tiers, int n_devices, TrainingSite const& site) {
  CommTables const comm(collectives);
  TrainingDevice device = training_device(profile);
  device.sustained = fitted_sustained(profile.id);
  TrainingShape const shape = training_shape(model, p.seq_len);
  TrainingSoftware software;
  software.expert_imbalance = p.expert_imbalance, software.slow_node_frac = p.slow_node_frac;
  int const devices = std::max(1, n_devices - static_cast<int>(p.spares * p.devices_per_node));
  std::vector<Precision> precisions{p.precision};
  if (std::find(p.free.begin(), p.free.end(), FreeChoice::precision) != p.free.end()) {
    precisions.clear();
    for (Precision q : {Precision::bf16, Precision::fp8, Precision::fp8_block, Precision::fp4})
      if (device.peak_flop_s[static_cast<std::size_t>(q)] > 0) precisions.push_back(q);
  }
  Found best;
  best.precision = p.precision;
  double least_byte = 0;
  std::string problem;
  for (Precision precision : precisions) {
    StepModel const m(shape, device, fitted_efficiency(), precision, comm, software);
    Found found{search_training(m, space_of(p, m, devices), devices), precision};
    if (found.search.least_byte > 0) least_byte = least_byte > 0 ? std::min(least_byte, found.search.least_byte) : found.search.least_byte;
    if (problem.empty()) problem = found.search.problem;
    if (found.token_s() > best.token_s()) best = std::move(found);
  }
  TrainingPlan plan;
  plan.precision = best.precision;
  bool const tier_known = p.checkpoint_tier.empty() || std::any_of(tiers.begin(), tiers.end(), [&](TierTable const& t) { return t.tier == p.checkpoint_tier; });
  if (!tier_known) {
    std::vector<std::string> names;
    for (auto const& t : tiers) names.push_back(t.tier);
    std::string const near = did_you_mean(p.checkpoint_tier, names);
    plan.binding = "storage";
    plan.problem = fmt::format("there is no storage tier `{}` for checkpoints{}", p.checkpoint_tier, near.empty() ? "" : fmt::format("; did you mean `{}`?", near));
    return plan;
  }
  if (!best.search.found) {
    bool const memory = least_byte > 0;
    plan.binding = memory ? "memory_capacity" : "layout";
    plan.problem = memory ? fmt::format("the smallest layout needs {:.1f} GB of memory per device, which has {:.1f} GB; use more devices, recompute: full or sharding: fsdp",
                                        least_byte * 1e-9, device.hbm_byte * 1e-9)
                          : problem;
    return plan;
  }
  StepModel const m(shape, device, fitted_efficiency(), best.precision, comm, software);
  plan.layout = best.search.layout;
  plan.step = best.search.step;
  plan.memory = training_memory(m.shape, plan.layout, best.precision);
  plan.fits = true;
  double const band = fitted_band().half_log(band_inputs(m.shape, m.device, plan.layout));
  plan.error = {1, std::exp(-band), std::exp(band), Evidence::published};
  plan.binding = enum_name(plan.step.binding());
  plan.token_s = static_cast<double>(p.global_batch) * p.seq_len / plan.step.time_s;
  double const peak = m.device.peak_flop_s[static_cast<std::size_t>(best.precision)];
  plan.mfu = peak > 0 ? m.shape.model_flop_per_token() * plan.token_s / (devices * peak) : 0;
  add_failures(p, tiers, site, plan, m.shape.total_params());
  plan.good_token_s = plan.token_s * plan.goodput_frac;
  plan.activity = step_activity(m, plan.layout, plan.step);
  plan.scale_out_byte_s = scale_out_byte_s(m, plan.layout, plan.step.time_s);
  double const clocked = plan.step[StepBound::gemm] + plan.step[StepBound::attention] + 0.5 * plan.step[StepBound::overhead];
  plan.clock_share = clocked / plan.step.time_s;
  plan.swing = step_swing(plan, devices);
  return plan;
}

}  // namespace aif::workloads
