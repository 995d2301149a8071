#pragma once
// Claim 3: one machine, any workload. Reads the year of the scenario by workload: what each product binds on, what a server draws
// while it makes it, what the units are worth in reference tokens, and the three ledgers, which are never added across products.

#include "sim/claims/site_studies.hpp"
#include "sim/facility/facility.hpp"
#include "sim/results.hpp"
#include "sim/scenario/scenario.hpp"

namespace aif::sim {

// What the ledgers mean; printed beside them.
struct LedgerDefinition {
  std::string_view ledger, definition;
};
std::vector<LedgerDefinition> ledger_definitions();

StudyResult run_study(ProductDayStudy const& study, Scenario const& scenario, Facility const& facility, Results const& results);

}  // namespace aif::sim
