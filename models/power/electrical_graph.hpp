#pragma once
// One electrical network as buses, branches, switches and sources, per unit on one base. The steady engines read it: the radial sweep where
// the closed branches form a tree, Newton where they mesh; outages.hpp asks it for single points of failure.

#include <string>
#include <vector>

#include "core/diagnostics.hpp"
#include "core/graph/graph.hpp"
#include "models/power/radial_solver.hpp"

namespace aif::power {

struct Bus {
  std::string name;
  double g = 0, b = 0;      // shunt
};

struct Branch {
  std::string name;
  int from = 0, to = 0;
  double r = 0, x = 0, g = 0, b = 0;  // series; whole shunt, half at each end
  double ratio = 1, shift = 0;        // at the `from` end; rad
  double rating = 0;                  // apparent power, per unit; 0: unlimited
  bool closed = true;                 // a switch is a branch that can be open
};

struct ElectricalGraph {
  std::vector<Bus> buses;
  std::vector<Branch> branches;
  std::vector<int> sources;           // buses with a source; the first is the slack of the sweep and of Newton
  std::vector<double> p, q;           // load of each bus, > 0 consumes
};

// Every problem that no solver should meet: an unknown bus (AF2130), a negative impedance (AF2131), a branch without impedance (AF2132), a
// load that no source reaches (AF2133), a load above the rating of all its paths (AF2134). Names the element.
DiagnosticList check(ElectricalGraph const& graph);

// Closed branches only; edge i of the result is branch `edges[i]`.
Graph closed_graph(ElectricalGraph const& graph, std::vector<int>& edges);

struct RadialCase {
  RadialNetwork net;
  std::vector<int> bus;       // of each node of the network
  std::vector<int> branch;    // into each node; -1 for the source
  std::vector<double> p, q;   // loads in the network's order
};
// The tree that the closed branches form. Throws InputError: the problems of check(), or a loop (AF2135), naming the branch that closes it.
RadialCase radial_case(ElectricalGraph const& graph);

}  // namespace aif::power
