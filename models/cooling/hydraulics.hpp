#pragma once
// Steady flow in one closed loop: nodes joined by pipes, exchangers, valves and pumps. Nodal Newton in the gradient form of Todini & Pilati
// 1988: each sweep solves one symmetric sparse system for node pressures with analytic derivatives; a warm start takes 2-4 sweeps.
// Pipes: Darcy-Weisbach (pipe.hpp) with fittings as loss coefficients; exchangers dp = dp0 (m/m0)^n; valves with equal percentage;
// pumps in parallel with affinity laws, H = s^2 h0 - h2 (q/k)^2. Neglected: gas, water hammer (quasi-steady), height (closed loops).

#include <limits>
#include <span>
#include <vector>

#include <Eigen/SparseCholesky>
#include <Eigen/SparseCore>

namespace aif::cooling {

struct HydraulicLink {
  enum class Kind { pipe, exchanger, valve, pump };
  Kind kind = Kind::pipe;
  int from = 0, to = 0;
  // pipe
  double length_m = 0, diameter_m = 0, roughness_m = 4.5e-5, loss_coefficient = 0;
  // exchanger, cold plate: pressure drop at its rated flow
  double rated_drop_pa = 0, rated_kg_s = 1, exponent = 2;
  // valve: Kv in m3/h at 1 bar, fully open; opening 0..1; rangeability of the equal-percentage trim
  double kvs_m3_h = 0, opening = 1, rangeability = 50;
  // pump: shut-off head and quadratic fall of one pump at full speed
  double shutoff_pa = 0, fall_pa_per_kg2_s2 = 0, speed = 1;
  int parallel = 1;
};

struct HydraulicNetwork {
  double density_kg_m3 = 998, viscosity_pa_s = 1e-3;
  std::vector<double> fixed_pa;          // pressure of a node that is held; NaN: free
  std::vector<double> injected_kg_s;     // into each node; 0 in closed loops
  std::vector<HydraulicLink> links;

  int add_node(double held_pa = std::numeric_limits<double>::quiet_NaN());
  std::size_t add(HydraulicLink link);
};

struct HydraulicState {
  std::vector<double> flow_kg_s, pressure_pa;  // of links, of nodes; empty: cold start
};

struct HydraulicResult {
  int sweeps = 0;
  double balance_kg_s = 0;  // worst flow imbalance of a node
  double head_pa = 0;       // worst mismatch of pressure along a link
};

// Pressure lost from `from` to `to` at a flow, and its slope (> 0).
struct LinkDrop {
  double drop_pa = 0, slope = 0;
};
LinkDrop link_drop(HydraulicNetwork const& net, HydraulicLink const& link, double flow_kg_s);

// Keeps the ordering and the factor of one network's structure between solutions. Throws InputError: AF2209 nothing drives the loop,
// AF2210 a node hangs on nothing that holds its pressure, AF2211 a link with impossible data, AF3201 no convergence.
class HydraulicSolver {
 public:
  explicit HydraulicSolver(HydraulicNetwork const& net);
  HydraulicResult solve(HydraulicNetwork const& net, HydraulicState& state, double tolerance = 1e-8);

 private:
  void assemble(HydraulicNetwork const& net, HydraulicState const& state);
  void linearise(HydraulicNetwork const& net, HydraulicState const& state);
  std::vector<int> unknown_of_;                        // node -> row, -1 when held
  std::vector<LinkDrop> drops_;
  struct Slots { double *from = nullptr, *to = nullptr, *cross = nullptr; };
  std::vector<Slots> slots_;                           // where each link adds its conductance
  Eigen::SparseMatrix<double> matrix_;
  Eigen::VectorXd right_, pressure_;
  Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>, Eigen::Lower, Eigen::AMDOrdering<int>> factor_;
};

}  // namespace aif::cooling
