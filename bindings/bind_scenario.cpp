// Scenario: loading, changing, looking at values and where they come from.
#include "bindings/bind.hpp"
#include "bindings/scenario.hpp"
#include "sim/facility/build.hpp"
#include "sim/scenario/cases.hpp"

namespace aif::python {
namespace {

using Handle = ScenarioHandle;

Handle hold(sim::LoadedScenario loaded, std::vector<std::string> dirs) { return {std::make_shared<sim::LoadedScenario const>(std::move(loaded)), std::move(dirs)}; }

sim::LoadOptions options_of(std::vector<std::string> sets, std::vector<std::string> overlays, std::string case_id, std::vector<std::string> library) {
  return {std::move(overlays), std::move(sets), std::move(case_id), std::move(library)};
}

// The scalar at a path, or at the only path that ends so; null when there is none or more than one.
Leaf const* find_leaf(std::vector<Leaf> const& leaves, std::string const& path) {
  Leaf const* found = nullptr;
  for (auto const& leaf : leaves) {
    if (leaf.path == path) return &leaf;
    if (!leaf.path.ends_with("." + path)) continue;
    if (found) return nullptr;
    found = &leaf;
  }
  return found;
}

py::object value_of(Leaf const& leaf) {
  if (leaf.is_number) return py::float_(leaf.si);
  if (leaf.text == "true" || leaf.text == "false") return py::bool_(leaf.text == "true");
  return py::str(leaf.text);
}

using OriginRow = std::tuple<std::string, int, int, std::string, std::string, std::string, std::string>;

std::vector<OriginRow> origin_rows(Handle const& s, std::string const& path) {
  std::vector<OriginRow> out;
  if (auto const* chain = sim::find_origin(s.loaded->origins, path))
    for (auto const& o : *chain)
      out.emplace_back(o.pos.file, o.pos.line, o.pos.column, o.text, o.reference, o.source ? o.source->text : "", o.source ? o.source->evidence : "");
  return out;
}

}  // namespace

void bind_scenario(py::module_& m) {
  auto const free = py::call_guard<py::gil_scoped_release>();
  py::class_<Handle>(m, "Scenario", "A loaded, checked scenario. Never changes.")
      .def_static("load", [](std::string const& path, std::vector<std::string> sets, std::vector<std::string> overlays, std::string case_id, std::vector<std::string> library) {
        return hold(sim::load_scenario(path, options_of(std::move(sets), std::move(overlays), std::move(case_id), library)), library);
      }, "path"_a, py::kw_only(), "sets"_a, "overlays"_a, "case"_a, "library"_a, free)
      .def_static("parse", [](std::string const& text, std::string const& name, std::vector<std::string> sets, std::vector<std::string> library) {
        return hold(sim::load_scenario_text(text, name, options_of(std::move(sets), {}, {}, library)), library);
      }, "text"_a, py::kw_only(), "name"_a, "sets"_a, "library"_a, free)
      .def("patched", [](Handle const& s, std::vector<std::string> const& sets) {
        return hold(sim::patch_scenario(*s.loaded, sets, sim::Library(s.library_dirs)), s.library_dirs);
      }, "sets"_a, free, "With further changes, as if given by --set.")
      .def_property_readonly("name", [](Handle const& s) { return s.loaded->value.name; })
      .def_property_readonly("title", [](Handle const& s) { return s.loaded->value.title; })
      .def_property_readonly("path", [](Handle const& s) { return s.loaded->resolved.files.empty() ? "" : s.loaded->resolved.files.front().path; }, "File that was loaded.")
      .def_property_readonly("text", [](Handle const& s) { return s.loaded->resolved.files.empty() ? "" : s.loaded->resolved.files.front().text; }, "Its text.")
      .def_property_readonly("sha256", [](Handle const& s) { return s.loaded->sha256; }, "Of the canonical JSON: equal scenarios have equal hashes.")
      .def_property_readonly("canonical_json", [](Handle const& s) { return s.loaded->canonical; }, "Every value in SI, keys sorted.")
      .def_property_readonly("portable_text", [](Handle const& s) { return sim::portable_text(s.loaded->value); }, "A scenario text that stands alone and loads to the same bits.")
      .def_property_readonly("library_dirs", [](Handle const& s) { return s.library_dirs; })
      .def_property_readonly("warnings", [](Handle const& s) { return to_list(s.loaded->warnings); })
      .def("assemble", [](Handle const& s) {
        sim::BuildLog log;
        {
          py::gil_scoped_release const without_gil;
          sim::build_facility(*s.loaded, sim::Library(s.library_dirs), {.check_only = true}, log);
        }
        return to_list(log.warnings);
      }, "Puts the site together without simulating; warnings, or every problem of every room as an exception.")
      .def("leaf", [](Handle const& s, std::string const& path) -> std::optional<std::tuple<std::string, py::object, std::string, bool>> {
        auto const leaves = sim::scenario_leaves(s.loaded->value);
        Leaf const* leaf = find_leaf(leaves, path);
        if (!leaf) return std::nullopt;
        return std::tuple{leaf->path, value_of(*leaf), std::string(si_symbol(leaf->info.kind)), leaf->is_number};
      }, "path"_a, "(full path, value in SI, SI symbol, is it a number) of a scalar; None where there is none.")
      .def("leaves", [](Handle const& s) {
        std::vector<std::tuple<std::string, std::string>> out;
        for (auto const& leaf : sim::scenario_leaves(s.loaded->value)) out.emplace_back(leaf.path, leaf.text);
        return out;
      }, "(path, text) of every scalar.")
      .def("origin", origin_rows, "path"_a, "(file, line, column, text, library reference, source, evidence) of who set it, last wins; empty: the default.");
  m.def("list_cases", &sim::list_cases, "path"_a, "Ids of the cases of a cases file; empty for a scenario.", free);
}

}  // namespace aif::python
