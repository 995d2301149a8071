#pragma once
// Fits the efficiencies of the operator classes (models/compute/operator_cost.hpp) to measured products: one number a class for
// all devices and models, robust in log time, with the priors of the classes.

#include <string>
#include <vector>

#include "validation/products_rows.hpp"

namespace aif::validation {

struct OperatorFit {
  compute::OperatorEfficiency efficiency;
  std::vector<double> log_sd;             // of each parameter
  std::vector<std::size_t> rows;          // that carry it: whose prediction moves
  std::size_t used = 0;
};

// Rows with keep[i]; refused rows are left out. A pair of device and model counts as at most kGroupRows rows: its rows share what their source leaves unsaid.
OperatorFit fit_operators(std::vector<ProductRow> const& rows, std::vector<bool> const& keep);

std::string operator_csv(OperatorFit const& fit, double log_sd);

}  // namespace aif::validation
