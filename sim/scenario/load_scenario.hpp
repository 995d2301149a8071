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

// A loaded scenario with further changes, as if they had been given after its own `--set`s. Nothing is read from disk but library entries
// that the changes name.
LoadedScenario patch_scenario(LoadedScenario const& base, std::vector<std::string> const& sets, Library const& library);

// The scenario as one text that stands alone: includes, patches and library values are in it, series and models stay names. Loads to the
// same bits; what travels to another machine. Who said what (origins) is not in it.
std::string portable_text(Scenario const& scenario);

// The field lists of Scenario: schema, manual, explain.
TypeDescription const& scenario_type();

// Every scalar with its path, SI value and text: tables of assumptions.
std::vector<Leaf> scenario_leaves(Scenario const& scenario);

}  // namespace aif::sim
