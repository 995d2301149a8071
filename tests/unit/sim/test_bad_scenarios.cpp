// The corpus: each file of tests/bad_scenarios says in its first lines what is wrong with it and where:
//   # expect: AF1004 12:5        (once for each diagnostic, in order; 0:0 when it has no place in the file)
//   # set: PATH=VALUE            # case: ID            # overlay: FILE
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "sim/facility/build.hpp"

using namespace aif;
using namespace aif::sim;
namespace fs = std::filesystem;

namespace {

struct Expected {
  std::vector<std::string> problems;
  LoadOptions options;
};

Expected read_header(fs::path const& file) {
  Expected out;
  out.options.library_dirs.push_back("tests/bad_scenarios/library");
  std::ifstream in(file);
  for (std::string line; std::getline(in, line) && line.starts_with("# ");) {
    auto const value = [&](std::string const& key) { return line.starts_with("# " + key + ": ") ? line.substr(key.size() + 4) : std::string(); };
    if (auto v = value("expect"); !v.empty()) out.problems.push_back(v);
    if (auto v = value("set"); !v.empty()) out.options.sets.push_back(v);
    if (auto v = value("case"); !v.empty()) out.options.case_id = v;
    if (auto v = value("overlay"); !v.empty()) out.options.overlays.push_back((file.parent_path() / v).string());
  }
  return out;
}

std::vector<fs::path> corpus() {
  std::vector<fs::path> out;
  for (auto const& entry : fs::directory_iterator("tests/bad_scenarios"))
    if (entry.path().extension() == ".yaml") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("every bad scenario gives exactly the expected diagnostics at the expected places") {
  for (auto const& file : corpus()) {
    CAPTURE(file.string());
    Expected const expected = read_header(file);
    REQUIRE_FALSE(expected.problems.empty());
    std::vector<std::string> found;
    std::string text;
    try {
      auto const loaded = load_scenario(file.string(), expected.options);
      BuildLog log;
      build_facility(loaded, Library(expected.options.library_dirs), {.check_only = true}, log);
      for (auto const& d : log.warnings.items()) found.push_back(d.code + " " + std::to_string(d.pos.line) + ":" + std::to_string(d.pos.column));
    } catch (InputError const& e) {
      for (auto const& d : e.diagnostics().items()) found.push_back(d.code + " " + std::to_string(d.pos.line) + ":" + std::to_string(d.pos.column));
      text = e.what();
    }
    CAPTURE(text);
    CHECK(found == expected.problems);
  }
}

TEST_CASE("the corpus has every code of the reader and of the loader") {
  std::set<std::string> seen;
  for (auto const& file : corpus())
    for (auto const& problem : read_header(file).problems) seen.insert(problem.substr(0, 6));
  for (auto const* page : {"docs/reference/diagnostics/core.md", "docs/reference/diagnostics/scenario.md"}) {
    std::ifstream in(page);
    for (std::string line; std::getline(in, line);) {
      if (!line.starts_with("| AF1") || line.find("(warning of `library check`)") != std::string::npos) continue;
      CHECK_MESSAGE(seen.count(line.substr(2, 6)) == 1, line.substr(2, 6));
    }
  }
}
