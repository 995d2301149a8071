// C++ exceptions as Python's: InputError becomes the class of aifactory.errors that its codes ask for, with all diagnostics; Interrupted
// becomes KeyboardInterrupt.
#include "bindings/bind.hpp"
#include "core/interrupt.hpp"

namespace aif::python {
namespace {

constexpr std::string_view kSeverities[] = {"note", "warning", "error"};

void raise(InputError const& e) {
  try {
    py::list all;
    for (auto const& d : e.diagnostics().items()) all.append(to_tuple(d));
    py::object const error = py::module_::import("aifactory.errors").attr("from_diagnostics")(all, e.what());
    PyErr_SetObject(py::type::handle_of(error).ptr(), error.ptr());
  } catch (py::error_already_set& inner) {
    inner.restore();
  }
}

}  // namespace

py::tuple to_tuple(Diagnostic const& d) {
  return py::make_tuple(d.code, kSeverities[static_cast<std::size_t>(d.severity)], d.message, d.path, d.pos.file, d.pos.line, d.pos.column, d.hint, d.detail, d.note);
}

py::list to_list(DiagnosticList const& list) {
  py::list out;
  for (auto const& d : list.items()) out.append(to_tuple(d));
  return out;
}

std::string record_repr(py::object const& self) {
  std::string out = py::str(py::type::of(self).attr("__name__"));
  out += '(';
  for (auto const& field : py::type::of(self).attr("__fields__"))
    out += (out.back() == '(' ? "" : ", ") + std::string(py::str(field)) + "=" + std::string(py::repr(self.attr(py::str(field))));
  return out + ")";
}

py::typing::Dict<py::str, py::object> record_dict(py::object const& self) {
  py::typing::Dict<py::str, py::object> out;
  for (auto const& field : py::type::of(self).attr("__fields__")) out[field] = self.attr(py::str(field));
  return out;
}

void bind_errors(py::module_&) {
  py::register_local_exception_translator([](std::exception_ptr p) {
    try {
      if (p) std::rethrow_exception(p);
    } catch (InputError const& e) {
      raise(e);
    } catch (Interrupted const&) {
      PyErr_SetNone(PyExc_KeyboardInterrupt);
    }
  });
}

}  // namespace aif::python
