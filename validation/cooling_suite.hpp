#pragma once

#include "validation/suite.hpp"

namespace aif::validation {

Suite cooling_suite();

}  // namespace aif::validation
