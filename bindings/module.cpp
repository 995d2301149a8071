#include "bindings/bind.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "What the C++ libraries offer to the package; people import `aifactory`.";
  aif::python::bind_errors(m);
  aif::python::bind_fields(m);
  aif::python::bind_scenario(m);
  aif::python::bind_results(m);
  aif::python::bind_run(m);
  aif::python::bind_risk(m);
  aif::python::bind_tools(m);
  aif::python::bind_compute(m);
  aif::python::bind_serving(m);
  aif::python::bind_training(m);
  aif::python::bind_power(m);
  aif::python::bind_cooling(m);
  aif::python::bind_network(m);
  aif::python::bind_facility(m);  // after the rooms whose classes it hands out
}
