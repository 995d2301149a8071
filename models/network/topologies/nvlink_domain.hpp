#pragma once
// Scale-up domains: every device has one link to each of `planes` switches of its domain (GB200 NVL72: 18 switch chips, 18 links of
// 50 GB/s; HGX: 4 switches). Domains stay islands unless `spine` joins each plane across domains (oversubscription as demanded).
// An endpoint here is a device; its rate is that of all its links. In-switch reduction is a matter of the collectives.

#include "models/network/equipment.hpp"
#include "models/network/fabric.hpp"

namespace aif::network {

struct NvlinkDomain {
  static constexpr std::string_view type_name = "nvlink_domain";
  SwitchParams switch_model;
  int devices = 72, planes = 18;
  bool spine = false;
  static constexpr auto fields() {
    using S = NvlinkDomain;
    return FieldList{field("switch", &S::switch_model, "Switch chip or tray of a plane."),
                      field("devices", &S::devices, Kind::number, 2, 1024, "Devices of a domain.", "GB200 NVL72"),
                      field("planes", &S::planes, Kind::number, 1, 64, "Switches that every device reaches.", "GB200 NVL72"),
                      field("spine", &S::spine, "Planes are joined across domains.")};
  }
};

inline Fabric build(NvlinkDomain const& p, FabricDemand const& demand) {
  Fabric f;
  f.name = "scale-up domains";
  f.endpoints = demand.endpoints();
  f.nodes.resize(static_cast<std::size_t>(f.endpoints));
  int const domains = (f.endpoints + p.devices - 1) / p.devices;
  double const lane = demand.nic_byte_s / p.planes;
  int const spine_first = f.endpoints + domains * p.planes;
  for (int d = 0; d < domains; ++d)
    for (int plane = 0; plane < p.planes; ++plane) {
      int const node = static_cast<int>(f.nodes.size());
      f.nodes.push_back({NodeKind::scale_up, plane});
      int const first = d * p.devices, last = std::min(f.endpoints, first + p.devices);
      for (int e = first; e < last; ++e) f.links.push_back({e, node, lane, false});
      if (p.spine && domains > 1) f.links.push_back({node, spine_first + plane, lane * (last - first) / demand.oversubscription, true});
    }
  if (p.spine && domains > 1)
    for (int plane = 0; plane < p.planes; ++plane) f.nodes.push_back({NodeKind::spine, plane});
  f.switch_ports = p.switch_model.ports * f.switches();
  f.diameter_hops = p.spine && domains > 1 ? 4 : 2;
  double const half = f.endpoints * demand.nic_byte_s / 2;
  f.bisection_byte_s = domains == 1 ? half : p.spine ? half / demand.oversubscription : 0;
  return f;
}

}  // namespace aif::network
