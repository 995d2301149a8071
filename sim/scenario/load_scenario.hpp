#pragma once
// The loader for the one struct that matters, compiled once.

#include "sim/scenario/load.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

using LoadedScenario = Loaded<Scenario>;

// Throw InputError with every problem of every file; warnings are in the result.
LoadedScenario load_scenario(std::string const& path, LoadOptions const& options = {});
LoadedScenario load_scenario_text(std::string const& text, std::string const& name, LoadOptions const& options = {});

// Gives problems that name a path the file, line and column of that value, or of the nearest block above it that a file wrote.
void locate(LoadedScenario const& loaded, DiagnosticList& problems);

// The field lists of Scenario: schema, manual, explain.
TypeDescription const& scenario_type();

// Every scalar with its path, SI value and text: tables of assumptions.
std::vector<Leaf> scenario_leaves(Scenario const& scenario);

}  // namespace aif::sim
