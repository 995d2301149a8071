#pragma once
// Relational graph attention on sampled neighbourhoods: features of the sampled nodes are gathered from host or device memory,
// each layer projects them by relation and attends over the edges. Work: batch = target nodes.
// Sources: Busbridge et al. 2019 (RGAT), mlcommons/inference graph/R-GAT (IGBH-full, fan-out 15, 10, 5).

#include <string>
#include <vector>

#include "core/fields.hpp"
#include "models/compute/networks/work.hpp"

namespace aif::compute {

struct GraphNetPart {
  static constexpr std::string_view type_name = "graph_net";
  std::string id;
  std::vector<double> fan_out;      // neighbours of a node, outermost layer last
  double features = 1024, hidden = 512, classes = 2983, relations = 5, unique_share = 1, nodes = 0, feature_byte = 2;

  static constexpr auto fields() {
    using P = GraphNetPart;
    auto const number = [](std::string_view key, double P::*member, std::string_view doc) { return field(key, member, Kind::number, 0, 1e13, doc); };
    return FieldList{
        field("id", &P::id, "Name of the part.").required(),
        field("fan_out", &P::fan_out, Kind::number, 1, 1e4, "Sampled neighbours by layer, nearest first.").required(),
        number("features", &P::features, "Width of a node's features."), number("hidden", &P::hidden, "Width of a layer, all heads."), number("classes", &P::classes, "Output classes."),
        number("relations", &P::relations, "Kinds of edges, each with its own weights."),
        field("unique_share", &P::unique_share, Kind::fraction, 0.01, 1, "Sampled nodes that are not sampled twice in a batch."),
        number("nodes", &P::nodes, "Nodes of the graph, for the memory of the features."), number("feature_byte", &P::feature_byte, "Bytes of a stored feature.")};
  }
};

double parameters(GraphNetPart const& part);
double feature_store_byte(GraphNetPart const& part);
void lower(GraphNetPart const& part, PartWork const& work, Lowering& out);

}  // namespace aif::compute
