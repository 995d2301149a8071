#pragma once
// What a mechanical engineer asks of a design: the design hour with everything running and with one unit of each kind out, and the
// schedule of machines (flows, heads, motor power, approach, counts and spares) as a table that can be written as CSV.

#include <string>
#include <vector>

#include "models/cooling/site.hpp"

namespace aif::cooling {

struct DesignCase {
  std::string out_of_service;      // empty: all units run
  double electric_w = 0;
  double liquid_margin_frac = 0, air_margin_frac = 0;  // heat that could be carried over rated heat, less 1; at most 0.5 is looked for
  double coolant_supply_c = 0, facility_supply_c = 0, air_supply_c = 0;
  double make_up_l_s = 0, blowdown_l_s = 0;
  int racks_over_limit = 0;        // racks whose heat must fall
  std::string binding;
};

// Rated heat of all racks at `weather`; the first case is the whole plant, then one unit out of each kind that has any.
std::vector<DesignCase> design_hour(SiteCooling const& site, WeatherPoint const& weather, double fan_limit_frac = 1);

struct ScheduleRow {
  std::string item;
  int installed = 0, needed = 0;
  double capacity_w = 0, flow_l_s = 0, head_pa = 0, motor_w = 0, approach_k = 0;  // of one unit; 0 where it has none
  double volume_m3 = 0;                                                           // of all loops that the units serve together
};
std::vector<ScheduleRow> mechanical_schedule(SiteCooling const& site);
std::string schedule_csv(std::vector<ScheduleRow> const& rows);

}  // namespace aif::cooling
