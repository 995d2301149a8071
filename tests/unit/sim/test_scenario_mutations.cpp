// Every field of the real Scenario, from its own description: a document that sets each of them is valid, and every way to get
// one field wrong is an error that names the field. A new field is tested by being declared.
#include <doctest/doctest.h>

#include <cmath>

#include "core/field_tools.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "sim/scenario/yaml.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

using Shape = TypeDescription::Shape;
using Type = DocNode::Type;

DocNode scalar(std::string text, bool quoted = false) {
  DocNode n;
  n.type = Type::scalar;
  n.scalar = std::move(text);
  n.quoted = quoted;
  return n;
}

// A number inside the range, with its unit.
std::string sample_number(FieldDescription const& f) {
  FieldInfo const& i = f.info;
  if (auto const parsed = parse_quantity(f.default_text, i.kind); parsed.error.empty() && parsed.si >= i.low && parsed.si <= i.high) return f.default_text;
  double const value = std::isfinite(i.low) && std::isfinite(i.high) ? (i.low > 0 ? std::sqrt(i.low * i.high) : 0.5 * (i.low + i.high)) : std::isfinite(i.low) ? i.low : std::isfinite(i.high) ? i.high : 1;
  return f.type.shape == Shape::integer ? std::to_string(static_cast<long long>(std::ceil(value))) : format_quantity(value, i.kind, 12);
}

DocNode sample(TypeDescription const& type, FieldDescription const& field, std::size_t alternative);

DocNode sample_structure(TypeDescription const& type, std::size_t alternative) {
  DocNode out;
  out.type = Type::map;
  for (auto const& f : type.fields) out.insert(std::string(f.info.key), {}, sample(f.type, f, alternative));
  return out;
}

DocNode sample(TypeDescription const& type, FieldDescription const& field, std::size_t alternative) {
  DocNode out;
  switch (type.shape) {
    case Shape::number:
    case Shape::integer: return scalar(sample_number({field.info, type, field.default_text}));
    case Shape::flag: return scalar("true");
    case Shape::text: return scalar("some text", true);
    case Shape::word: return scalar(type.words.back());
    case Shape::structure: return sample_structure(type, alternative);
    case Shape::list:
      out.type = Type::list;
      out.items.push_back(sample(type.element[0], field, alternative));
      return out;
    case Shape::map:
      out.type = Type::map;
      out.insert("key", {}, sample(type.element[0], field, alternative));
      return out;
    case Shape::variant: {
      auto const& [name, chosen] = type.alternatives[alternative % type.alternatives.size()];
      out = sample_structure(chosen, alternative);
      out.insert("type", {}, scalar(name));
      return out;
    }
  }
  return out;
}

DiagnosticList problems_of(DocNode const& tree) {
  DiagnosticList problems;
  Scenario scenario;
  Reader(problems).read_struct(tree, scenario);
  return problems;
}

bool names(DiagnosticList const& problems, std::string const& code, std::string const& path) {
  for (auto const& d : problems.items())
    if ((code.empty() || d.code == code) && d.path == path) return true;
  return false;
}

struct Walker {
  DocNode& root;
  bool only_variants = false;  // the rest was done with the first alternative
  std::size_t mutations = 0;
  int variants = 0;            // above the node in hand

  // Replaces `node` by `wrong`, expects an error at `path`, puts it back.
  void expect(DocNode& node, DocNode wrong, std::string const& code, std::string const& path) {
    if (only_variants && variants == 0) return;
    std::swap(node, wrong);
    auto const problems = problems_of(root);
    CHECK_MESSAGE(names(problems, code, path), path << ": expected " << code << ", found\n" << render(problems));
    std::swap(node, wrong);
    ++mutations;
  }

  void leaf(DocNode& node, TypeDescription const& type, FieldInfo const& info, std::string const& path) {
    DocNode map;
    map.type = Type::map;
    map.insert("x", {}, scalar("1"));
    bool const is_number = type.shape == Shape::number || type.shape == Shape::integer;
    expect(node, map, "AF1005", path);
    if (!type.optional) expect(node, DocNode{}, "AF1005", path);
    if (type.shape == Shape::flag) expect(node, scalar("yes"), "AF1005", path);
    if (type.shape == Shape::word) expect(node, scalar("no such word"), "AF1007", path);
    if (!is_number) return;
    expect(node, scalar("3 furlong"), "AF1011", path);
    expect(node, scalar("much"), "AF1011", path);
    expect(node, scalar("nan"), "AF1011", path);
    if (info.kind != Kind::number && info.kind != Kind::fraction) expect(node, scalar("1"), "AF1011", path);
    if (std::isfinite(info.high)) expect(node, scalar(format_quantity(2 * std::abs(info.high) + 1, info.kind, 12)), "AF1012", path);
    if (std::isfinite(info.low)) expect(node, scalar(format_quantity(-2 * std::abs(info.low) - 1, info.kind, 12)), "AF1012", path);
  }

  void walk(DocNode& node, TypeDescription const& type, FieldInfo const& info, std::string const& path) {
    auto const below = [&](std::string const& word) { return path.empty() ? word : path + "." + word; };
    if (type.shape == Shape::structure) {
      structure(node, type, path);
    } else if (type.shape == Shape::variant) {
      ++variants;
      for (auto const& [name, alternative] : type.alternatives)
        if (name == node.find("type")->scalar) structure(node, alternative, path);
      --variants;
      expect(*node.find("type"), scalar("no such type"), "AF1007", below("type"));
    } else if (type.shape == Shape::list) {
      expect(node, scalar("x"), "AF1005", path);
      DocNode const* id = node.items[0].find("id");
      walk(node.items[0], type.element[0], info, below(id ? id->scalar : "0"));
    } else if (type.shape == Shape::map) {
      expect(node, scalar("x"), "AF1005", path);
      walk(node.entries[0].value, type.element[0], info, below("key"));
    } else {
      leaf(node, type, info, path);
    }
  }

  // Path of a list entry that has lost its id: its number.
  static std::string numbered(std::string const& path) { return path.ends_with(".some text") ? path.substr(0, path.size() - 9) + "0" : path; }

  void structure(DocNode& node, TypeDescription const& type, std::string const& path) {
    expect(node, scalar("x"), "AF1005", numbered(path));
    DocNode extra = node;
    extra.insert("no_such_key", {}, scalar("1"));
    expect(node, extra, "AF1004", path);
    for (auto const& f : type.fields) {
      std::string const key(f.info.key);
      if (f.info.is_required) {
        DocNode lacking = node;
        std::erase_if(lacking.entries, [&](auto const& e) { return e.key == key; });
        expect(node, lacking, "AF1003", key == "id" ? numbered(path) : path);
      }
      if (key != "id") walk(*node.find(key), f.type, f.info, path.empty() ? key : path + "." + key);
    }
  }
};

std::string as_yaml(DocNode const& node, std::string const& twice, std::string const& path) {
  if (node.type == Type::scalar) return node.quoted ? quote_json(node.scalar) : node.scalar;
  std::string out = node.type == Type::list ? "[" : "{";
  for (auto const& item : node.items) {
    if (out.size() > 1) out += ", ";
    out += as_yaml(item, twice, path);
  }
  for (auto const& e : node.entries) {
    std::string const here = path + "." + e.key;
    for (int i = 0; i < (here == twice ? 2 : 1); ++i) {
      if (out.size() > 1) out += ", ";
      out += e.key + ": " + as_yaml(e.value, twice, here);
    }
  }
  return out + (node.type == Type::list ? "]" : "}");
}

void list_keys(DocNode const& node, std::string const& path, std::vector<std::string>& out) {
  for (auto const& item : node.items) list_keys(item, path, out);
  for (auto const& e : node.entries) {
    out.push_back(path + "." + e.key);
    list_keys(e.value, path + "." + e.key, out);
  }
}

}  // namespace

TEST_CASE("a document that sets every field is valid, and every mistake in any field is found by name") {
  std::size_t mutations = 0;
  for (std::size_t alternative = 0; alternative < 5; ++alternative) {
    DocNode root = sample_structure(scenario_type(), alternative);
    auto const problems = problems_of(root);
    REQUIRE_MESSAGE(problems.empty(), render(problems));
    Walker walker{root, alternative > 0};
    walker.walk(root, scenario_type(), {}, "");
    mutations += walker.mutations;
  }
  CHECK(mutations > 1000);
  MESSAGE(mutations << " mutations");
}

TEST_CASE("any key of the document that stands twice is found") {
  DocNode const root = sample_structure(scenario_type(), 0);
  std::vector<std::string> keys;
  list_keys(root, "", keys);
  for (auto const& key : keys) {
    DiagnosticList problems;
    parse_yaml(as_yaml(root, key, ""), "x.yaml", problems);
    REQUIRE_MESSAGE(!problems.empty(), key);
    CHECK(problems.items()[0].code == "AF1002");
  }
}

TEST_CASE("the description, the leaves and the canonical text of a scenario agree on its paths") {
  DocNode const root = sample_structure(scenario_type(), 0);
  auto const scenario = read_document<Scenario>(root);
  auto const leaves = scenario_leaves(scenario);
  CHECK(leaves.size() > 150);
  for (auto const& leaf : leaves) CHECK_MESSAGE(find_field(scenario_type(), leaf.path), leaf.path);
  CHECK(canonical_json(scenario) == canonical_json(read_document<Scenario>(root)));
}
