#include "models/compute/serving_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/csv.hpp"

namespace aif::compute {
namespace {

using enum ServingParameter;
constexpr double kMostShare = 0.97;  // of a peak: refresh, command and launch gaps are never zero

// Start values and prior widths: kernel measurements of inference tables where they exist, else the order of magnitude that
// launch counts suggest (assumption). Shares end below 1.
constexpr ServingParameterInfo kParameters[] = {
    {"dense", "1", 1.0, 0.1, 2}, {"all_to_all", "1", 1.0, 0.3, 5},
    {"expert_memory", "1", 0.75, 0.12, kMostShare}, {"expert_compute", "1", 0.50, 0.3, 0.90}, {"kv_memory", "1", 0.85, 0.10, kMostShare}, {"latent_compute", "1", 0.50, 0.3, 0.90},
    {"expert_half", "1", 64, 0.5, 512}, {"prefill_attention", "1", 0.45, 0.15, 0.90},
    {"int4_expert", "1", 0.70, 0.2, 1}, {"int4_blackwell", "1", 0.80, 0.2, 1}, {"mxfp4_blackwell", "1", 0.80, 0.4, 5}, {"routing_concentration", "1", 2.0, 0.7, 1e3},
    {"kernel_trtllm", "s", 3.0e-6, 0.3, 1e-4}, {"kernel_vllm", "s", 3.5e-6, 0.3, 1e-4}, {"kernel_sglang", "s", 3.0e-6, 0.3, 1e-4}, {"kernel_blackwell", "1", 0.70, 0.2, 2},
    {"linear_layer", "s", 20e-6, 0.7, 1e-3}, {"sparse_layer", "s", 80e-6, 0.7, 1e-3}, {"block_scale_trtllm", "1", 1.5, 0.4, 5},
    {"step_trtllm", "s", 0.5e-3, 0.7, 0.1}, {"step_vllm", "s", 0.5e-3, 0.7, 0.1}, {"step_sglang", "s", 1.0e-3, 0.7, 0.1},
    {"sequence", "s", 8e-6, 0.7, 1e-3},
    {"launch_trtllm", "s", 8e-6, 0.5, 1e-3}, {"launch_python", "s", 8e-6, 0.5, 1e-3}, {"latent_launch", "s", 0.3e-3, 0.8, 1e-1},
    {"prefill_moe", "1", 1.2, 0.3, 10}, {"prefill_latent", "1", 1.2, 0.3, 10}, {"prefill_dp", "1", 0.7, 0.5, 10}, {"prefill_sglang", "1", 1.2, 0.3, 10},
    {"request_trtllm", "s", 25e-3, 0.7, 2}, {"request_vllm", "s", 15e-3, 0.7, 2}, {"request_sglang", "s", 80e-3, 0.7, 2}, {"sqrt_user", "s", 1e-3, 0.8, 0.1}, {"sqrt_user_sglang", "s", 10e-3, 0.8, 0.5},
    {"draft_acceptance", "1", 0.75, 0.15, 0.95}, {"draft_request", "s", 0.15, 0.6, 2}, {"draft_sequence_sglang", "s", 50e-6, 0.7, 1e-2},
    {"expert_vllm", "1", 1.10, 0.2, 5}, {"expert_sglang", "1", 1.10, 0.2, 5},
    {"gain_trtllm", "1", 1.2, 0.2, 3}, {"gain_vllm", "1", 1.2, 0.2, 3}, {"gain_sglang", "1", 1.2, 0.2, 3},
    {"transfer", "s", 50e-3, 1.0, 5},
};
static_assert(std::size(kParameters) == kServingParameters);

constexpr std::string_view kFitted[] = {"b200_sxm", "gb200_nvl72", "h100_sxm", "h200_sxm"};
constexpr double kStateShare = 0.5;        // of the HBM rate, recurrent-state kernels (assumption)
constexpr double kPromptToken_s = 3e-6;    // tokeniser and copies: a third of a million tokens a second (assumption)
constexpr double kDpOverlapExponent = 0.9;  // prompts spread over the attention ranks nearly, not wholly, at once (assumption; free fits 0.7 to 1.0)

constexpr std::array<std::string_view, kPowerParameters> kPowerNames = {"power_floor_h100", "power_floor_b200", "power_hbm_h100", "power_hbm_b200",
                                                                       "power_flop_h100", "power_flop_b200", "power_clock"};

bool has_fp4(HardwareProfile const& profile) { return profile.datasheet.peak_flop_s[static_cast<std::size_t>(Precision::fp4)] > 0; }

}  // namespace

std::span<ServingParameterInfo const> serving_parameters() { return kParameters; }

std::array<double, kServingParameters> serving_start() {
  std::array<double, kServingParameters> values{};
  for (std::size_t i = 0; i < kServingParameters; ++i) values[i] = kParameters[i].start;
  return values;
}

std::span<std::string_view const> power_parameter_names() { return kPowerNames; }

PowerShares power_shares(PowerValues const& v, HardwareProfile const& profile) {
  // Hopper figures for devices without fp4 arithmetic, Blackwell figures for those with it.
  bool const wide = has_fp4(profile);
  return {wide ? v[1] : v[0], wide ? v[3] : v[2], wide ? v[5] : v[4], v[6]};
}

PowerModel serving_power(ServingFit const& fit, HardwareProfile const& profile) {
  PowerModel p = datasheet_power(profile.datasheet, power_shares(fit.power, profile));
  PowerModel const& own = profile.power;
  p.idle_w = own.idle_w;
  p.leak_w = own.leak_w;
  p.leak_scale_k = own.leak_scale_k;
  p.t_ref_c = own.t_ref_c;
  p.v_min = own.v_min;
  p.v0 = own.v0;
  p.v1 = own.v1;
  p.e_link_j_per_byte = own.e_link_j_per_byte;
  p.active_floor_w = std::max(0.0, p.active_floor_w - own.idle_w - own.leak_w);
  p.evidence = is_fitted_device(profile) ? Evidence::measured : Evidence::datasheet_prior;
  return p;
}

bool is_fitted_device(HardwareProfile const& profile) {
  return std::find(std::begin(kFitted), std::end(kFitted), profile.id) != std::end(kFitted);
}

ServingFit read_serving_fit(std::string const& path, std::string const& column) {
  CsvTable const table = CsvTable::load(path);
  auto const values = table.numbers(column);
  ServingFit fit;
  auto find = [&](std::string_view name) {
    for (std::size_t r = 0; r < table.rows(); ++r)
      if (table.at(r, "name") == name) return values[r];
    Diagnostic d;
    d.code = "AF2410";
    d.message = fmt::format("no fitted number `{}` in this file", name);
    d.pos.file = path;
    d.hint = "regenerate it: aifactory validate --suite serving --refit";
    throw InputError(d);
  };
  for (std::size_t i = 0; i < kServingParameters; ++i) fit.values[i] = find(kParameters[i].name);
  for (std::size_t i = 0; i < kPowerParameters; ++i) fit.power[i] = find(kPowerNames[i]);
  auto band = [&](std::string const& mode) {
    return ServingBand{find("band_tpot_" + mode + "_low"), find("band_tpot_" + mode + "_high"), find("band_ttft_" + mode + "_low"), find("band_ttft_" + mode + "_high")};
  };
  fit.band = band("aggregated");
  fit.band_disaggregated = band("disaggregated");
  fit.watts_low = find("band_ml_watts_low");
  fit.watts_high = find("band_ml_watts_high");
  return fit;
}

Estimate power_error(ServingFit const& fit, HardwareProfile const& profile) {
  double const power = is_fitted_device(profile) ? 1.0 : 2.0;
  return {1.0, std::pow(fit.watts_low, power), std::pow(fit.watts_high, power), Evidence::measured};
}

EngineParams engine_params(std::span<double const, kServingParameters> values, EngineFamily family, HardwareProfile const& profile, ModelArchitecture const& model) {
  auto v = [&](ServingParameter p) { return values[static_cast<std::size_t>(p)]; };
  auto by_family = [&](ServingParameter first) { return values[static_cast<std::size_t>(first) + static_cast<std::size_t>(family)]; };
  bool const blackwell = has_fp4(profile), sglang = family == EngineFamily::sglang, trtllm = family == EngineFamily::trtllm;

  EngineParams e;
  e.family = family;
  e.dense_factor = v(dense);
  e.all_to_all_factor = v(all_to_all);
  e.expert_memory_frac = v(expert_memory);
  e.expert_compute_frac = v(expert_compute);
  e.kv_memory_frac = v(kv_memory);
  e.latent_compute_frac = v(latent_compute);
  e.expert_half_token = v(expert_half);
  e.state_memory_frac = kStateShare;
  e.prefill_attention_frac = v(prefill_attention);
  e.int4_expert_frac = v(int4_expert) * (blackwell ? v(int4_blackwell) : 1.0);
  e.mxfp4_expert_factor = blackwell ? v(mxfp4_blackwell) : 1.0;
  e.expert_time_factor = trtllm ? 1.0 : sglang ? v(expert_sglang) : v(expert_vllm);
  e.routing_concentration = v(routing_concentration);
  e.kernel_s = by_family(kernel_trtllm) * (blackwell ? v(kernel_blackwell) : 1.0);
  e.linear_layer_s = v(linear_layer);
  e.sparse_layer_s = v(sparse_layer);
  e.block_scale_kernels = trtllm ? v(block_scale_trtllm) : 1.0;
  e.step_s = by_family(step_trtllm);
  e.sequence_s = v(sequence);
  e.launch_s = v(trtllm ? launch_trtllm : launch_python);
  e.latent_launch_s = trtllm && is_latent(model) ? v(latent_launch) * (blackwell ? v(kernel_blackwell) : 1.0) : 0.0;
  e.draft_sequence_s = sglang ? v(draft_sequence_sglang) : 0.0;
  double const g = sglang ? v(prefill_sglang) : 1.0;
  e.prefill_dense_factor = g;
  e.prefill_moe_factor = g * v(prefill_moe);
  e.prefill_latent_factor = g * v(prefill_latent);
  e.prefill_dp_factor = g * v(prefill_dp);
  e.dp_overlap_exponent = kDpOverlapExponent;
  e.request_s = by_family(request_trtllm);
  e.prompt_token_s = kPromptToken_s;
  e.sqrt_user_s = sglang ? v(sqrt_user_sglang) : v(sqrt_user);
  e.draft_request_s = v(draft_request);
  e.yearly_gain = by_family(gain_trtllm);
  e.transfer_s = v(transfer);
  // Admission by family, as their launch scripts set it (InferenceX recipes).
  e.separate_prefill = sglang;
  e.chunked_prefill = !trtllm;
  e.token_budget = sglang ? 16384 : 8192;
  return e;
}

double accepted_tokens(std::span<double const, kServingParameters> values, int drafts) {
  double const a = values[static_cast<std::size_t>(draft_acceptance)];
  return (1 - std::pow(a, drafts + 1)) / (1 - a);
}

EngineParams engine_params(ServingFit const& fit, EngineFamily family, HardwareProfile const& profile, ModelArchitecture const& model, bool disaggregated) {
  EngineParams e = engine_params(std::span<double const, kServingParameters>(fit.values), family, profile, model);
  ServingBand const& band = disaggregated ? fit.band_disaggregated : fit.band;
  // A device without served points: twice the width, in the logarithm.
  double const power = is_fitted_device(profile) ? 1.0 : 2.0;
  e.tpot_low = std::pow(band.tpot_low, power);
  e.tpot_high = std::pow(band.tpot_high, power);
  e.ttft_low = std::pow(band.ttft_low, power);
  e.ttft_high = std::pow(band.ttft_high, power);
  return e;
}

}  // namespace aif::compute
