#pragma once
// Runs the electrical studies (electrical.hpp says what a scenario writes).

#include "sim/claims/electrical.hpp"
#include "sim/facility/facility.hpp"

namespace aif::sim {

// Both throw InputError: AF2865 (expectations), AF2871 (no such training run, or a band turned round).
StudyResult run_study(RideThroughStudy const& study, Facility const& facility);
StudyResult run_study(TrainingSwingStudy const& study, Facility const& facility);

}  // namespace aif::sim
