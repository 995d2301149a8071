#include "models/compute/step.hpp"

#include <algorithm>
#include <cmath>

#include "models/compute/device_power.hpp"

namespace aif::compute {
namespace {

constexpr double kDraftKernels = 12;   // embedding, two norms, projection, sampling and bookkeeping of a draft pass
constexpr double kChunkTokens = 8192;  // a product of more rows takes in proportion longer

double dense_s(StepCoefficients const& c, double tokens, bool prefill) {
  if (!(tokens > 0)) return 0;
  double const m = std::min(tokens, kChunkTokens);
  double t = 0;
  for (std::size_t i = 0; i < c.n_products; ++i) {
    auto const& p = c.products[i];
    if (p.prefill_only && !prefill) continue;
    t += p.count * (p.wide ? c.wide : c.narrow).time_s(m, p.n, p.k);
  }
  return t * tokens / m;
}

double all_to_all_s(StepCoefficients const& c, double tokens) {
  if (c.dispatch_count <= 0) return 0;
  return c.dispatch_count * (c.all_to_all.time_s(tokens * c.dispatch_byte) + c.all_to_all.time_s(2 * tokens * c.dispatch_byte));
}

double all_reduce_s(StepCoefficients const& c, double tokens) {
  return c.all_reduce_count > 0 ? c.all_reduce_count * c.all_reduce.time_s(tokens * c.hidden_byte) : 0.0;
}

// Share of the experts that get a token, when their popularity follows a gamma law of shape `concentration`.
double touched(StepCoefficients const& c, double tokens_per_rank) {
  return -std::expm1(-c.concentration * std::log1p(c.expert_share * tokens_per_rank * c.ranks / c.concentration));
}

double experts_s(StepCoefficients const& c, double tokens_per_rank) {
  if (c.expert_share <= 0 || !(tokens_per_rank > 0)) return 0;
  // Every touched expert has its last tile padded, as if it had expert_half_token more.
  double const touched_share = touched(c, tokens_per_rank), padding = c.expert_half_token * touched_share / (c.expert_share * c.ranks);
  return std::hypot(touched_share * c.expert_read_s * c.expert_read_factor, (tokens_per_rank + padding) * c.expert_token_s * c.expert_token_factor);
}

// Seconds of products and experts as what binds them: in proportion to ideal reading and arithmetic.
void split(StepParts& p, StepCoefficients const& c, double seconds, double tokens, double read_byte, double flop_s) {
  double const read = read_byte * c.ideal_memory_s_per_byte, work = tokens * flop_s;
  double const share = read + work > 0 ? work / (read + work) : 0.0;
  p.compute_s += share * seconds;
  p.memory_s += (1 - share) * seconds;
}

}  // namespace

KernelTimes decode_kernels(StepCoefficients const& c, double sequences, double context) {
  // Pipeline stages work on one micro-batch each: a round lasts as long as the whole depth takes for 1/stages of the batch.
  KernelTimes t;
  t.sequences = sequences / c.stages;
  t.context = context / c.stages;
  t.tokens = t.sequences * c.verify_tokens;
  double const rows = t.sequences > 0 ? t.tokens : 1.0;  // without decodes: the weights, read by the step that prompts ride in
  t.dense_s = dense_s(c, rows, false) + rows * c.absorbed_token_s + c.absorbed_read_s;
  t.head_s = c.wide.time_s(rows, c.head.n, c.head.k);
  t.all_reduce_s = all_reduce_s(c, rows);
  t.all_to_all_s = all_to_all_s(c, rows);
  return t;
}

StepParts decode_parts(StepCoefficients const& c, KernelTimes const& t) {
  double const b = t.sequences, n = t.tokens, full = c.sparse > 0 ? std::min(t.context, c.sparse * b) + c.sparse_index * t.context : t.context;
  StepParts p;
  split(p, c, c.dense_factor * t.dense_s, n, c.dense_read_byte, c.dense_token_flop * c.ideal_compute_s_per_flop_dense);
  split(p, c, experts_s(c, n), n, touched(c, n) * c.expert_read_byte, c.expert_token_flop * c.ideal_compute_s_per_flop_expert);
  p.attention_s = full * c.full_context_s + std::min(t.context, c.window * b) * c.window_context_s + b * c.state_s * c.state_factor;
  p.communication_s = t.all_reduce_s + c.all_to_all_factor * t.all_to_all_s;
  p.overhead_s = c.overhead_s;
  double const f = c.time_factor, passes = 1 + c.drafts / c.layers;  // a draft pass is one layer, the head and its own small kernels
  for (double* s : {&p.compute_s, &p.memory_s, &p.attention_s, &p.communication_s, &p.overhead_s}) *s *= passes;
  p.memory_s += (1 + c.drafts) * c.dense_factor * t.head_s;
  p.overhead_s += c.drafts * kDraftKernels * c.kernel_s;
  for (double* s : {&p.communication_s, &p.overhead_s}) *s *= f;  // software has no part in reading and arithmetic
  p.host_s = c.time_factor * (c.host_s + c.host_sequence_s * b * c.stages);
  return p;
}

KernelTimes prefill_kernels(StepCoefficients const& c, double sequences, double tokens, double context, double prompts, KernelTimes const* beside) {
  KernelTimes t;
  if (!(tokens > 0)) return t;
  t.sequences = c.separate_prefill ? 0.0 : sequences * c.verify_tokens;
  t.tokens = tokens;
  t.prompts = prompts;
  t.prefill_context = context;
  t.dense_s = dense_s(c, t.sequences + tokens, true);
  t.all_reduce_s = all_reduce_s(c, t.sequences + tokens);
  t.all_to_all_s = all_to_all_s(c, t.sequences + tokens);
  if (beside) {
    t.beside_dense_s = beside->beside_dense_s;
    t.beside_all_reduce_s = beside->beside_all_reduce_s;
    t.beside_all_to_all_s = beside->beside_all_to_all_s;
  } else if (!c.separate_prefill) {
    double const rows = t.sequences > 0 ? t.sequences : 1.0;
    t.beside_dense_s = dense_s(c, rows, true);
    t.beside_all_reduce_s = all_reduce_s(c, rows);
    t.beside_all_to_all_s = all_to_all_s(c, rows);
  }
  if (c.separate_prefill) t.head_s = c.wide.time_s(prompts, c.head.n, c.head.k);
  return t;
}

StepParts prefill_parts(StepCoefficients const& c, KernelTimes const& t) {
  StepParts p;
  if (!(t.tokens > 0)) return p;
  double const g = c.prefill_factor > 1 ? 1 + (c.prefill_factor - 1) * c.time_factor : c.prefill_factor, s = t.tokens / t.prompts;
  // A chunk of s tokens after h: s (s + 2 h) in units of the causal half; windows and sparse attention bound what a token reads.
  double const seen = s + 2 * t.prefill_context / t.prompts;
  double const full = t.prompts * s * (c.sparse > 0 ? std::min(seen, 2 * c.sparse) : seen);
  double const windowed = t.prompts * s * std::min(seen, 2 * c.window);
  double const before = experts_s(c, t.sequences), woken = std::max(0.0, experts_s(c, t.sequences + t.tokens) - before);
  split(p, c, c.dense_factor * std::max(0.0, t.dense_s - t.beside_dense_s), t.tokens, c.separate_prefill ? c.dense_read_byte : 0.0, c.dense_token_flop * c.ideal_compute_s_per_flop_dense);
  split(p, c, woken, t.tokens, c.separate_prefill ? c.expert_read_byte : 0.0, c.expert_token_flop * c.ideal_compute_s_per_flop_expert);
  p.attention_s = c.prefill_attention_factor * (full * c.prompt_full_s + windowed * c.prompt_window_s);
  p.communication_s = std::max(0.0, t.all_reduce_s - t.beside_all_reduce_s) + c.all_to_all_factor * std::max(0.0, t.all_to_all_s - t.beside_all_to_all_s);
  if (c.separate_prefill) {
    p.memory_s += c.dense_factor * t.head_s;
    p.overhead_s = c.overhead_s;
  }
  for (double* part : {&p.compute_s, &p.memory_s, &p.attention_s, &p.communication_s, &p.overhead_s}) *part *= g;
  return p;
}

StepWork step_work(StepCoefficients const& c, double sequences, double context, double prefill_tokens, double prefill_context, double prompts) {
  double const n = sequences * c.verify_tokens, stages = c.stages;
  double const full = c.sparse > 0 ? std::min(context, c.sparse * sequences) + c.sparse_index * context : context;
  double const tokens = n + prefill_tokens / c.ranks;  // prompts are spread over the ranks
  double const s = prompts > 0 ? prefill_tokens / prompts : 0.0;
  StepWork w;
  w.dense_flop = (tokens * c.dense_token_flop + full * c.context_flop + prefill_tokens * (s + 2 * (prompts > 0 ? prefill_context / prompts : 0.0)) * c.prompt_flop / c.ranks) / stages;
  w.expert_flop = tokens * c.expert_token_flop / stages;
  double const reads = stages;  // every micro-batch reads the weights of its stage
  w.hbm_byte = (reads * (c.dense_read_byte + touched(c, tokens / stages) * c.expert_read_byte) + full * c.kv_context_byte +
                std::min(context, c.window * sequences) * c.window_context_byte + sequences * c.state_byte * (1 + c.verify_tokens)) / stages;
  w.link_byte = tokens * c.link_token_byte / stages;
  return w;
}

Activity activity_of(StepCoefficients const& c, StepWork const& w, double time_s, double active_frac) {
  Activity a;
  a.flop_s[static_cast<std::size_t>(c.dense_precision)] += w.dense_flop / time_s;
  a.flop_s[static_cast<std::size_t>(c.expert_precision)] += w.expert_flop / time_s;
  a.hbm_byte_s = w.hbm_byte / time_s;
  a.link_byte_s = w.link_byte / time_s;
  a.active_frac = active_frac;
  return a;
}

PhaseCost iteration(ReplicaDesign const& d, BatchState const& batch, double clock_hz) {
  StepCoefficients const c = compile_step(d, is_disaggregated(d) ? WorkerRole::decode_pool : WorkerRole::aggregated, clock_hz);
  // The slowest rank holds at least one of the sequences.
  double const sequences = batch.n_decode > 0 ? std::max(1.0, batch.n_decode / c.ranks) : 0.0, context = sequences > 0 ? batch.sum_context * sequences / batch.n_decode : 0.0;
  StepParts const decode = batch.n_decode > 0 || !c.separate_prefill ? decode_parts(c, sequences, context) : StepParts{};
  StepParts const prefill = prefill_parts(c, sequences, batch.prefill_tokens, batch.prefill_context, batch.prompts);
  double const launch = batch.prefill_tokens > 0 ? c.launch_s : 0.0;

  PhaseCost cost;
  cost.time_s = decode.sum() + prefill.sum() + launch;
  double const by_bound[] = {decode.compute_s + prefill.compute_s, decode.memory_s + prefill.memory_s, decode.attention_s + prefill.attention_s,
                             decode.communication_s + prefill.communication_s, decode.overhead_s + prefill.overhead_s + launch, decode.host_s};
  cost.bound = static_cast<Bound>(std::max_element(std::begin(by_bound), std::end(by_bound)) - std::begin(by_bound));

  StepWork const work = step_work(c, sequences, context, batch.prefill_tokens, batch.prefill_context, batch.prompts);
  double const ideal = std::max({work.dense_flop * c.ideal_compute_s_per_flop_dense + work.expert_flop * c.ideal_compute_s_per_flop_expert,
                                 work.hbm_byte * c.ideal_memory_s_per_byte, work.link_byte * c.ideal_link_s_per_byte});
  cost.roofline_frac = std::min(1.0, ideal / cost.time_s);
  double const kernels = by_bound[0] + by_bound[1] + by_bound[2] + by_bound[3];
  cost.activity = activity_of(c, work, cost.time_s, std::min(1.0, kernels / cost.time_s));
  double const clock_max = d.profile->datasheet.clock_max_hz;
  cost.dynamic_j = dynamic_w(d.profile->power, cost.activity, clock_hz > 0 && clock_max > 0 ? clock_hz / clock_max : 1.0) * cost.time_s;
  cost.error = {1.0, d.engine.tpot_low, d.engine.tpot_high, Evidence::measured};
  return cost;
}

namespace {

StepSurface surface_of(ReplicaDesign const& d, StepCoefficients const& c) {
  StepSurface surface;
  surface.step = c;
  surface.tokens_per_step = d.draft_tokens > 0 ? d.accepted_per_step : 1.0;
  surface.base_s.resize(static_cast<std::size_t>(d.max_batch) + 1);
  // Beyond the window a sequence reads the window, beyond the sparse limit its top tokens: constants of the batch.
  double const slope = (1 + c.drafts / c.layers) * (c.sparse > 0 ? c.sparse_index : 1.0) * c.full_context_s / c.stages;
  for (std::size_t b = 0; b < surface.base_s.size(); ++b) {
    double const sequences = b == 0 ? 0.0 : std::max(1.0, static_cast<double>(b) / c.ranks);
    double const far = sequences * std::max({c.window, c.sparse, 1.0});
    surface.base_s[b] = decode_step_s(c, sequences, far) - slope * far;
  }
  surface.slope_s = slope / c.ranks;
  return surface;
}

}  // namespace

StepSurface make_step_surface(ReplicaDesign const& d, double clock_hz) {
  return surface_of(d, compile_step(d, is_disaggregated(d) ? WorkerRole::decode_pool : WorkerRole::aggregated, clock_hz));
}

StepSurface make_prefill_surface(ReplicaDesign const& d, double clock_hz) { return surface_of(d, compile_step(d, WorkerRole::prefill_pool, clock_hz)); }

}  // namespace aif::compute
