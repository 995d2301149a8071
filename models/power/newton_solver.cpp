#include "models/power/newton_solver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>

namespace aif::power {

NewtonSolver::NewtonSolver(ElectricalGraph const& graph, double slack_magnitude, double slack_angle)
    : graph_(&graph), slack_magnitude_(slack_magnitude), slack_angle_(slack_angle) {
  DiagnosticList problems = check(graph);
  if (problems.has_errors()) throw InputError(std::move(problems));
  slack_ = graph.sources.front();
  std::size_t const n = graph.buses.size();
  using Complex = std::complex<double>;
  std::vector<std::map<int, Complex>> y(n);
  for (std::size_t i = 0; i < n; ++i) y[i][static_cast<int>(i)] += Complex(graph.buses[i].g, graph.buses[i].b);
  for (auto const& b : graph.branches) {
    if (!b.closed) continue;
    auto const f = static_cast<std::size_t>(b.from), t = static_cast<std::size_t>(b.to);
    Complex const series = 1.0 / Complex(b.r, b.x), half = Complex(b.g, b.b) / 2.0, ratio = std::polar(b.ratio, b.shift);
    y[f][b.from] += (series + half) / std::norm(ratio);
    y[f][b.to] -= series / std::conj(ratio);
    y[t][b.from] -= series / ratio;
    y[t][b.to] += series + half;
  }
  unknown_.assign(n, -1);
  int next = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (static_cast<int>(i) != slack_) unknown_[i] = 2 * next++;
  std::vector<std::pair<int, int>> pattern;
  row_start_.push_back(0);
  for (std::size_t i = 0; i < n; ++i) {
    for (auto const& [j, value] : y[i]) {
      column_.push_back(j);
      g_.push_back(value.real());
      b_.push_back(value.imag());
      int const row = unknown_[i], col = unknown_[static_cast<std::size_t>(j)];
      if (row >= 0 && col >= 0) pattern.emplace_back(row / 2, col / 2);
    }
    row_start_.push_back(static_cast<int>(column_.size()));
  }
  lu_ = std::make_unique<BlockLu>(next, pattern);
  slot_.assign(column_.size(), -1);
  for (std::size_t i = 0; i < n; ++i)
    for (int e = row_start_[i]; e < row_start_[i + 1]; ++e) {
      int const row = unknown_[i], col = unknown_[static_cast<std::size_t>(column_[static_cast<std::size_t>(e)])];
      if (row >= 0 && col >= 0) slot_[static_cast<std::size_t>(e)] = lu_->slot(row / 2, col / 2);
    }
  std::vector<Eigen::Triplet<double>> laplacian;
  dc_shift_.setZero(next);
  for (auto const& b : graph.branches) {
    if (!b.closed) continue;
    double const susceptance = 1 / std::max(std::abs(b.x), 1e-6);  // a wrong sign of a series capacitor only worsens the start
    int const ends[2] = {unknown_[static_cast<std::size_t>(b.from)] / 2, unknown_[static_cast<std::size_t>(b.to)] / 2};
    for (int k = 0; k < 2; ++k) {
      bool const known_angle = (k == 0 ? b.from : b.to) == slack_;
      if (known_angle) continue;
      laplacian.emplace_back(ends[k], ends[k], susceptance);
      if ((k == 0 ? b.to : b.from) != slack_) laplacian.emplace_back(ends[k], ends[1 - k], -susceptance);
      dc_shift_[ends[k]] += (k == 0 ? 1 : -1) * susceptance * b.shift;
    }
  }
  Eigen::SparseMatrix<double> dc(next, next);
  dc.setFromTriplets(laplacian.begin(), laplacian.end());
  dc_.compute(dc);
  residual_.resize(static_cast<std::size_t>(2 * next));
  for (auto* list : {&v_, &a_, &cosine_, &sine_, &p_now_, &q_now_}) list->resize(n);
}

void NewtonSolver::start_from_dc_flow(std::span<double const> p, double load) {
  Eigen::VectorXd injection(dc_shift_.size());
  for (std::size_t i = 0; i < v_.size(); ++i)
    if (int const u = unknown_[i]; u >= 0) injection[u / 2] = dc_shift_[u / 2] - load * p[i];
  Eigen::VectorXd const angle = dc_.solve(injection);
  for (std::size_t i = 0; i < v_.size(); ++i) {
    v_[i] = slack_magnitude_;
    a_[i] = slack_angle_ + (unknown_[i] >= 0 ? angle[unknown_[i] / 2] : 0.0);
  }
}

// Injections at the voltages in hand and their distance from what is asked for.
double NewtonSolver::mismatch(std::span<double const> p, std::span<double const> q, double load) {
  double worst = 0;
  for (std::size_t i = 0; i < v_.size(); ++i) cosine_[i] = std::cos(a_[i]), sine_[i] = std::sin(a_[i]);
  for (std::size_t i = 0; i < v_.size(); ++i) {
    double pi = 0, qi = 0;
    for (int e = row_start_[i]; e < row_start_[i + 1]; ++e) {
      auto const k = static_cast<std::size_t>(e), j = static_cast<std::size_t>(column_[k]);
      double const c = cosine_[i] * cosine_[j] + sine_[i] * sine_[j], s = sine_[i] * cosine_[j] - cosine_[i] * sine_[j];
      pi += v_[j] * (g_[k] * c + b_[k] * s);
      qi += v_[j] * (g_[k] * s - b_[k] * c);
    }
    p_now_[i] = v_[i] * pi;
    q_now_[i] = v_[i] * qi;
    if (unknown_[i] >= 0) {
      auto const u = static_cast<std::size_t>(unknown_[i]);
      residual_[u] = -load * p[i] - p_now_[i];
      residual_[u + 1] = -load * q[i] - q_now_[i];
      double const here = std::max(std::abs(residual_[u]), std::abs(residual_[u + 1]));
      if (!(here <= worst)) worst = here, worst_bus_ = static_cast<int>(i);
    }
  }
  return worst;
}

// Rows P_i, Q_i; columns angle_j, magnitude_j. Uses the trigonometry of the mismatch just made.
void NewtonSolver::fill_jacobian() {
  lu_->clear();
  for (std::size_t i = 0; i < v_.size(); ++i)
    for (int e = row_start_[i]; e < row_start_[i + 1]; ++e) {
      auto const k = static_cast<std::size_t>(e), j = static_cast<std::size_t>(column_[k]);
      if (slot_[k] < 0) continue;
      double* const block = lu_->block(slot_[k]);
      if (i == j) {
        block[0] = -q_now_[i] - b_[k] * v_[i] * v_[i];
        block[1] = p_now_[i] / v_[i] + g_[k] * v_[i];
        block[2] = p_now_[i] - g_[k] * v_[i] * v_[i];
        block[3] = q_now_[i] / v_[i] - b_[k] * v_[i];
      } else {
        double const c = cosine_[i] * cosine_[j] + sine_[i] * sine_[j], s = sine_[i] * cosine_[j] - cosine_[i] * sine_[j];
        double const across = v_[i] * (g_[k] * s - b_[k] * c), along = v_[i] * (g_[k] * c + b_[k] * s);
        block[0] = across * v_[j];
        block[1] = along;
        block[2] = -along * v_[j];
        block[3] = across;
      }
    }
}

bool NewtonSolver::iterate(std::span<double const> p, std::span<double const> q, double load, double tolerance, int most) {
  for (int k = 0; k < most; ++k) {
    double const worst = mismatch(p, q, load);
    if (worst < tolerance) return true;
    if (!(worst < 1e8)) return false;
    fill_jacobian();
    if (!lu_->factorize()) return false;
    lu_->solve(residual_);
    ++iterations_;
    for (std::size_t i = 0; i < v_.size(); ++i)
      if (unknown_[i] >= 0) {
        auto const u = static_cast<std::size_t>(unknown_[i]);
        a_[i] += residual_[u];
        v_[i] += residual_[u + 1];
        if (!(v_[i] > 0.2 && v_[i] < 3)) return false;
      }
  }
  return mismatch(p, q, load) < tolerance;
}

NewtonResult NewtonSolver::solve(std::span<double const> p, std::span<double const> q, NewtonResult const* start, double tolerance) {
  iterations_ = 0;
  if (start) v_ = start->magnitude, a_ = start->angle;
  else start_from_dc_flow(p, 1.0);
  v_[static_cast<std::size_t>(slack_)] = slack_magnitude_;
  a_[static_cast<std::size_t>(slack_)] = slack_angle_;
  if (!iterate(p, q, 1.0, tolerance, 12)) {
    // Continuation: halve the step where it fails, double it where it holds.
    start_from_dc_flow(p, 0.0);
    double load = 0, step = 0.25;
    if (!iterate(p, q, 0.0, 1e-6, 20)) load = -1;
    while (load >= 0 && load < 1 && step > 1e-4) {
      auto const v = v_, a = a_;
      double const next = std::min(1.0, load + step);
      if (iterate(p, q, next, next < 1 ? 1e-6 : tolerance, 12)) load = next, step *= 2;
      else v_ = v, a_ = a, step /= 2;
    }
    if (load < 1) {
      mismatch(p, q, 1.0);  // names the bus that is farthest off
      auto const& name = graph_->buses[static_cast<std::size_t>(worst_bus_)].name;
      Diagnostic d;
      d.code = "AF3102";
      d.message = fmt::format("no power flow beyond {:.1f} % of the load: voltage collapses, worst at bus `{}`", 100 * std::max(load, 0.0), name);
      d.path = name;
      d.hint = "less load, reactive support, or stronger branches near that bus";
      throw InputError(std::move(d));
    }
  }
  NewtonResult out;
  out.magnitude = v_;
  out.angle = a_;
  out.iterations = iterations_;
  out.mismatch = mismatch(p, q, 1.0);
  return out;
}

}  // namespace aif::power
