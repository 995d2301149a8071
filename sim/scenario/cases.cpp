#include "sim/scenario/cases.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>

#include "core/csv.hpp"
#include "core/reader.hpp"
#include "sim/scenario/yaml.hpp"

namespace aif::sim {
namespace {

struct CaseFields {
  std::string id, title, overlay;
  static constexpr auto fields() {
    return FieldList{field("id", &CaseFields::id, "Name of the case.").required(), field("title", &CaseFields::title, "One line for tables."),
                      field("overlay", &CaseFields::overlay, "YAML file merged over the base.")};
  }
};
struct CasesFields {
  std::string schema, base, baseline;
  std::vector<CaseFields> cases;
  static constexpr auto fields() {
    return FieldList{field("schema", &CasesFields::schema, "aifactory/cases/v1.").required(), field("base", &CasesFields::base, "Scenario that the cases change.").required(),
                      field("baseline", &CasesFields::baseline, "Case that the others are compared with."), field("cases", &CasesFields::cases, "The cases.").required()};
  }
};

}  // namespace

std::string beside(std::string const& file, std::string const& path) {
  std::filesystem::path const p(path);
  return p.is_absolute() ? path : (std::filesystem::path(file).parent_path() / p).lexically_normal().string();
}

bool is_cases_file(DocNode const& tree) {
  DocNode const* schema = tree.find("schema");
  return schema && schema->scalar.starts_with("aifactory/cases/");
}

Cases read_cases(DocNode const& tree, DiagnosticList& problems) {
  DocNode head = tree;
  Cases out;
  if (DocNode* list = head.find("cases"); list && list->type == DocNode::Type::list) {
    for (DocNode& item : list->items) {
      Case& one = out.cases.emplace_back();
      if (DocNode const* set = item.find("set")) one.patches = read_sets(*set, problems);
      std::erase_if(item.entries, [](auto const& e) { return e.key == "set"; });
    }
  }
  CasesFields fields;
  Reader(problems).read_struct(head, fields);
  std::string const& file = tree.pos.file;
  if (!fields.base.empty()) out.base = beside(file, fields.base);
  out.baseline = fields.baseline;
  for (std::size_t i = 0; i < std::min(out.cases.size(), fields.cases.size()); ++i) {
    out.cases[i].id = fields.cases[i].id;
    out.cases[i].title = fields.cases[i].title;
    if (!fields.cases[i].overlay.empty()) out.cases[i].overlay = beside(file, fields.cases[i].overlay);
  }
  if (!out.baseline.empty()) find_case(out, out.baseline, tree.find("baseline")->pos, problems);
  return out;
}

Case const* find_case(Cases const& cases, std::string const& id, SourcePos const& pos, DiagnosticList& problems) {
  std::string const& wanted = id.empty() ? cases.baseline : id;
  std::vector<std::string> ids;
  for (auto const& one : cases.cases) {
    if (one.id == wanted && !wanted.empty()) return &one;
    ids.push_back(one.id);
  }
  std::string const near = did_you_mean(wanted, ids);
  problems.add({"AF1018", Severity::error, wanted.empty() ? "this file holds several cases and no `baseline`" : fmt::format("no case `{}`", wanted), "", pos,
                near.empty() || wanted.empty() ? "choose one with --case" : fmt::format("did you mean `{}`?", near), 1,
                fmt::format("cases: {}", fmt::join(ids, ", "))});
  return nullptr;
}

Cases load_cases(std::string const& path) {
  DiagnosticList problems;
  auto const tree = parse_yaml(read_file(path), path, problems);
  Cases out;
  if (tree && !is_cases_file(*tree))
    problems.add({"AF1009", Severity::error, "this is no cases file", "", tree->pos, "write `schema: aifactory/cases/v1`", 1});
  else if (tree)
    out = read_cases(*tree, problems);
  if (problems.has_errors()) throw InputError(std::move(problems));
  return out;
}

std::vector<std::string> list_cases(std::string const& path) {
  DiagnosticList problems;
  auto const tree = parse_yaml(read_file(path), path, problems);
  if (!tree || !is_cases_file(*tree)) return {};  // the loader tells what is wrong with it
  std::vector<std::string> ids;
  for (auto const& one : load_cases(path).cases) ids.push_back(one.id);
  return ids;
}

}  // namespace aif::sim
