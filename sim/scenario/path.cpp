#include "sim/scenario/path.hpp"

namespace aif::sim {
namespace {

std::string below(std::string const& path, std::string const& word) { return path.empty() ? word : path + "." + word; }

DocNode* child(DocNode& node, std::string const& word) {
  if (node.type == DocNode::Type::map) return node.find(word);
  for (DocNode& item : node.items)
    if (DocNode const* id = item.find("id"); id && id->scalar == word) return &item;
  return nullptr;
}

// The deepest walk from `node`; a longer key or id may hold dots, so every length is tried.
Walk descend(DocNode& node, std::vector<std::string> const& words, std::size_t at, std::string const& path) {
  Walk best{&node, at, path, {}};
  for (std::size_t end = at + 1; end <= words.size(); ++end) {
    std::string const word = join_path(words, at, end);
    DocNode* next = child(node, word);
    if (!next) continue;
    Walk walk = descend(*next, words, end, below(path, word));
    if (walk.used > best.used) best = std::move(walk);
    if (best.used == words.size()) break;
  }
  return best;
}

// Walks that start at any node below `node` and find at least two words (a bare key stands in too many places).
void find_starts(DocNode& node, std::vector<std::string> const& words, std::string const& path, std::vector<Walk>& out) {
  auto const visit = [&](DocNode& next, std::string const& word) {
    std::string const here = below(path, word);
    Walk walk = descend(next, words, 0, here);
    if (walk.used >= 2) out.push_back(std::move(walk));
    find_starts(next, words, here, out);
  };
  for (auto& e : node.entries) visit(e.value, e.key);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    DocNode const* id = node.items[i].find("id");
    visit(node.items[i], id ? id->scalar : std::to_string(i));
  }
}

}  // namespace

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> words;
  for (std::size_t start = 0; start <= path.size();) {
    std::size_t const dot = std::min(path.find('.', start), path.size());
    words.emplace_back(path.substr(start, dot - start));
    start = dot + 1;
  }
  return words;
}

std::string join_path(std::vector<std::string> const& words, std::size_t first, std::size_t last) {
  std::string out;
  for (std::size_t i = first; i < last; ++i) out += (i > first ? "." : "") + words[i];
  return out;
}

Walk walk_path(DocNode& root, std::vector<std::string> const& words) {
  Walk direct = descend(root, words, 0, "");
  if (direct.used > 0) return direct;
  std::vector<Walk> starts, deepest;
  find_starts(root, words, "", starts);
  std::size_t most = 0;
  for (auto const& walk : starts) most = std::max(most, walk.used);
  for (auto& walk : starts)
    if (walk.used == most) deepest.push_back(std::move(walk));
  if (deepest.size() == 1) return deepest[0];
  Walk none;
  for (auto const& walk : deepest) none.ambiguous.push_back(walk.full_path);
  return none;
}

DocNode const* find_path(DocNode const& root, std::string_view path) {
  auto const words = split_path(path);
  Walk const walk = walk_path(const_cast<DocNode&>(root), words);  // only read through
  return walk.complete(words) ? walk.node : nullptr;
}

std::vector<std::string> names_after(DocNode const& root, std::string const& word) {
  std::vector<std::string> out;
  auto const visit = [&](DocNode const& next, std::string const& name) {
    auto more = name == word ? names_below(next) : names_after(next, word);
    out.insert(out.end(), more.begin(), more.end());
  };
  for (auto const& e : root.entries) visit(e.value, e.key);
  for (auto const& item : root.items) visit(item, item.find("id") ? item.find("id")->scalar : "");
  return out;
}

std::vector<std::string> names_below(DocNode const& node) {
  std::vector<std::string> out;
  for (auto const& e : node.entries) out.push_back(e.key);
  for (auto const& item : node.items)
    if (DocNode const* id = item.find("id")) out.push_back(id->scalar);
  return out;
}

}  // namespace aif::sim
