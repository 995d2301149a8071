#pragma once
// The graph questions that electrical and network topologies ask, over plain edge lists. The one wrapper round Boost.Graph: nothing
// of Boost shows here. Vertices are 0..n-1, edges keep their index; answers are in rising index order, so they are deterministic.
// Made for facility graphs (up to about 1e5 edges), called when a site is built, never in the time loop.

#include <vector>

namespace aif {

struct GraphEdge {
  int from = 0, to = 0;
  double weight = 1;    // length for shortest paths; >= 0
  double capacity = 1;  // for minimum cuts; >= 0
};

struct Graph {
  int vertices = 0;
  std::vector<GraphEdge> edges;
};

// Undirected questions: from and to are interchangeable, parallel edges are allowed.
std::vector<int> component_of(Graph const& graph);          // index of each vertex's component, numbered by its lowest vertex
std::vector<int> articulation_points(Graph const& graph);   // vertices whose loss splits their component
std::vector<int> bridges(Graph const& graph);               // edges whose loss splits their component
std::vector<int> loop_edges(Graph const& graph);            // edges that close a loop when edges are added in order; empty for a forest

struct Tree {
  std::vector<int> order;        // reached vertices, root first, parents before children
  std::vector<int> parent;       // of each vertex; -1 for the root and for what was not reached
  std::vector<int> parent_edge;  // edge to the parent; -1 likewise
};
Tree breadth_first_tree(Graph const& graph, int root);

// Directed questions.
std::vector<int> topological_order(Graph const& graph);     // empty when there is a cycle

struct ShortestPaths {
  std::vector<double> distance;  // infinite where not reached
  std::vector<int> parent_edge;  // -1 for the source and for what was not reached
};
ShortestPaths shortest_paths(Graph const& graph, int source, bool directed = false);
std::vector<int> path_edges(Graph const& graph, ShortestPaths const& paths, int target);  // source to target; empty if unreachable

struct Cut {
  double capacity = 0;
  std::vector<int> edges;        // that cross from the source's side
  std::vector<char> on_source_side;  // of each vertex
};
Cut min_cut(Graph const& graph, int source, int sink, bool directed = false);

}  // namespace aif
