#include "sim/scenario/patch.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "sim/scenario/arithmetic.hpp"
#include "sim/scenario/merge.hpp"
#include "sim/scenario/path.hpp"
#include "sim/scenario/yaml.hpp"

namespace aif::sim {
namespace {

using Type = DocNode::Type;
using Operator = Patch::Operator;

std::string trimmed(std::string_view s) {
  auto const first = s.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(s.substr(first, s.find_last_not_of(" \t") - first + 1));
}

// Takes "+", "*" or "-" off the end of a path.
Operator take_operator(std::string& path) {
  path = trimmed(path);
  if (path.ends_with('=')) path = trimmed(path.substr(0, path.size() - 1));
  Operator const op = path.ends_with('+') ? Operator::add : path.ends_with('*') ? Operator::scale : path.ends_with('-') ? Operator::remove : Operator::assign;
  if (op != Operator::assign) path = trimmed(path.substr(0, path.size() - 1));
  return op;
}

void report(DiagnosticList& problems, std::string code, Patch const& patch, std::string message, std::string hint, std::string detail = {}) {
  problems.add({std::move(code), Severity::error, std::move(message), patch.path, patch.pos, std::move(hint),
                patch.pos.line > 0 ? static_cast<int>(patch.path.size()) : 1, std::move(detail), ""});
}

// AF1013 with what could have been meant: the ids of the list, the keys of the block, or what follows the first word elsewhere.
void report_dead_end(DocNode const& root, Patch const& patch, std::vector<std::string> const& words, Walk const& walk, std::vector<std::string> known, DiagnosticList& problems) {
  bool const from_root = !walk.node || walk.full_path.empty();
  bool const in_list = !from_root && walk.node->type == Type::list;
  std::string missing = words[from_root ? 0 : walk.used], place = from_root ? "" : walk.full_path;
  if (in_list) known.clear();
  if (!from_root)
    for (auto const& name : names_below(*walk.node)) known.push_back(name);
  if (auto const elsewhere = names_after(root, words[0]); from_root && words.size() > 1 && !elsewhere.empty()) {
    known = elsewhere;
    place = words[0];
    missing = words[1];
  }
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  std::string const near = did_you_mean(missing, known);
  report(problems, "AF1013", patch, fmt::format("the path `{}` leads nowhere: no `{}`{}", patch.path, missing, place.empty() ? "" : fmt::format(" in {}", place)),
         !near.empty() ? fmt::format("did you mean `{}`?", near) : in_list ? "entries of a list are addressed by their id" : "", known.empty() ? "" : fmt::format("known here: {}", fmt::join(known, ", ")));
}

// The node that a patch speaks of, made where only the type knows it; null after a diagnostic.
DocNode* target_of(DocNode& root, Patch const& patch, TypeDescription const* type, DiagnosticList& problems) {
  constexpr std::size_t kLongest = 400;  // of a path, in characters
  if (patch.path.size() > kLongest) {
    report(problems, "AF1013", patch, "the path is too long to be one", "");
    return nullptr;
  }
  auto const words = split_path(patch.path);
  Walk walk = walk_path(root, words);
  if (walk.complete(words)) return walk.node;
  if (!walk.ambiguous.empty()) {
    report(problems, "AF1014", patch, fmt::format("the path `{}` fits several places", patch.path), "write it from the root", fmt::format("it could be {}", fmt::join(walk.ambiguous, ", ")));
    return nullptr;
  }
  bool const from_root = !walk.node || walk.full_path.empty();
  DocNode& start = from_root ? root : *walk.node;
  std::size_t const used = from_root ? 0 : walk.used;
  std::string const full = walk.full_path + (walk.full_path.empty() ? "" : ".") + join_path(words, used, words.size());
  std::vector<std::string> known;
  bool const in_type = !type || find_field(*type, full, &known);
  if (start.type == Type::list || !in_type) {
    report_dead_end(root, patch, words, walk, std::move(known), problems);
    return nullptr;
  }
  if (start.type == Type::scalar) {
    report(problems, "AF1013", patch, fmt::format("`{}` is the single value `{}`; it has no `{}`", walk.full_path, start.scalar, words[used]), "");
    return nullptr;
  }
  if (patch.op != Operator::assign) {
    report(problems, "AF1015", patch, fmt::format("cannot change {}: the file gives no value here to start from", patch.path), "use `=` with the whole value");
    return nullptr;
  }
  DocNode* node = &start;
  for (std::size_t i = used; i < words.size(); ++i) {
    node->pos = node->pos.line > 0 ? node->pos : patch.pos;
    DocNode fresh;
    fresh.pos = patch.value.pos;
    node = &node->insert(words[i], patch.pos, std::move(fresh));
  }
  return node;
}

void remove_entry(DocNode& list, Patch const& patch, DiagnosticList& problems) {
  auto const is_meant = [&](DocNode const& item) {
    DocNode const* id = item.find("id");
    return (id ? id->scalar : item.scalar) == patch.value.scalar;
  };
  auto const it = std::find_if(list.items.begin(), list.items.end(), is_meant);
  if (list.type == Type::list && it != list.items.end()) {
    list.items.erase(it);
    return;
  }
  std::string const near = did_you_mean(patch.value.scalar, names_below(list));
  report(problems, "AF1013", patch, fmt::format("nothing to remove: no entry `{}` in {}", patch.value.scalar, patch.path), near.empty() ? "" : fmt::format("did you mean `{}`?", near),
         fmt::format("entries: {}", fmt::join(names_below(list), ", ")));
}

void apply(DocNode& node, Patch const& patch, DiagnosticList& problems) {
  switch (patch.op) {
    case Operator::assign:
      return replace(node, patch.value);
    case Operator::remove:
      return remove_entry(node, patch, problems);
    case Operator::add:
      if (node.type == Type::list) return void(node.items.push_back(patch.value));
      break;
    case Operator::scale:
      break;
  }
  auto const result = node.type != Type::scalar || patch.value.type != Type::scalar ? Arithmetic{}
                      : patch.op == Operator::add                                    ? add_quantities(node.scalar, patch.value.scalar)
                                                                                     : scale_quantity(node.scalar, patch.value.scalar);
  if (!result.error.empty() || result.text.empty()) {
    std::string const why = !result.error.empty()       ? result.error
                            : node.type == Type::scalar ? "the change is not a single value"
                                                        : "only numbers and lists can be changed by an operator";
    report(problems, "AF1015", patch, fmt::format("cannot change {}: {}", patch.path, why), "use `=` with the whole value");
    return;
  }
  DocNode changed = patch.value;
  changed.scalar = result.text;
  changed.quoted = false;
  replace(node, std::move(changed));
}

}  // namespace

std::vector<Patch> parse_sets(std::vector<std::string> const& texts, DiagnosticList& problems) {
  std::vector<Patch> out;
  for (auto const& text : texts) {
    SourcePos const pos{"--set " + text, 0, 0};
    auto const equals = text.find('=');
    Patch patch;
    patch.path = text.substr(0, equals);
    patch.pos = pos;
    if (equals != std::string::npos) patch.op = take_operator(patch.path);
    if (equals == std::string::npos || patch.path.empty()) {
      problems.add({"AF1015", Severity::error, fmt::format("`{}` is no change of a value", text), "", pos, "write PATH=VALUE, PATH+=VALUE, PATH*=FACTOR or PATH-=ID", 1, "", ""});
      continue;
    }
    auto value = parse_value(std::string_view(text).substr(equals + 1), pos, problems);
    if (!value) continue;
    patch.value = std::move(*value);
    out.push_back(std::move(patch));
  }
  return out;
}

std::vector<Patch> read_sets(DocNode const& node, DiagnosticList& problems) {
  std::vector<Patch> out;
  if (node.type == Type::map) {
    for (auto const& e : node.entries) {
      Patch patch;
      patch.path = e.key;
      patch.value = e.value;
      patch.pos = e.key_pos;
      patch.op = take_operator(patch.path);
      out.push_back(std::move(patch));
    }
  } else if (node.type == Type::list) {
    for (auto const& item : node.items) {
      for (auto& patch : parse_sets({item.scalar}, problems)) {
        patch.pos = patch.value.pos = item.pos;
        out.push_back(std::move(patch));
      }
    }
  } else {
    problems.add({"AF1005", Severity::error, "`set` is a map of paths, or a list of `PATH=VALUE`", "set", node.pos, "", 1, "", ""});
  }
  return out;
}

void apply_patches(DocNode& root, std::vector<Patch> const& patches, TypeDescription const* type, DiagnosticList& problems, PatchNotes* notes) {
  for (std::size_t i = 0; i < patches.size(); ++i) {
    Patch const& patch = patches[i];
    DocNode* node = target_of(root, patch, type, problems);
    if (!node) continue;
    if (notes) {
      std::string note = fmt::format("patch {} of {}", i + 1, patches.size());
      if (node->pos.line > 0 && !(node->pos == patch.value.pos)) note += fmt::format(", applied to {}:{}:{}", node->pos.file, node->pos.line, node->pos.column);
      (*notes)[{patch.value.pos.file, patch.value.pos.line, patch.value.pos.column}] = note;
    }
    apply(*node, patch, problems);
  }
}

}  // namespace aif::sim
