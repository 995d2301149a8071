#pragma once
// What separates a measuring campaign's server from the one of the served points, as four numbers fitted to its rows: host time
// that streaming adds to every token, and factors on prompts, on fixed overheads and on expert kernels.

#include <array>
#include <functional>
#include <string_view>

#include "models/compute/engine_params.hpp"

namespace aif::validation {

inline constexpr std::size_t kAdjustParameters = 4;
inline constexpr std::array<std::string_view, kAdjustParameters> kAdjustNames = {"stream", "prefill", "overhead", "expert"};
struct EngineAdjust {
  std::array<double, kAdjustParameters> values{10e-6, 1.0, 1.0, 1.0};  // s per token, factors
  std::array<double, kAdjustParameters> log_sd{};
};
void adjust(compute::EngineParams& engine, EngineAdjust const& by);

// Fits the four numbers so that log_ratio(row, adjust) = log(predicted / measured) is small over `n` rows.
EngineAdjust fit_adjust(std::size_t n, std::function<double(std::size_t, EngineAdjust const&)> const& log_ratio);

}  // namespace aif::validation
