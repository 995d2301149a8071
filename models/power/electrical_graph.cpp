#include "models/power/electrical_graph.hpp"

#include <fmt/format.h>

#include <cmath>

namespace aif::power {
namespace {

Diagnostic problem(char const* code, std::string message, std::string path, std::string hint) {
  Diagnostic d;
  d.code = code;
  d.message = std::move(message);
  d.path = std::move(path);
  d.hint = std::move(hint);
  return d;
}

bool known(ElectricalGraph const& graph, int bus) { return bus >= 0 && bus < static_cast<int>(graph.buses.size()); }

}  // namespace

Graph closed_graph(ElectricalGraph const& graph, std::vector<int>& edges) {
  Graph out{static_cast<int>(graph.buses.size()), {}};
  edges.clear();
  for (std::size_t i = 0; i < graph.branches.size(); ++i) {
    auto const& b = graph.branches[i];
    if (!b.closed) continue;
    out.edges.push_back({b.from, b.to, std::hypot(b.r, b.x), b.rating > 0 ? b.rating : 1e9});
    edges.push_back(static_cast<int>(i));
  }
  return out;
}

DiagnosticList check(ElectricalGraph const& graph) {
  DiagnosticList out;
  for (auto const& b : graph.branches) {
    if (!known(graph, b.from) || !known(graph, b.to) || b.from == b.to) {
      out.add(problem("AF2130", fmt::format("branch `{}` does not join two buses of the network", b.name), b.name, "both ends are buses, and different ones"));
      continue;
    }
    if (b.r < 0 || !std::isfinite(b.r) || !std::isfinite(b.x) || !(b.ratio > 0))
      out.add(problem("AF2131", fmt::format("branch `{}` has impedance {} + j{} and ratio {}", b.name, b.r, b.x, b.ratio), b.name, "resistance and ratio cannot be negative"));
    else if (b.r == 0 && b.x == 0)
      out.add(problem("AF2132", fmt::format("branch `{}` has no impedance: its length is zero", b.name), b.name, "give it a length, or merge its two buses"));
  }
  for (int s : graph.sources)
    if (!known(graph, s)) out.add(problem("AF2130", "a source stands on no bus", "sources", "name a bus of the network"));
  if (graph.sources.empty()) out.add(problem("AF2133", "the network has no source", "sources", "name the bus of the utility or of a generator"));
  if (out.has_errors()) return out;

  std::vector<int> edges;
  Graph const closed = closed_graph(graph, edges);
  auto const component = component_of(closed);
  std::vector<char> fed(graph.buses.size() + 1, 0);
  for (int s : graph.sources) fed[static_cast<std::size_t>(component[static_cast<std::size_t>(s)])] = 1;
  std::vector<double> into(graph.buses.size(), 0.0);
  std::vector<char> limited(graph.buses.size(), 1);
  for (auto const& b : graph.branches)
    if (b.closed)
      for (int end : {b.from, b.to}) {
        into[static_cast<std::size_t>(end)] += b.rating;
        if (b.rating <= 0) limited[static_cast<std::size_t>(end)] = 0;
      }
  for (int s : graph.sources) limited[static_cast<std::size_t>(s)] = 0;
  for (std::size_t i = 0; i < graph.buses.size(); ++i) {
    double const s = std::hypot(graph.p[i], graph.q[i]);
    if (s > 0 && !fed[static_cast<std::size_t>(component[i])])
      out.add(problem("AF2133", fmt::format("bus `{}` carries a load on an island without a source", graph.buses[i].name), graph.buses[i].name, "close a switch or add a source"));
    else if (s > 0 && limited[i] && s > into[i])
      out.add(problem("AF2134", fmt::format("load {:.4g} pu of bus `{}` is above the {:.4g} pu of all branches that reach it", s, graph.buses[i].name, into[i]), graph.buses[i].name,
                      "less load or larger branches"));
  }
  return out;
}

RadialCase radial_case(ElectricalGraph const& graph) {
  DiagnosticList problems = check(graph);
  std::vector<int> edges;
  if (!problems.has_errors()) {
    Graph const closed = closed_graph(graph, edges);
    for (int e : loop_edges(closed)) {
      auto const& b = graph.branches[static_cast<std::size_t>(edges[static_cast<std::size_t>(e)])];
      problems.add(problem("AF2135", fmt::format("branch `{}` closes a loop: the network is not radial", b.name), b.name, "open a switch of the loop, or solve it with Newton"));
    }
  }
  if (problems.has_errors()) throw InputError(std::move(problems));
  Graph const closed = closed_graph(graph, edges);
  Tree const tree = breadth_first_tree(closed, graph.sources.front());
  RadialCase out;
  std::vector<int> node_of(graph.buses.size(), -1);
  for (int bus : tree.order) {
    auto const i = static_cast<std::size_t>(bus);
    int const edge = tree.parent_edge[i];
    if (edge < 0) {
      node_of[i] = out.net.add(-1, 0, 0);
      out.branch.push_back(-1);
    } else {
      int const branch = edges[static_cast<std::size_t>(edge)];
      auto const& b = graph.branches[static_cast<std::size_t>(branch)];
      int const up = node_of[static_cast<std::size_t>(tree.parent[i])];
      if (b.to == bus) {
        node_of[i] = out.net.add(up, b.r, b.x, b.g, b.b, 1, b.ratio, b.shift);
      } else {  // seen from its other end: the ratio is 1/t there and impedances move across it
        double const t2 = b.ratio * b.ratio;
        node_of[i] = out.net.add(up, b.r * t2, b.x * t2, b.g / t2, b.b / t2, 1, 1 / b.ratio, -b.shift);
      }
      out.branch.push_back(branch);
    }
    out.bus.push_back(bus);
    out.p.push_back(graph.p[i]);
    out.q.push_back(graph.q[i]);
  }
  out.net.finish();
  for (std::size_t n = 0; n < out.bus.size(); ++n) {
    auto const& bus = graph.buses[static_cast<std::size_t>(out.bus[n])];
    out.net.g[n] += bus.g;
    out.net.b[n] += bus.b;
  }
  return out;
}

}  // namespace aif::power
