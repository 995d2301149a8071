#include "sim/claims/interactive_rate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/compute/device_power.hpp"
#include "models/compute/step.hpp"

namespace aif::sim {
namespace {

constexpr int kBatches[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};  // sequences of an attention rank

compute::ReplicaDesign design_of(ServedMachine const& m, compute::ModelArchitecture const& model, int tp, int dp) {
  compute::ReplicaDesign d;
  d.profile = &m.profile;
  d.model = &model;
  d.engine = m.engine;
  d.weights = m.weights;
  d.kv = m.kv;
  d.worker.tp = tp;
  d.worker.attention_dp = dp;
  d.worker.ep = model.experts > 0 ? tp * dp : 1;
  d.draft_tokens = m.draft_tokens;
  d.accepted_per_step = m.draft_tokens > 0 ? m.accepted_per_step : 1;
  d.date_year = m.software_year;
  d.max_batch = kBatches[std::size(kBatches) - 1] * dp;
  return d;
}

}  // namespace

Precision narrowest(HardwareProfile const& profile) {
  for (Precision p : {Precision::fp4, Precision::fp8})
    if (profile.datasheet.peak_flop_s[static_cast<std::size_t>(p)] > 0) return p;
  return Precision::bf16;
}

ServedRate best_served_rate(ServedMachine const& m, compute::ModelArchitecture const& model, ServedLoad const& load) {
  ServedRate best;
  best.refusal = "no layout was tried";
  double const hz = m.profile.datasheet.clock_max_hz, context = load.input_token + 0.5 * load.output_token, fresh = load.input_token * (1 - load.cached_frac);
  for (int tp = 1; tp <= m.domain; tp *= 2)
    for (int dp = 1; tp * dp <= m.domain; ++dp) {
      if (m.domain % (tp * dp) != 0 || (dp > 1 && model.experts == 0)) continue;
      auto const d = design_of(m, model, tp, dp);
      if (auto const problems = compute::feasible(d); problems.has_errors()) {
        if (best.token_s <= 0) best.refusal = problems.items().front().message;
        continue;
      }
      int const slots = compute::sequence_slots(d, load.input_token + load.output_token);
      for (int b : kBatches) {
        int const n = b * dp;
        if (n > slots) break;
        auto const decode = compute::iteration(d, {n, n * context, 0, 0, 1, 0}, hz);
        auto const mixed = compute::iteration(d, {n, n * context, fresh, load.input_token - fresh, 1, 0}, hz);
        double const accepted = std::max(1.0, d.accepted_per_step), steps = load.output_token / accepted;
        double const prompt_s = std::max(0.0, mixed.time_s - decode.time_s), whole_s = steps * decode.time_s + n * prompt_s;  // of a job, all n alike
        if ((whole_s - prompt_s) / load.output_token > load.tpot_s) {
          if (best.token_s <= 0) best.refusal = fmt::format("a batch of {} needs {:.1f} ms for an output token", n, 1e3 * (whole_s - prompt_s) / load.output_token);
          break;
        }
        double const rate = n * load.output_token / whole_s / compute::devices(d);
        if (rate <= best.token_s) continue;
        double const share = n * prompt_s / whole_s;
        double const dynamic_w = (1 - share) * decode.dynamic_j / decode.time_s + share * mixed.dynamic_j / mixed.time_s;
        auto const& power = m.profile.power;
        best = {rate, power.idle_w + compute::leakage_w(power, power.t_ref_c) + dynamic_w, decode.activity.active_frac, tp, dp, n, ""};
        if (m.profile.datasheet.tdp_w > 0) best.device_w = std::min(best.device_w, m.profile.datasheet.tdp_w);
      }
    }
  return best;
}

}  // namespace aif::sim
