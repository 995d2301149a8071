#pragma once
// Images, speech, folding, robots, recommendation and graphs: seconds of a job or jobs a second against published measurements.

#include "validation/suite.hpp"

namespace aif::validation {
Suite products_suite();
}
