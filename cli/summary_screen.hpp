#pragma once
// The summary that `run` and `inspect` print: headline figures in display units, what binds, checks, what one more unit is worth.

#include <string>

#include "sim/results.hpp"

namespace aif::cli {

std::string summary_screen(sim::Results const& results);

// "28.4 Mtok/s" of a metric: value and display unit chosen from its SI unit.
std::string display(double si, std::string const& unit);

}  // namespace aif::cli
