#pragma once
// Newton-Raphson power flow in polar coordinates (Tinney and Hart 1967) for meshed states: closed ties, paralleled feeds. One slack bus, all
// others constant power. The pattern of the Jacobian and its symbolic factorisation are made once for a topology. Starts from the angles of
// the DC flow (Stott and Alsac 1974) at the slack's magnitude; where that diverges the load is walked up from nothing (continuation), so the solution is the one connected to no load.
// Neglected: voltage-controlled buses, imbalance. The sweep is the faster engine wherever the network is radial.

#include <Eigen/Sparse>
#include <memory>
#include <span>
#include <vector>

#include "models/power/block_lu.hpp"
#include "models/power/electrical_graph.hpp"

namespace aif::power {

struct NewtonResult {
  std::vector<double> magnitude, angle;  // of each bus; pu, rad
  int iterations = 0;                    // over all continuation steps
  double mismatch = 0;                   // largest, per unit
};

class NewtonSolver {
 public:
  // Throws InputError with the problems of check().
  explicit NewtonSolver(ElectricalGraph const& graph, double slack_magnitude = 1, double slack_angle = 0);

  // Loads p, q per bus (> 0 consumes). `start`: voltages to begin with, of a neighbouring case; nullptr: the DC flow. Throws InputError AF3102,
  // naming the bus with the largest mismatch, when the case has no solution that can be reached.
  NewtonResult solve(std::span<double const> p, std::span<double const> q, NewtonResult const* start = nullptr, double tolerance = 1e-10);

 private:
  bool iterate(std::span<double const> p, std::span<double const> q, double load, double tolerance, int most);
  double mismatch(std::span<double const> p, std::span<double const> q, double load);
  void fill_jacobian();
  void start_from_dc_flow(std::span<double const> p, double load);

  ElectricalGraph const* graph_;
  int slack_ = 0;
  double slack_magnitude_, slack_angle_;
  std::vector<int> row_start_, column_;          // admittance, by row
  std::vector<double> g_, b_;
  std::vector<int> unknown_;                     // of each bus: 2 k and 2 k + 1; -1 for the slack
  std::vector<int> slot_;                        // of each admittance entry: its block of the Jacobian; -1 in the slack's row and column
  std::unique_ptr<BlockLu> lu_;
  Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>> dc_;  // susceptances without resistance, taps and charging
  Eigen::VectorXd dc_shift_;                                // injections that phase shifters stand for
  std::vector<double> residual_;
  std::vector<double> v_, a_, cosine_, sine_, p_now_, q_now_;
  int iterations_ = 0, worst_bus_ = 0;
};

}  // namespace aif::power
