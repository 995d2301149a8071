#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "core/random.hpp"
#include "core/robust_fit.hpp"

using namespace aif;

namespace {

// y = t0 + a x^p on a log grid, with noise in log and every `spoil`-th point wrong by a factor of four.
struct Curve {
  std::vector<double> x, log_y;
  Curve(double t0, double a, double p, double noise, std::size_t spoil) {
    RandomStream const random(7, Stream::probes);
    for (std::size_t i = 0; i < 80; ++i) {
      x.push_back(std::exp(0.1 * static_cast<double>(i)));
      double const outlier = spoil && i % spoil == 3 ? std::log(4.0) : 0.0;
      log_y.push_back(std::log(t0 + a * std::pow(x[i], p)) + noise * random.normal(i, 0) + outlier);
    }
  }
  FitResult fit(std::vector<double> start, std::vector<double> low, std::vector<double> high, double scale) const {
    FitOptions options;
    options.loss_scale = scale;
    return robust_fit(
        [&](std::span<double const> q, std::span<double> r) {
          for (std::size_t i = 0; i < r.size(); ++i) r[i] = std::log(q[0] + q[1] * std::pow(x[i], q[2])) - log_y[i];
        },
        x.size(), {{std::move(start)}, std::move(low), std::move(high)}, options);
  }
};

}  // namespace

TEST_CASE("exact data give the exact parameters") {
  auto const fit = Curve(5, 0.3, 1.2, 0, 0).fit({1, 1, 0.7}, {0, 0, 0}, {100, 10, 3}, 0.05);
  CHECK(fit.converged);
  CHECK(fit.params[0] == doctest::Approx(5).epsilon(1e-5));
  CHECK(fit.params[1] == doctest::Approx(0.3).epsilon(1e-5));
  CHECK(fit.params[2] == doctest::Approx(1.2).epsilon(1e-5));
}

TEST_CASE("the truth lies within four standard errors through noise, and outliers do not pull") {
  Curve const data(5, 0.3, 1.2, 0.03, 10);
  auto const fit = data.fit({1, 1, 0.7}, {0, 0, 0}, {100, 10, 3}, 0.05);
  double const truth[] = {5, 0.3, 1.2};
  for (std::size_t i = 0; i < 3; ++i) {
    double const sd = std::sqrt(fit.covariance[i * 3 + i]);
    CHECK(sd > 0);
    CHECK(std::abs(fit.params[i] - truth[i]) < 4 * sd + 0.03 * truth[i]);
  }
  auto const plain = data.fit({1, 1, 0.7}, {0, 0, 0}, {100, 10, 3}, std::numeric_limits<double>::infinity());
  CHECK(std::abs(fit.params[0] - 5) < std::abs(plain.params[0] - 5));
}

TEST_CASE("a bound that cuts the optimum off is kept, and its parameter has no variance") {
  auto const fit = Curve(5, 0.3, 1.2, 0.01, 0).fit({1, 1, 0.7}, {0, 0, 0}, {3, 10, 3}, 0.05);
  CHECK(fit.params[0] == doctest::Approx(3));
  CHECK(fit.on_bound[0]);
  CHECK(fit.covariance[0] == 0);
  CHECK_FALSE(fit.on_bound[2]);
}

TEST_CASE("a function that is not finite in part of the box does not stop the fit") {
  FitOptions const options;
  auto const fit = robust_fit(
      [](std::span<double const> q, std::span<double> r) {
        for (std::size_t i = 0; i < r.size(); ++i) r[i] = std::log(q[0] - 1.0) + 0.01 * (static_cast<double>(i) - 4.5);
      },
      10, {{{0.5}, {1.5}}, {0.0}, {10.0}}, options);
  CHECK(fit.params[0] == doctest::Approx(2).epsilon(1e-3));
}

TEST_CASE("non-negative least squares finds the mixture and zeroes what is absent") {
  std::vector<double> a, b;
  RandomStream const random(3, Stream::probes);
  for (std::size_t i = 0; i < 30; ++i) {
    double const u = random.uniform(i, 0), v = random.uniform(i, 1), w = random.uniform(i, 2);
    a.insert(a.end(), {1.0, u, v, w});
    b.push_back(70 + 300 * u - 5 * v + 40 * w);
  }
  auto const x = nonnegative_least_squares(a, b, 4);
  CHECK(x[2] == 0);
  CHECK(x[1] == doctest::Approx(300).epsilon(0.05));
  CHECK(x[3] == doctest::Approx(40).epsilon(0.2));
}
