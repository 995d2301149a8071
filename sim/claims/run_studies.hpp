#pragma once
// Runs the studies of a scenario once its year is known.

#include "sim/run.hpp"

namespace aif::sim {

// In the order of the file. Problems of all studies are told at once.
std::vector<StudyResult> run_studies(Scenario const& scenario, Facility const& facility, Library const& library, Results const& results, RunSettings const& settings);

}  // namespace aif::sim
