#pragma once
// The kinds of fabric: one file each, one word here. Each has build(params, FabricDemand) -> Fabric and a switch_model.

#include <variant>

#include "models/network/topologies/fat_tree.hpp"
#include "models/network/topologies/nvlink_domain.hpp"
#include "models/network/topologies/pcie_box.hpp"
#include "models/network/topologies/rail_optimized.hpp"
#include "models/network/topologies/user_graph.hpp"

namespace aif::network {

using FabricKind = std::variant<FatTree, RailOptimized, NvlinkDomain, PcieBox, UserGraph>;

inline Fabric build_fabric(FabricKind const& kind, FabricDemand const& demand) {
  Fabric fabric = std::visit([&](auto const& k) { return build(k, demand); }, kind);
  fabric.nics_per_host = demand.nics_per_host;
  return fabric;
}
inline SwitchParams const& switch_of(FabricKind const& kind) {
  return std::visit([](auto const& k) -> SwitchParams const& { return k.switch_model; }, kind);
}

}  // namespace aif::network
