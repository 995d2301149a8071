#include "sim/scenario/load_scenario.hpp"

#include <filesystem>

#include "core/csv.hpp"
#include "sim/scenario/cases.hpp"
#include "sim/scenario/cross_check.hpp"

namespace aif::sim {

namespace {

// Data files are named relative to the file that names them; what stands in the value from here on can be opened from anywhere. The hash of
// the scenario keeps the name as it was written.
void find_files(LoadedScenario& loaded) {
  auto const find = [&](std::string& value, std::string const& path) {
    if (value.empty() || value.starts_with("lib:")) return;
    auto const* chain = find_origin(loaded.origins, path);
    std::error_code problem;
    std::string const file = chain ? chain->back().pos.file : "";
    std::string const found = std::filesystem::is_regular_file(file, problem) ? beside(file, value) : value;
    if (std::filesystem::exists(found, problem)) value = std::filesystem::absolute(found).lexically_normal().string();
  };
  Scenario& s = loaded.value;
  find(s.site.weather.source, "site.weather.source");
  find(s.site.tariff.price_source, "site.tariff.price_source");
  find(s.site.carbon.source, "site.carbon.source");
  for (auto& hall : s.halls)
    for (auto& pod : hall.pods) find(pod.power, "halls." + hall.id + ".pods." + pod.id + ".power");
  for (auto& workload : s.workloads)
    if (auto* w = std::get_if<workloads::ServingWorkloadParams>(&workload)) {
      find(w->demand.series, "workloads." + w->id + ".demand.series");
      find(w->tokens.trace, "workloads." + w->id + ".tokens.trace");
    }
  if (auto* table = std::get_if<cooling::PerformanceTable>(&s.cooling.plant.heat_rejection.model)) find(table->file, "cooling.plant.heat_rejection.model.file");
}

LoadedScenario read_scenario(Resolved resolved, DiagnosticList problems) {
  LoadedScenario out;
  if (resolved.is_readable) Reader(problems).read_struct(resolved.tree, out.value);
  if (!problems.has_errors()) check_references(out.value, resolved.tree, problems);
  finish(std::move(resolved), std::move(problems), out);
  find_files(out);
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
