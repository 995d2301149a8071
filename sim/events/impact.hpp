#pragma once
// What each event of a scenario costs: the hours of the event and the day after it, with the event and without, nothing else of the scenario's events.

#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "sim/facility/facility.hpp"
#include "sim/risk.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

// In the order of the scenario; parallel over events.
std::vector<EventImpact> assess_events(Scenario const& scenario, Facility const& facility, RunControl const& control);

}  // namespace aif::sim
