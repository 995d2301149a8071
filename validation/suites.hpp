#pragma once
// The list of suites. A new suite is one file that defines its `Suite NAME_suite()` and one line in suites.cpp.

#include <vector>

#include "validation/suite.hpp"

namespace aif::validation {

std::vector<Suite> const& suites();

}  // namespace aif::validation
