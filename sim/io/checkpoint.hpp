#pragma once
// A year that was interrupted, on disk: bit for bit what the run held, so that going on gives the same result as not stopping.
// Belongs to one scenario (by hash) and one version of the program; written under a temporary name, then renamed.

#include <string>
#include <vector>

#include "sim/simulation.hpp"

namespace aif::sim {

void save_checkpoint(std::string const& path, std::string const& key, std::vector<YearRun> const& runs);

// Replaces the state of `runs` (started by start_year on the same facility). Throws InputError: AF5001 not there, AF4801 damaged or of
// another scenario or version.
void load_checkpoint(std::string const& path, std::string const& key, std::vector<YearRun>& runs);

}  // namespace aif::sim
