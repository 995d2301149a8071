#pragma once
// The one list of heat-rejection plants. A new plant is one file that meets rejection.hpp and one word here; the scenario reader, the
// schema and the contract tests follow from the list.

#include <variant>

#include "models/cooling/adiabatic_dry_cooler.hpp"
#include "models/cooling/cooling_tower.hpp"
#include "models/cooling/deep_water.hpp"
#include "models/cooling/dry_cooler.hpp"
#include "models/cooling/performance_table.hpp"

namespace aif::cooling {

template <RejectionPlant... Plants>
struct PlantList {
  using Params = std::variant<Plants...>;
  using Sized = std::variant<typename Plants::Sized...>;
};

using Plants = PlantList<DryCooler, AdiabaticDryCooler, CoolingTower, DeepWater, PerformanceTable>;
using HeatRejection = Plants::Params;

inline Plants::Sized size_plant(HeatRejection const& plant, double altitude_m) {
  return std::visit([&]<class P>(P const& p) -> Plants::Sized { return typename P::Sized(p, altitude_m); }, plant);
}
inline RejectionOutputs reject(Plants::Sized const& plant, int units, RejectionInputs const& in) {
  return std::visit([&](auto const& p) { return p.reject(units, in); }, plant);
}

}  // namespace aif::cooling
