#include "core/robust_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/statistics.hpp"

namespace aif {
namespace {

constexpr double kLargeMisfit = 5.0;  // stands for a residual that is not finite; log units, far outside any real misfit

class Problem {
 public:
  Problem(ResidualFunction const& function, std::size_t n, FitBox const& box, FitOptions const& options)
      : function_(function), n_(n), box_(box), options_(options) {}

  void evaluate(std::vector<double> const& params, Eigen::VectorXd& r) const {
    function_(params, {r.data(), n_});
    for (auto& v : r)
      if (!std::isfinite(v)) v = kLargeMisfit;
  }
  double cost(Eigen::VectorXd const& r) const {
    double sum = 0;
    for (double v : r) sum += loss(v);
    return sum;
  }
  double weight(double r) const {
    double const z = r / options_.loss_scale;
    return 1.0 / std::sqrt(1.0 + z * z);
  }
  // One-sided, towards the side of the box that has more room.
  void jacobian(std::vector<double> const& params, Eigen::VectorXd const& r, Eigen::MatrixXd& j) const {
    std::vector<double> moved = params;
    Eigen::VectorXd at(static_cast<Eigen::Index>(n_));
    for (std::size_t i = 0; i < params.size(); ++i) {
      double const range = box_.high[i] - box_.low[i];
      double const size = std::isfinite(range) ? std::max(std::abs(params[i]), 0.01 * range) : std::max(std::abs(params[i]), 1e-2);
      double const step = options_.jacobian_step * size * (box_.high[i] - params[i] >= params[i] - box_.low[i] ? 1.0 : -1.0);
      moved[i] = params[i] + step;
      evaluate(moved, at);
      j.col(static_cast<Eigen::Index>(i)) = (at - r) / (moved[i] - params[i]);
      moved[i] = params[i];
    }
  }
  std::vector<double> clip(std::vector<double> p) const {
    for (std::size_t i = 0; i < p.size(); ++i) p[i] = std::clamp(p[i], box_.low[i], box_.high[i]);
    return p;
  }
  bool held(std::size_t i, double param, double gradient) const {
    return (param <= box_.low[i] && gradient > 0) || (param >= box_.high[i] && gradient < 0) || box_.low[i] == box_.high[i];
  }

 private:
  double loss(double r) const {
    if (!std::isfinite(options_.loss_scale)) return 0.5 * r * r;
    double const s = options_.loss_scale, z = r / s;
    return s * s * (std::sqrt(1.0 + z * z) - 1.0);
  }
  ResidualFunction const& function_;
  std::size_t n_;
  FitBox const& box_;
  FitOptions const& options_;
};

// Solves the damped normal equations over the free parameters and returns the clipped trial point.
std::vector<double> trial_point(Problem const& problem, std::vector<double> const& params, Eigen::MatrixXd const& normal,
                                Eigen::VectorXd const& gradient, std::vector<bool> const& held, double damping) {
  std::vector<Eigen::Index> free;
  for (std::size_t i = 0; i < params.size(); ++i)
    if (!held[i]) free.push_back(static_cast<Eigen::Index>(i));
  Eigen::MatrixXd a = normal(free, free);
  a.diagonal().array() += damping * a.diagonal().array().max(1e-12 * std::max(1e-300, a.diagonal().maxCoeff()));
  Eigen::VectorXd const step = a.ldlt().solve(Eigen::VectorXd(gradient(free)));
  std::vector<double> next = params;
  for (std::size_t i = 0; i < free.size(); ++i) {
    double const d = step[static_cast<Eigen::Index>(i)];
    if (std::isfinite(d)) next[static_cast<std::size_t>(free[i])] -= d;
  }
  return problem.clip(std::move(next));
}

FitResult descend(Problem const& problem, std::vector<double> params, std::size_t n, FitOptions const& options) {
  auto const rows = static_cast<Eigen::Index>(n), columns = static_cast<Eigen::Index>(params.size());
  Eigen::VectorXd r(rows), r_next(rows);
  Eigen::MatrixXd j(rows, columns);
  FitResult result;
  problem.evaluate(params, r);
  double cost = problem.cost(r), damping = 1e-2;
  for (; result.iterations < options.max_iterations && !result.converged; ++result.iterations) {
    problem.jacobian(params, r, j);
    Eigen::VectorXd const w = r.unaryExpr([&](double v) { return problem.weight(v); });
    Eigen::MatrixXd const normal = j.transpose() * w.asDiagonal() * j;
    Eigen::VectorXd const gradient = j.transpose() * w.cwiseProduct(r);
    std::vector<bool> held(params.size());
    for (std::size_t i = 0; i < params.size(); ++i) held[i] = problem.held(i, params[i], gradient[static_cast<Eigen::Index>(i)]);
    if (std::all_of(held.begin(), held.end(), [](bool h) { return h; })) result.converged = true;
    bool accepted = false;
    for (int attempt = 0; attempt < 12 && !accepted && !result.converged; ++attempt) {
      auto next = trial_point(problem, params, normal, gradient, held, damping);
      problem.evaluate(next, r_next);
      double const next_cost = problem.cost(r_next);
      if (next_cost < cost) {
        accepted = true;
        result.converged = cost - next_cost <= options.tolerance * cost;
        params = std::move(next);
        r.swap(r_next);
        cost = next_cost;
        damping = std::max(1e-12, 0.2 * damping);
      } else {
        damping *= 5.0;
      }
    }
    if (!accepted) result.converged = true;  // no descent left along any damped direction
  }
  result.params = std::move(params);
  result.cost = cost;
  return result;
}

// Sandwich without clustering: spread^2 (J'WJ)^-1 over the parameters that are free of their bounds.
void add_covariance(Problem const& problem, FitBox const& box, std::size_t n, FitResult& result) {
  std::size_t const p = result.params.size();
  auto const rows = static_cast<Eigen::Index>(n), columns = static_cast<Eigen::Index>(p);
  Eigen::VectorXd r(rows);
  Eigen::MatrixXd j(rows, columns);
  problem.evaluate(result.params, r);
  problem.jacobian(result.params, r, j);
  std::vector<double> absolute(n);
  for (std::size_t i = 0; i < n; ++i) absolute[i] = std::abs(r[static_cast<Eigen::Index>(i)]);
  result.residual_sd = 1.4826 * median(absolute);  // normal-consistent median absolute deviation
  Eigen::VectorXd const w = r.unaryExpr([&](double v) { return problem.weight(v); });
  std::vector<Eigen::Index> free;
  result.on_bound.resize(p);
  for (std::size_t i = 0; i < p; ++i) {
    result.on_bound[i] = result.params[i] <= box.low[i] || result.params[i] >= box.high[i];
    if (!result.on_bound[i]) free.push_back(static_cast<Eigen::Index>(i));
  }
  result.covariance.assign(p * p, 0.0);
  if (free.empty() || n <= free.size()) return;
  double const variance = r.cwiseProduct(w).dot(r) / static_cast<double>(n - free.size());
  Eigen::MatrixXd const jf = j(Eigen::all, free);
  Eigen::MatrixXd const inverse = (jf.transpose() * w.asDiagonal() * jf).completeOrthogonalDecomposition().pseudoInverse();
  for (std::size_t a = 0; a < free.size(); ++a)
    for (std::size_t b = 0; b < free.size(); ++b)
      result.covariance[static_cast<std::size_t>(free[a]) * p + static_cast<std::size_t>(free[b])] =
          variance * inverse(static_cast<Eigen::Index>(a), static_cast<Eigen::Index>(b));
}

}  // namespace

FitResult robust_fit(ResidualFunction const& residuals, std::size_t n_residuals, FitBox const& box, FitOptions const& options) {
  Problem const problem(residuals, n_residuals, box, options);
  FitResult best;
  best.cost = std::numeric_limits<double>::infinity();
  for (auto const& start : box.starts) {
    FitResult one = descend(problem, problem.clip(start), n_residuals, options);
    if (one.cost < best.cost) best = std::move(one);
  }
  if (!best.params.empty()) add_covariance(problem, box, n_residuals, best);
  return best;
}

std::vector<double> nonnegative_least_squares(std::span<double const> a, std::span<double const> b, std::size_t n_columns) {
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  auto const columns = static_cast<Eigen::Index>(n_columns), rows = static_cast<Eigen::Index>(b.size());
  Eigen::Map<RowMajor const> const matrix(a.data(), rows, columns);
  Eigen::Map<Eigen::VectorXd const> const rhs(b.data(), rows);
  Eigen::VectorXd x = Eigen::VectorXd::Zero(columns);
  std::vector<bool> passive(n_columns, false);
  auto solve_passive = [&] {
    std::vector<Eigen::Index> set;
    for (std::size_t i = 0; i < n_columns; ++i)
      if (passive[i]) set.push_back(static_cast<Eigen::Index>(i));
    Eigen::VectorXd full = Eigen::VectorXd::Zero(columns);
    if (!set.empty()) full(set) = Eigen::MatrixXd(matrix(Eigen::all, set)).colPivHouseholderQr().solve(rhs);
    return full;
  };
  for (std::size_t round = 0; round < 3 * n_columns; ++round) {  // Lawson and Hanson: at most 3 x columns rounds in practice
    Eigen::VectorXd const gradient = matrix.transpose() * (rhs - matrix * x);
    std::size_t enter = n_columns;
    for (std::size_t i = 0; i < n_columns; ++i)
      if (!passive[i] && gradient[static_cast<Eigen::Index>(i)] > 1e-12 * rhs.norm() * matrix.col(static_cast<Eigen::Index>(i)).norm() &&
          (enter == n_columns || gradient[static_cast<Eigen::Index>(i)] > gradient[static_cast<Eigen::Index>(enter)]))
        enter = i;
    if (enter == n_columns) break;
    passive[enter] = true;
    for (Eigen::VectorXd trial = solve_passive();; trial = solve_passive()) {
      double step = 1.0;
      for (std::size_t i = 0; i < n_columns; ++i) {
        auto const e = static_cast<Eigen::Index>(i);
        if (passive[i] && trial[e] <= 0) step = std::min(step, x[e] / (x[e] - trial[e]));
      }
      x += step * (trial - x);
      if (step == 1.0) break;
      for (std::size_t i = 0; i < n_columns; ++i)
        if (passive[i] && x[static_cast<Eigen::Index>(i)] <= 1e-15 * x.cwiseAbs().maxCoeff()) passive[i] = false, x[static_cast<Eigen::Index>(i)] = 0;
    }
  }
  return {x.data(), x.data() + columns};
}

}  // namespace aif
