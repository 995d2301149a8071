#pragma once
// Results <-> result.nc (HDF5, netCDF-4 data model, CF attributes; groups scenario, summary, ts_*, events, losses, causes, costs,
// checks, assumptions) and -> summary.json. A file appears whole or not at all: it is written under a temporary name and renamed.

#include <string>

#include "sim/results.hpp"

namespace aif::sim {

void write_result(Results const& results, std::string const& path);
Results read_result(std::string const& path);  // throws InputError AF4001

std::string summary_json(Results const& results);

}  // namespace aif::sim
