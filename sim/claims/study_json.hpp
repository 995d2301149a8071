#pragma once
// Study results as JSON text and back: what summary.json and result.nc hold of them. Absent numbers are null.

#include <string>
#include <vector>

#include "sim/claims/study.hpp"

namespace aif::sim {

std::string studies_json(std::vector<StudyResult> const& studies);   // a JSON list
std::vector<StudyResult> read_studies(std::string const& text);

// A table as RFC 4180 CSV: header with units in brackets, SI numbers.
std::string table_csv(StudyTable const& table);

}  // namespace aif::sim
