#pragma once
// Serving workloads onto their pods: model and demand from the library, a layout per pod, the operating map of its replica, and
// the largest load per clock that keeps the promised share of requests in time.

#include "sim/facility/build.hpp"

namespace aif::sim {

inline constexpr double kGoodShare = 0.95;  // targets are 95th percentiles

// options.assets is set.
void add_serving(Scenario const& scenario, BuildOptions const& options, Facility& facility, BuildLog& log, DiagnosticList& problems);

// Devices of a rack that share a scale-up link, or at least a host.
int scale_up_domain(HardwareProfile const& profile, int devices);

// Racks of that id; null when there are none.
RackGroup* find_pod(Facility& facility, std::string const& id);

// Largest load of each clock row whose share of good requests is at least `goal`; 0 where none is.
SloLimit slo_limit(OperatingMap const& map, double goal);

}  // namespace aif::sim
