#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "core/diagnostics.hpp"

using namespace aif;

namespace {
Diagnostic error(std::string code, SourcePos pos, std::string message = {}, std::string hint = {}) {
  Diagnostic d;
  d.code = std::move(code);
  d.pos = std::move(pos);
  d.message = std::move(message);
  d.hint = std::move(hint);
  return d;
}
}  // namespace

TEST_CASE("a diagnostic shows the line, a caret below the word and the hint beside it") {
  auto const file = (std::filesystem::temp_directory_path() / "aif_test_diagnostics.yaml").string();
  std::ofstream(file) << "a: 1\ncooling:\n  suply: 40 degC\n";
  Diagnostic d = error("AF1004", {file, 3, 3}, "unknown key `suply`", "did you mean `supply`?");
  d.path = "cooling";
  d.width = 5;
  d.detail = "known keys: cdu, supply";
  CHECK(render(d) == "error[AF1004]: unknown key `suply`\n"
                     "  --> " + file + ":3:3\n"
                     "  |\n"
                     "3 |   suply: 40 degC\n"
                     "  |   ^^^^^ did you mean `supply`?\n"
                     "  |\n"
                     "  = in cooling; known keys: cdu, supply\n"
                     "  = help: aifactory explain cooling\n");
  d.note = "patch 2 of 3, applied to cedar.yaml:14:15";
  CHECK(render(d).find(":3:3     (patch 2 of 3, applied to cedar.yaml:14:15)\n") != std::string::npos);
  CHECK(render(d, true).find("\033[31merror[AF1004]\033[0m") == 0);
  std::filesystem::remove(file);
}

TEST_CASE("without a source line the hint is the help") {
  CHECK(render(error("AF1015", {"--set x", 0, 0}, "no", "write PATH=VALUE")) ==
        "error[AF1015]: no\n  --> --set x\n   = help: write PATH=VALUE\n");
}

TEST_CASE("terminal escapes in a scenario do not reach the terminal") {
  CHECK(render(error("AF1007", {}, "unknown value `\033[2Jx`")).find('\033') == std::string::npos);
}

TEST_CASE("did_you_mean finds the nearest word and nothing far away") {
  CHECK(did_you_mean("suply", {"cdu", "supply", "return_max"}) == "supply");
  CHECK(did_you_mean("zzzzzz", {"cdu", "supply"}).empty());
  CHECK(did_you_mean("", {}).empty());
}

TEST_CASE("diagnostics come in the order of the file, and one mistake is told once") {
  DiagnosticList list;
  list.add(error("B", {"f", 9, 1}));
  list.add(error("A", {"f", 2, 1}));
  list.add(error("C", {"f", 2, 1}));
  list.add(error("A", {"f", 2, 1}, "and another"));
  list.sort_by_position();
  list.keep_first_at_each_position();
  REQUIRE(list.items().size() == 3);
  CHECK(list.items()[0].code == "A");
  CHECK(list.items()[1].message == "and another");
  CHECK(list.items()[2].code == "B");
}
