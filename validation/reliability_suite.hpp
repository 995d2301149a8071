#pragma once
// Suite `reliability`: see reliability_suite.cpp.

#include "validation/suite.hpp"

namespace aif::validation {
Suite reliability_suite();
}
