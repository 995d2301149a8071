#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <vector>

#include "core/csv.hpp"
#include "sim/scenario/patch.hpp"

namespace aif::sim {
namespace {

using Type = DocNode::Type;

class Resolver {
 public:
  Resolver(Library const& library, DiagnosticList& problems, UsedEntries& used) : library_(library), problems_(problems), used_(used) {}

  void resolve(DocNode& node) {
    if (node.type == Type::scalar) {
      if (node.scalar.starts_with("lib:")) fill(node);
    } else if (DocNode const* base = node.find("base"); base && base->type == Type::scalar && (node.entries.size() == 1 || (node.entries.size() == 2 && node.find("set")))) {
      fill_changed(node);
    } else {
      for (auto& e : node.entries) resolve(e.value);
      for (auto& item : node.items) resolve(item);
    }
  }

 private:
  // Puts the entry in the place of the reference; a reference to data of another format stays.
  void fill(DocNode& node) {
    std::string const reference = node.scalar;
    if (!library_.is_entry(reference)) {
      LibraryEntry none;
      try {
        used_[reference.substr(4)] = library_.asset_path(reference);
      } catch (InputError const&) {
        library_.load(reference, node.pos, problems_, none);  // tells the candidates
        node.type = Type::null;
      }
      return;
    }
    if (std::find(stack_.begin(), stack_.end(), reference) != stack_.end()) {
      problems_.add({"AF1017", Severity::error, fmt::format("the library entries refer to each other: {} -> {}", fmt::join(stack_, " -> "), reference), "", node.pos,
                     "break the circle", 1});
      return;
    }
    LibraryEntry entry;
    if (!library_.load(reference, node.pos, problems_, entry) && entry.values.type == Type::null) return;
    used_[entry.reference] = entry.file;
    put(node, std::move(entry.values), reference);
  }

  void put(DocNode& node, DocNode values, std::string const& reference) {
    stack_.push_back(reference);
    resolve(values);
    stack_.pop_back();
    values.reference = reference;
    values.replaced = std::move(node.replaced);
    values.pos = node.pos;  // what is missing in the entry is told at the place that asks for it
    node = std::move(values);
  }

  void fill_changed(DocNode& node) {
    DocNode base = *node.find("base");
    DocNode const changes = node.find("set") ? *node.find("set") : DocNode{};
    base.pos = node.find("base")->pos;
    std::string const reference = base.scalar;
    if (reference.starts_with("lib:")) {
      fill(base);
    } else {
      LibraryEntry entry;
      auto const file = (std::filesystem::path(base.pos.file).parent_path() / reference).string();
      try {
        read_entry(read_file(file), file, problems_, entry);
      } catch (InputError const&) {
        problems_.add({"AF5001", Severity::error, fmt::format("cannot read the entry file `{}`", reference), "", base.pos, "a path is relative to the file that names it", static_cast<int>(reference.size())});
        node.type = Type::null;
        return;
      }
      used_[reference] = file;
      put(base, std::move(entry.values), reference);
    }
    if (base.type == Type::map && changes.type != Type::null) {
      auto patches = read_sets(changes, problems_);
      for (auto& patch : patches) resolve(patch.value);
      apply_patches(base, patches, nullptr, problems_);
    }
    base.replaced = std::move(node.replaced);
    node = std::move(base);
  }

  Library const& library_;
  DiagnosticList& problems_;
  UsedEntries& used_;
  std::vector<std::string> stack_;
};

}  // namespace

void resolve_references(DocNode& node, Library const& library, DiagnosticList& problems, UsedEntries& used) {
  Resolver(library, problems, used).resolve(node);
}

}  // namespace aif::sim
