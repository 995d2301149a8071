#pragma once
// Which columns a run keeps, and one window's values in their order. Site and workload columns stand at the run's step, group columns by the hour.

#include "sim/coupling.hpp"
#include "sim/results.hpp"

namespace aif::sim {

// Empty columns with coordinates; values are reserved for n_steps.
SeriesGroup make_site_columns(Facility const& facility, std::string name, double step_s, std::size_t n_steps);
SeriesGroup make_group_columns(Facility const& facility, std::string name, std::size_t n_hours);

void append_site(SeriesGroup& columns, Facility const& facility, FacilityState const& state, WindowInputs const& in, WindowOutputs const& out);
// Adds the window's share of the hour to the row of that hour.
void add_to_hour(SeriesGroup& columns, std::size_t hour, double share, Facility const& facility, FacilityState const& state);

}  // namespace aif::sim
