#pragma once
// The fitted numbers of the serving model and how they become the EngineParams of one engine on one device. Each has a start
// value, the width of its prior (of the logarithm; the project's judgement before the fit) and bounds: a share of a peak never
// reaches 1. Memory and compute shares move by device as a shift of their logit, so that they stay below 1 on every device.
// Values live in library/engines/serving_fit.csv; protocol and intervals: docs/validation/serving.md.

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/compute/engine_params.hpp"
#include "models/compute/replica.hpp"
#include "models/compute/steady.hpp"

namespace aif::compute {

enum class ServingParameter : std::size_t {
  dense_memory, dense_compute, expert_memory, expert_compute, kv_memory, latent_compute, prefill_attention,
  collective_latency, all_reduce, all_to_all, fp4_compute, int4_expert, mxfp4_blackwell,
  layer_trtllm, layer_vllm, layer_sglang, moe_layer, latent_layer, linear_layer, sparse_layer, blackwell_overhead,
  step_trtllm, step_vllm, step_sglang, sequence,
  prefill_step_trtllm, prefill_step_vllm, prefill_step_sglang, latent_prefill_step,
  prefill_moe, prefill_latent, prefill_dp, prefill_sglang, dp_overlap_exponent,
  request_trtllm, request_vllm, request_sglang, prompt_token, sqrt_user, sqrt_user_sglang,
  draft_step_factor, draft_request, admission_wait, balance_wait, expert_vllm, expert_sglang, yearly_gain,
  transfer, prefill_pool, decode_pool,
  memory_h100, memory_h200, memory_gb200, compute_h100, compute_h200, compute_gb200,
  count
};
inline constexpr std::size_t kServingParameters = static_cast<std::size_t>(ServingParameter::count);

struct ServingParameterInfo {
  std::string_view name, unit;
  double start;        // before the fit
  double prior_width;  // standard deviation of the prior, of log(value), or of the value itself for a shift
  double high;         // bound; shares of a peak end below 1
  bool is_share = false, is_shift = false;
};
std::span<ServingParameterInfo const> serving_parameters();
std::array<double, kServingParameters> serving_start();

// Devices with served points in the fit; the shifts of another are those of the nearest of them in FLOP per byte, among
// devices with the same narrowest arithmetic.
struct FittedDevice {
  std::string_view id;
  double bf16_flop_s, hbm_byte_s;
  bool has_fp4;
};
std::span<FittedDevice const> fitted_devices();
bool is_fitted_device(HardwareProfile const& profile);

// 90 % band of measured over predicted.
struct ServingBand {
  double tpot_low = 0.75, tpot_high = 1.33, ttft_low = 0.5, ttft_high = 2.0;
};

// Watts: shares of the rated power, fitted by die generation; floor and HBM, arithmetic, clocks.
inline constexpr std::size_t kPowerParameters = 7;
using PowerValues = std::array<double, kPowerParameters>;
std::span<std::string_view const> power_parameter_names();
constexpr PowerValues power_start() { return {0.35, 0.30, 0.30, 0.40, 1.2, 1.2, 0.10}; }
PowerShares power_shares(PowerValues const& values, HardwareProfile const& profile);

struct ServingFit;
// Power of the device as it serves: fitted shares for floor, memory, arithmetic and clocks; idle watts, voltage curve and leakage
// of the profile, taken out of the fitted floor so that nothing counts twice (leakage at its reference temperature).
PowerModel serving_power(ServingFit const& fit, HardwareProfile const& profile);

struct ServingFit {
  std::array<double, kServingParameters> values = serving_start();
  PowerValues power = power_start();
  ServingBand band, band_disaggregated;
};
// Reads a fit file (CSV: name, value, ...); `column` is "value" or "fold0".."fold4". Throws InputError when a name is missing.
ServingFit read_serving_fit(std::string const& path, std::string const& column = "value");

EngineParams engine_params(std::span<double const, kServingParameters> values, EngineFamily family, HardwareProfile const& profile, ModelArchitecture const& model);
EngineParams engine_params(ServingFit const& fit, EngineFamily family, HardwareProfile const& profile, ModelArchitecture const& model, bool disaggregated = false);

}  // namespace aif::compute
