#include "workloads/serving/design.hpp"

#include <algorithm>
#include <array>

#include "models/compute/device_power.hpp"

namespace aif::workloads {

namespace {

constexpr int kBeside = 32;  // sequences that decode beside a chunk
constexpr std::array<double, 12> kChunks{0, 1, 16, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384};

// Work of a pool over its tally, on one device of each of its workers in sum, and seconds with a kernel running.
struct PoolWork {
  compute::StepWork work;
  double kernel_s = 0;
  void add(compute::StepWork const& w, double times) {
    work.dense_flop += times * w.dense_flop;
    work.expert_flop += times * w.expert_flop;
    work.hbm_byte += times * w.hbm_byte;
    work.link_byte += times * w.link_byte;
  }
};

double kernels_s(compute::StepParts const& p) { return p.compute_s + p.memory_s + p.attention_s + p.communication_s; }

struct PhaseWork {
  PoolWork answers, both;
};
PhaseWork pool_work(compute::StepCoefficients const& c, ReplicaTally const& tally) {
  PoolWork sum;
  double steps = 0, batch = 0, context = 0;
  for (std::size_t b = 1; b < tally.steps_at.size(); ++b) {
    double const n = tally.steps_at[b];
    if (n == 0) continue;
    double const sequences = std::max(1.0, static_cast<double>(b) / c.ranks), held = tally.context_at[b] / n / c.ranks;
    sum.add(compute::step_work(c, sequences, held, 0, 0, 0), n);
    sum.kernel_s += n * kernels_s(compute::decode_parts(c, sequences, held));
    steps += n;
    batch += n * sequences;
    context += n * held;
  }
  PoolWork const answers = sum;
  if (tally.prefill_steps == 0) return {answers, sum};
  double const tokens = tally.new_token / tally.prefill_steps;
  double const before = tally.pair / tally.new_token - 0.5 * tokens;
  // A chunk beside decodes finds the weights already read.
  bool const beside = !c.separate_prefill && steps > 0;
  double const b = beside ? batch / steps : 0.0, held = beside ? context / steps : 0.0;
  sum.add(compute::step_work(c, b, held, tokens, std::max(0.0, before), 1), tally.prefill_steps);
  if (beside) sum.add(compute::step_work(c, b, held, 0, 0, 0), -tally.prefill_steps);
  sum.kernel_s += tally.prefill_steps * kernels_s(compute::prefill_parts(c, b, tokens, std::max(0.0, before), 1));
  return {answers, sum};
}

}  // namespace

StepTimes step_times_of(compute::StepSurface const& surface) {
  StepTimes times;
  times.base_s = surface.base_s;
  times.per_token_s.assign(surface.base_s.size(), surface.slope_s);
  int const beside = std::min(kBeside, static_cast<int>(surface.base_s.size()) - 1);
  auto cost = [&](int b, double tokens, double context) { return surface.prefill_s(b, tokens, context, 1) - surface.step.launch_s; };
  constexpr double kTokens = 1024, kNear = 32768, kFar = 65536;
  times.pair_s = (cost(beside, kTokens, kFar) - cost(beside, kTokens, kNear)) / (kTokens * (kFar - kNear));
  bool const separate = surface.step.separate_prefill;
  for (double n : kChunks) {
    times.chunk_token.push_back(n);
    times.chunk_s.push_back(n == 0 ? 0.0 : cost(separate ? 0 : beside, n, 0) - times.pair_s * StepTimes::pairs(n, 0));
  }
  times.launch_s = surface.step.launch_s;
  times.alone_s = separate ? 0.0 : surface.base_s[0] + cost(0, kTokens, 0) - cost(beside, kTokens, 0);
  return times;
}

SchedulerParams scheduler_of(compute::ReplicaDesign const& d) {
  SchedulerKind const kind = d.engine.family == compute::EngineFamily::trtllm ? SchedulerKind::trtllm
                             : d.engine.family == compute::EngineFamily::vllm ? SchedulerKind::vllm
                                                                              : SchedulerKind::sglang;
  SchedulerParams s = scheduler_defaults(kind);
  s.mixed = !d.engine.separate_prefill;
  s.chunked = s.chunked || d.engine.chunked_prefill;
  s.token_budget = d.engine.token_budget * d.worker.attention_dp;
  s.max_sequences = std::min(d.max_batch, d.engine.max_sequences);
  s.kv_token = compute::kv_capacity_token(d);
  s.poll_steps = d.engine.poll_steps;
  s.poll_steps_few = d.engine.poll_steps_small;
  s.poll_few = d.engine.poll_small_users;
  s.one_prompt = d.engine.prompt_budget_extra > 0;
  s.accepted_per_step = d.draft_tokens > 0 ? d.accepted_per_step : 1.0;
  s.request_overhead_s = d.engine.request_s + (d.draft_tokens > 0 ? d.engine.draft_request_s : 0.0);
  s.sqrt_request_overhead_s = d.engine.sqrt_user_s;
  s.admission_wait_steps = d.engine.admission_wait_steps + (d.worker.attention_dp > 1 ? d.engine.balance_wait_steps : 0.0);
  s.input_token_overhead_s = d.engine.prompt_token_s;
  return s;
}

Deployment deployment_of(compute::ReplicaDesign const& d, double clock_hz) {
  Deployment out;
  SchedulerParams const scheduler = scheduler_of(d);
  Pool const decode{step_times_of(compute::make_step_surface(d, clock_hz)), scheduler, d.workers};
  if (!compute::is_disaggregated(d)) {
    out.serve = decode;
    return out;
  }
  out.serve = {step_times_of(compute::make_prefill_surface(d, clock_hz)), scheduler, d.prefill_workers};
  out.serve.scheduler.mixed = false;
  out.serve.scheduler.accepted_per_step = 1.0;
  out.decode = decode;
  out.transfer_s = d.engine.transfer_s;
  return out;
}

DeviceMean device_mean(compute::ReplicaDesign const& d, SimulationResult const& result, double clock_hz) {
  bool const pools = compute::is_disaggregated(d);
  double const clock_max = d.profile->datasheet.clock_max_hz;
  double const clock_frac = clock_hz > 0 && clock_max > 0 ? clock_hz / clock_max : 1.0;
  DeviceMean mean;
  double devices = 0;
  auto add = [&](ReplicaTally const& tally, compute::WorkerRole role, int workers, int per_worker) {
    auto const c = compute::compile_step(d, role, clock_hz);
    PhaseWork const sum = pool_work(c, tally);
    double const worker_s = result.measured_s * workers;
    auto const rates = [&](PoolWork const& w) { return compute::activity_of(c, w.work, worker_s, std::min(1.0, w.kernel_s / worker_s)); };
    auto const watts = [&](Activity const& x) { return compute::dynamic_w(d.profile->power, x, clock_frac); };
    Activity const a = rates(sum.both);
    double const weight = static_cast<double>(workers) * per_worker, floor_w = sum.both.kernel_s > 0 ? d.profile->power.active_floor_w : 0.0;
    double const answer_w = sum.answers.kernel_s > 0 ? watts(rates(sum.answers)) - floor_w : 0.0;
    mean.dynamic_w += weight * watts(a);
    mean.answer_w += weight * answer_w;
    mean.prompt_w += weight * (watts(a) - floor_w - answer_w);
    for (std::size_t p = 0; p < kPrecisions; ++p) mean.activity.flop_s[p] += weight * a.flop_s[p];
    mean.activity.hbm_byte_s += weight * a.hbm_byte_s;
    mean.activity.link_byte_s += weight * a.link_byte_s;
    mean.activity.active_frac += weight * a.active_frac;
    devices += weight;
  };
  if (pools) {
    add(result.serve, compute::WorkerRole::prefill_pool, d.prefill_workers, d.prefill.devices());
    add(result.decode, compute::WorkerRole::decode_pool, d.workers, d.worker.devices());
  } else {
    add(result.serve, compute::WorkerRole::aggregated, d.workers, d.worker.devices());
  }
  for (double* w : {&mean.dynamic_w, &mean.prompt_w, &mean.answer_w}) *w /= devices;
  for (double& f : mean.activity.flop_s) f /= devices;
  mean.activity.hbm_byte_s /= devices;
  mean.activity.link_byte_s /= devices;
  mean.activity.active_frac /= devices;
  return mean;
}

}  // namespace aif::workloads
