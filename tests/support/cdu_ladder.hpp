#pragma once
// Two headers with n coolant distribution units between them: 6 m of DN300 a step, 10 m of DN80 and an exchanger a branch, 200 kPa across the
// first nodes, water at 30 degC. The same network is solved with pandapipes in tests/python.

#include "models/cooling/fluids.hpp"
#include "models/cooling/hydraulics.hpp"

namespace aif::cooling::testing {

struct CduLadder {
  HydraulicNetwork net;
  std::vector<std::size_t> branch;  // link of each exchanger
};

inline CduLadder make_cdu_ladder(int n) {
  CduLadder out;
  out.net.density_kg_m3 = density_kg_m3(Fluid::water, 30);
  out.net.viscosity_pa_s = viscosity_pa_s(Fluid::water, 30);
  auto const pipe = [&](int from, int to, double length_m, double diameter_m, double loss) {
    HydraulicLink l;
    l.from = from, l.to = to, l.length_m = length_m, l.diameter_m = diameter_m, l.loss_coefficient = loss;
    return out.net.add(l);
  };
  int supply = out.net.add_node(5e5), back = out.net.add_node(3e5);
  for (int i = 0; i < n; ++i) {
    int const next_supply = out.net.add_node(), next_back = out.net.add_node(), middle = out.net.add_node();
    pipe(supply, next_supply, 6, 0.3, 0), pipe(next_back, back, 6, 0.3, 0);
    pipe(next_supply, middle, 10, 0.08, 25);
    out.branch.push_back(pipe(middle, next_back, 0, 0.08, 10));
    supply = next_supply, back = next_back;
  }
  return out;
}

}  // namespace aif::cooling::testing
