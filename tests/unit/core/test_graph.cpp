#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "core/graph/graph.hpp"

using aif::Graph;

// Two triangles joined at vertex 2, a pendant vertex 5 on 4, and an isolated vertex 6.
static Graph bow_tie() { return {7, {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}, {4, 2}, {4, 5}}}; }

TEST_CASE("articulation points and bridges are what splits a component") {
  Graph const g = bow_tie();
  CHECK(aif::articulation_points(g) == std::vector<int>{2, 4});
  CHECK(aif::bridges(g) == std::vector<int>{6});
  CHECK(aif::component_of(g) == std::vector<int>{0, 0, 0, 0, 0, 0, 1});
}

TEST_CASE("a doubled edge is no bridge, and closes a loop") {
  Graph const g{2, {{0, 1}, {0, 1}}};
  CHECK(aif::bridges(g).empty());
  CHECK(aif::loop_edges(g) == std::vector<int>{1});
  CHECK(aif::loop_edges(Graph{3, {{0, 1}, {1, 2}}}).empty());
}

TEST_CASE("tree order puts parents before children") {
  auto const tree = aif::breadth_first_tree(bow_tie(), 2);
  CHECK(tree.order.size() == 6);
  CHECK(tree.parent[5] == 4);
  CHECK(tree.parent_edge[5] == 6);
  CHECK(tree.parent[6] == -1);
}

TEST_CASE("topological order respects arcs and refuses cycles") {
  CHECK(aif::topological_order(Graph{3, {{2, 1}, {1, 0}}}) == std::vector<int>{2, 1, 0});
  CHECK(aif::topological_order(Graph{2, {{0, 1}, {1, 0}}}).empty());
}

TEST_CASE("shortest path takes the light way round and names its edges") {
  Graph const g{4, {{0, 1, 5}, {0, 2, 1}, {2, 1, 1}, {1, 3, 1}}};
  auto const paths = aif::shortest_paths(g, 0);
  CHECK(paths.distance[3] == 3);
  CHECK(aif::path_edges(g, paths, 3) == std::vector<int>{1, 2, 3});
  CHECK(std::isinf(aif::shortest_paths(Graph{2, {}}, 0).distance[1]));
}

TEST_CASE("minimum cut equals the capacity of the edges it names") {
  Graph const g{4, {{0, 1, 1, 3}, {0, 2, 1, 2}, {1, 3, 1, 1}, {2, 3, 1, 4}, {1, 2, 1, 1}}};
  auto const cut = aif::min_cut(g, 0, 3);
  double sum = 0;
  for (int e : cut.edges) sum += g.edges[static_cast<std::size_t>(e)].capacity;
  CHECK(cut.capacity == doctest::Approx(sum));
  CHECK(cut.capacity == doctest::Approx(4));  // 2 over vertex 2 and 1 + 1 out of vertex 1
}
