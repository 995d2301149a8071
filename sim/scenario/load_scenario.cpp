#include "sim/scenario/load_scenario.hpp"

#include "core/csv.hpp"
#include "sim/scenario/cross_check.hpp"

namespace aif::sim {

namespace {

LoadedScenario read_scenario(Resolved resolved, DiagnosticList problems) {
  LoadedScenario out;
  if (resolved.is_readable) Reader(problems).read_struct(resolved.tree, out.value);
  if (!problems.has_errors()) check_references(out.value, resolved.tree, problems);
  finish(std::move(resolved), std::move(problems), out);
  return out;
}

}  // namespace

LoadedScenario load_scenario_text(std::string const& text, std::string const& name, LoadOptions const& options) {
  DiagnosticList problems;
  Resolved resolved = resolve_text(text, name, options, scenario_type(), problems);
  return read_scenario(std::move(resolved), std::move(problems));
}

LoadedScenario patch_scenario(LoadedScenario const& base, std::vector<std::string> const& sets, Library const& library) {
  DiagnosticList problems;
  Resolved resolved = base.resolved;
  auto patches = parse_sets(sets, problems);
  for (auto& patch : patches) resolve_references(patch.value, library, problems, resolved.library);
  apply_patches(resolved.tree, patches, &scenario_type(), problems, &resolved.notes);
  return read_scenario(std::move(resolved), std::move(problems));
}

std::string portable_text(Scenario const& scenario) { return document_json(scenario); }

LoadedScenario load_scenario(std::string const& path, LoadOptions const& options) { return load_scenario_text(read_file(path), path, options); }

void locate(LoadedScenario const& loaded, DiagnosticList& problems) {
  place_by_path(problems, loaded.resolved.tree);
  finish_problems(problems, loaded.resolved.notes);
}

TypeDescription const& scenario_type() {
  static TypeDescription const type = describe<Scenario>();
  return type;
}

std::vector<Leaf> scenario_leaves(Scenario const& scenario) { return list_leaves(scenario); }

}  // namespace aif::sim
