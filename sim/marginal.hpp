#pragma once
// What one more unit of a binding component would be worth: the scenario changed by one unit, and the step that this is. The worth
// itself is a finite difference of the coupled year.

#include "contracts/limits.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

// Changes `scenario` by one unit of `component`; false when the component has no unit of its own (then it is left unpriced).
bool add_one_unit(Scenario& scenario, std::string const& component, MarginalValue& value);

}  // namespace aif::sim
