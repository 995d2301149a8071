#include "contracts/uncertainty.hpp"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/hash.hpp"
#include "core/random.hpp"

namespace aif {
namespace {

constexpr std::uint64_t kBlock = 32;                  // members of one Latin hypercube
constexpr std::uint64_t kPermutations = 1ull << 40;   // steps above this one order the slices, those below place the draw in its slice
constexpr double kP90 = 1.2815515655446004;           // normal_quantile(0.9)
constexpr double kP95 = 1.6448536269514722;           // normal_quantile(0.95)

double triangular(double low, double mode, double high, double u) {
  double const width = high - low, rise = mode - low;
  if (width <= 0) return low;
  return u * width < rise ? low + std::sqrt(u * width * rise) : high - std::sqrt((1 - u) * width * (high - mode));
}

}  // namespace

double normal_quantile(double u) {
  using namespace boost::math;
  return -std::numbers::sqrt2 * erfc_inv(2 * u, policies::make_policy(policies::promote_double<false>()));
}

double quantile(Uncertain const& x, double u) {
  auto const& p = x.params;
  switch (x.dist) {
    case DistKind::normal: return p[0] + p[1] * normal_quantile(u);
    case DistKind::lognormal: return std::sqrt(p[0] * p[1]) * std::pow(p[1] / p[0], 0.5 * normal_quantile(u) / kP90);
    case DistKind::uniform: return p[0] + (p[1] - p[0]) * u;
    case DistKind::triangular: return triangular(p[0], p[1], p[2], u);
    case DistKind::discrete: return p[std::min(p.size() - 1, static_cast<std::size_t>(u * static_cast<double>(p.size())))];
  }
  return p[0];
}

double member_uniform(std::uint64_t seed, std::string_view draw, std::uint64_t member) {
  RandomStream const random(seed, Stream::uncertainty);
  std::uint64_t const entity = fnv1a(draw), block = member / kBlock;
  std::array<std::uint8_t, kBlock> slice;
  std::iota(slice.begin(), slice.end(), std::uint8_t{0});
  for (std::size_t i = kBlock - 1; i > 0; --i) {  // Fisher-Yates
    auto const j = static_cast<std::size_t>(random.uniform(entity, kPermutations + block * kBlock + i) * static_cast<double>(i + 1));
    std::swap(slice[i], slice[j]);
  }
  return (slice[member % kBlock] + random.uniform(entity, member)) / static_cast<double>(kBlock);
}

double error_factor(Estimate const& error, double u) {
  double const z = normal_quantile(u) / kP95;
  return std::exp(z < 0 ? -z * std::log(error.low) : z * std::log(error.high));
}

}  // namespace aif
