#pragma once
// Year sums -> headline metrics, energy flow, hours by cause, cost lines. One place where a figure gets its definition
// (metrics.hpp) and its value; nothing is rounded here. A band that was not computed is absent.

#include "sim/results.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulation.hpp"

namespace aif::sim {

struct SummaryInputs {
  Scenario const& scenario;
  Facility const& facility;
  YearRun const& steady;
  YearRun const* delivered = nullptr;  // null: no as-delivered metrics
};

// Fills summary, workloads, flows, causes, costs, bill, checks of `results`.
void summarise(SummaryInputs const& in, Results& results);

}  // namespace aif::sim
