#pragma once
// Fits the serving parameters to served points. The closed loop depends on a row's parameters through a handful of costs only, so
// each round simulates every row once with its sensitivities to those costs and fits on the linearised rows; rounds repeat until
// the simulation and the linearisation agree. Loss and priors: docs/validation/serving.md.

#include <array>
#include <span>
#include <string>
#include <vector>

#include "validation/serving_points.hpp"

namespace aif::validation {

inline constexpr int kFitRounds = 4;  // of simulation and linear fit

using ServingValues = std::array<double, compute::kServingParameters>;

struct FittedServing {
  ServingValues values{};
  ServingValues log_sd{};                                  // one sigma of log(value)
  std::array<std::size_t, compute::kServingParameters> rows{};  // rows whose prediction moves with the parameter
};

// Uses the rows for which `use(row)` holds and that are not refused. `rounds` of simulation and linear fit.
template <class Use>
FittedServing fit_serving(std::vector<ServedRow> const& all, Use&& use, int rounds);
FittedServing fit_serving_rows(std::vector<ServedRow> rows, int rounds);

// Predicts one row: sets the engine of its design and simulates.
compute::ServedPoint predict(ServedRow& row, ServingValues const& values, compute::LoopWorkspace& workspace);

template <class Use>
FittedServing fit_serving(std::vector<ServedRow> const& all, Use&& use, int rounds) {
  std::vector<ServedRow> rows;
  for (auto const& row : all)
    if (row.refusal.empty() && use(row)) rows.push_back(row);
  return fit_serving_rows(std::move(rows), rounds);
}

}  // namespace aif::validation
