#include "sim/scenario/origins.hpp"

#include <algorithm>

namespace aif::sim {
namespace {

using Type = DocNode::Type;

// Walks the winning tree; every node carries what it replaced, every child of a replaced map counts as an older layer.
void walk(DocNode const& node, std::string const& path, std::string const& reference, Origins& out) {
  std::string const& from = node.reference.empty() ? reference : node.reference;
  if (node.replaced) walk(*node.replaced, path, reference, out);
  auto const below = [&](std::string const& word) { return path.empty() ? word : path + "." + word; };
  if (node.type == Type::scalar) {
    out[path].push_back({node.pos, node.scalar, node.source ? from : std::string(), node.source});
  } else if (!node.reference.empty()) {
    out[path].push_back({node.pos, node.reference, node.reference, nullptr});
  }
  for (auto const& e : node.entries) walk(e.value, below(e.key), from, out);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    DocNode const* id = node.items[i].find("id");
    std::string name = std::to_string(i);
    if (id && id->type == Type::scalar) name = id->scalar;
    else if (!node.items[i].reference.empty()) name = node.items[i].reference.substr(node.items[i].reference.rfind('/') + 1);
    walk(node.items[i], below(name), from, out);
  }
}

}  // namespace

Origins trace_origins(DocNode const& tree) {
  Origins out;
  walk(tree, "", "", out);
  return out;
}

std::vector<Origin> const* find_origin(Origins const& origins, std::string const& path) {
  auto const it = origins.find(path);
  return it == origins.end() ? nullptr : &it->second;
}

}  // namespace aif::sim
