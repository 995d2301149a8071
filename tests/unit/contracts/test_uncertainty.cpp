// Distributions: quantiles against closed forms, draws that are pure, stratified and independent of each other.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "contracts/uncertainty.hpp"

using namespace aif;

namespace {

Uncertain make(DistKind dist, std::vector<double> params) { return {"a.b", dist, std::move(params), Evidence::assumption, "", ""}; }

}  // namespace

TEST_CASE("quantiles meet what defines each distribution") {
  CHECK(quantile(make(DistKind::normal, {3, 2}), 0.5) == doctest::Approx(3));
  CHECK(quantile(make(DistKind::normal, {3, 2}), 0.975) == doctest::Approx(3 + 2 * 1.959963984540054));
  CHECK(quantile(make(DistKind::lognormal, {65, 105}), 0.1) == doctest::Approx(65).epsilon(1e-12));
  CHECK(quantile(make(DistKind::lognormal, {65, 105}), 0.9) == doctest::Approx(105).epsilon(1e-12));
  CHECK(quantile(make(DistKind::uniform, {2, 6}), 0.25) == doctest::Approx(3));
  CHECK(quantile(make(DistKind::triangular, {0, 30, 150}), 0.2) == doctest::Approx(30));  // mass below the mode is its share of the width
  CHECK(quantile(make(DistKind::triangular, {0, 30, 150}), 1 - 1e-12) == doctest::Approx(150).epsilon(1e-4));
  CHECK(quantile(make(DistKind::discrete, {1, 5, 9}), 0.5) == 5);
  CHECK(quantile(make(DistKind::discrete, {1, 5, 9}), 0.9999) == 9);
  for (double u : {1e-9, 0.01, 0.3, 0.5, 0.8, 0.999}) CHECK(0.5 * std::erfc(-normal_quantile(u) / std::sqrt(2.0)) == doctest::Approx(u).epsilon(1e-10));
}

TEST_CASE("every block of 32 members meets each slice of the distribution once") {
  for (std::uint64_t block : {0, 1, 7}) {
    std::set<int> slices;
    for (std::uint64_t m = 0; m < 32; ++m) {
      double const u = member_uniform(7, "site.weather.offset", block * 32 + m);
      CHECK(u > 0);
      CHECK(u < 1);
      slices.insert(static_cast<int>(u * 32));
    }
    CHECK(slices.size() == 32);
  }
}

TEST_CASE("a draw depends on seed, name and member only; names are independent of each other") {
  CHECK(member_uniform(1, "a", 3) == member_uniform(1, "a", 3));
  CHECK(member_uniform(1, "a", 3) != member_uniform(2, "a", 3));
  double sum = 0;
  int const n = 3200;
  for (int m = 0; m < n; ++m) sum += (member_uniform(1, "a", m) - 0.5) * (member_uniform(1, "b", m) - 0.5);
  CHECK(std::abs(sum / n * 12) < 4 / std::sqrt(n));  // correlation
}

TEST_CASE("the mean of a stratified block is much closer to the mean than that of free draws") {
  Uncertain const x = make(DistKind::normal, {0, 1});
  double squares = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    double mean = 0;
    for (std::uint64_t m = 0; m < 32; ++m) mean += value_of_member(x, seed, m) / 32;
    squares += mean * mean / 40;
  }
  CHECK(std::sqrt(squares) < 0.25 / std::sqrt(32.0));  // free draws: 1 / sqrt(32)
}

TEST_CASE("members of one group share one draw") {
  Uncertain a = make(DistKind::uniform, {0, 1}), b = make(DistKind::uniform, {0, 1});
  a.path = "x", b.path = "y", a.group = b.group = "both";
  for (std::uint64_t m = 0; m < 8; ++m) CHECK(value_of_member(a, 5, m) == value_of_member(b, 5, m));
}

TEST_CASE("an error factor holds its interval with 90 % and its value at the median") {
  Estimate const error{1, 0.7, 1.9, Evidence::measured};
  CHECK(error_factor(error, 0.5) == doctest::Approx(1));
  CHECK(error_factor(error, 0.05) == doctest::Approx(0.7));
  CHECK(error_factor(error, 0.95) == doctest::Approx(1.9));
}
