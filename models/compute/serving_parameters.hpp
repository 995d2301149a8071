#pragma once
// The fitted numbers of the serving model and how they become the EngineParams of one engine on one device. Each has a start
// value, the width of its prior (of the logarithm; the project's judgement before the fit) and bounds: a share of a peak never
// reaches 1. None belongs to one device: what devices differ in comes from the surfaces of their profiles.
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
  dense, all_to_all,
  expert_memory, expert_compute, kv_memory, latent_compute, expert_half, prefill_attention,
  int4_expert, int4_blackwell, mxfp4_blackwell, routing_concentration,
  kernel_trtllm, kernel_vllm, kernel_sglang, kernel_blackwell, linear_layer, sparse_layer, block_scale_trtllm,
  step_trtllm, step_vllm, step_sglang, sequence,
  launch_trtllm, launch_python, latent_launch,
  prefill_moe, prefill_latent, prefill_dp, prefill_sglang,
  request_trtllm, request_vllm, request_sglang, sqrt_user, sqrt_user_sglang,
  draft_acceptance, draft_request, draft_sequence_sglang, expert_vllm, expert_sglang,
  gain_trtllm, gain_vllm, gain_sglang,
  transfer,
  count
};
inline constexpr std::size_t kServingParameters = static_cast<std::size_t>(ServingParameter::count);

struct ServingParameterInfo {
  std::string_view name, unit;
  double start;        // before the fit
  double prior_width;  // standard deviation of the prior, of log(value)
  double high;         // bound; shares of a peak end below 1
};
std::span<ServingParameterInfo const> serving_parameters();
std::array<double, kServingParameters> serving_start();

// A device with served points in the fit; the kernels of any other come from its own profile, its band is wider.
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
  double watts_low = 0.75, watts_high = 1.33;  // of a device's watts
};
// Reads a fit file (CSV: name, value, ...); `column` is "value" or "fold0".."fold4". Throws InputError when a name is missing.
ServingFit read_serving_fit(std::string const& path, std::string const& column = "value");

// Factor on the watts of a device: 90 % interval of measured over predicted; twice the width, in the logarithm, without served points.
Estimate power_error(ServingFit const& fit, HardwareProfile const& profile);

EngineParams engine_params(std::span<double const, kServingParameters> values, EngineFamily family, HardwareProfile const& profile, ModelArchitecture const& model);
// Tokens that a step yields with so many drafts when each is accepted with the fitted chance (Leviathan 2023, equation 1).
double accepted_tokens(std::span<double const, kServingParameters> values, int drafts);
EngineParams engine_params(ServingFit const& fit, EngineFamily family, HardwareProfile const& profile, ModelArchitecture const& model, bool disaggregated = false);

}  // namespace aif::compute
