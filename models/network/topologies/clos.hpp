#pragma once
// Folded Clos of two or three tiers (Al-Fares et al., SIGCOMM 2008: k-ary fat tree, k^3/4 hosts), leaf oversubscription free.
// Endpoints are handed over in the order in which they fill the leaves; a break before an index starts a new leaf (a new rail).
// Partial pods and cores are built only as far as needed; links of a tier are spread evenly.

#include <vector>

#include "models/network/equipment.hpp"
#include "models/network/fabric.hpp"

namespace aif::network {

struct ClosPlan {
  SwitchParams const* model = nullptr;
  int tiers = 0;         // 2 or 3; 0: two when they suffice
  bool spine = true;     // false: leaves stay islands (rail-only)
  FabricDemand demand;
  std::vector<int> order;   // endpoints in filling order
  std::vector<int> breaks;  // positions in `order` that start a new leaf
};

Fabric build_clos(ClosPlan const& plan, std::string name);

}  // namespace aif::network
