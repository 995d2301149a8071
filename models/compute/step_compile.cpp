#include <algorithm>
#include <cmath>

#include "models/compute/step.hpp"

namespace aif::compute {
namespace {

// Share of the 16-bit arithmetic efficiency that expert kernels keep in narrow formats: kernel tables of eight devices reach 0.66-0.78 of
// the peak in bf16, 0.47-0.56 in fp8, 0.37 in nvfp4.
constexpr double kFp8Share = 0.72, kFp4Share = 0.55;
constexpr double kActivationByte = 2;                                       // bf16 between layers
constexpr double kSoftwareYear = 2026.0, kYearLow = -0.6, kYearHigh = 0.4;  // span of the dated rows
constexpr double kAbsorbedShare = 0.5;                                      // of the peak, batched products of latent attention (assumption; they are small)
constexpr double kFp4Unfused = 0.5;  // of the 4-bit quantisers run as kernels of their own, the rest within norms and activations

// Dense weights of 4-bit mixtures are kept in 8 or 16 bits, so they are stored and computed there.
Precision dense_storage(ReplicaDesign const& d) {
  if (byte_per_element(d.weights) >= 1 || !is_moe(*d.model)) return d.weights;
  return weight_layout(*d.model, d.weights).dense_byte < 2 ? Precision::fp8_block : Precision::bf16;
}

struct Machine {
  double tp, ranks, stage_devices, hbm_byte_s, clock;
};

void add(StepCoefficients& c, double n, double k, double count, bool wide = false, bool prefill_only = false) {
  if (count > 0 && n > 0 && k > 0 && c.n_products < kMostProducts) c.products[c.n_products++] = {n, k, count, wide, prefill_only};
}

// The products of all layers on one device (Shoeybi 2019 for the tensor-parallel split; DeepSeek-V2 2024 for latent attention).
void products(StepCoefficients& c, ModelArchitecture const& m, double tp) {
  double const h = m.hidden, attention = full_attention_layers(m) + m.window_layers, with_experts = moe_layers(m);
  double const ffn = (m.ffn_layers >= 0 ? m.ffn_layers : m.layers) - with_experts;
  if (is_latent(m)) {
    double const key = m.head_dim + m.rope_dim, latent = m.latent_rank + m.rope_dim;
    add(c, m.q_rank > 0 ? m.q_rank + latent : m.q_heads * key / tp + latent, h, attention);
    if (m.q_rank > 0) add(c, m.q_heads * key / tp, m.q_rank, attention);
    add(c, h, m.q_heads * m.value_dim / tp, attention);
    add(c, m.q_heads * (m.head_dim + m.value_dim) / tp, m.latent_rank, attention, false, true);
  } else {
    double const kv_heads = std::max<double>(m.kv_heads, tp);  // replicated where there are fewer than devices
    add(c, (m.q_heads * (m.gated_attention ? 2.0 : 1.0) + 2 * kv_heads) * m.head_dim / tp, h, attention * (m.encoder_layers > 0 ? 2 : 1));
    add(c, h, m.q_heads * m.head_dim / tp, attention * (m.encoder_layers > 0 ? 2 : 1));
  }
  add(c, 0.75 * m.linear_params / h / tp, h, m.linear_layers);  // three inputs (value, gate, keys) to one output
  add(c, h, 0.25 * m.linear_params / h / tp, m.linear_layers);
  add(c, (m.ffn_matrices - 1.0) * m.ffn / tp, h, m.ffn > 0 ? ffn : 0.0);
  add(c, h, m.ffn / tp, m.ffn > 0 ? ffn : 0.0);
  if (with_experts <= 0) return;
  double const shared = static_cast<double>(m.shared_experts) * (m.shared_ffn > 0 ? m.shared_ffn : m.moe_ffn);
  add(c, (m.ffn_matrices - 1.0) * shared / tp, h, shared > 0 ? with_experts : 0.0);
  add(c, h, shared / tp, shared > 0 ? with_experts : 0.0);
  add(c, m.moe_latent, h, m.moe_latent > 0 ? with_experts : 0.0);
  add(c, h, m.moe_latent, m.moe_latent > 0 ? with_experts : 0.0);
  add(c, m.experts, h, with_experts, true);
}

void dense_and_experts(StepCoefficients& c, ReplicaDesign const& d, Machine const& m, DeviceClock clock) {
  ModelArchitecture const& a = *d.model;
  ParameterCount const count = count_parameters(a);
  WeightLayout const layout = weight_layout(a, d.weights);
  Precision const storage = dense_storage(d);
  products(c, a, m.tp);
  c.narrow = dense_kernel(*d.profile, storage, clock);
  c.narrow.device.weight_byte = layout.dense_byte;
  c.wide = dense_kernel(*d.profile, Precision::bf16, clock);
  c.head = {a.vocab / m.tp, static_cast<double>(a.hidden), 1, true, false};
  c.dense_precision = compute_precision(*d.profile, storage);
  c.expert_precision = compute_precision(*d.profile, d.weights);

  double const head = static_cast<double>(a.hidden) * a.vocab;
  c.dense_read_byte = (count.dense() * layout.dense_byte + head * layout.head_byte) / m.tp;
  c.dense_token_flop = 2 * count.dense() / m.tp;
  if (is_latent(a)) {
    double const elements = static_cast<double>(a.q_heads) / m.tp * a.latent_rank * (a.head_dim + a.value_dim) * full_attention_layers(a);
    c.absorbed_read_s = 2 * elements / (m.hbm_byte_s * c.wide.params[4]);
    c.absorbed_token_s = 2 * elements / (m.clock * peak_flop_s(*d.profile, Precision::bf16) * kAbsorbedShare);
  }
  double n = is_latent(a) ? 2.0 * full_attention_layers(a) : 0.0;  // absorbed
  for (std::size_t i = 0; i < c.n_products; ++i) n += c.products[i].prefill_only ? 0.0 : c.products[i].count;
  c.small_kernels = small_kernels(a) + n;
  c.block_scaled_products = is_block_scaled(a, d.weights) ? n + 2.0 * moe_layers(a) : 0.0;
  c.fp4_products = d.weights == Precision::fp4 ? n : 0.0;
  if (!is_moe(a)) return;

  c.expert_read_byte = count.experts * layout.expert_byte / m.stage_devices;
  c.expert_token_flop = 2 * m.ranks * a.top_k * count.expert * moe_layers(a) / m.stage_devices;
  c.expert_read_s = c.expert_read_byte / m.hbm_byte_s;
  double const share = c.expert_precision == Precision::fp4 ? kFp4Share : byte_per_element(c.expert_precision) <= 1 ? kFp8Share : 1.0;
  c.expert_token_s = c.expert_token_flop / (m.clock * peak_flop_s(*d.profile, d.weights) * share);
  c.expert_share = std::min(1.0, static_cast<double>(a.top_k) / a.experts);
}

void attention(StepCoefficients& c, ReplicaDesign const& d, Machine const& m) {
  ModelArchitecture const& a = *d.model;
  double const spread = is_latent(a) ? 1.0 : std::min<double>(m.tp, a.kv_heads);
  double const token_layer_byte = kv_element_per_token_layer(a) * byte_per_element(d.kv) / spread;
  double const rate = m.clock * peak_flop_s(*d.profile, Precision::bf16), flop = decode_attention_flop(a) / m.tp;
  c.full_layers = full_attention_layers(a);
  c.window_layers = a.window_layers;
  c.kv_memory_s = token_layer_byte / m.hbm_byte_s;
  c.latent_s = is_latent(a) ? flop / rate : 0.0;  // grouped-query decoding is bound by the cache; the absorbed latent form has arithmetic to show
  c.kv_context_byte = c.full_layers * token_layer_byte;
  c.window_context_byte = c.window_layers * token_layer_byte;
  c.context_flop = c.full_layers * flop;
  c.window = a.sliding_window;
  c.sparse = a.sparse_top_k;
  c.sparse_index = a.sparse_index_frac;
  c.state_byte = state_byte(a) * byte_per_element(d.state) / byte_per_element(Precision::fp32) / m.tp;
  c.state_s = c.state_byte / m.hbm_byte_s;
  double const prompt_s = prefill_attention_flop(a) / m.tp / rate;
  c.prompt_full_s = c.full_layers * prompt_s;
  c.prompt_window_s = c.window_layers * prompt_s;
  c.prompt_flop = c.full_layers * prefill_attention_flop(a) / m.tp;
}

void links(StepCoefficients& c, ReplicaDesign const& d, Machine const& m) {
  ModelArchitecture const& a = *d.model;
  double const h = a.hidden, with_experts = moe_layers(a);
  c.hidden_byte = h * kActivationByte;
  if (m.tp > 1) {  // after attention and after the block
    c.all_reduce = all_reduce_kernel(*d.profile, d.engine.family, static_cast<int>(m.tp));
    c.all_reduce_count = 2.0 * a.layers;
    c.link_token_byte += c.all_reduce_count * c.hidden_byte * 2 * (m.tp - 1) / m.tp;
  }
  if (m.ranks > 1 && with_experts > 0) {  // dispatch in 8 bits, combine in 16
    c.all_to_all = all_to_all_kernel(*d.profile, static_cast<int>(m.stage_devices));
    c.dispatch_count = with_experts;
    c.dispatch_byte = std::min<double>(a.top_k, m.ranks) * h;
    c.link_token_byte += 3 * c.dispatch_count * c.dispatch_byte;
  }
}

}  // namespace

void set_engine(StepCoefficients& c, ReplicaDesign const& d) {
  EngineParams const& e = d.engine;
  ModelArchitecture const& a = *d.model;
  double const year = std::clamp(d.date_year - kSoftwareYear, kYearLow, kYearHigh);
  WorkerLayout const& worker = c.prefill_pool ? d.prefill : d.worker;
  c.dense_factor = e.dense_factor;
  c.all_to_all_factor = e.all_to_all_factor;
  c.prefill_attention_factor = 1 / e.prefill_attention_frac;
  bool const int4 = d.weights == Precision::w4a16, mx = d.weights == Precision::mxfp4 || d.weights == Precision::w4a16_mxfp4;
  double const kernel =
      e.expert_time_factor * (mx ? e.mxfp4_expert_factor : 1.0) / (int4 ? e.int4_expert_frac : 1.0) * (worker.ep > 1 ? e.expert_imbalance : 1.0);
  c.expert_read_factor = kernel / e.expert_memory_frac;
  c.expert_token_factor = kernel / e.expert_compute_frac;
  c.expert_half_token = e.expert_half_token;
  c.concentration = e.routing_concentration;
  double const per_context = std::hypot(c.kv_memory_s / e.kv_memory_frac, c.latent_s / e.latent_compute_frac);
  c.full_context_s = c.full_layers * per_context;
  c.window_context_s = c.window_layers * per_context;
  // Read once and written; with drafts written for every token that is verified, and the accepted one copied back.
  c.state_factor = (c.drafts > 0 ? 3 + c.verify_tokens : 2.0) / e.state_memory_frac;
  c.kernel_s = e.kernel_s;
  double const kernels = c.small_kernels + e.block_scale_kernels * c.block_scaled_products + kFp4Unfused * c.fp4_products;
  c.overhead_s =
      e.kernel_s * kernels + c.linear_layers * e.linear_layer_s + c.sparse_layers * e.sparse_layer_s + (c.stages - 1) * 2 * c.all_reduce.between_latency_s;
  c.host_s = e.step_s;
  c.host_sequence_s = e.sequence_s + (c.drafts > 0 ? e.draft_sequence_s : 0.0);
  c.time_factor = std::pow(e.yearly_gain, -year);
  double const by_model = is_latent(a) ? e.prefill_latent_factor : is_moe(a) ? e.prefill_moe_factor : e.prefill_dense_factor;
  c.prefill_factor = c.prefill_pool ? 1 / c.ranks : (c.ranks > 1 ? e.prefill_dp_factor * std::pow(c.ranks, -e.dp_overlap_exponent) : by_model);
  c.launch_s = c.time_factor * (e.launch_s * kernels + (is_latent(a) ? a.layers * e.latent_launch_s : 0.0));
}

StepCoefficients compile_step(ReplicaDesign const& d, WorkerRole role, double clock_hz) {
  WorkerLayout const& worker = role == WorkerRole::prefill_pool ? d.prefill : d.worker;
  double const clock_max = d.profile->datasheet.clock_max_hz;
  double const clock = clock_hz > 0 && clock_max > 0 ? clock_hz / clock_max : 1.0;
  double const memory = std::min(1.0, clock / d.engine.memory_knee_frac);
  Machine const m{static_cast<double>(worker.tp), static_cast<double>(worker.attention_dp), static_cast<double>(worker.stage_devices()),
                  memory * d.profile->sustained.memory * d.profile->datasheet.hbm_byte_s, clock * d.profile->sustained.matrix};
  StepCoefficients c;
  c.ranks = m.ranks;
  c.stages = worker.pp;
  c.layers = d.model->layers;
  c.linear_layers = d.model->linear_layers;
  c.sparse_layers = d.model->sparse_top_k > 0 ? d.model->layers : 0;
  c.prefill_pool = role == WorkerRole::prefill_pool;
  c.decode_pool = role == WorkerRole::decode_pool;
  c.separate_prefill = d.engine.separate_prefill || c.prefill_pool;
  c.drafts = c.prefill_pool ? 0 : d.draft_tokens;
  c.verify_tokens = 1 + c.drafts;
  dense_and_experts(c, d, m, {clock, memory});  // its surface was measured on this very machine, if any was
  attention(c, d, m);
  links(c, d, m);
  set_engine(c, d);

  Datasheet const& sheet = d.profile->datasheet;
  c.ideal_compute_s_per_flop_dense = 1.0 / (clock * peak_flop_s(*d.profile, dense_storage(d)));
  c.ideal_compute_s_per_flop_expert = 1.0 / (clock * peak_flop_s(*d.profile, d.weights));
  c.ideal_memory_s_per_byte = 1.0 / sheet.hbm_byte_s;
  c.ideal_link_s_per_byte = 1.0 / link_of_group(*d.profile, worker.stage_devices()).byte_s_per_direction;
  return c;
}

}  // namespace aif::compute
