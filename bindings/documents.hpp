#pragma once
// Blocks that come from Python as JSON text (a scenario's block, or a dictionary): read by the same reader as files, so that units, ranges
// and names are checked and told in the same words.

#include "sim/scenario/library.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/yaml.hpp"

namespace aif::python {

template <HasFields T>
T read_params(std::string const& text, std::string const& name, sim::Library const& library) {
  DiagnosticList problems;
  T out{};
  sim::UsedEntries used;
  if (auto tree = sim::parse_yaml(text, name, problems)) {
    sim::resolve_references(*tree, library, problems, used);
    Reader(problems).read_struct(*tree, out);
  }
  if (problems.has_errors()) throw InputError(std::move(problems));
  return out;
}

}  // namespace aif::python
