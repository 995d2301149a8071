#pragma once
// Economics across a site: capital by subsystem, running cost, people, replacement and what is left, as a cash flow over the years;
// cost of a unit of each product; all of it as a range, drawn from what each price is believed to lie between; and what one more of
// the binding things would be worth in money. Prices of tokens and units come from the scenario's workloads.

#include "models/economics/cash_flow.hpp"
#include "models/economics/people.hpp"
#include "sim/claims/site_studies.hpp"
#include "sim/facility/facility.hpp"
#include "sim/results.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

// AF2870: a range names no cost line, or is not low <= mode <= high.
StudyResult run_study(MoneyStudy const& study, Scenario const& scenario, Facility const& facility, Results const& results);

}  // namespace aif::sim
