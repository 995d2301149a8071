#pragma once
// Content hash of everything that an operating map depends on: step times at every clock, scheduler, device power, targets,
// requests, axes, seed, and the version of the simulator's arithmetic.

#include "workloads/operating_map.hpp"

namespace aif::workloads {

std::string map_key(compute::ReplicaDesign const& design, ServingWorkloadParams const& workload, MapOptions const& options, RequestTable const& requests);

}  // namespace aif::workloads
