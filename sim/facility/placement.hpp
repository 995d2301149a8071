#pragma once
// Which replica a serving workload becomes on a pod: the layout that the scenario fixes, or the best of those that fit. A layout
// is judged by the output tokens per device of its largest batch whose step meets the latency target (closed form; the
// operating map then simulates the winner). With `mode: disaggregated` prompts are worked on by workers of their own: pairs of layouts
// and their numbers are searched within one scale-up domain, and the slower pool decides. Neglected here: queueing, which the map sees.

#include <memory>
#include <string>

#include "contracts/hardware_profile.hpp"
#include "models/compute/replica.hpp"
#include "models/compute/serving_parameters.hpp"
#include "workloads/serving/workload.hpp"

namespace aif::sim {

inline constexpr char const* kServingFit = "lib:engines/serving_fit";

struct Placement {
  compute::ReplicaDesign design;
  double token_s_per_device = 0;  // of the closed form
  std::string text;               // "tp 8, expert parallel 8, batch 256"
};

// `devices` are those of the pod, `domain` those that share a scale-up link. Throws InputError (AF2810) with the reason that the
// nearest layout is refused for when none fits.
Placement choose_placement(workloads::ServingWorkloadParams const& workload, compute::ModelArchitecture const& model,
                           HardwareProfile const& profile, compute::ServingFit const& fit, int devices, int domain);

}  // namespace aif::sim
