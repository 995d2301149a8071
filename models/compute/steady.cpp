#include "models/compute/steady.hpp"

#include <algorithm>

#include "models/compute/device_power.hpp"

namespace aif::compute {

SteadyPoint steady(ReplicaDesign const& d, double input, double output, double batch, double clock_hz) {
  bool const pools = is_disaggregated(d);
  StepCoefficients const c = compile_step(d, pools ? WorkerRole::decode_pool : WorkerRole::aggregated, clock_hz);
  StepCoefficients const p = pools ? compile_step(d, WorkerRole::prefill_pool, clock_hz) : c;
  double const context = input + output / 2, per_worker = batch / d.workers, per_rank = std::max(1.0, per_worker / c.ranks);
  double const accepted = d.draft_tokens > 0 ? d.accepted_per_step : 1.0;
  StepParts const step = decode_parts(c, per_rank, per_rank * context);
  double const decode = step.sum();
  // Prompts that fill a step together share the weights it reads.
  double const together = p.separate_prefill && !pools ? std::clamp(d.engine.token_budget / input, 1.0, std::max(1.0, per_rank)) : 1.0;
  StepParts const prompt = prefill_parts(p, pools ? 0.0 : per_rank, input * together, 0, together);
  double const prompts_per_step = pools ? 0.0 : per_worker * accepted / output;
  // A step with prompts is launched once: every step where each brings prompts, more often where they exceed the budget.
  double const launches = d.engine.prompt_budget_extra > 0 ? prompts_per_step : std::max(std::min(1.0, prompts_per_step), prompts_per_step * input / d.engine.token_budget / c.ranks);
  double const prompt_s = prompt.sum() / together;

  SteadyPoint point;
  point.batch = batch;
  point.fits = batch <= static_cast<double>(sequence_slots(d, input + output)) * d.workers;
  double const prompts_s = prompts_per_step * prompt_s + launches * p.launch_s, per_step = decode + prompts_s;
  point.tpot_s = per_step / accepted;
  point.prefill_frac = prompts_s / per_step;
  point.out_token_s = batch / point.tpot_s;
  point.ttft_s = d.engine.request_s + d.engine.prompt_token_s * input + prompt_s * (pools ? p.ranks : 1.0) + p.launch_s + decode / 2 + (pools ? d.engine.transfer_s : 0.0);
  if (pools) {
    double const capacity = d.prefill_workers / prompt_s * output;  // out tokens that the prompts of the pool can feed
    point.prefill_pool_frac = point.out_token_s / capacity;
    point.out_token_s = std::min(point.out_token_s, capacity);
  }
  auto busy = [](StepParts const& t) { return t.sum() > 0 ? std::min(1.0, (t.compute_s + t.memory_s + t.attention_s + t.communication_s) / t.sum()) : 0.0; };
  point.decode = activity_of(c, step_work(c, per_rank, per_rank * context, 0, 0, 0), decode, busy(step));
  double const alone_s = std::max(1e-9, (pools ? prompt_s : prompts_s / prompts_per_step) * together);
  StepWork work = step_work(p, 0, 0, input * together, 0, together);
  if (!p.separate_prefill) work.hbm_byte = std::min(work.hbm_byte, p.dense_read_byte + p.expert_read_byte);
  point.prefill = activity_of(p, work, alone_s, busy(prompt));
  return point;
}

PowerModel datasheet_power(Datasheet const& sheet, PowerShares const& shares) {
  PowerModel p;
  p.evidence = Evidence::datasheet_prior;
  p.active_floor_w = shares.floor_frac * sheet.tdp_w;
  p.c_clock_w = shares.clock_frac * sheet.tdp_w;
  p.e_hbm_j_per_byte = shares.hbm_frac * sheet.tdp_w / sheet.hbm_byte_s;
  for (std::size_t i = 0; i < kPrecisions; ++i)
    if (sheet.peak_flop_s[i] > 0) p.e_flop_j[i] = shares.flop_frac * sheet.tdp_w / sheet.peak_flop_s[i];
  return p;
}

double steady_w(PowerModel const& power, Datasheet const& sheet, SteadyPoint const& point) {
  auto watts = [&](Activity const& a) { return std::min(sheet.tdp_w, power.idle_w + dynamic_w(power, a, 1.0)); };
  return (1 - point.prefill_frac) * watts(point.decode) + point.prefill_frac * watts(point.prefill);
}

}  // namespace aif::compute
