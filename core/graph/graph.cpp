#include "core/graph/graph.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/push_relabel_max_flow.hpp>
#include <boost/graph/topological_sort.hpp>
#include <boost/pending/disjoint_sets.hpp>
#include <boost/property_map/function_property_map.hpp>
#include <limits>
#include <numeric>

namespace aif {
namespace {

using EdgeIndex = boost::property<boost::edge_index_t, int>;
using Undirected = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, EdgeIndex>;
using Directed = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, EdgeIndex>;

template <class G>
G to_boost(Graph const& graph) {
  G out(static_cast<std::size_t>(graph.vertices));
  for (std::size_t i = 0; i < graph.edges.size(); ++i)
    boost::add_edge(static_cast<std::size_t>(graph.edges[i].from), static_cast<std::size_t>(graph.edges[i].to), static_cast<int>(i), out);
  return out;
}

template <class G>
ShortestPaths dijkstra(Graph const& graph, int source) {
  G g = to_boost<G>(graph);
  auto const index = get(boost::edge_index, g);
  auto const weight = boost::make_function_property_map<typename G::edge_descriptor>(
      [&](auto const& e) { return graph.edges[static_cast<std::size_t>(get(index, e))].weight; });
  ShortestPaths out{std::vector<double>(num_vertices(g), std::numeric_limits<double>::infinity()), std::vector<int>(num_vertices(g), -1)};
  std::vector<std::size_t> parent(num_vertices(g));
  boost::dijkstra_shortest_paths(g, static_cast<std::size_t>(source),
                                 boost::weight_map(weight)
                                     .distance_map(out.distance.data())
                                     .predecessor_map(parent.data())
                                     .distance_inf(std::numeric_limits<double>::infinity()));
  // The edge taken to each vertex: the lowest index among those that realise the distance from the parent.
  for (std::size_t i = graph.edges.size(); i-- > 0;) {
    auto const& e = graph.edges[i];
    auto take = [&](int from, int to) {
      auto const f = static_cast<std::size_t>(from), t = static_cast<std::size_t>(to);
      if (to != source && parent[t] == f && out.distance[f] + e.weight <= out.distance[t]) out.parent_edge[t] = static_cast<int>(i);
    };
    take(e.from, e.to);
    if constexpr (std::is_same_v<G, Undirected>) take(e.to, e.from);
  }
  return out;
}

}  // namespace

std::vector<int> component_of(Graph const& graph) {
  Undirected g = to_boost<Undirected>(graph);
  std::vector<int> component(num_vertices(g));
  if (!component.empty()) boost::connected_components(g, component.data());
  return component;
}

std::vector<int> articulation_points(Graph const& graph) {
  Undirected g = to_boost<Undirected>(graph);
  std::vector<std::size_t> points;
  boost::articulation_points(g, std::back_inserter(points));
  std::vector<int> out(points.begin(), points.end());
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<int> bridges(Graph const& graph) {
  // A bridge is a biconnected component of one edge.
  Undirected g = to_boost<Undirected>(graph);
  std::vector<std::size_t> component_of_edge(graph.edges.size());
  auto const map = boost::make_iterator_property_map(component_of_edge.begin(), get(boost::edge_index, g));
  boost::biconnected_components(g, map);
  std::vector<int> size(graph.edges.size(), 0), out;
  for (std::size_t c : component_of_edge) ++size[c];
  for (std::size_t i = 0; i < component_of_edge.size(); ++i)
    if (size[component_of_edge[i]] == 1 && graph.edges[i].from != graph.edges[i].to) out.push_back(static_cast<int>(i));
  return out;
}

std::vector<int> loop_edges(Graph const& graph) {
  std::vector<int> rank(static_cast<std::size_t>(graph.vertices)), parent(static_cast<std::size_t>(graph.vertices)), out;
  boost::disjoint_sets<int*, int*> sets(rank.data(), parent.data());
  for (int v = 0; v < graph.vertices; ++v) sets.make_set(v);
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    auto const& e = graph.edges[i];
    if (sets.find_set(e.from) == sets.find_set(e.to)) out.push_back(static_cast<int>(i));
    else sets.union_set(e.from, e.to);
  }
  return out;
}

Tree breadth_first_tree(Graph const& graph, int root) {
  Undirected g = to_boost<Undirected>(graph);
  auto const n = static_cast<std::size_t>(graph.vertices);
  Tree tree{{root}, std::vector<int>(n, -1), std::vector<int>(n, -1)};
  std::vector<char> seen(n, 0);
  seen[static_cast<std::size_t>(root)] = 1;
  for (std::size_t head = 0; head < tree.order.size(); ++head) {
    auto const v = static_cast<std::size_t>(tree.order[head]);
    for (auto [e, end] = out_edges(v, g); e != end; ++e) {
      std::size_t const to = target(*e, g);
      if (seen[to]) continue;
      seen[to] = 1;
      tree.parent[to] = static_cast<int>(v);
      tree.parent_edge[to] = get(boost::edge_index, g, *e);
      tree.order.push_back(static_cast<int>(to));
    }
  }
  return tree;
}

std::vector<int> topological_order(Graph const& graph) {
  Directed g = to_boost<Directed>(graph);
  std::vector<std::size_t> reversed;
  try {
    boost::topological_sort(g, std::back_inserter(reversed));
  } catch (boost::not_a_dag const&) {
    return {};
  }
  return {reversed.rbegin(), reversed.rend()};
}

ShortestPaths shortest_paths(Graph const& graph, int source, bool directed) {
  return directed ? dijkstra<Directed>(graph, source) : dijkstra<Undirected>(graph, source);
}

std::vector<int> path_edges(Graph const& graph, ShortestPaths const& paths, int target) {
  std::vector<int> out;
  for (int v = target, e = paths.parent_edge[static_cast<std::size_t>(v)]; e >= 0; e = paths.parent_edge[static_cast<std::size_t>(v)]) {
    out.push_back(e);
    auto const& edge = graph.edges[static_cast<std::size_t>(e)];
    v = edge.to == v ? edge.from : edge.to;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Cut min_cut(Graph const& graph, int source, int sink, bool directed) {
  // Push-relabel (Goldberg and Tarjan 1988) on arcs with a residual twin of capacity 0: arc 2i forward, 2i+1 its twin.
  Directed g(static_cast<std::size_t>(graph.vertices));
  std::vector<double> capacity, residual;
  std::vector<Directed::edge_descriptor> twin;
  auto add_arc = [&](int from, int to, double c) {
    auto const f = static_cast<std::size_t>(from), t = static_cast<std::size_t>(to);
    int const id = static_cast<int>(capacity.size());
    auto const forward = boost::add_edge(f, t, id, g).first;
    auto const back = boost::add_edge(t, f, id + 1, g).first;
    twin.insert(twin.end(), {back, forward});
    capacity.insert(capacity.end(), {c, 0.0});
  };
  for (auto const& e : graph.edges) {
    add_arc(e.from, e.to, e.capacity);
    if (!directed) add_arc(e.to, e.from, e.capacity);
  }
  residual = capacity;
  auto const index = get(boost::edge_index, g);
  Cut cut;
  cut.capacity = boost::push_relabel_max_flow(g, static_cast<std::size_t>(source), static_cast<std::size_t>(sink),
                                              boost::make_iterator_property_map(capacity.begin(), index),
                                              boost::make_iterator_property_map(residual.begin(), index),
                                              boost::make_iterator_property_map(twin.begin(), index), get(boost::vertex_index, g));
  // What the source still reaches over arcs with residual capacity is its side.
  double const floor = 1e-12 * std::max(1.0, cut.capacity);
  cut.on_source_side.assign(static_cast<std::size_t>(graph.vertices), 0);
  std::vector<std::size_t> stack{static_cast<std::size_t>(source)};
  cut.on_source_side[static_cast<std::size_t>(source)] = 1;
  while (!stack.empty()) {
    std::size_t const v = stack.back();
    stack.pop_back();
    for (auto [e, end] = out_edges(v, g); e != end; ++e)
      if (residual[static_cast<std::size_t>(get(index, *e))] > floor && !cut.on_source_side[target(*e, g)]) {
        cut.on_source_side[target(*e, g)] = 1;
        stack.push_back(target(*e, g));
      }
  }
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    bool const from = cut.on_source_side[static_cast<std::size_t>(graph.edges[i].from)], to = cut.on_source_side[static_cast<std::size_t>(graph.edges[i].to)];
    if (directed ? from && !to : from != to) cut.edges.push_back(static_cast<int>(i));
  }
  return cut;
}

}  // namespace aif
