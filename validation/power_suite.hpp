#pragma once

#include "validation/suite.hpp"

namespace aif::validation {

Suite power_suite();

}  // namespace aif::validation
