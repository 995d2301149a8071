#pragma once
// Handles of the compute room: profile, model and replica. A replica keeps its profile and model alive.

#include <memory>

#include "models/compute/replica.hpp"
#include "models/compute/serving_parameters.hpp"

namespace aif::python {

struct ProfileHandle {
  std::shared_ptr<HardwareProfile const> profile;
};

struct ModelHandle {
  std::shared_ptr<compute::ModelArchitecture const> model;
};

struct ReplicaHandle {
  ProfileHandle profile;
  ModelHandle model;
  compute::ReplicaDesign design;  // points into both
};

}  // namespace aif::python
