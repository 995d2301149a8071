#pragma once
// A fabric that the user draws: named switches and cables; endpoints are spread evenly over the switches marked as leaves. Bisection is the
// minimum cut between the first and the second half of the leaves (core/graph).

#include <map>

#include "core/graph/graph.hpp"
#include "models/network/equipment.hpp"
#include "models/network/fabric.hpp"

namespace aif::network {

struct UserSwitch {
  std::string id;
  bool leaf = false;
  static constexpr auto fields() {
    return FieldList{field("id", &UserSwitch::id, "Name of the switch.").required(), field("leaf", &UserSwitch::leaf, "Hosts plug in here.")};
  }
};
struct UserCable {
  std::string from, to;
  double byte_s = 1e11;
  int count = 1;
  static constexpr auto fields() {
    using S = UserCable;
    return FieldList{field("from", &S::from, "Switch at one end.").required(), field("to", &S::to, "Switch at the other end.").required(),
                      field("rate", &S::byte_s, Kind::data_rate, 1e8, 1e13, "Rate of one cable, per direction.", "800G class"),
                      field("count", &S::count, Kind::number, 1, 4096, "Parallel cables.", "one cable")};
  }
};

struct UserGraph {
  static constexpr std::string_view type_name = "user_graph";
  SwitchParams switch_model;
  std::vector<UserSwitch> switches;
  std::vector<UserCable> cables;
  static constexpr auto fields() {
    using S = UserGraph;
    return FieldList{field("switch", &S::switch_model, "Switch used everywhere."), field("switches", &S::switches, "Switches of the fabric."),
                      field("cables", &S::cables, "Cables between them.")};
  }
};

Fabric build(UserGraph const& p, FabricDemand const& demand);

}  // namespace aif::network
