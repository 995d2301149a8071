#pragma once
// Servers of PCIe devices: devices hang on host bridges, directly or below PCIe switches that share one uplink; the two sockets are joined
// by a link of their own. Peer traffic below one switch does not touch the host (two cards on one uplink: 52 GB/s each way alone,
// 104 GB/s for pairs on separate ones; six-card Gen5 box). Boxes are islands: the NICs belong to the scale-out fabric.

#include "models/network/equipment.hpp"
#include "models/network/fabric.hpp"

namespace aif::network {

struct PcieBox {
  static constexpr std::string_view type_name = "pcie_box";
  SwitchParams switch_model;
  int devices = 8, sockets = 2, devices_per_switch = 0;
  double socket_link_byte_s = 4e10;
  static constexpr auto fields() {
    using S = PcieBox;
    return FieldList{field("switch", &S::switch_model, "PCIe switch; its failure rate and power."),
                      field("devices", &S::devices, Kind::number, 1, 64, "Devices of a box.", "eight-card server"),
                      field("sockets", &S::sockets, Kind::number, 1, 4, "Host bridges.", "two-socket server"),
                      field("devices_per_switch", &S::devices_per_switch, Kind::number, 0, 16, "Devices below one PCIe switch; 0: no switch.", "assumption"),
                      field("socket_link", &S::socket_link_byte_s, Kind::data_rate, 1e9, 1e12, "Rate between the sockets, per direction.",
                            "assumption: 17-19 GB/s bus bandwidth of collectives over both sockets were measured")};
  }
};

inline Fabric build(PcieBox const& p, FabricDemand const& demand) {
  Fabric f;
  f.name = "PCIe boxes";
  f.endpoints = demand.endpoints();
  f.nodes.resize(static_cast<std::size_t>(f.endpoints));
  auto const add = [&](NodeKind kind, int group) { f.nodes.push_back({kind, group}); return static_cast<int>(f.nodes.size()) - 1; };
  int const boxes = (f.endpoints + p.devices - 1) / p.devices, per_socket = (p.devices + p.sockets - 1) / p.sockets;
  for (int box = 0; box < boxes; ++box) {
    std::vector<int> sockets;
    for (int s = 0; s < p.sockets; ++s) sockets.push_back(add(NodeKind::spine, box));
    for (int s = 0; s < p.sockets; ++s)
      for (int t = s + 1; t < p.sockets; ++t) f.links.push_back({sockets[static_cast<std::size_t>(s)], sockets[static_cast<std::size_t>(t)], p.socket_link_byte_s, false});
    int below = -1;
    for (int i = 0; i < p.devices && box * p.devices + i < f.endpoints; ++i) {
      int const socket = sockets[static_cast<std::size_t>(i / per_socket)];
      if (p.devices_per_switch > 0 && i % per_socket % p.devices_per_switch == 0) {
        below = add(NodeKind::leaf, box);
        f.links.push_back({below, socket, demand.nic_byte_s, false});
      }
      f.links.push_back({box * p.devices + i, p.devices_per_switch > 0 ? below : socket, demand.nic_byte_s, false});
    }
  }
  f.switch_ports = p.switch_model.ports * f.count(NodeKind::leaf);
  f.diameter_hops = p.devices_per_switch > 0 ? 5 : 3;
  f.bisection_byte_s = boxes == 1 ? (p.sockets > 1 ? p.socket_link_byte_s : f.endpoints * demand.nic_byte_s / 2) : 0;
  return f;
}

}  // namespace aif::network
