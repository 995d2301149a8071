#include "gpu_calibration/fit_residual.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "contracts/surfaces/predict.hpp"
#include "core/statistics.hpp"

namespace aif::calibration {
namespace {

constexpr std::size_t kFewestPoints = 8;
constexpr double kCoverage = 0.9;
// Grid of hyperparameters: lengths in feature units (log2 of sizes), scales of the spread, noise in log.
constexpr std::array<double, 3> kLengths{1, 2, 4};
constexpr std::array<double, 2> kScales{0.7, 1.4};
constexpr std::array<double, 4> kNoises{0.01, 0.03, 0.06, 0.12};
// Then each feature may have a length of its own, where that makes the data clearly more likely.
constexpr std::array<double, 6> kStretches{0.35, 0.5, 0.7, 1.4, 2, 3};
constexpr double kShortest = 0.3, kLongest = 12, kClearGain = 0.5;  // gain in log likelihood
constexpr int kSweeps = 2;

double conformal_quantile(std::vector<double> z) {
  std::sort(z.begin(), z.end());
  double const position = std::clamp((static_cast<double>(z.size()) + 1.0) * kCoverage - 1.0, 0.0, static_cast<double>(z.size() - 1));
  auto const i = static_cast<std::size_t>(position);
  return i + 1 < z.size() ? z[i] + (position - static_cast<double>(i)) * (z[i + 1] - z[i]) : z[i];
}

Eigen::MatrixXd kernel_matrix(SurfaceResidual const& r, std::size_t n) {
  auto const d = static_cast<std::size_t>(r.n_features);
  Eigen::MatrixXd k(static_cast<Eigen::Index>(n), static_cast<Eigen::Index>(n));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double const v = residual_kernel(r, {r.x.data() + i * d, d}, {r.x.data() + j * d, d}) + (i == j ? r.noise * r.noise : 0.0);
      k(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = v;
      k(static_cast<Eigen::Index>(j), static_cast<Eigen::Index>(i)) = v;
    }
  return k;
}

// Clips at five robust sd: one wrong probe must not bend its surroundings.
Eigen::VectorXd clipped(std::span<double const> ratio) {
  double const centre = median({ratio.begin(), ratio.end()});
  std::vector<double> distance;
  for (double v : ratio) distance.push_back(std::abs(v - centre));
  double const limit = 5.0 * (1.4826 * median(distance) + 5e-3) + 0.05;
  Eigen::VectorXd out(static_cast<Eigen::Index>(ratio.size()));
  for (std::size_t i = 0; i < ratio.size(); ++i) out[static_cast<Eigen::Index>(i)] = std::clamp(ratio[i], -limit, limit);
  return out;
}

double unlikelihood(SurfaceResidual const& r, Eigen::VectorXd const& y) {
  Eigen::LLT<Eigen::MatrixXd> const factor(kernel_matrix(r, static_cast<std::size_t>(y.size())));
  return 0.5 * y.dot(factor.solve(y)) + factor.matrixLLT().diagonal().array().log().sum();
}

SurfaceResidual most_likely(SurfaceResidual r, Eigen::VectorXd const& y) {
  double const mean = y.mean(), spread = std::sqrt((y.array() - mean).square().mean()) + 5e-3;
  double least = std::numeric_limits<double>::infinity();
  SurfaceResidual best = r;
  for (double length : kLengths)
    for (double scale : kScales)
      for (double noise : kNoises) {
        r.lengths.assign(static_cast<std::size_t>(r.n_features), length);
        r.scale = scale * spread, r.noise = noise;
        if (double const loss = unlikelihood(r, y); loss < least) least = loss, best = r;
      }
  for (int sweep = 0; sweep < kSweeps; ++sweep)
    for (std::size_t feature = 0; feature < best.lengths.size(); ++feature) {
      r = best;
      double const length = best.lengths[feature];
      for (double stretch : kStretches) {
        r.lengths[feature] = std::clamp(stretch * length, kShortest, kLongest);
        if (double const loss = unlikelihood(r, y); loss < least - kClearGain) least = loss, best = r;
      }
    }
  return best;
}

ResidualFit spread_only(std::span<double const> ratio) {
  ResidualFit fit;
  fit.left_out.assign(ratio.begin(), ratio.end());
  double square = 0;
  for (double v : ratio) square += v * v;
  fit.residual.noise = std::sqrt(square / std::max<double>(1.0, static_cast<double>(ratio.size()))) + 0.05;
  fit.band_quantile = 1.645;
  fit.typical_half_width = fit.band_quantile * fit.residual.noise;
  return fit;
}

}  // namespace

ResidualFit fit_residual(std::vector<double> x, std::size_t n_features, std::span<double const> log_ratio) {
  std::size_t const n = log_ratio.size();
  if (n < kFewestPoints) return spread_only(log_ratio);
  ResidualFit fit;
  SurfaceResidual r;
  r.n_features = static_cast<int>(n_features);
  r.x = std::move(x);
  Eigen::VectorXd const y = clipped(log_ratio);
  fit.residual = most_likely(std::move(r), y);
  Eigen::MatrixXd const inverse = kernel_matrix(fit.residual, n).llt().solve(Eigen::MatrixXd::Identity(y.size(), y.size()));
  Eigen::VectorXd const weights = inverse * y;
  fit.residual.weights.assign(weights.data(), weights.data() + weights.size());
  std::vector<double> widths;
  for (std::size_t i = 0; i < n; ++i) {
    auto const e = static_cast<Eigen::Index>(i);
    double const without = y[e] - weights[e] / inverse(e, e), sd = std::sqrt(1.0 / inverse(e, e));
    fit.left_out.push_back(log_ratio[i] - without);
    fit.residual.scores.push_back(std::round(1e3 * std::abs(fit.left_out.back()) / sd) / 1e3);
    widths.push_back(sd);
  }
  std::vector<double> relative;
  for (std::size_t i = 0; i < n; ++i) {
    std::span<double const> const at{fit.residual.x.data() + i * n_features, n_features};
    relative.push_back(fit.residual.scores[i] / local_score(fit.residual, at, i));
    widths[i] *= local_score(fit.residual, at);
  }
  fit.band_quantile = conformal_quantile(std::move(relative));
  fit.typical_half_width = fit.band_quantile * median(widths);
  factor_residual(fit.residual);
  return fit;
}

}  // namespace aif::calibration
