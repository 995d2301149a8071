#pragma once
// Fits the efficiencies of the training step (workloads/training/step.hpp) to measured rows: one global set, robust in log time.

#include <map>

#include "core/robust_fit.hpp"
#include "validation/training_rows.hpp"
#include "workloads/training/fitted.hpp"

namespace aif::validation {

struct TrainingFit {
  workloads::TrainingEfficiency efficiency;
  std::map<std::string, double> sustained;  // by hardware id; absent: 1
  FitResult result;
  std::size_t rows = 0;
};
// In the row's own unit: seconds, tokens/s, or MFU in percent. The planner chooses what the row leaves free.
double predict_training(TrainingData const& data, TrainingRow const& row, TrainingFit const& fit);

// Rows with keep[i]; refused rows are left out.
TrainingFit fit_training(TrainingData const& data, std::vector<bool> const& keep);

// The fitted file of the library, as text.
std::string efficiency_csv(TrainingFit const& fit);

}  // namespace aif::validation
