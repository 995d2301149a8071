#pragma once
// Tokens of a year, hour by hour, of the whole site or of what an outage leaves of it: the coupled steady state of every hour as if the
// outage lasted all year. The difference of two such years is what hangs on the components that are out.

#include <string>
#include <vector>

#include "sim/simulation.hpp"

namespace aif::sim {

// Every `every_hours`-th hour. 25 visits each hour of the day once in 25 days; 1 is the year itself.
struct YearTokens {
  std::size_t every_hours = 1;
  std::vector<float> good, trained;  // tokens per second of the site, by visited hour
  // Value of the visited hour that stands for any hour: the same hour of the day, nearest in date.
  std::size_t index_of(std::size_t hour) const;
};

// `facility` null: no rack has a source, nothing is made.
YearTokens year_tokens(Facility const* facility, std::size_t every_hours, RunControl const& control);

// One hour solved by itself: the state that a transient starts from, and why output is what it is. Move it, do not copy it: `outputs` looks into `state`.
struct SiteMoment {
  std::size_t hour = 0;
  WindowInputs inputs;
  FacilityState state;
  WindowOutputs outputs;
  SiteMoment() = default;
  SiteMoment(SiteMoment&&) = default;
  SiteMoment& operator=(SiteMoment&&) = default;
};
SiteMoment solve_hour(Facility const& facility, std::size_t hour);

double good_token_s(Facility const& facility, FacilityState const& state);
double trained_token_s(FacilityState const& state);

}  // namespace aif::sim
