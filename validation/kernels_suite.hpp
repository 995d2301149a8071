#pragma once
// Suite `kernels`: see kernels_suite.cpp.

#include "gpu_calibration/kernel_tables.hpp"
#include "validation/suite.hpp"

namespace aif::validation {

Suite kernels_suite();

// Seconds of every row: out of sample by fold of shape on the shipped tables, else by the shipped fits. For the network suite, too.
std::vector<Row> predict_kernel_rows(std::vector<calibration::KernelRow> const& rows, Options const& options);

}  // namespace aif::validation
