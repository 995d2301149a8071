#pragma once
// Output tokens a second and device of a served language model at a given speed for one user, and what the device draws: the best
// of the layouts in one scale-up domain, in closed form (models/compute/step.hpp; queueing is neglected). The machine is a value, so
// that it may be a mixture of two generations: that is how a gain is split into factors.

#include "contracts/hardware_profile.hpp"
#include "models/compute/serving_parameters.hpp"

namespace aif::sim {

struct ServedMachine {
  HardwareProfile profile;
  compute::EngineParams engine;
  Precision weights = Precision::fp8, kv = Precision::fp8;
  int domain = 8;                  // devices that one replica may use
  int draft_tokens = 0;
  double accepted_per_step = 1;
  double software_year = 2026;
};

struct ServedLoad {
  double input_token = 1000, output_token = 8000, cached_frac = 0;
  double tpot_s = 0.02;            // longest time per output token
};

struct ServedRate {
  double token_s = 0;              // of one device; 0: not at this speed
  double device_w = 0;             // idle, leakage at the reference temperature and dynamic
  double active_frac = 0;
  int tp = 0, attention_dp = 0, batch = 0;
  std::string refusal;             // why not
};
ServedRate best_served_rate(ServedMachine const& machine, compute::ModelArchitecture const& model, ServedLoad const& load);

// Narrowest of fp4, fp8, bf16 that the device computes in.
Precision narrowest(HardwareProfile const& profile);

}  // namespace aif::sim
