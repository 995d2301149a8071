#include "models/compute/step.hpp"

#include <algorithm>
#include <cmath>

#include "models/compute/device_power.hpp"

namespace aif::compute {
namespace {

constexpr double kFp8Share = 0.72, kFp4ReadShare = 0.75;  // kernel tables: fp8 over bf16 arithmetic; fp4 over fp8 memory rate (0.54 / 0.74)
constexpr double kActivationByte = 2;                           // bf16 between layers
constexpr double kSoftwareYear = 2026.0, kYearLow = -0.6, kYearHigh = 0.4;  // span of the dated rows

double peak(HardwareProfile const& profile, Precision p) { return profile.datasheet.peak_flop_s[static_cast<std::size_t>(p)]; }

// Dense weights of 4-bit mixtures are kept in 8 or 16 bits, so they compute there.
Precision dense_precision(ReplicaDesign const& d) {
  Precision const weights = byte_per_element(d.weights) < 1 && is_moe(*d.model)
                                ? (weight_layout(*d.model, d.weights).dense_byte < 2 ? Precision::fp8 : Precision::bf16)
                                : d.weights;
  return compute_precision(*d.profile, weights);
}

struct Machine {
  double tp, ranks, stage_devices, hbm_byte_s, slow_compute, slow_memory, age;
};

void weights_and_arithmetic(StepCoefficients& c, ReplicaDesign const& d, Machine const& m) {
  EngineParams const& e = d.engine;
  ParameterCount const count = count_parameters(*d.model);
  WeightLayout const layout = weight_layout(*d.model, d.weights);
  double const head = static_cast<double>(d.model->hidden) * d.model->vocab;
  c.dense_precision = dense_precision(d);
  c.expert_precision = compute_precision(*d.profile, d.weights);
  // Narrow arithmetic reaches less of its peak: kernel tables of eight devices give 0.66-0.78 in bf16, 0.47-0.56 in fp8.
  auto efficiency = [&](double base, Precision p) { return base * (p == Precision::fp4 ? kFp8Share * e.fp4_compute_frac : byte_per_element(p) <= 1 ? kFp8Share : 1.0); };
  double const read_share = d.weights == Precision::fp4 ? kFp4ReadShare : 1.0;
  double const dense_peak = peak(*d.profile, c.dense_precision), expert_peak = peak(*d.profile, c.expert_precision);

  c.dense_read_byte = (count.dense() * layout.dense_byte + head * layout.head_byte) / m.tp;
  c.dense_token_flop = 2 * count.dense() / m.tp;
  c.dense_read_s = count.dense() * layout.dense_byte / m.tp / (m.hbm_byte_s * e.dense_memory_frac * (is_moe(*d.model) ? 1.0 : read_share)) * m.slow_memory;
  c.dense_token_s = c.dense_token_flop / (dense_peak * efficiency(e.dense_compute_frac, c.dense_precision)) * m.slow_compute;
  double const head_peak = peak(*d.profile, compute_precision(*d.profile, Precision::bf16));
  c.head_read_s = head * layout.head_byte / m.tp / (m.hbm_byte_s * e.dense_memory_frac) * m.slow_memory;
  c.head_token_s = 2 * head / m.tp / (head_peak * e.dense_compute_frac) * m.slow_compute;
  if (!is_moe(*d.model)) return;

  double const imbalance = d.worker.ep > 1 ? e.expert_imbalance : 1.0;
  bool const int4 = d.weights == Precision::w4a16, mx = d.weights == Precision::mxfp4 || d.weights == Precision::w4a16_mxfp4;
  double const kernel = e.expert_time_factor * (mx ? e.mxfp4_expert_factor : 1.0) / (int4 ? e.int4_expert_frac : 1.0);
  c.expert_read_byte = count.experts * layout.expert_byte / m.stage_devices;
  c.expert_token_flop = 2 * m.ranks * d.model->top_k * count.expert * moe_layers(*d.model) / m.stage_devices;
  c.expert_read_s = c.expert_read_byte * imbalance * kernel / (m.hbm_byte_s * e.expert_memory_frac * read_share) * m.slow_memory;
  c.expert_token_s = c.expert_token_flop * imbalance * kernel / (expert_peak * efficiency(e.expert_compute_frac, c.expert_precision)) * m.slow_compute;
  double const share = static_cast<double>(d.model->top_k) / d.model->experts;
  c.log_miss = share < 1 ? std::log1p(-share) : -1e9;
}

void attention(StepCoefficients& c, ReplicaDesign const& d, Machine const& m) {
  EngineParams const& e = d.engine;
  ModelArchitecture const& a = *d.model;
  double const spread = is_latent(a) ? 1.0 : std::min<double>(m.tp, a.kv_heads);
  double const token_layer_byte = kv_element_per_token_layer(a) * byte_per_element(d.kv) / spread;
  double const rate = peak(*d.profile, compute_precision(*d.profile, Precision::bf16));
  double const memory_s = token_layer_byte / (m.hbm_byte_s * e.kv_memory_frac) * m.slow_memory;
  double const flop = decode_attention_flop(a) / m.tp;
  // Grouped-query decoding is bound by the cache; the absorbed latent form has enough arithmetic to add.
  double const latent_s = is_latent(a) ? flop / (rate * e.latent_compute_frac) * m.slow_compute : 0.0;
  int const full = full_attention_layers(a);
  c.full_context_s = full * (memory_s + latent_s);
  c.window_context_s = a.window_layers * (memory_s + latent_s);
  c.kv_context_byte = full * token_layer_byte;
  c.window_context_byte = a.window_layers * token_layer_byte;
  c.context_flop = full * flop;
  c.window = a.sliding_window;
  c.sparse = a.sparse_top_k;
  c.sparse_index = a.sparse_index_frac;
  c.state_byte = 2 * state_byte(a) / m.tp;  // read and written
  c.state_s = c.state_byte / (m.hbm_byte_s * e.kv_memory_frac) * m.slow_memory;
  double const prompt_s = prefill_attention_flop(a) / m.tp / (rate * e.prefill_attention_frac) * m.slow_compute;
  c.prompt_full_s = full * prompt_s;
  c.prompt_window_s = a.window_layers * prompt_s;
  c.prompt_flop = full * prefill_attention_flop(a) / m.tp;
}

void links_and_overheads(StepCoefficients& c, ReplicaDesign const& d, Machine const& m) {
  EngineParams const& e = d.engine;
  ModelArchitecture const& a = *d.model;
  int const with_experts = moe_layers(a);
  auto const link = link_of_group(*d.profile, static_cast<int>(m.stage_devices));
  double const latency = std::max(e.collective_latency_s, link.latency_s), h = a.hidden;
  if (m.tp > 1) {  // two all-reduces a layer, ring volume (Thakur 2005)
    double const byte = 2 * a.layers * h * kActivationByte * 2 * (m.tp - 1) / m.tp;
    c.link_fixed_s += 2 * a.layers * latency * (0.5 + std::log2(m.tp) / 3);
    c.link_token_s += byte / (link.byte_s_per_direction * e.all_reduce_frac);
    c.link_token_byte += byte;
  }
  if (m.ranks > 1 && with_experts > 0) {  // dispatch in 8 bits, combine in 16
    double const byte = 3.0 * with_experts * std::min<double>(a.top_k, m.ranks) * h;
    c.link_fixed_s += 3 * with_experts * latency;
    c.link_token_s += byte / (link.byte_s_per_direction * e.all_to_all_frac);
    c.link_token_byte += byte;
  }
  c.link_fixed_s += (c.stages - 1) * 2 * latency;
  c.overhead_s = a.layers * e.layer_s + with_experts * e.moe_layer_s + (is_latent(a) ? a.layers * e.latent_layer_s : 0.0) + a.linear_layers * e.linear_layer_s + (a.sparse_top_k > 0 ? a.layers * e.sparse_layer_s : 0.0);
  c.host_s = e.step_s;
  c.host_sequence_s = e.sequence_s;
}

void scale_times(StepCoefficients& c, double factor) {
  for (double* t : {&c.dense_read_s, &c.dense_token_s, &c.head_read_s, &c.head_token_s, &c.expert_read_s, &c.expert_token_s, &c.full_context_s, &c.window_context_s,
                    &c.state_s, &c.prompt_full_s, &c.prompt_window_s, &c.link_fixed_s, &c.link_token_s, &c.overhead_s, &c.host_s, &c.host_sequence_s})
    *t *= factor;
}

double touched(StepCoefficients const& c, double tokens_per_rank) { return -std::expm1(c.log_miss * tokens_per_rank * c.ranks); }

}  // namespace

StepCoefficients compile_step(ReplicaDesign const& d, WorkerRole role, double clock_hz) {
  WorkerLayout const& worker = role == WorkerRole::prefill_pool ? d.prefill : d.worker;
  double const clock_max = d.profile->datasheet.clock_max_hz;
  double const clock = clock_hz > 0 && clock_max > 0 ? clock_hz / clock_max : 1.0;
  double const year = std::clamp(d.date_year - kSoftwareYear, kYearLow, kYearHigh);
  Machine const m{static_cast<double>(worker.tp), static_cast<double>(worker.attention_dp), static_cast<double>(worker.stage_devices()),
                  d.profile->datasheet.hbm_byte_s, 1.0 / clock, std::max(1.0, d.engine.memory_knee_frac / clock), std::pow(d.engine.yearly_gain, -year)};
  StepCoefficients c;
  c.ranks = m.ranks;
  c.stages = worker.pp;
  weights_and_arithmetic(c, d, m);
  attention(c, d, m);
  links_and_overheads(c, d, m);
  scale_times(c, m.age * (role == WorkerRole::decode_pool ? d.engine.decode_pool_factor : 1.0));

  EngineParams const& e = d.engine;
  bool const pool = role == WorkerRole::prefill_pool;
  c.separate_prefill = e.separate_prefill || pool;
  c.verify_tokens = 1 + d.draft_tokens;
  c.draft_factor = d.draft_tokens > 0 ? e.draft_step_factor : 1.0;
  double const by_model = is_latent(*d.model) ? e.prefill_latent_factor : is_moe(*d.model) ? e.prefill_moe_factor : e.prefill_dense_factor;
  c.prefill_factor = pool ? e.prefill_pool_factor / m.ranks
                          : (m.ranks > 1 ? e.prefill_dp_factor * std::pow(m.ranks, -e.dp_overlap_exponent) : by_model);
  c.prefill_step_s = e.prefill_step_s * d.model->layers / 64.0 + (is_latent(*d.model) ? e.latent_prefill_step_s * (m.ranks > 1 ? 0.5 : 1.0) : 0.0);

  Datasheet const& sheet = d.profile->datasheet;
  c.ideal_compute_s_per_flop_dense = m.slow_compute / peak(*d.profile, c.dense_precision);
  c.ideal_compute_s_per_flop_expert = m.slow_compute / peak(*d.profile, c.expert_precision);
  c.ideal_memory_s_per_byte = 1.0 / sheet.hbm_byte_s;
  c.ideal_link_s_per_byte = 1.0 / link_of_group(*d.profile, worker.stage_devices()).byte_s_per_direction;
  return c;
}

StepParts decode_parts(StepCoefficients const& c, double sequences, double context) {
  // Pipeline stages work on one micro-batch each: a round lasts as long as the whole depth takes for 1/stages of the batch.
  double const b = sequences / c.stages, ctx = context / c.stages, n = b * c.verify_tokens, f = c.draft_factor;
  double const full = c.sparse > 0 ? std::min(ctx, c.sparse * b) + c.sparse_index * ctx : ctx;
  StepParts p;
  p.compute_s = f * (n * (c.dense_token_s + c.expert_token_s) + b * c.head_token_s);
  p.memory_s = f * (c.dense_read_s + c.head_read_s + touched(c, n) * c.expert_read_s);
  p.attention_s = f * (full * c.full_context_s + std::min(ctx, c.window * b) * c.window_context_s + b * c.state_s);
  p.communication_s = f * (c.link_fixed_s + n * c.link_token_s);
  p.overhead_s = f * c.overhead_s;
  p.host_s = c.host_s + c.host_sequence_s * sequences;
  return p;
}

StepParts prefill_parts(StepCoefficients const& c, double sequences, double tokens, double context, double prompts) {
  StepParts p;
  if (!(tokens > 0)) return p;
  double const g = c.prefill_factor, s = tokens / prompts;
  double const before = c.separate_prefill ? 0.0 : touched(c, sequences);
  // A chunk of s tokens after h: s (s + 2 h) in units of the causal half; windows and sparse attention bound what a token reads.
  double const seen = s + 2 * context / prompts;
  double const full = prompts * s * (c.sparse > 0 ? std::min(seen, 2 * c.sparse) : seen);
  double const windowed = prompts * s * std::min(seen, 2 * c.window);
  double const woken = touched(c, (c.separate_prefill ? 0.0 : sequences) + tokens) - before;  // experts that the decode tokens left idle
  p.compute_s = g * (tokens * (c.dense_token_s + c.expert_token_s) + prompts * c.head_token_s);
  p.memory_s = g * woken * c.expert_read_s;
  p.attention_s = g * (full * c.prompt_full_s + windowed * c.prompt_window_s);
  p.communication_s = g * tokens * c.link_token_s;
  if (c.separate_prefill) {
    p.memory_s += g * (c.dense_read_s + c.head_read_s);
    p.communication_s += g * c.link_fixed_s;
    p.overhead_s = g * c.overhead_s;
  }
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
                std::min(context, c.window * sequences) * c.window_context_byte + sequences * c.state_byte) / stages;
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
  double const launch = batch.prefill_tokens > 0 ? c.prefill_step_s : 0.0;

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
  double const slope = c.draft_factor * (c.sparse > 0 ? c.sparse_index : 1.0) * c.full_context_s / c.stages;
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
