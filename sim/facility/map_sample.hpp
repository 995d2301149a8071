#pragma once
// Bilinear reading of an operating map at (offered load, clock). The cell is found once and shared by all layers.

#include "contracts/phase.hpp"
#include "core/grid_table.hpp"

namespace aif::sim {

struct MapCell {
  std::size_t corner[4] = {0, 0, 0, 0};
  double weight[4] = {1, 0, 0, 0};
  double operator()(std::vector<double> const& layer) const {
    return weight[0] * layer[corner[0]] + weight[1] * layer[corner[1]] + weight[2] * layer[corner[2]] + weight[3] * layer[corner[3]];
  }
};

// Loads and clocks outside the axes are clamped.
inline MapCell locate(OperatingMap const& map, double load_frac, double clock_frac) {
  AxisPosition const l = aif::locate(map.load_frac, load_frac), c = aif::locate(map.clock_frac, clock_frac);
  std::size_t const n = map.load_frac.size();
  std::size_t const right = l.cell + (n > 1 ? 1 : 0), up = c.cell + (map.clock_frac.size() > 1 ? 1 : 0);
  return {{c.cell * n + l.cell, c.cell * n + right, up * n + l.cell, up * n + right},
          {(1 - c.weight) * (1 - l.weight), (1 - c.weight) * l.weight, c.weight * (1 - l.weight), c.weight * l.weight}};
}

}  // namespace aif::sim
