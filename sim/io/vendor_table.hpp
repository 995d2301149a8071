#pragma once
// A vendor's performance table as a plant: CSV with `outdoor [degC], capacity [kW], power [kW]`, any of their units, rows by rising temperature.

#include <string>

#include "models/cooling/performance_table.hpp"

namespace aif::sim {

// Fills outdoor_c, capacity_w and power_w. Throws InputError: AF4013 header or unit, AF4004 no number.
void read_performance_table(std::string const& path, cooling::PerformanceTable& table);

}  // namespace aif::sim
