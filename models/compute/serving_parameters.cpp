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
    {"dense_memory", "1", 0.78, 0.10, kMostShare, true}, {"dense_compute", "1", 0.70, 0.12, 0.95, true}, {"expert_memory", "1", 0.75, 0.15, kMostShare, true},
    {"expert_compute", "1", 0.25, 0.4, 0.90, true}, {"kv_memory", "1", 0.80, 0.10, kMostShare, true}, {"latent_compute", "1", 0.45, 0.3, 0.90, true},
    {"prefill_attention", "1", 0.45, 0.15, 0.90, true},
    {"collective_latency", "s", 4e-6, 0.3, 1e-3}, {"all_reduce", "1", 0.62, 0.2, 0.95}, {"all_to_all", "1", 0.50, 0.3, 0.95},
    {"fp4_compute", "1", 0.75, 0.15, 1}, {"int4_expert", "1", 0.70, 0.2, 1}, {"mxfp4_blackwell", "1", 0.80, 0.5, 5},
    {"layer_trtllm", "s", 20e-6, 0.6, 1e-3}, {"layer_vllm", "s", 30e-6, 0.6, 1e-3}, {"layer_sglang", "s", 25e-6, 0.6, 1e-3},
    {"moe_layer", "s", 25e-6, 0.5, 1e-3}, {"latent_layer", "s", 15e-6, 0.7, 1e-3}, {"linear_layer", "s", 20e-6, 0.7, 1e-3}, {"sparse_layer", "s", 80e-6, 0.7, 1e-3}, {"blackwell_overhead", "1", 0.80, 0.2, 2},
    {"step_trtllm", "s", 0.7e-3, 0.7, 0.1}, {"step_vllm", "s", 0.5e-3, 0.7, 0.1}, {"step_sglang", "s", 1.5e-3, 0.7, 0.1},
    {"sequence", "s", 8e-6, 0.7, 1e-3},
    {"prefill_step_trtllm", "s", 5e-3, 0.7, 1}, {"prefill_step_vllm", "s", 10e-3, 0.7, 1}, {"prefill_step_sglang", "s", 15e-3, 0.7, 1}, {"latent_prefill_step", "s", 30e-3, 0.8, 1},
    {"prefill_moe", "1", 1.5, 0.4, 10}, {"prefill_latent", "1", 1.3, 0.4, 10}, {"prefill_dp", "1", 0.7, 0.5, 10}, {"prefill_sglang", "1", 1.2, 0.3, 10},
    {"dp_overlap_exponent", "1", 0.70, 0.3, 1.0},
    {"request_trtllm", "s", 25e-3, 0.7, 2}, {"request_vllm", "s", 15e-3, 0.7, 2}, {"request_sglang", "s", 80e-3, 0.7, 2}, {"prompt_token", "s", 3e-6, 0.7, 1e-3},
    {"sqrt_user", "s", 1e-3, 0.8, 0.1}, {"sqrt_user_sglang", "s", 3e-3, 0.8, 0.1},
    {"draft_step_factor", "1", 1.5, 0.3, 5}, {"draft_request", "s", 0.15, 0.6, 2}, {"admission_wait", "1", 15, 0.4, 200}, {"balance_wait", "1", 30, 0.5, 200},
    {"expert_vllm", "1", 1.15, 0.3, 5}, {"expert_sglang", "1", 1.10, 0.3, 5}, {"yearly_gain", "1", 1.4, 0.2, 3},
    {"transfer", "s", 50e-3, 1.0, 5}, {"prefill_pool", "1", 1.3, 0.4, 10}, {"decode_pool", "1", 1.1, 0.2, 5},
    {"memory_h100", "1", 0, 0.2, 4, false, true}, {"memory_h200", "1", 0, 0.2, 4, false, true}, {"memory_gb200", "1", 0, 0.2, 4, false, true},
    {"compute_h100", "1", 0, 0.25, 4, false, true}, {"compute_h200", "1", 0, 0.25, 4, false, true}, {"compute_gb200", "1", 0, 0.25, 4, false, true},
};
static_assert(std::size(kParameters) == kServingParameters);

// Data-sheet rates of the fitted devices (library hardware catalogue), only to find the nearest one.
constexpr FittedDevice kFitted[] = {{"b200_sxm", 2250e12, 8.0e12, true}, {"gb200_nvl72", 2500e12, 8.0e12, true}, {"h100_sxm", 989e12, 3.35e12, false}, {"h200_sxm", 989e12, 4.8e12, false}};

constexpr std::array<std::string_view, kPowerParameters> kPowerNames = {"power_floor_h100", "power_floor_b200", "power_hbm_h100", "power_hbm_b200",
                                                                       "power_flop_h100", "power_flop_b200", "power_clock"};

bool has_fp4(HardwareProfile const& profile) { return profile.datasheet.peak_flop_s[static_cast<std::size_t>(Precision::fp4)] > 0; }

std::string_view nearest_device(HardwareProfile const& profile) {
  double const flop = std::max(1.0, profile.datasheet.peak_flop_s[static_cast<std::size_t>(Precision::bf16)]), byte = profile.datasheet.hbm_byte_s;
  FittedDevice const* best = nullptr;
  double least = 0;
  for (auto const& device : kFitted) {
    if (device.id == profile.id) return device.id;
    double const apart = std::abs(std::log(flop / device.bf16_flop_s)) + std::abs(std::log(byte / device.hbm_byte_s)) + (device.has_fp4 != has_fp4(profile) ? 100.0 : 0.0);
    if (!best || apart < least) best = &device, least = apart;
  }
  return best->id;
}

double shifted(double share, double shift) {
  double const x = share / kMostShare;  // logit within (0, kMostShare)
  return kMostShare / (1 + (1 - x) / x * std::exp(-shift));
}

}  // namespace

std::span<ServingParameterInfo const> serving_parameters() { return kParameters; }
std::span<FittedDevice const> fitted_devices() { return kFitted; }

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
  return std::any_of(std::begin(kFitted), std::end(kFitted), [&](FittedDevice const& d) { return d.id == profile.id; });
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
  return fit;
}

EngineParams engine_params(std::span<double const, kServingParameters> values, EngineFamily family, HardwareProfile const& profile, ModelArchitecture const& model) {
  auto v = [&](ServingParameter p) { return values[static_cast<std::size_t>(p)]; };
  auto by_family = [&](ServingParameter first) { return values[static_cast<std::size_t>(first) + static_cast<std::size_t>(family)]; };
  auto const device = nearest_device(profile);
  double const memory = device == "h100_sxm" ? v(memory_h100) : device == "h200_sxm" ? v(memory_h200) : device == "gb200_nvl72" ? v(memory_gb200) : 0.0;
  double const compute = device == "h100_sxm" ? v(compute_h100) : device == "h200_sxm" ? v(compute_h200) : device == "gb200_nvl72" ? v(compute_gb200) : 0.0;
  bool const wide = has_fp4(profile), sglang = family == EngineFamily::sglang, trtllm = family == EngineFamily::trtllm;
  double const overhead = wide ? v(blackwell_overhead) : 1.0;

  EngineParams e;
  e.family = family;
  e.dense_memory_frac = shifted(v(dense_memory), memory);
  e.expert_memory_frac = shifted(v(expert_memory), memory);
  e.kv_memory_frac = shifted(v(kv_memory), memory);
  e.dense_compute_frac = shifted(v(dense_compute), compute);
  e.expert_compute_frac = shifted(v(expert_compute), compute);
  e.latent_compute_frac = shifted(v(latent_compute), compute);
  e.prefill_attention_frac = shifted(v(prefill_attention), compute);
  e.all_reduce_frac = v(all_reduce);
  e.all_to_all_frac = v(all_to_all);
  e.fp4_compute_frac = v(fp4_compute);
  e.int4_expert_frac = v(int4_expert);
  e.mxfp4_expert_factor = wide ? v(mxfp4_blackwell) : 1.0;
  e.expert_time_factor = trtllm ? 1.0 : sglang ? v(expert_sglang) : v(expert_vllm);
  e.collective_latency_s = v(collective_latency);
  e.layer_s = by_family(layer_trtllm) * overhead;
  e.moe_layer_s = v(moe_layer) * overhead;
  e.latent_layer_s = v(latent_layer) * overhead;
  e.linear_layer_s = v(linear_layer) * overhead;
  e.sparse_layer_s = v(sparse_layer) * overhead;
  e.step_s = by_family(step_trtllm);
  e.sequence_s = v(sequence);
  e.prefill_step_s = by_family(prefill_step_trtllm);
  e.latent_prefill_step_s = v(latent_prefill_step);
  double const g = sglang ? v(prefill_sglang) : 1.0;
  e.prefill_dense_factor = g;
  e.prefill_moe_factor = g * v(prefill_moe);
  e.prefill_latent_factor = g * v(prefill_latent);
  e.prefill_dp_factor = g * v(prefill_dp);
  e.dp_overlap_exponent = v(dp_overlap_exponent);
  e.request_s = by_family(request_trtllm);
  e.prompt_token_s = v(prompt_token);
  e.sqrt_user_s = sglang ? v(sqrt_user_sglang) : v(sqrt_user);
  e.draft_request_s = v(draft_request);
  e.draft_step_factor = v(draft_step_factor);
  e.yearly_gain = v(yearly_gain);
  e.transfer_s = v(transfer);
  e.prefill_pool_factor = v(prefill_pool);
  e.decode_pool_factor = v(decode_pool);
  e.balance_wait_steps = trtllm ? v(balance_wait) : 0.0;
  // Admission by family, as their launch scripts set it (InferenceX recipes).
  e.separate_prefill = sglang;
  e.chunked_prefill = !trtllm;
  e.token_budget = sglang ? 16384 : 8192;
  e.prompt_budget_extra = trtllm && is_latent(model) ? 64 : 0;
  return e;
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
