#pragma once
// The transient of one rack group of a site: what to hand to run_transient, and the seconds a fault leaves. The group's share of the plant is
// taken as rated for its heat of the window. Air-cooled groups trip by hall temperature; their devices' own case is not followed.

#include <span>
#include <vector>

#include "models/cooling/dynamic.hpp"
#include "models/cooling/site.hpp"

namespace aif::cooling {

// `base` brings masses, limits and what is on the UPS; heats, flows, resistances and temperatures come from the site's window.
TransientParams transient_of(SiteCooling const& site, SiteCoolingOutputs const& window, std::size_t group, GroupHeat const& heat, WeatherPoint const& weather, TransientParams base = {});

// A total loss of `fault` that lasts; infinite seconds: it rides through `horizon_s`.
RideThrough ride_through(TransientParams const& params, CoolingFault fault, double horizon_s = 1800);

// What thermal storage buys: the same fault with tanks that hold so many seconds of the loop's flow (facility water, and chilled water for air).
struct StorageWorth {
  double tank_s = 0, tank_kg = 0;  // kg of the larger of both tanks, per rack
  RideThrough ride;
};
std::vector<StorageWorth> storage_worth(TransientParams const& params, CoolingFault fault, std::span<double const> tank_s, double horizon_s = 1800);

}  // namespace aif::cooling
