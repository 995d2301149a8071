// Units and field lists for Python: the unit table, and every block of a scenario with its keys, kinds, ranges, defaults and sentences. The
// package makes its classes, and the stub generator its stubs, from these.
#include "bindings/bind.hpp"
#include "core/field_tools.hpp"
#include "sim/scenario/load_scenario.hpp"
#include "sim/scenario/manual.hpp"

namespace aif::python {
namespace {

using Shape = TypeDescription::Shape;
constexpr std::string_view kShapes[] = {"number", "integer", "flag", "text", "word", "list", "map", "structure", "variant"};

// A type as nested dictionaries. Structures are put once into `blocks` by their C++ name; elsewhere they are named.
py::dict type_dict(TypeDescription const& type, py::dict const& blocks) {
  py::dict out("shape"_a = std::string(kShapes[static_cast<std::size_t>(type.shape)]), "optional"_a = type.optional);
  if (type.shape == Shape::word) out["words"] = py::cast(type.words);
  if (type.shape == Shape::list || type.shape == Shape::map) out["element"] = type_dict(type.element[0], blocks);
  if (type.shape == Shape::variant) {
    py::dict alternatives;
    for (auto const& [word, one] : type.alternatives) alternatives[py::str(word)] = type_dict(one, blocks);
    out["alternatives"] = alternatives;
  }
  if (type.shape == Shape::structure) {
    py::str const name(std::string(type.name));
    out["name"] = name;
    if (!blocks.contains(name)) {
      py::list fields;
      blocks[name] = fields;
      for (auto const& f : type.fields)
        fields.append(py::dict("key"_a = std::string(f.info.key), "unit"_a = std::string(si_symbol(f.info.kind)), "takes"_a = sim::field_words(f),
                               "doc"_a = std::string(f.info.doc), "source"_a = std::string(f.info.source), "default"_a = f.default_text, "required"_a = f.info.is_required,
                               "type"_a = type_dict(f.type, blocks)));
    }
  }
  return out;
}

}  // namespace

void bind_fields(py::module_& m) {
  m.def("unit_table", [] {
    std::vector<std::tuple<std::string, std::string, std::string, double, double>> out;
    for (auto const& u : unit_table()) out.emplace_back(kind_name(u.kind), si_symbol(u.kind), u.symbol, u.factor, u.offset);
    return out;
  }, "(kind, SI symbol, symbol, factor, offset) of every unit: SI = value * factor + offset.");
  m.def("scenario_blocks", [] {
    py::dict blocks;
    type_dict(sim::scenario_type(), blocks);
    return py::typing::Dict<py::str, py::typing::List<py::dict>>(blocks);
  }, "Field lists of all blocks of a scenario by C++ type name; the root is aif::sim::Scenario.");
  m.def("field_unit", [](std::string const& path) -> std::optional<std::string> {
    auto const* field = find_field(sim::scenario_type(), path);
    if (!field || field->type.shape != Shape::number) return std::nullopt;
    return std::string(si_symbol(field->info.kind));
  }, "path"_a, "SI symbol of the number at a scenario path; None where there is no number.");
}

}  // namespace aif::python
