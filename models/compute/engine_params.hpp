#pragma once
// What an inference engine adds to the physics: efficiencies of its kernels on the device, fixed costs of a layer, a step and a
// request, and the rules by which it admits prompts. Defaults are TensorRT-LLM on a B200; serving_parameters.hpp resolves the
// others from the fitted table (library/engines/serving_fit.csv), whose protocol stands in docs/validation/serving.md.
// Valid for continuous batching with captured decode graphs; not for eager decoding.

#include <array>
#include <string_view>
#include <tuple>

#include "contracts/operators.hpp"
#include "core/fields.hpp"

namespace aif::compute {

enum class EngineFamily { trtllm, vllm, sglang };
constexpr auto enum_names(EngineFamily) { return std::array<std::string_view, 3>{"trtllm", "vllm", "sglang"}; }

inline constexpr std::string_view kServingFit = "fit to served points, docs/validation/serving.md";

struct EngineParams {
  EngineFamily family = EngineFamily::trtllm;
  // Kernels: share of the device's peak that they reach, all below 1.
  double dense_memory_frac = 0.90, dense_compute_frac = 0.58, expert_memory_frac = 0.85, expert_compute_frac = 0.42;
  double kv_memory_frac = 0.88, latent_compute_frac = 0.51, prefill_attention_frac = 0.42;
  double all_reduce_frac = 0.57, all_to_all_frac = 0.29, fp4_compute_frac = 0.81, int4_expert_frac = 0.63;
  double expert_time_factor = 1.0, mxfp4_expert_factor = 1.0, expert_imbalance = 1.05;
  double collective_latency_s = 2.7e-6;
  // Time that no roofline sees.
  double layer_s = 34e-6, moe_layer_s = 28e-6, latent_layer_s = 15e-6, linear_layer_s = 22e-6, sparse_layer_s = 111e-6;
  double step_s = 0.72e-3, sequence_s = 13e-6;
  double prefill_step_s = 3.4e-3, latent_prefill_step_s = 46e-3;
  double prefill_dense_factor = 1.0, prefill_moe_factor = 1.89, prefill_latent_factor = 1.50, prefill_dp_factor = 0.71;
  double dp_overlap_exponent = 0.76;
  double request_s = 32e-3, prompt_token_s = 2.1e-6, sqrt_user_s = 2.1e-3, draft_request_s = 0.133;
  double draft_step_factor = 1.5, yearly_gain = 1.63;
  // Disaggregated pools.
  double transfer_s = 0.053, prefill_pool_factor = 1.63, decode_pool_factor = 1.27;
  // Admission.
  bool separate_prefill = false, chunked_prefill = false;
  int token_budget = 8192, prompt_budget_extra = 0;
  int poll_steps = 1, poll_steps_small = 1, poll_small_users = 16, max_sequences = 100000;
  double balance_wait_steps = 0, admission_wait_steps = 0;
  // Memory.
  double memory_frac = 0.95, reserve_byte = 3e9;
  // Clock share below which the request rate of the HBM falls (reference: arXiv 2605.11999).
  double memory_knee_frac = 0.55;
  // 90 % interval of measured over predicted.
  double tpot_low = 0.81, tpot_high = 1.28, ttft_low = 0.59, ttft_high = 1.93;

  static constexpr auto fields() {
    using E = EngineParams;
    auto share = [](std::string_view key, double E::*member, std::string_view doc) { return field(key, member, Kind::fraction, 0.01, 1.0, doc, kServingFit); };
    auto factor = [](std::string_view key, double E::*member, std::string_view doc) { return field(key, member, Kind::number, 0.05, 20.0, doc, kServingFit); };
    auto time = [](std::string_view key, double E::*member, std::string_view doc) { return field(key, member, Kind::duration, 0.0, 10.0, doc, kServingFit); };
    return std::tuple{
        field("family", &E::family, "Scheduler family."),
        share("dense_memory", &E::dense_memory_frac, "Share of HBM bandwidth reached by dense GEMMs."),
        share("dense_compute", &E::dense_compute_frac, "Share of peak FLOP/s reached by dense GEMMs."),
        share("expert_memory", &E::expert_memory_frac, "Share of HBM bandwidth reached by expert GEMMs."),
        share("expert_compute", &E::expert_compute_frac, "Share of peak FLOP/s reached by expert GEMMs."),
        share("kv_memory", &E::kv_memory_frac, "Share of HBM bandwidth reached by decode attention."),
        share("latent_compute", &E::latent_compute_frac, "Share of peak FLOP/s reached by latent decode attention."),
        share("prefill_attention", &E::prefill_attention_frac, "Share of peak FLOP/s reached by prefill attention."),
        share("all_reduce", &E::all_reduce_frac, "Share of link bandwidth reached by all-reduce."),
        share("all_to_all", &E::all_to_all_frac, "Share of link bandwidth reached by expert dispatch and combine."),
        share("fp4_compute", &E::fp4_compute_frac, "fp4 GEMM efficiency over that of fp8."),
        share("int4_expert", &E::int4_expert_frac, "Speed of 4-bit integer expert kernels over the plain ones."),
        factor("expert_time_factor", &E::expert_time_factor, "Expert kernel time over TensorRT-LLM's."),
        factor("mxfp4_expert_factor", &E::mxfp4_expert_factor, "Expert kernel time of mxfp4 weights over the plain ones."),
        field("expert_imbalance", &E::expert_imbalance, Kind::number, 1, 10, "Load of the hottest expert rank over the mean.", "assumption: balanced by expert replication; free fits gave 1.02 to 1.11"),
        time("collective_latency", &E::collective_latency_s, "Latency of one all-reduce."),
        time("layer", &E::layer_s, "Fixed time of a layer."),
        time("moe_layer", &E::moe_layer_s, "Fixed time of an expert layer, added."),
        time("latent_layer", &E::latent_layer_s, "Fixed time of a latent-attention layer, added."),
        time("linear_layer", &E::linear_layer_s, "Fixed time of a linear-attention layer, added."),
        time("sparse_layer", &E::sparse_layer_s, "Fixed time of a sparse-attention layer, added."),
        time("step", &E::step_s, "Host time of a step."),
        time("sequence", &E::sequence_s, "Host time of a sequence in a step."),
        time("prefill_step", &E::prefill_step_s, "Eager launch of a step with prefill, for 64 layers."),
        time("latent_prefill_step", &E::latent_prefill_step_s, "The same for latent attention, added."),
        factor("prefill_dense_factor", &E::prefill_dense_factor, "Prefill time of dense models over the roofline sum."),
        factor("prefill_moe_factor", &E::prefill_moe_factor, "Prefill time of mixtures over the roofline sum."),
        factor("prefill_latent_factor", &E::prefill_latent_factor, "Prefill time with latent attention over the roofline sum."),
        factor("prefill_dp_factor", &E::prefill_dp_factor, "Prefill time with attention data parallelism over the roofline sum."),
        field("dp_overlap_exponent", &E::dp_overlap_exponent, Kind::number, 0, 1, "Prompts prefill at once on ranks^exponent attention ranks.", kServingFit),
        time("request", &E::request_s, "Front-end time of a request."),
        time("prompt_token", &E::prompt_token_s, "Front-end time of a prompt token."),
        time("sqrt_user", &E::sqrt_user_s, "Front-end time times the root of the number of users."),
        time("draft_request", &E::draft_request_s, "Added first-token time with draft tokens."),
        factor("draft_step_factor", &E::draft_step_factor, "Device time of a step with drafts over that of its verification."),
        factor("yearly_gain", &E::yearly_gain, "Speed gain of software in a year, within 2025.4 to 2026.4."),
        time("transfer", &E::transfer_s, "Hand-over of a prompt's KV cache between pools."),
        factor("prefill_pool_factor", &E::prefill_pool_factor, "Prompt time in a prefill pool over the roofline sum."),
        factor("decode_pool_factor", &E::decode_pool_factor, "Step time in a decode pool over the aggregated one."),
        field("separate_prefill", &E::separate_prefill, "Prefill steps run alone, before decoding."),
        field("chunked_prefill", &E::chunked_prefill, "A prompt may be cut to fill the token budget."),
        field("token_budget", &E::token_budget, Kind::number, 1, 1e7, "Prompt tokens of a step and attention rank.", "engine defaults"),
        field("prompt_budget_extra", &E::prompt_budget_extra, Kind::number, 0, 1e7, "Where above 0 the budget is one prompt and so many tokens.", "recipe option"),
        field("poll_steps", &E::poll_steps, Kind::number, 1, 1000, "Steps between looks at the queue while decoding.", "SGLang scheduler-recv-interval"),
        field("poll_steps_small", &E::poll_steps_small, Kind::number, 1, 1000, "The same with few users.", "SGLang scheduler-recv-interval"),
        field("poll_small_users", &E::poll_small_users, Kind::number, 1, 1e6, "Users below which poll_steps_small holds.", "recipe option"),
        field("max_sequences", &E::max_sequences, Kind::number, 1, 1e7, "Most sequences of a worker.", "engine option"),
        field("balance_wait_steps", &E::balance_wait_steps, Kind::number, 0, 1000, "Steps that admission waits to balance attention ranks.", kServingFit),
        field("admission_wait_steps", &E::admission_wait_steps, Kind::number, 0, 1000, "Steps that admission waits to fill a batch.", kServingFit),
        field("memory", &E::memory_frac, Kind::fraction, 0.1, 1, "Share of device memory that the engine may use.", "engine option"),
        field("reserve", &E::reserve_byte, Kind::data, 0, 1e12, "Activations, graphs and communication buffers of a device.", "assumption"),
        field("memory_knee", &E::memory_knee_frac, Kind::fraction, 0, 1, "Clock share below which HBM bandwidth falls with the clock.", "arXiv 2605.11999"),
        factor("tpot_low", &E::tpot_low, "Measured over predicted time per output token, 5 % quantile."),
        factor("tpot_high", &E::tpot_high, "Measured over predicted time per output token, 95 % quantile."),
        factor("ttft_low", &E::ttft_low, "Measured over predicted time to first token, 5 % quantile."),
        factor("ttft_high", &E::ttft_high, "Measured over predicted time to first token, 95 % quantile.")};
  }
};

}  // namespace aif::compute
