#pragma once
// The seconds after a component is lost: the electrical event first (models/power/event.hpp), then what its gap in the supply of pumps, fans
// and chillers and the lost cooling units do to the temperatures of every pod (models/cooling/dynamic.hpp). One way: the racks' power stays
// that of the moment before until they trip, so batteries last a little longer in truth. Chain of events in words, with times.

#include <string>
#include <vector>

#include "contracts/outage.hpp"
#include "models/power/event.hpp"
#include "sim/contingency/steady.hpp"
#include "sim/risk.hpp"

namespace aif::sim {

// `before` is the whole site at the moment of the fault, `after` what is left (null: nothing), `out` everything that is out.
// Dip: residual and seconds of a sag of the grid; 1: none.
Transient run_transient(Facility const& site, Facility const* after, SiteMoment const& before, std::vector<std::string> const& out,
                        OperationsParams const& operations, bool is_planned, power::VoltageSegment const* dip = nullptr);

// "power.ups/3" as people say it: "UPS module 3".
std::string spoken(std::string const& component);

}  // namespace aif::sim
