#include "models/network/topologies/user_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace aif::network {
namespace {

// Capacity between two sets of leaves through super nodes on either side.
double cut_between_halves(Fabric const& f, std::vector<int> const& leaves) {
  int const n = static_cast<int>(f.nodes.size());
  Graph graph{n + 2, {}};
  double total = 0;
  for (auto const& l : f.links)
    if (l.a >= f.endpoints) graph.edges.push_back({l.a, l.b, 1, l.byte_s}), total += l.byte_s;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    bool const first = i < leaves.size() / 2;
    graph.edges.push_back({first ? n : leaves[i], first ? leaves[i] : n + 1, 1, 2 * total + 1});
  }
  return min_cut(graph, n, n + 1).capacity;
}

// Links between the two farthest hosts: over the switches between their leaves, and one at each end.
int diameter_hops(Fabric const& f, std::vector<int> const& leaves) {
  Graph graph{static_cast<int>(f.nodes.size()), {}};
  for (auto const& l : f.links)
    if (l.a >= f.endpoints) graph.edges.push_back({l.a, l.b});
  double longest = 0;
  for (int leaf : leaves) {
    auto const paths = shortest_paths(graph, leaf);
    for (int other : leaves)
      if (double const d = paths.distance[static_cast<std::size_t>(other)]; std::isfinite(d)) longest = std::max(longest, d);
  }
  return 2 + static_cast<int>(longest);
}

}  // namespace

Fabric build(UserGraph const& p, FabricDemand const& demand) {
  Fabric f;
  f.name = "user graph";
  f.endpoints = demand.endpoints();
  f.nodes.resize(static_cast<std::size_t>(f.endpoints));
  std::map<std::string, int> node;
  std::vector<int> leaves;
  std::vector<std::string> names;
  for (auto const& s : p.switches) {
    node[s.id] = static_cast<int>(f.nodes.size());
    names.push_back(s.id);
    if (s.leaf) leaves.push_back(static_cast<int>(f.nodes.size()));
    f.nodes.push_back({s.leaf ? NodeKind::leaf : NodeKind::spine, 0});
  }
  if (leaves.empty() && f.endpoints > 0) refuse_fabric("AF2306", "no switch of the user graph is marked `leaf: true`, so hosts have nowhere to plug in", "mark the switches that hosts connect to");
  for (int e = 0; e < f.endpoints; ++e)
    f.links.push_back({e, leaves[static_cast<std::size_t>(e) * leaves.size() / static_cast<std::size_t>(f.endpoints)], demand.nic_byte_s, true});
  for (auto const& c : p.cables) {
    for (auto const* end : {&c.from, &c.to})
      if (!node.contains(*end)) refuse_fabric("AF2307", fmt::format("a cable ends at `{}`, which is not a switch of the graph", *end), fmt::format("did you mean `{}`?", did_you_mean(*end, names)));
    for (int i = 0; i < c.count; ++i) f.links.push_back({node[c.from], node[c.to], c.byte_s, true});
  }
  f.switch_ports = p.switch_model.ports * f.switches();
  f.diameter_hops = diameter_hops(f, leaves);
  f.bisection_byte_s = leaves.size() < 2 ? f.endpoints * demand.nic_byte_s / 2 : std::min(f.endpoints * demand.nic_byte_s / 2, cut_between_halves(f, leaves));
  return f;
}

}  // namespace aif::network
