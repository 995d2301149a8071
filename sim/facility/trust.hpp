#pragma once
// How far a figure of a run can be trusted, in one word (contracts/evidence.hpp): the worst of the links that dominate it. Links that
// move a figure by a few per cent of its own error are left out of its chain: the chains stand in sim/metrics.cpp.
//   rate   tokens of a group: calibrated when the fit has rows of its device and model, interpolated when of its device, extrapolated when
//          the device's kernels at least were measured, prior when there is only a data sheet
//   watts  of accelerators, likewise
//   plant  electrical and cooling plant, money: the evidence of the values that the library or a default supplies (measured: calibrated,
//          published: interpolated, else prior). What the user wrote is taken at its word.

#include "contracts/evidence.hpp"
#include "sim/facility/assets.hpp"
#include "sim/facility/facility.hpp"
#include "sim/results.hpp"
#include "sim/scenario/load_scenario.hpp"

namespace aif::sim {

// Reads which pairs of device and model validation has rows of, and sets the words and intervals of each group.
void set_trust(Facility& facility, Scenario const& scenario, Assets& assets);

// Gives every figure that has a band its word; the others keep no_band.
void set_validity(Results& results, Facility const& facility, LoadedScenario const& loaded);

}  // namespace aif::sim
