#pragma once
// Training runs onto their pods: a plan on the pod's devices, fabric and storage, and its power curve against the clock.

#include "sim/facility/build.hpp"

namespace aif::sim {

void add_training(Scenario const& scenario, Facility& facility, BuildLog& log, DiagnosticList& problems);

}  // namespace aif::sim
