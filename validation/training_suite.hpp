#pragma once
#include "validation/suite.hpp"

namespace aif::validation {
Suite training_suite();
}
