#pragma once
// What the bind_<area>.cpp files share. The C++ side keeps to plain data in, plain data out; names, units and conveniences for people are
// made by the Python files beside it.

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include "bindings/word_caster.hpp"

namespace aif::python {

namespace py = pybind11;
using namespace py::literals;

void bind_errors(py::module_& m);    // first: the others throw
void bind_fields(py::module_& m);    // units and field lists
void bind_scenario(py::module_& m);
void bind_results(py::module_& m);
void bind_run(py::module_& m);
void bind_risk(py::module_& m);
void bind_tools(py::module_& m);     // the program itself, library, explain, schema
void bind_compute(py::module_& m);
void bind_serving(py::module_& m);
void bind_training(py::module_& m);
void bind_power(py::module_& m);
void bind_cooling(py::module_& m);
void bind_network(py::module_& m);
void bind_facility(py::module_& m);

// Diagnostics as tuples (code, severity, message, path, file, line, column, hint, detail, note) for aifactory.errors.
py::tuple to_tuple(Diagnostic const& d);
py::list to_list(DiagnosticList const& list);

std::string record_repr(py::object const& self);
py::typing::Dict<py::str, py::object> record_dict(py::object const& self);

// A struct of results as a Python class: read-only attributes, a repr that shows them, as_dict().
template <class T>
class Record {
 public:
  Record(py::module_& m, char const* name, char const* doc) : class_(m, name, doc) {
    class_.attr("__fields__") = fields_;
    class_.def("__repr__", &record_repr);
    class_.def("as_dict", &record_dict, "Attributes by name.");
  }
  template <class Member>
  Record& value(char const* name, Member&& member, char const* doc) {
    if constexpr (std::is_member_object_pointer_v<std::remove_cvref_t<Member>>) class_.def_readonly(name, member, doc);
    else class_.def_property_readonly(name, std::forward<Member>(member), doc);
    fields_.append(name);
    return *this;
  }

 private:
  py::class_<T> class_;
  py::list fields_;
};

}  // namespace aif::python
