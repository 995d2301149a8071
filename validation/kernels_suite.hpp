#pragma once
// Suite `kernels`: see kernels_suite.cpp.

#include "validation/suite.hpp"

namespace aif::validation {

Suite kernels_suite();

}  // namespace aif::validation
