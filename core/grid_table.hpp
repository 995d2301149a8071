#pragma once
// Tables over one axis with a stated rule outside it. Axes rise strictly.

#include <algorithm>
#include <span>
#include <vector>

namespace aif {

enum class Outside { clamp, extrapolate };

// Piecewise-linear value of (x, y) at `at`.
inline double interpolate(std::span<double const> x, std::span<double const> y, double at, Outside rule = Outside::clamp) {
  if (x.size() == 1) return y[0];
  if (rule == Outside::clamp) at = std::clamp(at, x.front(), x.back());
  auto const upper = std::upper_bound(x.begin() + 1, x.end() - 1, at);
  auto const i = static_cast<std::size_t>(upper - x.begin()) - 1;
  return y[i] + (y[i + 1] - y[i]) * (at - x[i]) / (x[i + 1] - x[i]);
}

// Cell and weight of a query, to be shared by several tables over the same axis: value = y[i] + w (y[i+1] - y[i]).
struct AxisPosition {
  std::size_t cell = 0;
  double weight = 0;
};
inline AxisPosition locate(std::span<double const> x, double at) {  // clamps
  if (x.size() == 1) return {0, 0.0};
  at = std::clamp(at, x.front(), x.back());
  auto const upper = std::upper_bound(x.begin() + 1, x.end() - 1, at);
  auto const i = static_cast<std::size_t>(upper - x.begin()) - 1;
  return {i, (at - x[i]) / (x[i + 1] - x[i])};
}

}  // namespace aif
