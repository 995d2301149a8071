#include "validation/serving_adjust.hpp"

#include <algorithm>
#include <cmath>

#include "core/robust_fit.hpp"

namespace aif::validation {
namespace {

constexpr double kScale = 0.15;                                                     // expected log error
constexpr std::array<double, kAdjustParameters> kPriorWidth = {1.0, 0.5, 0.4, 0.4};  // of the logarithm

}  // namespace

void adjust(compute::EngineParams& e, EngineAdjust const& by) {
  auto const& [stream, prefill, overhead, expert] = by.values;
  e.sequence_s += stream;
  for (double* t : {&e.prefill_dense_factor, &e.prefill_moe_factor, &e.prefill_latent_factor, &e.prefill_dp_factor, &e.launch_s, &e.latent_launch_s}) *t *= prefill;
  for (double* t : {&e.kernel_s, &e.linear_layer_s, &e.sparse_layer_s, &e.step_s}) *t *= overhead;
  e.expert_time_factor *= expert;
}

EngineAdjust fit_adjust(std::size_t n, std::function<double(std::size_t, EngineAdjust const&)> const& log_ratio) {
  EngineAdjust result;
  std::vector<double> start;
  for (double v : result.values) start.push_back(std::log(v));
  FitBox box{{start}, start, start};
  for (std::size_t i = 0; i < kAdjustParameters; ++i) {
    box.low[i] = start[i] - 3 * kPriorWidth[i];
    box.high[i] = start[i] + 3 * kPriorWidth[i];
  }
  FitOptions options;
  options.loss_scale = kScale;
  options.max_iterations = 30;
  options.jacobian_step = 1e-3;
  FitResult const fit = robust_fit(
      [&](std::span<double const> x, std::span<double> out) {
        EngineAdjust at;
        for (std::size_t i = 0; i < kAdjustParameters; ++i) at.values[i] = std::exp(x[i]);
        for (std::size_t r = 0; r < n; ++r) out[r] = log_ratio(r, at);
        for (std::size_t i = 0; i < kAdjustParameters; ++i) out[n + i] = kScale * (x[i] - start[i]) / kPriorWidth[i];
      },
      n + kAdjustParameters, box, options);
  for (std::size_t i = 0; i < kAdjustParameters; ++i) {
    result.values[i] = std::exp(fit.params[i]);
    result.log_sd[i] = fit.covariance.empty() ? kPriorWidth[i] : std::sqrt(std::max(0.0, fit.covariance[i * kAdjustParameters + i]));
  }
  return result;
}

}  // namespace aif::validation
