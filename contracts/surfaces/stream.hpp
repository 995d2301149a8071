#pragma once
// Time of a kernel that only moves bytes (copy, normalisation, activation, gather): launch, then memory rate with an L2 share.
// Neglects partial waves of small kernels beyond the launch floor. With zero bytes it is the launch itself.
// Source: stream benchmark practice (McCalpin 1995); L2 share as in the other forms of this folder.

#include <array>

#include "contracts/surfaces/form.hpp"

namespace aif {

struct StreamShape {
  double byte = 0;  // read plus written

  static constexpr std::string_view form = "stream";
  static constexpr OpClass op = OpClass::stream;
  static constexpr std::size_t n_features = 1;
  static constexpr std::array<FormParameter, 4> parameters{{
      {"launch_s", 0, 100e-6, 3e-6, 10e-6},
      {"bandwidth", 0.02, 1.5, 0.9, 0.5},
      {"l2_capacity", 0.05, 3, 0.5, 1},
      {"l2_gain", 1, 40, 2, 5},
  }};
};

double surface_time_s(std::span<double const> params, SurfaceDevice const& device, StreamShape const& shape);
std::array<double, StreamShape::n_features> surface_features(SurfaceDevice const& device, StreamShape const& shape);

}  // namespace aif
