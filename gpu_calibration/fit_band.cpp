#include "gpu_calibration/fit_band.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/statistics.hpp"

namespace aif::calibration {
namespace {

constexpr double kFloor = 0.003;        // log error below which a row says nothing about the scale
constexpr double kLevel = 0.8;          // quantile whose slopes are wanted: the outer half of the errors
constexpr double kRidge = 2e-4;         // of the slopes, per sample; keeps collinear terms apart
constexpr double kLeastResidual = 1e-2; // weights of reweighted least squares stay finite
constexpr int kRounds = 100;
constexpr double kLeastScore = 0.05;    // as in band_scale()
constexpr double kNormal90 = 1.645;

// Reweighted least squares for the check loss (Schlossmacher 1973).
Eigen::VectorXd quantile_regression(Eigen::MatrixXd const& x, Eigen::VectorXd const& y) {
  Eigen::MatrixXd ridge = Eigen::MatrixXd::Identity(x.cols(), x.cols()) * kRidge * static_cast<double>(x.rows());
  ridge(0, 0) = 0;
  Eigen::VectorXd slopes = (x.transpose() * x + ridge).ldlt().solve(x.transpose() * y);
  for (int round = 0; round < kRounds; ++round) {
    Eigen::VectorXd const r = y - x * slopes;
    Eigen::VectorXd weight(r.size());
    for (Eigen::Index i = 0; i < r.size(); ++i) weight[i] = (r[i] >= 0 ? kLevel : 1 - kLevel) / std::max(std::abs(r[i]), kLeastResidual);
    Eigen::MatrixXd const weighted = weight.asDiagonal() * x;
    slopes = (x.transpose() * weighted + ridge).ldlt().solve(weighted.transpose() * y);
  }
  return slopes;
}

// The largest share whose interval is not too wide. width(share): median half width that holds it.
template <class Width>
double widest_share(std::vector<double> const& errors, Width&& width) {
  constexpr double kStep = 0.01;
  double share = kWantedShare;
  double const limit = kWidest * median(errors);
  while (share > kLeastShare && width(share) > limit) share -= kStep;
  return std::max(share, kLeastShare);
}

}  // namespace

SurfaceBand fit_band(std::span<BandSample const> samples) {
  SurfaceBand band;
  if (samples.empty()) return band;
  if (samples.size() >= kFewestBandSamples) {
    Eigen::MatrixXd x(static_cast<Eigen::Index>(samples.size()), 6);
    Eigen::VectorXd y(x.rows());
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      auto const& s = samples[static_cast<std::size_t>(i)];
      x.row(i) << 1.0, std::log(s.inputs.sd), std::log(std::max(s.inputs.score, kLeastScore)), s.inputs.compute, s.inputs.memory, s.inputs.distance;
      y[i] = std::log(std::abs(s.error_log) + kFloor);
    }
    Eigen::VectorXd const b = quantile_regression(x, y);
    band = {1.0, b[1], b[2], b[3], b[4], b[5]};
  }
  band.quantile = 1.0;
  std::vector<double> errors, scales, ratios;
  for (auto const& s : samples) {
    errors.push_back(std::abs(s.error_log)), scales.push_back(band_scale(band, s.inputs));
    ratios.push_back(errors.back() / scales.back());
  }
  double const scale = median(scales);
  band.share = widest_share(errors, [&](double share) { return quantile(ratios, share) * scale; });
  band.quantile = quantile(ratios, band.share);
  return band;
}

double fit_transfer_log_sd(std::span<TransferSample const> samples) {
  double low = 0, high = 2;
  for (int i = 0; i < 50; ++i) {
    double const sd = 0.5 * (low + high);
    std::size_t inside = 0;
    for (auto const& s : samples) inside += std::abs(s.error_log) <= std::hypot(s.own_half_log, kNormal90 * sd) ? 1 : 0;
    (static_cast<double>(inside) < kWantedShare * static_cast<double>(samples.size()) ? low : high) = sd;
  }
  return high;
}

}  // namespace aif::calibration
