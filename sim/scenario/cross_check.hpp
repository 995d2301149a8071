#pragma once
// What one field cannot say alone: names that must exist elsewhere in the scenario. Cheap, so the loader always does it; checks
// that need the physics of the whole site are those of sim/facility.

#include "core/document.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

// AF1024 pods of a placement, AF1025 paths of uncertain values, AF1026 metrics of checks; placed by the tree.
void check_references(Scenario const& scenario, DocNode const& tree, DiagnosticList& problems);

// Gives problems that know only their path the place in the file of that value, or of the nearest block above it.
void place_by_path(DiagnosticList& problems, DocNode const& tree);

}  // namespace aif::sim
