#pragma once
// Rail-optimised Clos: NIC r of every host goes to the leaves of rail r, so that traffic between equal ranks stays one hop below
// the spine (NVIDIA DGX SuperPOD reference architecture). Without a spine it is rail-only (Wang et al., arXiv 2307.12169): traffic
// between rails passes through the scale-up domain.

#include "models/network/topologies/clos.hpp"

namespace aif::network {

struct RailOptimized {
  static constexpr std::string_view type_name = "rail_optimized";
  SwitchParams switch_model;
  int tiers = 0;
  bool spine = true;
  static constexpr auto fields() {
    using S = RailOptimized;
    return FieldList{field("switch", &S::switch_model, "Switch used in every tier."),
                      field("tiers", &S::tiers, Kind::number, 0, 3, "2 or 3; 0 takes two when they hold all endpoints.", "assumption"),
                      field("spine", &S::spine, "False: rail-only, rails are not joined.")};
  }
};

inline Fabric build(RailOptimized const& p, FabricDemand const& demand) {
  ClosPlan plan{&p.switch_model, p.tiers, p.spine, demand, {}, {}};
  int const rails = demand.rails ? std::min(demand.rails, demand.nics_per_host) : demand.nics_per_host;
  for (int rail = 0; rail < rails; ++rail) {
    plan.breaks.push_back(static_cast<int>(plan.order.size()));
    for (int host = 0; host < demand.hosts; ++host)
      for (int nic = rail; nic < demand.nics_per_host; nic += rails) plan.order.push_back(host * demand.nics_per_host + nic);
  }
  return build_clos(plan, p.spine ? "rail optimised" : "rail only");
}

}  // namespace aif::network
