#pragma once
// A distribution over one scenario value. The value of a member is a pure function of (seed, path, member); one group is one
// draw for all that it covers. Model error enters as lognormal factors model_error.{tpot,ttft,gemm,power_gpu,busbw,step_time,chiller}.

#include <array>
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
  std::vector<double> params;  // normal: mean, sd; lognormal: p10, p90; uniform: low, high; triangular: low, mode, high
  Evidence evidence = Evidence::assumption;
  std::string source, group;
};

}  // namespace aif
