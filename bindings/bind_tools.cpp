// The program itself as a function, and what its small verbs know: library, schema, explain.
#include <algorithm>
#include <filesystem>

#include "bindings/bind.hpp"
#include "bindings/checks.hpp"
#include "bindings/long_call.hpp"
#include "cli/cli_main.hpp"
#include "cli/explain.hpp"
#include "cli/suite_out.hpp"
#include "core/write_file.hpp"
#include "sim/io/result_file.hpp"
#include "sim/metrics.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "sim/scenario/manual.hpp"
#include "validation/suites.hpp"

namespace aif::python {

void bind_tools(py::module_& m) {
  m.def("cli_main", [](std::vector<std::string> const& arguments) {
    std::vector<char const*> argv;
    for (auto const& a : arguments) argv.push_back(a.c_str());
    return cli::cli_main(static_cast<int>(argv.size()), argv.data());
  }, "arguments"_a, py::call_guard<py::gil_scoped_release>(), "The program; returns its exit code.");
  m.def("write_text", &aif::write_file, "path"_a, "text"_a, py::call_guard<py::gil_scoped_release>(), "Whole or not at all.");
  m.def("validate", [](std::string const& name, std::string const& data, int threads, py::object const& progress) {
    auto const& all = validation::suites();
    auto const suite = std::find_if(all.begin(), all.end(), [&](auto const& s) { return s.name == name; });
    if (suite == all.end()) {
      std::string known;
      for (auto const& s : all) known += (known.empty() ? "" : ", ") + s.name;
      refuse("suite", fmt::format("no suite is called `{}`", name), "there are: " + known);
    }
    validation::Options options;
    options.shipped = data.empty();
    options.data_dir = data;
    if (auto const dirs = sim::Library().dirs(); options.shipped && !dirs.empty()) options.data_dir = (std::filesystem::path(dirs.back()).parent_path() / "validation/data").string();
    return cli::suite_json(long_call(progress, threads, [&](RunControl const&) { return suite->run(options); }));
  }, "suite"_a, py::kw_only(), "data"_a, "threads"_a, "progress"_a, "Error figures of a suite as JSON.");
  m.def("scenario_schema", [] { return sim::scenario_schema(sim::scenario_type()); }, "JSON Schema of scenario files.");
  m.def("explain", &cli::explain_topic, "topic"_a, "Help for a key, a metric or a diagnostic code; empty when there is none.");
  m.def("metric_catalogue", [] {
    std::vector<std::tuple<std::string, std::string, std::string, std::string>> out;
    for (auto const list : {sim::site_metrics(), sim::workload_metrics()})
      for (auto const& each : list) out.emplace_back(each.id, each.unit, each.definition, enum_name(each.better));
    return out;
  }, "(id, unit, definition, better) of every headline metric; those of workloads without workload.<id>.");
  m.def("library_references", [](std::vector<std::string> dirs) { return sim::Library(std::move(dirs)).references(); }, "dirs"_a, "Names of all entries and assets.");
  m.def("library_entry", [](std::string const& reference, std::vector<std::string> dirs) {
    auto const entry = sim::Library(std::move(dirs)).load(reference);
    py::dict sources;
    for (auto const& [key, s] : entry.sources) sources[py::str(key)] = py::make_tuple(s.text, s.date, s.evidence);
    return py::make_tuple(entry.reference, entry.kind, entry.title, entry.file, entry.text, sources);
  }, "reference"_a, "dirs"_a, "(reference, kind, title, file, text, sources) of a YAML entry.");
  m.def("library_path", [](std::string const& reference, std::vector<std::string> dirs) { return sim::Library(std::move(dirs)).asset_path(reference); }, "reference"_a, "dirs"_a,
        "File behind lib:NAME.");
}

}  // namespace aif::python
