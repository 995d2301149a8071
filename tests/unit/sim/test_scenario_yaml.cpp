#include <doctest/doctest.h>
#include <unistd.h>

#include "sim/scenario/yaml.hpp"
#include "tests/unit/sim/test_scenario_toy.hpp"

using namespace aif;
using namespace aif::sim;

namespace {
struct Parsed {
  std::optional<DocNode> tree;
  std::vector<std::string> problems;  // "AF1001 2:3"
};
Parsed parse(std::string const& text) {
  DiagnosticList list;
  Parsed out;
  out.tree = parse_yaml(text, "x.yaml", list);
  for (auto const& d : list.items()) out.problems.push_back(d.code + " " + std::to_string(d.pos.line) + ":" + std::to_string(d.pos.column));
  return out;
}
using Words = std::vector<std::string>;
}  // namespace

TEST_CASE("keys and values keep their places") {
  auto const p = parse("a: 1\nb:\n  - x\n  - { c: \"two\" }\n");
  REQUIRE(p.problems.empty());
  CHECK(p.tree->entries[1].key_pos == SourcePos{"x.yaml", 2, 1});
  DocNode const& list = *p.tree->find("b");
  CHECK(list.items[0].pos == SourcePos{"x.yaml", 3, 5});
  DocNode const& c = *list.items[1].find("c");
  CHECK(c.pos == SourcePos{"x.yaml", 4, 10});
  CHECK(c.quoted);
  CHECK_FALSE(p.tree->find("a")->quoted);
}

TEST_CASE("columns count characters, not bytes") { CHECK(parse("a: { é: 1, b: 2 }\n").tree->find("a")->find("b")->pos.column == 15); }

TEST_CASE("what scenarios do not know is refused where it stands") {
  CHECK(parse("a: 1\nb: 2\na: 3\n").problems == Words{"AF1002 3:1"});
  CHECK(parse("x: { a: 1, a: 2, a: 3 }\n").problems == Words{"AF1002 1:12", "AF1002 1:18", "AF1002 1:18"});
  CHECK(parse("a: &x 1\nb: *x\n").problems.size() == 2);
  CHECK(parse("a: &x 1\nb: *x\n").problems[0].starts_with("AF1010 1:"));
  CHECK(parse("a: { <<: { b: 1 } }\n").problems == Words{"AF1010 1:6"});
  CHECK(parse("a: !!int 3\n").problems.size() == 1);
  CHECK(parse("a: !!str 3\n").problems.empty());
  CHECK(parse("? [a, b]\n: 1\n").problems == Words{"AF1001 1:3"});
  CHECK(parse("a: 1\n---\nb: 1\n").problems.size() == 1);
}

TEST_CASE("syntax errors name the place") {
  for (auto const* text : {"a: [1, 2\n", "a: {b: 1\n", "a: b: c\n", "a: 'x\n", "a:\n\t- 1\n", "- a\nb: 1\n", "a: @x\n", "a: %x\n", "\"a\n", "a: \"\\q\"\n", "}", "a: 1\n b: 2\n"}) {
    CAPTURE(text);
    auto const p = parse(text);
    CHECK_FALSE(p.tree);
    REQUIRE(p.problems.size() == 1);
    CHECK(p.problems[0].starts_with("AF1001"));
  }
}

TEST_CASE("strange files give a diagnostic or a tree, never a crash") {
  CHECK(parse("").problems == Words{"AF1001 1:1"});
  CHECK(parse("# only a comment\n").problems == Words{"AF1001 1:1"});
  CHECK(parse("\xEF\xBB\xBF" "a: 1\n").tree->find("a")->pos.column == 4);
  CHECK(parse("a: 1\r\nb: 2\r\n").tree->find("b")->pos == SourcePos{"x.yaml", 2, 4});
  CHECK(parse(std::string("a: \0 1", 6)).problems == Words{"AF1001 0:0"});
  CHECK(parse(std::string(100000, '[')).problems[0].starts_with("AF1019"));
  std::string deep;
  for (int i = 0; i < 2000; ++i) deep += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
  CHECK(parse(deep).problems == Words{"AF1019 65:65"});
  CHECK(parse(std::string(kMaxBytes + 1, ' ')).problems == Words{"AF1019 0:0"});
  std::string many = "a: [";
  for (int i = 0; i < 60000; ++i) many += "1, ";
  CHECK(parse(many + "1]\n").problems[0].starts_with("AF1019"));
  CHECK(parse("\xff\xfe\xfd: 1\n").problems.size() <= 1);
  CHECK(parse("a:\n").tree->find("a")->type == DocNode::Type::null);
  CHECK(parse("a: ~\n").tree->find("a")->type == DocNode::Type::null);
  CHECK(parse("a: 'null'\n").tree->find("a")->type == DocNode::Type::scalar);
  CHECK(parse("{\"a\": {\"b\": [1, 2]}}").tree->find("a")->find("b")->items.size() == 2);
}

TEST_CASE("any prefix and any single broken byte of a scenario is told or read, never a crash") {
  std::string const text = toy::kSite;
  for (std::size_t i = 0; i < text.size(); ++i) CHECK_NOTHROW(parse(text.substr(0, i)));
  for (std::size_t i = 0; i < text.size(); ++i)
    for (char const c : {'{', '"', ':', '\t', '\n', '*', '\x80'}) {
      std::string broken = text;
      broken[i] = c;
      CHECK_NOTHROW(parse(broken));
    }
}
