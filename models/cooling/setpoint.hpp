#pragma once
// The coolant supply temperature of one window that costs least: warm supplies spare fans and chillers, cold ones spare leakage in the
// chips. Golden-section search (Kiefer 1953) over the supply, subject to a limit of the case temperature.

#include "models/cooling/site.hpp"

namespace aif::cooling {

struct SetpointSearch {
  double lowest_c = 20, highest_c = 50;
  double case_limit_c = 75;           // of a device at its mean power in the window
  double leakage_w_per_k = 0;         // site power that one kelvin more of case temperature costs
};

struct SetpointResult {
  double supply_c = 0, electric_w = 0, case_c = 0;  // electric_w: cooling only
  bool feasible = false;                            // false: even the coldest supply breaks the limit; the coldest is returned
};

SetpointResult best_supply(SiteCooling const& site, SiteCoolingState const& state, WeatherPoint const& weather, std::span<GroupHeat const> heat, SetpointSearch const& search);

}  // namespace aif::cooling
