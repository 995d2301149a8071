#pragma once
// Fits the interval of the training step to errors out of sample: ridge regression of their logarithm on what is known of a run, then the
// 90 % quantile of the errors over that scale.

#include <vector>

#include "workloads/training/fitted.hpp"

namespace aif::validation {

struct TrainingError {
  workloads::BandInputs inputs;
  double log_error = 0;  // |log(predicted / measured)|, by a fit that has not seen the row
};
workloads::TrainingBand fit_training_band(std::vector<TrainingError> const& errors);

}  // namespace aif::validation
