#pragma once
// Hourly series of a year: electricity price and carbon intensity. Known tables: `Datetime (UTC)` with `Price (USD/MWh)`
// (sustain-cluster layout), `timestamp` with `avg_CI` in g/kWh (EIA layout), and a user's own `time, name [unit]` in local standard time, by
// the hour or finer.

#include <string>
#include <vector>

#include "core/units.hpp"

namespace aif::sim {

struct HourlySeries {
  std::string source;          // file name
  int year = 0;
  int bridged_hours = 0;       // that the table lacks; filled from their neighbours
  std::vector<double> values;  // 8,760 from 1 January 00:00 local standard time, SI
};

// `kind` is money_per_energy or carbon_intensity. Throws InputError (AF4011 layout, AF4012 gap or disorder, AF4004 number).
// A leap day is dropped so that the year has 8,760 hours; UTC tables are turned by the offset, the ends of the year joined.
HourlySeries load_hourly(std::string const& path, Kind kind, double utc_offset_h);

}  // namespace aif::sim
