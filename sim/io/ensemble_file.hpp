#pragma once
// The group `ensemble/` of a result file: one row a member (figures, drawn inputs), and bands by hour with a time axis of their own.

#include <string>

#include "sim/io/h5_file.hpp"
#include "sim/results.hpp"

namespace aif::sim {

void write_ensemble(H5File& file, EnsembleData const& ensemble, Attributes const& time_attributes);
EnsembleData read_ensemble(H5File const& file);  // empty when the file has none

}  // namespace aif::sim
