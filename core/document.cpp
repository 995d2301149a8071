#include "core/document.hpp"

namespace aif {

DocNode const* DocNode::find(std::string_view key) const {
  for (auto const& e : entries)
    if (e.key == key) return &e.value;
  return nullptr;
}

DocNode* DocNode::find(std::string_view key) { return const_cast<DocNode*>(std::as_const(*this).find(key)); }

DocNode& DocNode::insert(std::string key, SourcePos key_pos, DocNode value) {
  type = Type::map;
  if (DocNode* old = find(key)) return *old = std::move(value);
  entries.push_back({std::move(key), std::move(key_pos), std::move(value)});
  return entries.back().value;
}

}  // namespace aif
