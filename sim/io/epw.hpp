#pragma once
// EnergyPlus weather files (EPW): LOCATION, DESIGN CONDITIONS and DATA PERIODS headers, dry bulb, dew point, humidity, pressure of each
// record. Missing codes (99.9, 999, 999999), leap days, several records an hour and years put together month by month are understood.
// Source: EnergyPlus auxiliary programs, weather data format.

#include <string>

#include "sim/io/weather.hpp"

namespace aif::sim {

WeatherSeries load_epw(std::string const& path);
WeatherSeries parse_epw(std::string_view text, std::string const& name);

}  // namespace aif::sim
