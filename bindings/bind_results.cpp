// Results: metrics, tables, and time series as read-only arrays over the C++ buffers.
#include <pybind11/numpy.h>

#include <filesystem>
#include <mutex>

#include "bindings/bind.hpp"
#include "bindings/results.hpp"
#include "reports/html.hpp"
#include "sim/io/result_file.hpp"

namespace aif::python {
namespace {

using Handle = ResultsHandle;

std::mutex hdf5_mutex;  // the library is not built to be entered twice

// A sampling group and the results that own it.
struct Group {
  std::shared_ptr<sim::Results const> results;
  sim::SeriesGroup const* series;
};

py::array_t<float> view_of(py::object const& self, std::string const& name) {
  auto const& group = *self.cast<Group const&>().series;
  sim::Variable const* v = group.find(name);
  if (!v) throw py::key_error(name);
  auto const steps = static_cast<py::ssize_t>(group.n_steps), n = static_cast<py::ssize_t>(v->values.size());
  std::vector<py::ssize_t> shape{v->dimension.empty() ? n : steps};
  if (!v->dimension.empty()) shape.push_back(steps > 0 ? n / steps : 0);
  py::array_t<float> out(shape, v->values.data(), self);
  py::detail::array_proxy(out.ptr())->flags &= ~py::detail::npy_api::NPY_ARRAY_WRITEABLE_;
  return out;
}

template <class Rows, class Row>
py::list table(Rows const& rows, Row&& row) {
  py::list out;
  for (auto const& r : rows) out.append(row(r));
  return out;
}

void write(Handle const& h, std::string const& path) {
  std::lock_guard const lock(hdf5_mutex);
  sim::write_result(*h.results, path);
}

Handle read(std::string const& path) {
  std::lock_guard const lock(hdf5_mutex);
  return {std::make_shared<sim::Results const>(sim::read_result(path))};
}

reports::ReportOptions report_options(std::string question, bool charts) { return {std::move(question), charts}; }

std::vector<sim::Results> copies(std::vector<Handle> const& all) {
  std::vector<sim::Results> out;
  for (auto const& h : all) out.push_back(*h.results);
  return out;
}

}  // namespace

void bind_results(py::module_& m) {
  auto const free = py::call_guard<py::gil_scoped_release>();
  py::class_<Group>(m, "SeriesGroup", "Columns that share a time axis.")
      .def_property_readonly("name", [](Group const& g) { return g.series->name; })
      .def_property_readonly("step_s", [](Group const& g) { return g.series->step_s; })
      .def_property_readonly("start", [](Group const& g) { return g.series->start; }, "Day of the first window, local standard time.")
      .def_property_readonly("n_steps", [](Group const& g) { return g.series->n_steps; })
      .def_property_readonly("coordinates", [](Group const& g) { return g.series->coordinates; }, "Labels of each entity dimension.")
      .def_property_readonly("variables", [](Group const& g) {
        std::vector<std::tuple<std::string, std::string, std::string, std::string>> out;
        for (auto const& v : g.series->variables) out.emplace_back(v.name, v.unit, v.long_name, v.dimension);
        return out;
      }, "(name, unit, long name, dimension) of each column.")
      .def("array", view_of, "name"_a, "Read-only view, shape (steps,) or (steps, entities), float32 in SI; no copy.")
      .def("address", [](Group const& g, std::string const& name) {
        sim::Variable const* v = g.series->find(name);
        if (!v) throw py::key_error(name);
        return reinterpret_cast<std::uintptr_t>(v->values.data());
      }, "name"_a, "Address of the C++ buffer.");

  py::class_<Handle>(m, "Results", "What a run left behind. Never changes.")
      .def_static("read", read, "path"_a, free, "A result.nc.")
      .def("write", write, "path"_a, free, "As result.nc, whole or not at all.")
      .def("summary_json", [](Handle const& h) { return sim::summary_json(*h.results); })
      .def_property_readonly("groups", [](Handle const& h) {
        std::vector<std::string> out;
        for (auto const& s : h.results->series) out.push_back(s.name);
        return out;
      })
      .def("group", [](Handle const& h, std::string const& name) {
        auto const* s = h.results->find_series(name);
        if (!s) throw py::key_error(name);
        return Group{h.results, s};
      }, "name"_a)
      .def_property_readonly("metrics", [](Handle const& h) {
        return table(h.results->summary, [](MetricValue const& v) { return py::make_tuple(v.id, v.unit, v.definition, v.value, v.p10, v.p50, v.p90, enum_name(v.validity)); });
      }, "(id, unit, definition, value, p10, p50, p90, validity)")
      .def_property_readonly("causes", [](Handle const& h) {
        return table(h.results->causes, [](auto const& c) { return py::make_tuple(enum_name(c.cause), c.component, c.hours, c.lost_good_token); });
      }, "(cause, component, hours, lost good tokens)")
      .def_property_readonly("marginal", [](Handle const& h) {
        return table(h.results->marginal, [](auto const& v) { return py::make_tuple(v.component, v.step, v.unit, v.d_good_token_s); });
      }, "(component, step, unit, good tokens per second more)")
      .def_property_readonly("flows", [](Handle const& h) {
        return table(h.results->flows, [](auto const& f) { return py::make_tuple(f.from, f.to, f.energy_j); });
      }, "(from, to, joules)")
      .def_property_readonly("costs", [](Handle const& h) {
        return table(h.results->costs, [](auto const& c) { return py::make_tuple(c.id, c.capital_usd, c.annual_usd); });
      }, "(item, capital, per year)")
      .def_property_readonly("checks", [](Handle const& h) {
        return table(h.results->checks, [](auto const& c) { return py::make_tuple(c.expression, c.level, c.value, c.limit, c.passed); });
      }, "(expression, level, value, limit, passed)")
      .def_property_readonly("assumptions", [](Handle const& h) {
        return table(h.results->assumptions, [](auto const& a) { return py::make_tuple(a.path, a.value, a.origin, a.source, a.evidence); });
      }, "(path, value, origin, source, evidence)")
      .def_property_readonly("events", [](Handle const& h) {
        return table(h.results->events, [](auto const& e) { return py::make_tuple(e.time_s, e.kind, e.component, e.text); });
      }, "(time in s, kind, component, text)")
      .def_property_readonly("workloads", [](Handle const& h) {
        return table(h.results->workloads, [](auto const& w) { return py::make_tuple(w.id, w.kind, w.model, w.title, w.values); });
      }, "(id, kind, model, title, values)")
      .def_property_readonly("provenance", [](Handle const& h) {
        auto const& p = h.results->provenance;
        return py::dict("version"_a = p.version, "git"_a = p.git, "compiler"_a = p.compiler, "command_line"_a = p.command_line, "scenario"_a = p.scenario_name,
                        "title"_a = p.scenario_title, "path"_a = p.scenario_path, "scenario_sha256"_a = p.scenario_sha256, "seed"_a = p.seed, "started"_a = p.started,
                        "finished"_a = p.finished, "inputs"_a = p.inputs);
      })
      .def_property_readonly("scenario_text", [](Handle const& h) { return h.results->provenance.scenario_text; })
      .def_property_readonly("warnings", [](Handle const& h) { return to_list(h.results->warnings); })
      .def_property_readonly("notes", [](Handle const& h) { return h.results->notes; })
      .def_property_readonly("verdict", [](Handle const& h) { return h.results->verdict; })
      .def_property_readonly("energy_residual", [](Handle const& h) { return h.results->energy_residual; });

  m.def("render_report", [](std::vector<Handle> const& all, std::string question, bool charts) {
    return reports::render_report(copies(all), report_options(std::move(question), charts));
  }, "results"_a, py::kw_only(), "question"_a, "charts"_a, free, "One HTML page of one to eight results.");
  m.def("write_report", [](std::vector<Handle> const& all, std::string const& path, std::string question, bool charts) {
    reports::write_report(copies(all), path, report_options(std::move(question), charts));
  }, "results"_a, "path"_a, py::kw_only(), "question"_a, "charts"_a, free);
}

}  // namespace aif::python
