#pragma once
// Fat tree of two or three tiers: all NICs of a host go to the same leaf.

#include <numeric>

#include "models/network/topologies/clos.hpp"

namespace aif::network {

struct FatTree {
  static constexpr std::string_view type_name = "fat_tree";
  SwitchParams switch_model;
  int tiers = 0;
  static constexpr auto fields() {
    return FieldList{field("switch", &FatTree::switch_model, "Switch used in every tier."),
                      field("tiers", &FatTree::tiers, Kind::number, 0, 3, "2 or 3; 0 takes two when they hold all endpoints.", "assumption")};
  }
};

inline Fabric build(FatTree const& p, FabricDemand const& demand) {
  ClosPlan plan{&p.switch_model, p.tiers, true, demand, std::vector<int>(static_cast<std::size_t>(demand.endpoints())), {}};
  std::iota(plan.order.begin(), plan.order.end(), 0);
  return build_clos(plan, "fat tree");
}

}  // namespace aif::network
