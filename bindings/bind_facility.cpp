// What is built from a scenario: pods with their replicas and operating maps, the sized rooms.
#include "bindings/bind.hpp"
#include "bindings/long_call.hpp"
#include "bindings/scenario.hpp"
#include "sim/facility/build.hpp"

namespace aif::python {
namespace {

struct FacilityHandle {
  std::shared_ptr<sim::Facility const> facility;
  std::vector<std::string> notes;
};

std::string workload_of(sim::Facility const& f, sim::RackGroup const& g) { return g.workload >= 0 ? f.workloads[static_cast<std::size_t>(g.workload)].id : ""; }

// (id, hall, duty, racks, devices, rated watts of a rack, workload, replicas, training tokens per second at the highest clock)
using PodRow = std::tuple<std::string, std::string, sim::Duty, int, int, double, std::string, double, double>;

std::vector<PodRow> pods_of(FacilityHandle const& h) {
  std::vector<PodRow> out;
  for (auto const& g : h.facility->groups)
    out.emplace_back(g.id, g.hall, g.duty, g.racks, g.devices(), g.rack.design_power_w, workload_of(*h.facility, g), g.replicas, g.full_token_s);
  return out;
}

}  // namespace

void bind_facility(py::module_& m) {
  py::class_<FacilityHandle>(m, "Facility", "A site as built.")
      .def(py::init([](ScenarioHandle const& scenario, std::string const& cache_dir, int threads, py::object const& progress) {
        sim::BuildLog log;
        auto facility = long_call(progress, threads, [&](RunControl const& control) {
          sim::BuildOptions options;
          options.cache_dir = cache_dir;
          options.control = control;
          return sim::build_facility(*scenario.loaded, sim::Library(scenario.library_dirs), options, log);
        });
        return FacilityHandle{std::make_shared<sim::Facility const>(std::move(facility)), std::move(log.notes)};
      }), "scenario"_a, py::kw_only(), "cache_dir"_a, "threads"_a, "progress"_a)
      .def_property_readonly("pods", pods_of, "(id, hall, duty, racks, devices, rated W of a rack, workload, replicas, training tokens/s)")
      .def_property_readonly("notes", [](FacilityHandle const& h) { return h.notes; })
      .def_property_readonly("design_it_w", [](FacilityHandle const& h) { return h.facility->design_it_w; })
      .def_property_readonly("cooling", [](FacilityHandle const& h) { return *h.facility->cooling; }, "The sized plant.")
      .def_property_readonly("power", [](FacilityHandle const& h) { return h.facility->power; }, "The electrical chain.")
      .def("operating_map", [](FacilityHandle const& h, std::string const& pod) -> std::optional<OperatingMap> {
        for (auto const& g : h.facility->groups)
          if (g.id == pod && g.map) return *g.map;
        return std::nullopt;
      }, "pod"_a, "Of a serving pod; None for others.");
}

}  // namespace aif::python
