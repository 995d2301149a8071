#pragma once
// The declared reference that makes output of different products comparable: one output token of Llama-3.1-70B in FP8 at 4,096
// tokens of context, decoded in the largest batch that fits on the smallest group of the same accelerators that holds it. A
// group's reference tokens are its accelerator joules over that figure; nothing is added across products in any other unit.

#include <vector>

#include "sim/facility/assets.hpp"
#include "sim/facility/facility.hpp"

namespace aif::sim {

inline constexpr char const* kReferenceModel = "lib:models/llama-3.1-70b";
inline constexpr double kReferenceContext = 4096;

// Joules per reference token of each group; 0 for groups without accelerators or on which the reference does not fit.
std::vector<double> reference_token_joules(std::vector<RackGroup> const& groups, Assets& assets);

}  // namespace aif::sim
