#pragma once
// Claim 2: swap the model or the whole workload by name in a factory that stays as it is. Each swap changes one workload of the
// scenario and nothing else; layout, batches and cache are planned anew by the same code that planned them before. What is made,
// what it takes and costs, before and after; a swap that cannot fit is refused with the planner's reason.

#include "sim/claims/site_studies.hpp"
#include "sim/run.hpp"

namespace aif::sim {

// The scenario with one workload changed. AF2869: no workload of that name, or neither model nor product given.
Scenario swapped(Scenario const& scenario, SwapParams const& swap, Library const& library, std::string const& path);

StudyResult run_study(FactoryPatternStudy const& study, Scenario const& scenario, Library const& library, Results const& before, RunSettings const& settings);

}  // namespace aif::sim
