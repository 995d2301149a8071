#include "models/power/converter.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <limits>

#include "core/diagnostics.hpp"

namespace aif::power {

double best_load_frac(LossCurve const& c) { return c.a2 > 0 ? std::sqrt(c.a0 / c.a2) : std::numeric_limits<double>::infinity(); }

LossCurve fit_loss_curve(std::span<EfficiencyPoint const> points) {
  auto refuse = [](char const* why) {
    Diagnostic d;
    d.code = "AF2110";
    d.message = why;
    d.hint = "give 3 to 5 points with load and efficiency in (0, 1]";
    throw InputError(std::move(d));
  };
  if (points.size() < 3) refuse("a loss curve needs at least 3 efficiency points: it has 3 coefficients");
  auto const n = static_cast<Eigen::Index>(points.size());
  Eigen::MatrixXd a(n, 3);
  Eigen::VectorXd loss(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    auto const& p = points[static_cast<std::size_t>(i)];
    if (!(p.load_frac > 0 && p.load_frac <= 1.5 && p.efficiency > 0 && p.efficiency <= 1)) refuse("an efficiency point lies outside (0, 1]");
    a.row(i) << 1.0, p.load_frac, p.load_frac * p.load_frac;
    loss(i) = p.load_frac * (1.0 / p.efficiency - 1.0);
  }
  // Three unknowns: the best of the 7 sign patterns is the non-negative least-squares solution.
  LossCurve best;
  double best_error = loss.squaredNorm();
  for (unsigned mask = 1; mask < 8; ++mask) {
    Eigen::MatrixXd sub(n, 0);
    for (int k = 0; k < 3; ++k)
      if (mask >> k & 1) {
        sub.conservativeResize(Eigen::NoChange, sub.cols() + 1);
        sub.col(sub.cols() - 1) = a.col(k);
      }
    Eigen::VectorXd const x = sub.colPivHouseholderQr().solve(loss);
    double const error = (sub * x - loss).squaredNorm();
    if (x.minCoeff() < 0 || error >= best_error) continue;
    double c[3] = {0, 0, 0};
    for (int k = 0, j = 0; k < 3; ++k)
      if (mask >> k & 1) c[k] = x(j++);
    best = {c[0], c[1], c[2]};
    best_error = error;
  }
  return best;
}

}  // namespace aif::power
