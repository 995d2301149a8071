#pragma once
// Two EnergyPlus 25.2 years of a chiller and a tower (validation/data/README.md), hour by hour, with the loads and conditions of EnergyPlus as input.

#include <string>
#include <vector>

#include "models/cooling/chiller.hpp"
#include "validation/suite.hpp"

namespace aif::validation {

// Chiller power (relative), tower outlet at full fan (K), annual energy of chiller and tower fan (relative). Years that are not in the folder have no rows.
std::vector<MetricReport> energyplus_metrics(std::string const& data_dir, cooling::Chiller curves);

}  // namespace aif::validation
