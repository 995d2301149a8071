#pragma once
// What is built, piece by piece: the counts that the year was run with, spare units included, with what a buyer asks of each.

#include <vector>

#include "sim/facility/facility.hpp"
#include "sim/results.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

std::vector<InventoryLine> inventory_of(Scenario const& scenario, Facility const& facility);

}  // namespace aif::sim
