#include "models/compute/networks/graph_net.hpp"

namespace aif::compute {
namespace {

// Nodes of a sampled tree whose leaves lie `depth` hops away.
double nodes_within(GraphNetPart const& p, std::size_t depth) {
  double all = 1, ring = 1;
  for (std::size_t i = 0; i < depth; ++i) all += ring *= p.fan_out[i];
  return all * p.unique_share;
}

}  // namespace

double parameters(GraphNetPart const& p) {
  double sum = p.hidden * p.classes;
  for (std::size_t layer = 0; layer < p.fan_out.size(); ++layer) {
    double const in = layer == 0 ? p.features : p.hidden;
    sum += p.relations * (in * p.hidden + 2 * p.hidden);
  }
  return sum;
}
double feature_store_byte(GraphNetPart const& p) { return p.nodes * p.features * p.feature_byte; }

void lower(GraphNetPart const& p, PartWork const& w, Lowering& out) {
  out.repeat(w.repeats);
  std::size_t const depth = p.fan_out.size();
  out.gather(w.batch * nodes_within(p, depth), p.features * p.feature_byte);
  for (std::size_t layer = 0; layer < depth; ++layer) {
    double const sources = w.batch * nodes_within(p, depth - layer), in = layer == 0 ? p.features : p.hidden;
    out.gemm(sources, p.hidden, in);
    out.gather(sources, p.hidden * out.format().activation_byte);   // messages along the edges
    out.stream(sources * p.hidden, 3, 3);
  }
  out.gemm(w.batch, p.classes, p.hidden);
}

}  // namespace aif::compute
