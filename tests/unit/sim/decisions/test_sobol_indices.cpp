// Sobol indices of functions whose indices are known.
#include <doctest/doctest.h>

#include <omp.h>

#include <cmath>
#include <numbers>

#include "sim/decisions/sensitivity.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

// Ishigami and Homma 1990: sin x1 + 7 sin^2 x2 + 0.1 x3^4 sin x1 on (-pi, pi)^3.
std::vector<double> ishigami(std::span<double const> u) {
  auto const x = [&](std::size_t i) { return std::numbers::pi * (2 * u[i] - 1); };
  return {std::sin(x(0)) + 7 * std::pow(std::sin(x(1)), 2) + 0.1 * std::pow(x(2), 4) * std::sin(x(0))};
}

}  // namespace

TEST_CASE("Ishigami: first-order and total indices as in closed form, within their intervals") {
  double const pi4 = std::pow(std::numbers::pi, 4), a = 7, b = 0.1;
  double const v1 = 0.5 * std::pow(1 + b * pi4 / 5, 2), v2 = a * a / 8, v13 = b * b * pi4 * pi4 * (1.0 / 18 - 1.0 / 50), v = v1 + v2 + v13;
  auto const index = sobol_indices(ishigami, {0, 1, 2}, 1, 2048, 1)[0];
  double const first[] = {v1 / v, v2 / v, 0}, total[] = {(v1 + v13) / v, v2 / v, v13 / v};
  for (std::size_t i = 0; i < 3; ++i) {
    CAPTURE(i);
    CHECK(index[i].first == doctest::Approx(first[i]).epsilon(0.02).scale(1));
    CHECK(index[i].total == doctest::Approx(total[i]).epsilon(0.02).scale(1));
    CHECK(index[i].first_low <= index[i].first);
    CHECK(index[i].first <= index[i].first_high);
    CHECK(index[i].total_low < index[i].total);
    CHECK(index[i].total < index[i].total_high);
  }
}

TEST_CASE("a sum: indices are the shares of the variances, alone and in all; dimensions of one input count together") {
  auto const sum = [](std::span<double const> u) { return std::vector{u[0] + 2 * u[1] + 2 * u[2], 5.0}; };
  auto const index = sobol_indices(sum, {0, 1, 1}, 2, 256, 3);
  CHECK(index[0][0].first == doctest::Approx(1.0 / 9).epsilon(0.03).scale(1));
  CHECK(index[0][1].first == doctest::Approx(8.0 / 9).epsilon(0.03).scale(1));
  CHECK(index[0][1].total == doctest::Approx(8.0 / 9).epsilon(0.03).scale(1));
  CHECK(index[1][0].total == 0);  // a figure that does not vary
}

TEST_CASE("rows without a figure are left out; the same bits for any number of threads") {
  auto const holes = [](std::span<double const> u) { return std::vector{u[0] > 0.95 ? std::nan("") : u[0] + 0.1 * u[1]}; };
  int const before = omp_get_max_threads();
  std::vector<double> seen;
  for (int threads : {1, 2, 3, 7}) {
    omp_set_num_threads(threads);
    auto const index = sobol_indices(holes, {0, 1}, 1, 128, 7)[0];
    CHECK(std::isfinite(index[0].first));
    CHECK(index[0].first > 0.9);
    seen.push_back(index[0].first + index[1].total_high);
  }
  omp_set_num_threads(before);
  for (double v : seen) CHECK(v == seen.front());
}
