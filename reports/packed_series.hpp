#pragma once
// Columns of a year, small enough to live in a page: hourly means as 16-bit steps between least and greatest, little endian, base64.
// The step is the span over 65,534 (1.5 kW on a span of 100 MW); 65,535 means "no value".

#include <span>
#include <string>

#include "reports/report_model.hpp"

namespace aif::reports {

// Hourly means of the steps of a column; entity `entity` of a dimension. Empty when the group or variable is missing.
std::vector<float> hourly(sim::SeriesGroup const* group, std::string_view variable, std::size_t entity = 0);

Json pack(std::span<float const> values);
std::string base64(std::span<unsigned char const> bytes);

// First group whose name starts so, pods' groups only when `of_pods`.
sim::SeriesGroup const* find_group(sim::Results const& results, std::string_view prefix, bool of_pods);
std::vector<std::string> labels_of(sim::SeriesGroup const* group, std::string const& dimension);

}  // namespace aif::reports
