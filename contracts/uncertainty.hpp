#pragma once
// A distribution over one value, and its draws. The value of a member is a pure function of (seed, path or group, member): two cases that
// share a path share its draws (common random numbers), and a further distribution disturbs no other. Draws come in blocks of 32 members,
// each a Latin hypercube (McKay, Beckman, Conover 1979): in every block each of the 32 equal slices of a distribution is met once.
// Model error enters as factors `model_error.FAMILY`; one group is one draw for all that it covers.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/evidence.hpp"

namespace aif {

enum class DistKind { normal, lognormal, uniform, triangular, discrete };
constexpr auto enum_names(DistKind) {
  return std::array<std::string_view, 5>{"normal", "lognormal", "uniform", "triangular", "discrete"};
}

struct Uncertain {
  std::string path;
  DistKind dist = DistKind::lognormal;
  std::vector<double> params;  // normal: mean, sd; lognormal: p10, p90; uniform: low, high; triangular: low, mode, high; discrete: its values
  Evidence evidence = Evidence::assumption;
  std::string source, group;   // group: name of the draw; empty: the path's own
};

// Inverse of the cumulative distribution, u in (0, 1).
double quantile(Uncertain const& uncertain, double u);

// Inverse of the standard normal distribution.
double normal_quantile(double u);

// The stratified uniform number of a member: the same for every case that names `draw`.
double member_uniform(std::uint64_t seed, std::string_view draw, std::uint64_t member);

inline double value_of_member(Uncertain const& uncertain, std::uint64_t seed, std::uint64_t member) {
  return quantile(uncertain, member_uniform(seed, uncertain.group.empty() ? uncertain.path : uncertain.group, member));
}

// Factor of a model whose measured over predicted values lie within low..high with 90 %, the prediction being the median: log-normal
// with a spread of its own on either side of 1.
double error_factor(Estimate const& error, double u);

}  // namespace aif
