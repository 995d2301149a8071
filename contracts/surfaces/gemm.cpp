#include "contracts/surfaces/gemm.hpp"

namespace aif {
namespace {

struct Tile {
  double m, n;
};
constexpr std::array<Tile, 8> kTiles{{{64, 64}, {64, 128}, {64, 256}, {128, 64}, {128, 128}, {128, 256}, {256, 64}, {256, 128}}};
constexpr std::array<double, 4> kSplits{1, 2, 4, 8};

}  // namespace

double surface_time_s(std::span<double const> p, SurfaceDevice const& device, GemmShape const& shape) {
  double const launch_s = p[0], wave_s = p[1] / device.clock_frac, efficiency = p[2], reuse = p[3], serial_s = p[5] / device.clock_frac;
  double const byte = shape.n * shape.k * device.weight_byte + shape.m * shape.k * device.activation_byte + 2.0 * shape.m * shape.n;
  double const hit = hit_share(byte, p[9] * device.l2_byte, 6.0);
  double const memory_s = byte / (device.byte_s * p[4]) * hit_factor(hit, p[10]);
  double const flop_s_per_sm = device.peak_flop_s / device.sm_count;

  double best_s = 0;
  for (std::size_t s = 0; s < kSplits.size(); ++s) {
    double const k = shape.k / kSplits[s];
    // The smooth maximum with the memory time rises with the compute time: only the fastest tile of a split can win.
    double least = 0;
    for (std::size_t t = 0; t < kTiles.size(); ++t) {
      double const tile_m = device.whole_tiles ? kTiles[t].m : std::min(kTiles[t].m, shape.m), tile_n = kTiles[t].n;
      double const waves = std::ceil(shape.m / tile_m) * std::ceil(shape.n / tile_n) * kSplits[s] / device.sm_count;
      double const charged = std::max(1.0, waves + p[6] * (std::ceil(waves) - waves));
      double const tile_efficiency = efficiency / (1.0 + reuse * (tile_m + tile_n) / (tile_m * tile_n));
      double const tiles_s = charged * (wave_s + 2.0 * tile_m * tile_n * k / (flop_s_per_sm * tile_efficiency));
      double const walk_s = charged * k * serial_s;
      double const norm = power_of_8(1e6 * tiles_s) + power_of_8(1e6 * walk_s);  // microseconds: far from overflow
      if (t == 0 || norm < least) least = norm;
    }
    double const compute_s = 1e-6 * std::sqrt(std::sqrt(std::sqrt(least)));
    double const total_s = smooth_max(compute_s, memory_s, p[7]) + p[8] * static_cast<double>(s);
    if (s == 0 || total_s < best_s) best_s = total_s;
  }
  return launch_s + best_s;
}

std::array<double, GemmShape::n_features> surface_features(SurfaceDevice const&, GemmShape const& shape) {
  // Libraries choose other kernels where the last tile of 128 rows is not full: such shapes are neighbours of each other first.
  bool const ragged = shape.m > 128 && std::fmod(shape.m, 128.0) != 0;
  return {std::log2(shape.m), std::log2(shape.n), std::log2(shape.k), ragged ? 1.0 : 0.0};
}

}  // namespace aif
