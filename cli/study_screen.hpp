#pragma once
// Studies on the terminal: verdict, first table, expectations.

#include <string>

#include "sim/results.hpp"

namespace aif::cli {
std::string study_screen(sim::Results const& results);
}
