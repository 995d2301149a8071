#pragma once
// What can go wrong with a site and what it costs: contingency, availability, events. What the verb `contingency`, `run --contingency`, a benchmark
// and the Python module call.

#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "sim/facility/facility.hpp"
#include "sim/risk.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

struct RiskOptions {
  int years = 1000;               // of the Monte Carlo; 0: no availability
  std::size_t every_hours = 1;    // of the contingency's coupled year; 25 visits each hour of the day once in 25 days
  bool worth_of_spares = false;   // what one more of anything is worth: the years again for each kind
  bool events = true;             // of the scenario
  std::vector<std::string> only;  // kinds of component or names of cases; then there is no availability
  RunControl control;
};

// Same bits for any number of threads. Throws InputError: AF2855 (options), AF2856 (`only` names no case).
RiskResults assess_risk(Scenario const& scenario, Facility const& facility, RiskOptions const& options);

}  // namespace aif::sim
