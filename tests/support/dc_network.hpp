#pragma once
// dc-2323: a synthetic single-line of a 100 MW site, the network of validation/data/power_ref_dc_*. 138 kV -> two 80 MVA transformers ->
// 34.5 kV feeders -> 40 blocks of 3 MVA at 480 V -> 160 PDUs of 750 kVA 480/415 V -> 1,920 racks on busway chains; 88.32 MW at pf 0.98.
// Shared by the tests and the benchmarks of the power room. Own work; the reference solution is power-grid-model's.

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "models/power/radial_solver.hpp"
#include "models/power/transformer.hpp"

namespace aif::power::testing {

struct DcNetwork {
  RadialNetwork net;             // per unit on 1 MVA, nodes numbered as in the reference
  std::vector<int> load_node;
  std::vector<int> transformer;  // nodes whose branch is a transformer
  double rack_w = 46e3, tan_phi = 0;
  int pdus = 0, racks = 0;
  std::vector<int> board_node;   // the 480 V switchboard of each block

  static constexpr double kBase = 1e6, kHz = 60;

  DcNetwork(int blocks = 40, int pdus_a_block = 4, int racks_a_pdu = 12) : pdus(blocks * pdus_a_block), racks(racks_a_pdu) {
    tan_phi = std::tan(std::acos(0.98));
    net.add(-1, 0, 0);
    int mv[2];
    for (int& bus : mv) bus = add_transformer(0, {80e6, 45e3, 240e3, 0.09, 0.0015});
    for (int k = 0; k < blocks; ++k) {
      double const km = 0.4 + 0.05 * (k / 2);
      int const pad = add_line(mv[k % 2], 34.5e3, 0.127 * km, 0.14 * km, 0.25e-6 * km);
      int const board = add_transformer(pad, {3e6, 3.6e3, 21e3, 0.0575, 0.004});
      board_node.push_back(board);
      for (int p = 0; p < pdus_a_block; ++p) {
        double const m = 40 + 10 * p;
        int const primary = add_line(board, 480, 1.6e-5 * m, 1.9e-5 * m, 0);
        int previous = add_transformer(primary, {750e3, 1.1e3, 7.0e3, 0.045, 0.006});
        for (int r = 0; r < racks_a_pdu; ++r) {
          double const length = r ? 3.0 : 8.0;
          previous = add_line(previous, 415, 2.6e-5 * length, 1.5e-5 * length, 0);
          load_node.push_back(previous);
        }
      }
    }
    net.finish();
  }

 private:
  int add_line(int from, double volt, double r_ohm, double x_ohm, double farad) {
    double const z = volt * volt / kBase;
    return net.add(from, r_ohm / z, x_ohm / z, 0, 2 * std::numbers::pi * kHz * farad * z);
  }
  int add_transformer(int from, TransformerParams const& t) {
    auto const pi = per_unit(t, kBase);
    transformer.push_back(net.add(from, pi.r, pi.x, pi.g, pi.b));
    return transformer.back();
  }
};

// splitmix64 -> [0, 1): the declared random numbers of the reference year.
inline double splitmix_u01(std::uint64_t x) {
  std::uint64_t z = x + 0x9E3779B97F4A7C15ull;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  z ^= z >> 31;
  return static_cast<double>(z >> 11) * (1.0 / 9007199254740992.0);
}
// Load factor of rack i at step t of the reference year.
inline double diurnal(double hour) { return 0.6 + 0.2 * std::sin(2 * std::numbers::pi * hour / 24 - std::numbers::pi / 2); }
inline double load_factor(std::uint64_t step, std::uint64_t rack, std::uint64_t racks, double day) { return day + 0.2 * (2 * splitmix_u01(step * racks + rack) - 1); }

}  // namespace aif::power::testing
