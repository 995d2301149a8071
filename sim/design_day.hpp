#pragma once
// The design day of a site: all racks at design power on the hottest day that the plant is designed for (`site.design_day`, or the design
// conditions of the weather file). The hour of the peak with everything running and with one unit of each kind out; water and energy of the
// day; seconds until racks slow down and switch off when cooling stops, and what tanks buy. Battery and own generation stand by.
// Course of the day: ASHRAE Handbook Fundamentals 2017, ch. 14, table 6 (shares of the daily range), at the peak's humidity ratio.

#include <string>
#include <vector>

#include "models/cooling/design_day.hpp"
#include "models/cooling/ride_through.hpp"
#include "sim/facility/facility.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

struct DesignCase {
  cooling::DesignCase plant;
  double site_w = 0, site_va = 0, import_margin_frac = 0;  // margin: capacity of the connection over site_w, less 1
  std::string power_binding;                               // electrical part that design power overloads; empty: none
};

struct DesignHour {
  int hour = 0;  // of the day, local standard time
  cooling::WeatherPoint weather;
  double cooling_w = 0, water_kg_s = 0, facility_supply_c = 0, liquid_cap_frac = 1, air_cap_frac = 1;
};

struct DesignRide {
  std::string group, fault;
  std::vector<cooling::StorageWorth> tanks;  // the first: as designed
};

struct DesignDay {
  std::string basis;              // where the air comes from
  double daily_range_k = 0, it_w = 0, water_m3 = 0, blowdown_m3 = 0, cooling_j = 0;
  cooling::WeatherPoint peak;
  std::vector<DesignCase> cases;  // the first: everything runs
  std::vector<DesignHour> hours;  // 24
  std::vector<DesignRide> rides;
  std::vector<cooling::ScheduleRow> schedule;
};

// Throws InputError AF2881 when neither the scenario nor the weather file says the design air.
DesignDay design_day(Scenario const& scenario, Facility const& facility);

// Tables as CSV: cases and ride-through.
std::string design_cases_csv(DesignDay const& day);
std::string design_rides_csv(DesignDay const& day);

}  // namespace aif::sim
