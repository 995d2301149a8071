#pragma once
// How often and for how long: years of failures, repairs, planned works, mistakes and roll-outs (process.hpp), each state that comes up worked
// through the coupled steady state, its tokens taken in the hours in which it stands. Nodes, links and storage racks are too many for
// that: their mean absence is taken off the racks all year. What one more spare part or installed unit is worth: the same years again.
// Bands: 90 % of the mean over years; of a percentile, the order statistics that hold it with 90 %.

#include <cstdint>
#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "sim/availability/process.hpp"
#include "sim/contingency/contingency.hpp"

namespace aif::sim {

YearBand year_band(std::vector<double> years);

struct AvailabilityOptions {
  int years = 1000;
  std::uint64_t seed = 1;
  std::size_t every_hours = 25;  // of the coupled year of each state
  bool worth_of_spares = false;
  RunControl control;
};

// `contingency`: of the same facility, for the seconds after each failure. Throws InputError AF2855 when the options make no run.
AvailabilityReport assess_availability(Facility const& facility, ReliabilityParams const& reliability, ContingencyReport const& contingency,
                                       AvailabilityOptions const& options);

// The processes of a site and the components they take units of.
struct SiteProcesses {
  std::vector<UnitProcess> processes;
  std::vector<std::string> labels;         // of each process: "power.ups"
  std::vector<ComponentClass> components;  // by UnitProcess::component
  std::vector<char> is_special;
};
SiteProcesses site_processes(Facility const& facility, ReliabilityParams const& reliability, std::vector<ComponentClass> const& classes);
std::vector<std::string> names_of(SiteProcesses const& site, SystemState const& state);

// The site with one more unit of a kind; false when the kind has no count that can be raised.
bool add_one_installed(Facility& facility, std::string const& kind);

}  // namespace aif::sim
