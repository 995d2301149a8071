#include "sim/scenario/merge.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aif::sim {
namespace {

using Type = DocNode::Type;

std::string const* id_of(DocNode const& node) {
  DocNode const* id = node.find("id");
  return id && id->type == Type::scalar ? &id->scalar : nullptr;
}

bool is_id_list(DocNode const& node) {
  return node.type == Type::list && !node.items.empty() && std::all_of(node.items.begin(), node.items.end(), [](auto const& n) { return id_of(n) != nullptr; });
}

DocNode* find_id(DocNode& list, std::string const& id) {
  for (auto& item : list.items)
    if (*id_of(item) == id) return &item;
  return nullptr;
}

}  // namespace

void replace(DocNode& old, DocNode value) {
  value.replaced = std::make_shared<DocNode const>(std::move(old));
  old = std::move(value);
}

void merge_into(DocNode& lower, DocNode const& upper) {
  if (lower.type == Type::map && upper.type == Type::map && upper.reference.empty() && !upper.find("base")) {
    for (auto const& e : upper.entries) {
      if (DocNode* old = lower.find(e.key)) merge_into(*old, e.value);
      else lower.entries.push_back(e);
    }
  } else if (is_id_list(lower) && is_id_list(upper)) {
    for (auto const& item : upper.items) {
      if (DocNode* old = find_id(lower, *id_of(item))) merge_into(*old, item);
      else lower.items.push_back(item);
    }
  } else {
    replace(lower, upper);
  }
}

void report_duplicate_ids(DocNode const& node, std::string const& path, DiagnosticList& problems) {
  auto const below = [&](std::string const& word) { return path.empty() ? word : path + "." + word; };
  for (auto const& e : node.entries) report_duplicate_ids(e.value, below(e.key), problems);
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    std::string const* id = id_of(node.items[i]);
    report_duplicate_ids(node.items[i], below(id ? *id : std::to_string(i)), problems);
    for (std::size_t j = 0; id && j < i; ++j) {
      std::string const* other = id_of(node.items[j]);
      if (!other || *other != *id) continue;
      DocNode const& first = *node.items[j].find("id");
      DocNode const& second = *node.items[i].find("id");
      problems.add({"AF1006", Severity::error, fmt::format("two entries have the id `{}`", *id), path, second.pos, "ids are unique in a list",
                    static_cast<int>(std::max<std::size_t>(1, id->size())), fmt::format("the other stands at {}:{}:{}", first.pos.file, first.pos.line, first.pos.column), ""});
      break;
    }
  }
}

void report_conflicts(DocNode const& first, DocNode const& second, std::string const& path, DiagnosticList& problems) {
  auto const below = [&](std::string const& word) { return path.empty() ? word : path + "." + word; };
  if (first.type == Type::map && second.type == Type::map) {
    for (auto const& e : second.entries)
      if (DocNode const* other = first.find(e.key)) report_conflicts(*other, e.value, below(e.key), problems);
  } else if (is_id_list(first) && is_id_list(second)) {
    for (auto const& item : second.items)
      if (DocNode const* other = find_id(const_cast<DocNode&>(first), *id_of(item))) report_conflicts(*other, item, below(*id_of(item)), problems);
  } else if (first.type != Type::scalar || second.type != Type::scalar || first.scalar != second.scalar) {
    problems.add({"AF1016", Severity::error, "two included files disagree on this value", path, second.pos, "keep it in one of them, or set it in the scenario itself",
                  static_cast<int>(std::max<std::size_t>(1, second.scalar.size())),
                  fmt::format("the other stands at {}:{}:{}", first.pos.file, first.pos.line, first.pos.column), ""});
  }
}

}  // namespace aif::sim
