#pragma once
// The graph of a job: what waits for what. A graph that could never end or names what is not there is refused with the place.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/diagnostics.hpp"
#include "models/compute/architecture.hpp"
#include "models/compute/networks/network.hpp"
#include "workloads/stages/stage.hpp"

namespace aif::workloads {

// The models that stages name, by reference; filled by whoever can read the library.
struct ModelShelf {
  std::map<std::string, compute::NetworkParams> networks;
  std::map<std::string, compute::ModelArchitecture> models;
};
std::vector<std::string> network_references(ProductParams const& product);
std::vector<std::string> model_references(ProductParams const& product);

// AF2540 no stage, AF2541 a stage waits for itself round a circle (named), AF2542 waits for a stage that is not there,
// AF2543 a part that the network lacks, AF2544 a stage that asks for nothing. Paths start at `path`.
DiagnosticList check_product(ProductParams const& product, ModelShelf const& shelf, std::string const& path);

// Indices in an order in which every stage stands behind those it waits for; needs a graph without circles.
std::vector<std::size_t> stage_order(ProductParams const& product);
std::vector<std::vector<std::size_t>> predecessors(ProductParams const& product);

// Longest path through the graph when stage i takes time_s[i] and its own gap goes before it.
double critical_path_s(ProductParams const& product, std::vector<double> const& time_s);

}  // namespace aif::workloads
