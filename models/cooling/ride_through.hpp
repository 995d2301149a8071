#pragma once
// The transient of one rack group of a site: what to hand to run_transient, and the seconds a fault leaves. The group's share of the plant is
// taken as rated for its heat of the window. Air-cooled groups trip by hall temperature; their devices' own case is not followed.

#include "models/cooling/dynamic.hpp"
#include "models/cooling/site.hpp"

namespace aif::cooling {

// `base` brings masses, limits and what is on the UPS; heats, flows, resistances and temperatures come from the site's window.
TransientParams transient_of(SiteCooling const& site, SiteCoolingOutputs const& window, std::size_t group, GroupHeat const& heat, WeatherPoint const& weather, TransientParams base = {});

// A total loss of `fault` that lasts; infinite seconds: it rides through `horizon_s`.
RideThrough ride_through(TransientParams const& params, CoolingFault fault, double horizon_s = 1800);

}  // namespace aif::cooling
