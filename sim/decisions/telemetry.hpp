#pragma once
// Telemetry as the twin sees it: hourly means of each channel, those that drive a facility put into it, and the twin's own values of the
// others. Channels are the variables of result.nc; those of a workload or a pod with its name behind a dot, `tokens_out.chat`,
// `group_power.nvl`. `dry_bulb` with `relative_humidity` or `wet_bulb`, `requests.WORKLOAD`, `tokens_offered.WORKLOAD` and
// `group_power.POD` always drive; `it_power` does where it is asked to, shared by the pods' design power.

#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "sim/facility/facility.hpp"
#include "sim/io/user_table.hpp"

namespace aif::sim {

struct HourlyChannel {
  std::string name, unit, written_unit;
  std::vector<double> values;  // by hour of the telemetry; NaN where nothing was measured
};

struct Telemetry {
  double start_s = 0;          // first whole hour
  std::size_t first_hour = 0, hours = 0;  // in the year; 29 February is left out
  std::vector<HourlyChannel> driving, compared;
  std::vector<std::string> ignored;
};

// Sorts the columns of a table by what they are to this facility; throws AF2951, AF2952, AF4014 (steps that make no hours).
Telemetry read_telemetry(UserTable const& table, Facility const& facility, std::vector<std::string> const& drive);

// Puts the driving channels into the facility; hours without a value keep what the scenario has.
void drive(Facility& facility, Telemetry const& telemetry);

// Runs the hours of the telemetry; the twin's values of the compared channels, [channel][hour].
std::vector<std::vector<double>> predict(Facility const& facility, Telemetry const& telemetry, RunControl const& control);

}  // namespace aif::sim
