#pragma once
// What hangs on one component: every case of cases.hpp worked through the coupled steady state of a whole year and through the transient of the
// hottest hour, ranked by the good tokens per second at risk. Design rules on the same graph: single points, survivors above rating, common
// corridors, redundancy that cooling or controls undo, works that cannot be done in service.
// Neglected: two independent failures at once (sim/availability), wear, the weather of the hour in which it happens (mean and worst are told).

#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "sim/contingency/cases.hpp"
#include "sim/contingency/transient.hpp"

namespace aif::sim {

struct ContingencyOptions {
  std::size_t every_hours = 1;    // 1: all 8,760 hours; 25: each hour of the day once in 25 days
  std::vector<std::string> only;  // kinds of component or ids of cases to work through; empty: all
  RunControl control;
};

ContingencyReport assess_contingency(Facility const& facility, ReliabilityParams const& reliability, ContingencyOptions const& options = {});

// One case by itself; used for all of them.
struct BaseYear {
  YearTokens tokens;
  SiteMoment hottest;
  double good_token_s = 0, trained_token_s = 0;
};
BaseYear base_year(Facility const& facility, std::size_t every_hours, RunControl const& control);
OutageResult assess_case(Facility const& facility, ReliabilityParams const& reliability, OutageCase const& what, BaseYear const& base,
                         RunControl const& control);

// The findings of a report whose outages are complete.
std::vector<DesignFinding> check_design(Facility const& facility, ContingencyReport const& report);

}  // namespace aif::sim
