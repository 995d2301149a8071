#include "models/compute/networks/network.hpp"

#include <algorithm>
#include <sstream>

#include "contracts/surfaces/form.hpp"

namespace aif::compute {

std::string const& part_id(NetworkPart const& part) {
  return std::visit([](auto const& p) -> std::string const& { return p.id; }, part);
}

NetworkPart const* find_part(NetworkParams const& network, std::string_view id) {
  for (auto const& part : network.parts)
    if (id.empty() || part_id(part) == id) return &part;
  return nullptr;
}

double parameters(NetworkPart const& part) {
  return std::visit([](auto const& p) { return parameters(p); }, part);
}

double counted_parameters(NetworkParams const& network) {
  std::istringstream words(network.counted);
  double sum = 0;
  bool named = false;
  for (std::string id; words >> id; named = true)
    if (auto const* part = find_part(network, id)) sum += parameters(*part);
  if (!named)
    for (auto const& part : network.parts) sum += parameters(part);
  return sum;
}

double resident_byte(NetworkPart const& part, Format const& format, Layout const& layout) {
  double const wide = aif::weight_byte(format.weights), sharers = layout.split == Split::tensor ? layout.ways : 1;
  if (auto const* tables = std::get_if<TablesPart>(&part)) return table_byte(*tables) / layout.ways + dense_parameters(*tables) * wide;
  if (auto const* graph = std::get_if<GraphNetPart>(&part)) return feature_store_byte(*graph) / layout.ways + parameters(*graph) * wide;
  return parameters(part) * wide / sharers;
}

double working_byte(NetworkPart const& part, PartWork const& work, Format const& format, Layout const& layout) {
  double const element = format.activation_byte;
  if (auto const* trunk = std::get_if<PairformerPart>(&part)) return activation_byte(*trunk, work, element, layout.split == Split::axial ? layout.ways : 1);
  if (auto const* stack = std::get_if<TransformerPart>(&part)) {
    double const tokens = patch_tokens(work, stack->pixels_per_token, stack->frames_per_token);
    return state_byte(*stack, work, element) / layout.ways + work.batch * tokens * (4.0 * stack->hidden + 2.0 * stack->ffn) * element / layout.ways;
  }
  // Largest pair of operands alive at once: inputs and outputs of the widest call.
  PartWork once = work;
  once.repeats = 1;
  double largest = 0;
  for (auto const& call : lower(part, once, format, layout))
    if (call.op != OpClass::gather && call.op != OpClass::triangle) largest = std::max(largest, call.state_byte);
  return 2 * largest;
}

std::vector<OperatorCall> lower(NetworkPart const& part, PartWork const& work, Format const& format, Layout const& layout) {
  Lowering out(format, layout);
  std::visit([&](auto const& p) { lower(p, work, out); }, part);
  return out.take();
}

}  // namespace aif::compute
