// The text of a library entry -> plain values that carry their sources.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <filesystem>
#include <set>

#include "contracts/evidence.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/yaml.hpp"

namespace aif::sim {
namespace {

using Type = DocNode::Type;

struct SourceFields {
  std::string text, date;
  Evidence evidence = Evidence::assumption;
  static constexpr auto fields() {
    return FieldList{field("text", &SourceFields::text, "Citation.").required(), field("date", &SourceFields::date, "Date of the source.").required(),
                      field("evidence", &SourceFields::evidence, "How far to trust it.").required()};
  }
};
struct EntryFields {
  std::string schema, kind, id, title;
  std::map<std::string, SourceFields> sources;
  static constexpr auto fields() {
    return FieldList{field("schema", &EntryFields::schema, "aifactory/library/v1.").required(), field("kind", &EntryFields::kind, "What is described.").required(),
                      field("id", &EntryFields::id, "Name; the file name without extension.").required(), field("title", &EntryFields::title, "One line.").required(),
                      field("sources", &EntryFields::sources, "Sources by key.").required()};
  }
};

void add(DiagnosticList& problems, std::string code, std::string path, SourcePos const& pos, std::string message, std::string hint) {
  problems.add({std::move(code), Severity::error, std::move(message), std::move(path), pos, std::move(hint), 1});
}

// Any unit's value in SI: a range bound needs no kind, its unit says it.
double si_of(std::string const& text) {
  for (auto const& u : unit_table())
    if (auto const parsed = parse_quantity(text, u.kind); parsed.error.empty()) return parsed.si;
  return 0;
}

class Stripper {
 public:
  Stripper(LibraryEntry const& entry, DiagnosticList& problems) : problems_(problems) {
    for (auto const& [key, source] : entry.sources) shared_[key] = std::make_shared<ValueSource const>(source);
  }

  void strip(DocNode& node, std::string const& path, std::string_view key) {
    if (node.type == Type::list && is_leaf(node)) return take(node);
    if (node.type == Type::scalar && key != "id" && key != "type" && key != "base")
      add(problems_, "AF1020", path, node.pos, fmt::format("the value `{}` has no source", node.scalar), fmt::format("write `[{}, SOURCE]` with a key of `sources`", node.scalar));
    for (auto& e : node.entries) strip(e.value, path.empty() ? e.key : path + "." + e.key, e.key);
    for (std::size_t i = 0; i < node.items.size(); ++i) strip(node.items[i], fmt::format("{}.{}", path, i), "");
  }

  std::set<std::string> used;

 private:
  bool is_leaf(DocNode const& node) const {
    auto const n = node.items.size();
    return (n == 2 || n == 4) && node.items[0].type != Type::null && node.items[1].type == Type::scalar && shared_.count(node.items[1].scalar) > 0;
  }

  void take(DocNode& leaf) {
    auto source = shared_.at(leaf.items[1].scalar);
    used.insert(leaf.items[1].scalar);
    if (leaf.items.size() == 4) {
      ValueSource ranged = *source;
      ranged.low = si_of(leaf.items[2].scalar);
      ranged.high = si_of(leaf.items[3].scalar);
      if (!(ranged.low < ranged.high)) add(problems_, "AF1021", "", leaf.pos, "the range of a value runs from low to high", "write `[value, source, low, high]`");
      source = std::make_shared<ValueSource const>(std::move(ranged));
    }
    DocNode value = std::move(leaf.items[0]);
    mark(value, source);
    leaf = std::move(value);
  }

  void mark(DocNode& node, std::shared_ptr<ValueSource const> const& source) {
    node.source = source;
    for (auto& e : node.entries) mark(e.value, source);
    for (auto& item : node.items) mark(item, source);
  }

  DiagnosticList& problems_;
  std::map<std::string, std::shared_ptr<ValueSource const>> shared_;
};

}  // namespace

bool read_entry(std::string const& text, std::string const& file, DiagnosticList& problems, LibraryEntry& out) {
  std::size_t const before = problems.items().size();
  auto tree = parse_yaml(text, file, problems);
  if (!tree) return false;
  DocNode values;
  if (DocNode* found = tree->find("values")) values = std::move(*found);
  std::erase_if(tree->entries, [](auto const& e) { return e.key == "values"; });
  EntryFields head;
  Reader(problems).read_struct(*tree, head);
  if (values.type != Type::map) add(problems, "AF1021", "values", values.pos.line ? values.pos : tree->pos, "the entry has no map `values`", "see library/README.md");
  if (DocNode const* schema = tree->find("schema"); schema && head.schema != "aifactory/library/v1")
    add(problems, "AF1009", "schema", schema->pos, fmt::format("`{}` is not a schema of library entries", head.schema), "write `schema: aifactory/library/v1`");
  std::string const stem = std::filesystem::path(file).stem().string();
  if (DocNode const* id = tree->find("id"); id && head.id != stem)
    add(problems, "AF1021", "id", id->pos, fmt::format("the id `{}` is not the file name `{}`", head.id, stem), "a reference is the folder and the file name");
  out.kind = head.kind;
  out.title = head.title;
  out.file = file;
  out.text = text;
  for (auto const& [key, s] : head.sources) out.sources[key] = {s.text, s.date, std::string(enum_name(s.evidence)), 0, 0};
  Stripper stripper(out, problems);
  stripper.strip(values, "", "");
  for (auto const& [key, s] : out.sources)
    if (!stripper.used.count(key)) out.unused_sources.push_back(key);
  out.values = std::move(values);
  return problems.items().size() == before;
}

}  // namespace aif::sim
