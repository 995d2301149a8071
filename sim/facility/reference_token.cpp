#include "sim/facility/reference_token.hpp"

#include <algorithm>

#include "models/compute/device_power.hpp"
#include "models/compute/step.hpp"

namespace aif::sim {
namespace {

double joules_on(HardwareProfile const& profile, compute::ModelArchitecture const& model) {
  compute::ReplicaDesign design;
  design.profile = &profile;
  design.model = &model;
  design.weights = design.kv = Precision::fp8;
  for (design.worker.tp = 1; design.worker.tp <= 64; design.worker.tp *= 2) {
    if (compute::feasible(design).has_errors()) continue;
    int const batch = std::min(256, compute::sequence_slots(design, kReferenceContext));
    if (batch < 1) continue;
    double const clock_hz = profile.datasheet.clock_max_hz;
    auto const cost = compute::iteration(design, {batch, batch * kReferenceContext, 0, 0, 1, 0}, clock_hz);
    double const device_w = profile.power.idle_w + compute::leakage_w(profile.power, profile.power.t_ref_c) + cost.dynamic_j / cost.time_s;
    return device_w * compute::devices(design) * cost.time_s / batch;
  }
  return 0;
}

}  // namespace

std::vector<double> reference_token_joules(std::vector<RackGroup> const& groups, Assets& assets) {
  auto const model = assets.model(kReferenceModel);
  std::vector<double> out;
  for (auto const& g : groups) out.push_back(g.profile ? *assets.reference_joules.get(g.rack.device, [&] { return joules_on(*g.profile, *model); }) : 0.0);
  return out;
}

}  // namespace aif::sim
