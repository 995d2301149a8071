#include "sim/scenario/load.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "core/csv.hpp"
#include "sim/scenario/cases.hpp"
#include "sim/scenario/merge.hpp"
#include "sim/scenario/yaml.hpp"

namespace aif::sim {
namespace {

using Type = DocNode::Type;
constexpr std::string_view kSchema = "aifactory/scenario/v1";

// Gathers the layers of one scenario.
class Assembly {
 public:
  Assembly(LoadOptions const& options, TypeDescription const& type, DiagnosticList& problems, Resolved& out)
      : options_(options), type_(type), problems_(problems), out_(out), library_(options.library_dirs) {}

  void assemble(std::string const& path, std::string const& text) {
    auto tree = parse(path, text);
    if (!tree) return;
    out_.is_readable = true;
    if (is_cases_file(*tree)) {
      assemble_case(*tree);
    } else {
      if (!options_.case_id.empty())
        add("AF1018", {path, 0, 0}, fmt::format("`--case {}` needs a cases file, this is a scenario", options_.case_id), "a cases file starts with `schema: aifactory/cases/v1`");
      out_.tree = layer(std::move(*tree), true);
    }
    for (auto const& overlay : options_.overlays) merge_overlay(overlay, {overlay, 0, 0});
    auto patches = parse_sets(options_.sets, problems_);
    apply(patches);
    if (find_field(type_, "schema")) out_.tree.insert("schema", {path, 1, 1}, schema_node(path));
  }

 private:
  static DocNode schema_node(std::string const& path) {
    DocNode node;
    node.type = Type::scalar;
    node.scalar = kSchema;
    node.pos = {path, 1, 1};
    return node;
  }

  void add(std::string code, SourcePos pos, std::string message, std::string hint) {
    problems_.add({std::move(code), Severity::error, std::move(message), "", std::move(pos), std::move(hint), 1});
  }

  std::optional<DocNode> parse(std::string const& path, std::string const& text) {
    out_.files.push_back({path, sha256_hex(text), text});
    auto tree = parse_yaml(text, path, problems_);
    if (tree && tree->type != Type::map) {
      add("AF1001", tree->pos, "a scenario is a map of keys", "start with `schema: aifactory/scenario/v1`");
      return std::nullopt;
    }
    return tree;
  }

  std::optional<DocNode> open(std::string const& path, SourcePos const& from) {
    if (std::find(open_files_.begin(), open_files_.end(), path) != open_files_.end()) {
      add("AF1017", from, fmt::format("the files include each other: {} -> {}", fmt::join(open_files_, " -> "), path), "break the circle");
      return std::nullopt;
    }
    std::string text;
    try {
      text = read_file(path);
    } catch (InputError const& e) {
      add("AF5001", from, fmt::format("cannot read `{}`", path), "a path is relative to the file that names it");
      return std::nullopt;
    }
    return parse(path, text);
  }

  // One file with its base and includes below it, references resolved and its own patches applied.
  DocNode layer(DocNode tree, bool needs_schema) {
    std::string const file = tree.pos.file;
    open_files_.push_back(file);
    check_schema(tree, needs_schema);
    report_duplicate_ids(tree, "", problems_);
    DocNode const base = take(tree, "base"), include = take(tree, "include"), set = take(tree, "set");
    resolve_references(tree, library_, problems_, out_.library);

    DocNode below;
    below.type = Type::map;
    below.pos = tree.pos;
    if (base.type == Type::scalar) {
      if (auto lower = open(beside(file, base.scalar), base.pos)) below = layer(std::move(*lower), true);
    } else if (base.type != Type::null) {
      add("AF1005", base.pos, "`base` is the path of one scenario", "");
    }
    merge_into(below, includes(include, file));
    merge_into(below, tree);
    if (set.type != Type::null) {
      auto patches = read_sets(set, problems_);
      for (auto& patch : patches) resolve_references(patch.value, library_, problems_, out_.library);
      apply_patches(below, patches, &type_, problems_, &out_.notes);
    }
    open_files_.pop_back();
    return below;
  }

  DocNode includes(DocNode const& list, std::string const& file) {
    DocNode merged;
    merged.type = Type::map;
    if (list.type != Type::list && list.type != Type::null) add("AF1005", list.pos, "`include` is a list of paths", "write `include: [ ./shared.yaml ]`");
    for (DocNode const& item : list.items) {
      if (item.type != Type::scalar) {
        add("AF1005", item.pos, "`include` is a list of paths", "");
        continue;
      }
      auto tree = open(beside(file, item.scalar), item.pos);
      if (!tree) continue;
      DocNode const one = layer(std::move(*tree), false);
      report_conflicts(merged, one, "", problems_);
      merge_into(merged, one);
    }
    return merged;
  }

  void assemble_case(DocNode const& tree) {
    Cases const cases = read_cases(tree, problems_);
    Case const* one = find_case(cases, options_.case_id, tree.find("cases") ? tree.find("cases")->pos : tree.pos, problems_);
    DocNode const* base = tree.find("base");
    if (!base || cases.base.empty()) return void(out_.is_readable = false);
    auto scenario = open(cases.base, base->pos);
    if (!scenario) return void(out_.is_readable = false);
    out_.tree = layer(std::move(*scenario), true);
    if (!one) return;
    if (!one->overlay.empty()) merge_overlay(one->overlay, tree.find("cases")->pos);
    auto patches = one->patches;
    apply(patches);
  }

  void merge_overlay(std::string const& path, SourcePos const& from) {
    if (auto tree = open(path, from)) merge_into(out_.tree, layer(std::move(*tree), false));
  }

  void apply(std::vector<Patch>& patches) {
    for (auto& patch : patches) resolve_references(patch.value, library_, problems_, out_.library);
    apply_patches(out_.tree, patches, &type_, problems_, &out_.notes);
  }

  void check_schema(DocNode& tree, bool is_needed) {
    DocNode const* schema = tree.find("schema");
    if (schema && schema->scalar != kSchema)
      add("AF1009", schema->pos, fmt::format("`{}` is not a schema of scenarios", schema->scalar), fmt::format("write `schema: {}`", kSchema));
    else if (!schema && is_needed)
      add("AF1009", tree.pos, "the file does not say its schema", fmt::format("start with `schema: {}`", kSchema));
    std::erase_if(tree.entries, [](auto const& e) { return e.key == "schema"; });
  }

  static DocNode take(DocNode& tree, std::string_view key) {
    DocNode* found = tree.find(key);
    DocNode out = found ? std::move(*found) : DocNode{};
    std::erase_if(tree.entries, [&](auto const& e) { return e.key == key; });
    return out;
  }

  LoadOptions const& options_;
  TypeDescription const& type_;
  DiagnosticList& problems_;
  Resolved& out_;
  Library library_;
  std::vector<std::string> open_files_;
};

}  // namespace

Resolved resolve_text(std::string const& text, std::string const& name, LoadOptions const& options, TypeDescription const& type, DiagnosticList& problems) {
  Resolved out;
  Assembly(options, type, problems, out).assemble(name, text);
  return out;
}

Resolved resolve_file(std::string const& path, LoadOptions const& options, TypeDescription const& type, DiagnosticList& problems) {
  return resolve_text(read_file(path), path, options, type, problems);
}

void finish_problems(DiagnosticList& problems, PatchNotes const& notes) {
  for (auto& d : problems.items())
    if (auto const it = notes.find({d.pos.file, d.pos.line, d.pos.column}); it != notes.end()) d.note = it->second;
  problems.sort_by_position();
  problems.keep_first_at_each_position();
}

}  // namespace aif::sim
