#pragma once
// Order statistics used by validation, probes and bands (linear interpolation between order statistics, as numpy does).

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace aif {

inline double quantile_of_sorted(std::span<double const> values, double p) {  // NaN when empty
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  double const position = p * static_cast<double>(values.size() - 1);
  auto const i = static_cast<std::size_t>(position);
  if (i + 1 >= values.size()) return values.back();
  return values[i] + (values[i + 1] - values[i]) * (position - static_cast<double>(i));
}
inline double quantile(std::vector<double> values, double p) {
  std::sort(values.begin(), values.end());
  return quantile_of_sorted(values, p);
}
inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }
inline double mean(std::span<double const> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0;
  for (double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

}  // namespace aif
