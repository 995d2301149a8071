// run and build: the whole site.
#include "bindings/bind.hpp"
#include "bindings/long_call.hpp"
#include "bindings/results.hpp"
#include "bindings/scenario.hpp"
#include "sim/run.hpp"

namespace aif::python {

void bind_run(py::module_& m) {
  py::class_<StopFlag>(m, "StopFlag", "Stops a run from another thread.").def(py::init()).def("set", [](StopFlag& s) { *s.flag = true; });
  m.def("run", [](ScenarioHandle const& scenario, std::string const& cache_dir, std::string const& checkpoint_path, bool resume, bool as_delivered, bool marginal_values,
                  std::string const& command_line, int threads, py::typing::Optional<py::typing::Callable<void(std::string, double, std::string)>> const& progress,
                  StopFlag const& stop) {
    sim::RunSettings settings;
    settings.cache_dir = cache_dir;
    settings.checkpoint_path = checkpoint_path;
    settings.resume = resume;
    settings.as_delivered = as_delivered;
    settings.marginal_values = marginal_values;
    settings.command_line = command_line;
    return ResultsHandle{std::make_shared<sim::Results const>(long_call(progress, threads, [&](RunControl const& control) {
      settings.control = control;
      return sim::run_scenario(*scenario.loaded, sim::Library(scenario.library_dirs), settings);
    }, stop))};
  }, "scenario"_a, py::kw_only(), "cache_dir"_a, "checkpoint_path"_a, "resume"_a, "as_delivered"_a, "marginal_values"_a, "command_line"_a, "threads"_a, "progress"_a, "stop"_a);
  m.def("version", &sim::version);
  m.def("default_cache_dir", &sim::default_cache_dir, "Folder of operating maps: AIFACTORY_CACHE, XDG_CACHE_HOME or ~/.cache.");
}

}  // namespace aif::python
