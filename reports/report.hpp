#pragma once
// Results -> one self-contained HTML file.

#include <span>
#include <string>

#include "sim/results.hpp"

namespace aif::reports {

// Written whole or not at all. One to four results stand side by side.
void write_report(std::span<sim::Results const> options, std::string const& path);

}  // namespace aif::reports
