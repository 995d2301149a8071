#pragma once
// Sheets of a site that need no year: its design day (`run --design-day`) and the set points of its coolant (`optimize --setpoints`).

#include <string>

#include "cli/frame.hpp"
#include "sim/setpoints.hpp"

namespace aif::cli {

// Writes design_day.csv, ride_through.csv, mechanical_schedule.csv and design_day.json; exit code 1 when racks are held back with everything in service.
int design_day_sheet(std::string const& file, sim::LoadOptions const& load, std::string const& out_dir, Frame const& frame);

// Writes setpoints.csv, setpoints.json and reset.yaml.
int setpoint_sheet(std::string const& file, sim::LoadOptions const& load, sim::SetpointOptions options, std::string const& out_dir, Frame const& frame);

}  // namespace aif::cli
