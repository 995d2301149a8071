#pragma once
// The kinds of fabric: one file each, one word here. Each has build(params, FabricDemand) -> Fabric and switch_of(params).

#include <variant>

#include "models/network/topologies/fat_tree.hpp"
#include "models/network/topologies/rail_optimized.hpp"

namespace aif::network {

using FabricKind = std::variant<FatTree, RailOptimized>;

inline Fabric build_fabric(FabricKind const& kind, FabricDemand const& demand) {
  return std::visit([&](auto const& k) { return build(k, demand); }, kind);
}
inline SwitchParams const& switch_of(FabricKind const& kind) {
  return std::visit([](auto const& k) -> SwitchParams const& { return k.switch_model; }, kind);
}

}  // namespace aif::network
