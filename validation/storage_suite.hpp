#pragma once
// Suite `storage`: see storage_suite.cpp.

#include "validation/suite.hpp"

namespace aif::validation {
Suite storage_suite();
}
