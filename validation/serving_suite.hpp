#pragma once
#include "validation/suite.hpp"

namespace aif::validation {
Suite serving_suite();
}
