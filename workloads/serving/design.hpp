#pragma once
// From a replica design to what the request simulator needs, and back from what it did to watts: step times, scheduler, pools,
// and the mean activity of a device over a tally. Neglected: a chunk's share of expert weights depends on the batch beside it
// (taken at 32 sequences); windows and sparse attention inside a prompt are taken beyond their limit.

#include "models/compute/step.hpp"
#include "workloads/serving/cluster.hpp"

namespace aif::workloads {

StepTimes step_times_of(compute::StepSurface const& surface);
SchedulerParams scheduler_of(compute::ReplicaDesign const& design);

// Workers of the design as pools; clock 0 is the highest.
Deployment deployment_of(compute::ReplicaDesign const& design, double clock_hz);

// Mean activity and dynamic watts of one device of the deployment over the measured time. The watts are those of prompts, of answers and the
// floor of a device that is awake.
struct DeviceMean {
  Activity activity;
  double dynamic_w = 0, prompt_w = 0, answer_w = 0;
};
DeviceMean device_mean(compute::ReplicaDesign const& design, SimulationResult const& result, double clock_hz);

}  // namespace aif::workloads
