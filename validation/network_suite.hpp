#pragma once
// Suite `network`: see network_suite.cpp.

#include "validation/suite.hpp"

namespace aif::validation {
Suite network_suite();
}
