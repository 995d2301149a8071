#include "sim/marginal.hpp"

#include <variant>

namespace aif::sim {
namespace {

constexpr double kMegawatt = 1e6;

PodParams* find_pod(Scenario& s, std::string const& id) {
  for (auto& hall : s.halls)
    for (auto& pod : hall.pods)
      if (pod.id == id) return &pod;
  return nullptr;
}

// The first pod of a workload.
PodParams* pod_of_workload(Scenario& s, std::string const& id) {
  for (auto const& workload : s.workloads) {
    auto const* serving = std::get_if<workloads::ServingWorkloadParams>(&workload);
    auto const* training = std::get_if<workloads::TrainingWorkloadParams>(&workload);
    if (serving && serving->id == id && !serving->placement.pods.empty()) return find_pod(s, serving->placement.pods.front());
    auto const* product = std::get_if<workloads::ProductWorkloadParams>(&workload);
    if (product && product->id == id && !product->placement.pods.empty()) return find_pod(s, product->placement.pods.front());
    if (training && training->id == id && !training->pods.empty()) return find_pod(s, training->pods.front());
  }
  return nullptr;
}

}  // namespace

bool add_one_unit(Scenario& s, std::string const& component, MarginalValue& value) {
  value.component = component;
  if (component.starts_with("workloads.")) {
    PodParams* pod = pod_of_workload(s, component.substr(10));
    if (!pod) return false;
    pod->count += 1;
    value.step = 1;
    value.unit = "rack of " + pod->id;
    return true;
  }
  if (component == "site.utility") {
    s.site.utility.capacity_w += kMegawatt;
    value.step = kMegawatt;
    value.unit = "W";
    return true;
  }
  if (component == "power.blocks" || component == "power.ups" || component == "power.transformer") {
    s.power.blocks.it_capacity_w += kMegawatt / s.power.blocks.count;
    value.step = kMegawatt;
    value.unit = "W of installed block capacity";
    return true;
  }
  if (component.starts_with("power.distribution.busway")) {
    s.power.distribution.busway.rating_a += 10;
    value.step = 10;
    value.unit = "A of busway rating";
    return true;
  }
  if (component.starts_with("cooling.")) {
    s.cooling.plant.trim_chiller.count += 1;
    value.step = 1;
    value.unit = "trim chiller";
    return true;
  }
  return false;
}

}  // namespace aif::sim
