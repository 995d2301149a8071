#pragma once
// Time of one dense product (m x k)(k x n): the best of a few tile shapes and split-K factors, each a smooth maximum of tile
// waves, the serial k-loop of one thread block, and memory traffic with an L2 share. Neglects the library's real heuristics
// and clock throttling under sustained load (absorbed by the fitted efficiency). Valid where probed; extrapolates by physics.
// Sources: wave quantisation and tile search: NVIDIA Deep Learning Performance Guide (matrix multiplication); stream-K: Osama et al. 2023.

#include <array>

#include "contracts/surfaces/form.hpp"

namespace aif {

struct GemmShape {
  double m = 1, n = 1, k = 1;

  static constexpr std::string_view form = "gemm_tiles";
  static constexpr OpClass op = OpClass::gemm;
  static constexpr std::size_t n_features = 4;
  static constexpr std::array<FormParameter, 11> parameters{{
      {"launch_s", 0, 40e-6, 4e-6, 8e-6},
      {"wave_s", 0, 20e-6, 1e-6, 2e-6},                 // start of one wave of tiles
      {"efficiency", 0.2, 1.6, 0.9, 0.8},               // above 1 is legal: only the tile efficiency below is a share of peak
      {"tile_reuse", 0, 400, 15, 40},                   // tile efficiency = efficiency / (1 + tile_reuse (tm+tn)/(tm tn))
      {"bandwidth", 0.2, 2, 0.9, 0.9},                  // share of the memory rate
      {"serial_s_per_k", 0, 20e-9, 0.5e-9, 2e-9},       // one block's walk along k
      {"wave_loss", 0, 1, 0.7, 0.3},                    // 1: hard waves, 0: stream-K
      {"sharpness", 1, 20, 3, 2},
      {"split_s", 0, 10e-6, 1e-6, 6e-6},                // reduction per doubling of split-K
      {"l2_capacity", 0.05, 2, 0.5, 0.3},               // of the L2 size
      {"l2_gain", 1, 12, 2, 2},
  }};
};

double surface_time_s(std::span<double const> params, SurfaceDevice const& device, GemmShape const& shape);
std::array<double, GemmShape::n_features> surface_features(SurfaceDevice const& device, GemmShape const& shape);

}  // namespace aif
