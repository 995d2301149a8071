#pragma once
// Changes to a scenario: `PATH=VALUE`, `PATH+=VALUE` (a number, or an entry of a list), `PATH*=FACTOR`, `PATH-=ID` (removes
// an entry of a list). One grammar for `--set`, for `set:` in cases and for `{base: "lib:...", set: {...}}`.

#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "core/document.hpp"
#include "core/field_tools.hpp"

namespace aif::sim {

struct Patch {
  enum class Operator { assign, add, scale, remove };
  std::string path;
  Operator op = Operator::assign;
  DocNode value;
  SourcePos pos;  // of the path
};

// Text of `--set`; adds AF1015 to `problems` and returns nothing useful when the grammar is not met.
std::vector<Patch> parse_sets(std::vector<std::string> const& texts, DiagnosticList& problems);
// A `set:` node: a map of paths (the key may end in `+=`, `*=`, `-=`) or a list of texts.
std::vector<Patch> read_sets(DocNode const& node, DiagnosticList& problems);

// What the reader may later complain about, by the place of the patch: "patch 2 of 3, applied to cedar.yaml:14:15".
using PatchNotes = std::map<std::tuple<std::string, int, int>, std::string>;

// Applies the patches in order. With a type the path may also name a field that the file leaves at its default.
void apply_patches(DocNode& root, std::vector<Patch> const& patches, TypeDescription const* type, DiagnosticList& problems, PatchNotes* notes = nullptr);

}  // namespace aif::sim
