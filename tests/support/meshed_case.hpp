#pragma once
// Reads validation/data/power_ref_case*_{bus,branch}.csv into a graph: base 100 MVA, q and p > 0 consume, ratio and shift at the from end,
// shunts inside the bus figures, one slack bus.

#include <algorithm>
#include <numbers>
#include <string>

#include "core/csv.hpp"
#include "models/power/electrical_graph.hpp"

namespace aif::power::testing {

struct MeshedCase {
  ElectricalGraph graph;
  std::vector<double> magnitude, angle;  // the reference solution; rad
  int slack = 0;
};

inline MeshedCase load_case(std::string const& stem, int slack, std::string const& suffix) {
  auto const bus = CsvTable::load(stem + "_bus.csv" + suffix), branch = CsvTable::load(stem + "_branch.csv" + suffix);
  MeshedCase out;
  out.slack = slack;
  out.graph.p = bus.numbers("p_mw");
  out.graph.q = bus.numbers("q_mvar");
  out.magnitude = bus.numbers("vm_pu");
  out.angle = bus.numbers("va_degree");
  for (double& a : out.angle) a *= std::numbers::pi / 180;
  for (std::size_t i = 0; i < bus.rows(); ++i) {
    out.graph.p[i] /= 100;
    out.graph.q[i] /= 100;
    out.graph.buses.push_back({"bus " + bus.at(i, "bus"), 0, 0});
  }
  out.graph.p[static_cast<std::size_t>(slack)] = out.graph.q[static_cast<std::size_t>(slack)] = 0;
  out.graph.sources = {slack};
  auto const from = branch.numbers("from"), to = branch.numbers("to"), r = branch.numbers("r_pu"), x = branch.numbers("x_pu"), b = branch.numbers("b_pu"),
             ratio = branch.numbers("ratio"), shift = branch.numbers("shift_deg"), status = branch.numbers("status");
  for (std::size_t i = 0; i < branch.rows(); ++i)
    out.graph.branches.push_back({"branch " + std::to_string(i), static_cast<int>(from[i]), static_cast<int>(to[i]), r[i], x[i], 0, b[i], ratio[i],
                                  shift[i] * std::numbers::pi / 180, 0, status[i] != 0});
  return out;
}

}  // namespace aif::power::testing
