#pragma once
// Supply temperature and coolant flow of one window that cost least: warm supplies spare fans and chillers, cold ones spare leakage in the
// chips; less flow spares pumps and warms the plates. A grid and golden sections (Kiefer 1953) over the supply at each flow, then over the flow,
// subject to a limit of each group's case temperature and to all heat being carried.

#include "models/cooling/site.hpp"

namespace aif::cooling {

struct SetpointGroup {
  double case_limit_c = 75;    // of a device at its mean power in the window
  double leakage_w_per_k = 0;  // power that one kelvin more of case temperature costs all devices of the group
  double device_w = 0;         // through the cold plate of one device; 0: the rack's liquid heat over its devices
};

struct SetpointSearch {
  double lowest_c = 20, highest_c = 50;
  double lowest_flow = 1, highest_flow = 1;  // over the flow that follows from the load
  std::span<SetpointGroup const> groups;     // in the order of the site's; empty: defaults
  double fan_limit_frac = 1;
};

struct SetpointResult {
  double supply_c = 0, flow_scale = 1;
  double electric_w = 0;    // cooling
  double leakage_w = 0;     // above that at lowest_c with all limits of zero rise: differences count
  double headroom_k = 0;    // of the hottest case below its limit
  bool feasible = false;    // false: even the coldest supply breaks a limit or leaves heat; it is returned
  double cost_w() const { return electric_w + leakage_w; }
};

// What one choice costs, for comparison with the best. NaN: supply and flow as the site's own set point and reset have them.
SetpointResult try_supply(SiteCooling const& site, SiteCoolingState& scratch, WeatherPoint const& weather, std::span<GroupHeat const> heat, SetpointSearch const& search, double supply_c,
                          double flow_scale);
SetpointResult best_supply(SiteCooling const& site, SiteCoolingState const& state, WeatherPoint const& weather, std::span<GroupHeat const> heat, SetpointSearch const& search);

}  // namespace aif::cooling
