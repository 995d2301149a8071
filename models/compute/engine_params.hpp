#pragma once
// What an inference engine adds to the physics: efficiencies of its kernels on the device, fixed costs of a layer, a step and a
// request, and the rules by which it admits prompts. Defaults are TensorRT-LLM on a B200; serving_parameters.hpp resolves the
// others from the fitted table (library/engines/serving_fit.csv), whose protocol stands in docs/validation/serving.md.
// Valid for continuous batching with captured decode graphs; not for eager decoding.

#include <array>
#include <string_view>

#include "contracts/operators.hpp"
#include "core/fields.hpp"

namespace aif::compute {

enum class EngineFamily { trtllm, vllm, sglang };
constexpr auto enum_names(EngineFamily) { return std::array<std::string_view, 3>{"trtllm", "vllm", "sglang"}; }

inline constexpr std::string_view kServingFit = "fit to served points, docs/validation/serving.md";

struct EngineParams {
  EngineFamily family = EngineFamily::trtllm;
  // Kernels. A factor multiplies the time of the profile's surface, a share is reached of the device's peak and stays below 1.
  double dense_factor = 0.96, all_to_all_factor = 1.1;
  double expert_memory_frac = 0.75, expert_compute_frac = 0.35, kv_memory_frac = 0.85, latent_compute_frac = 0.47, state_memory_frac = 0.45;
  double prefill_attention_frac = 0.45, int4_expert_frac = 0.7;
  double expert_time_factor = 1.0, mxfp4_expert_factor = 1.0, expert_imbalance = 1.05, expert_half_token = 32;
  double routing_concentration = 1.4;
  // Time that no roofline sees: kernels too small to be more than their own start, and host work.
  double kernel_s = 2e-6, linear_layer_s = 20e-6, sparse_layer_s = 80e-6, block_scale_kernels = 1.0;
  double step_s = 0.6e-3, sequence_s = 12e-6;
  double launch_s = 5e-6, latent_launch_s = 0.5e-3, draft_sequence_s = 0;
  double prefill_dense_factor = 1.0, prefill_moe_factor = 1.6, prefill_latent_factor = 1.2, prefill_dp_factor = 0.7;
  double dp_overlap_exponent = 0.8;
  double request_s = 32e-3, prompt_token_s = 2.1e-6, sqrt_user_s = 2.1e-3, draft_request_s = 0.133;
  double yearly_gain = 1.1;
  // Disaggregated pools.
  double transfer_s = 0.1;
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
    return FieldList{
        field("family", &E::family, "Scheduler family."),
        factor("dense_factor", &E::dense_factor, "Time of dense products over that of the profile's 16-bit surface, read in the bytes of the format."),
        factor("all_to_all_factor", &E::all_to_all_factor, "Time of expert dispatch and combine over the profile's surface."),
        share("expert_memory", &E::expert_memory_frac, "Share of HBM bandwidth reached by expert GEMMs."),
        share("expert_compute", &E::expert_compute_frac, "Share of peak FLOP/s reached by expert GEMMs."),
        share("kv_memory", &E::kv_memory_frac, "Share of HBM bandwidth reached by decode attention."),
        share("latent_compute", &E::latent_compute_frac, "Share of peak FLOP/s reached by latent decode attention."),
        share("state_memory", &E::state_memory_frac, "Share of HBM bandwidth reached by recurrent-state kernels."),
        share("prefill_attention", &E::prefill_attention_frac, "Share of peak FLOP/s reached by prefill attention."),
        share("int4_expert", &E::int4_expert_frac, "Speed of 4-bit integer expert kernels over the plain ones."),
        factor("expert_time_factor", &E::expert_time_factor, "Expert kernel time over TensorRT-LLM's."),
        factor("mxfp4_expert_factor", &E::mxfp4_expert_factor, "Expert kernel time of mxfp4 weights over the plain ones."),
        field("expert_half", &E::expert_half_token, Kind::number, 0, 1e4, "Tokens of an expert at which its product reaches half of its rate: tiles are padded.", kServingFit),
        field("expert_imbalance", &E::expert_imbalance, Kind::number, 1, 10, "Load of the hottest expert rank over the mean.", "assumption: balanced by expert replication; free fits gave 1.02 to 1.11"),
        field("routing_concentration", &E::routing_concentration, Kind::number, 0.05, 1e6, "Shape of the gamma law of expert popularity; large: all experts alike.", kServingFit),
        time("kernel", &E::kernel_s, "One small kernel of a captured graph."),
        time("linear_layer", &E::linear_layer_s, "Fixed time of a linear-attention layer beyond its kernels."),
        time("sparse_layer", &E::sparse_layer_s, "Fixed time of the indexer of a sparse-attention layer."),
        field("block_scale_kernels", &E::block_scale_kernels, Kind::number, 0, 10, "Quantise kernels beside a block-scaled product.", kServingFit),
        time("step", &E::step_s, "Host time of a step."),
        time("sequence", &E::sequence_s, "Host time of a sequence in a step."),
        time("launch", &E::launch_s, "Host time to launch one kernel of a step with prompts, which runs outside captured graphs."),
        time("latent_launch", &E::latent_launch_s, "The same for one layer of latent attention, added: its metadata and its kernels are made on the host."),
        time("draft_sequence", &E::draft_sequence_s, "Host time of a sequence in a step that verifies drafts, added."),
        factor("prefill_dense_factor", &E::prefill_dense_factor, "Prefill time of dense models over the sum of its kernels."),
        factor("prefill_moe_factor", &E::prefill_moe_factor, "Prefill time of mixtures over the sum of its kernels."),
        factor("prefill_latent_factor", &E::prefill_latent_factor, "Prefill time with latent attention over the sum of its kernels."),
        factor("prefill_dp_factor", &E::prefill_dp_factor, "Prefill time with attention data parallelism over the sum of its kernels."),
        field("dp_overlap_exponent", &E::dp_overlap_exponent, Kind::number, 0, 1, "Prompts prefill at once on ranks^exponent attention ranks.", kServingFit),
        time("request", &E::request_s, "Front-end time of a request."),
        time("prompt_token", &E::prompt_token_s, "Front-end time of a prompt token."),
        time("sqrt_user", &E::sqrt_user_s, "Front-end time times the root of the number of users."),
        time("draft_request", &E::draft_request_s, "Added first-token time with draft tokens."),
        factor("yearly_gain", &E::yearly_gain, "Speed gain of starts, links, host work and prompt overhead in a year of releases, within 2025.4 to 2026.4."),
        time("transfer", &E::transfer_s, "Hand-over of a prompt's KV cache between pools."),
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
