#pragma once
// A fabric as a graph: endpoints (one per NIC port) and switches, full-duplex links. Every topology builds this one form; the
// bill of material, the flow model, the failure lists and the single points of failure are all read from it.
// Neglected: buffering and packet effects (the flow model is fluid), cable lengths (one reach class per tier).

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostics.hpp"

namespace aif::network {

enum class NodeKind { endpoint, leaf, spine, core, scale_up };
constexpr auto enum_names(NodeKind) { return std::array<std::string_view, 5>{"endpoint", "leaf", "spine", "core", "scale_up"}; }

struct FabricNode {
  NodeKind kind = NodeKind::endpoint;
  int group = 0;  // rail, pod or plane
};

struct FabricLink {
  int a = 0, b = 0;
  double byte_s = 0;     // each direction
  bool optical = true;   // else copper inside a rack
};

// What the fabric has to connect.
struct FabricDemand {
  int hosts = 0, nics_per_host = 1;
  double nic_byte_s = 5e10;
  double oversubscription = 1;  // of the leaf: host-facing over spine-facing bandwidth
  int rails = 0;                // 0: one for each NIC
  int endpoints() const { return hosts * nics_per_host; }
};

struct Fabric {
  std::string name;
  std::vector<FabricNode> nodes;  // endpoints first: host * nics_per_host + nic
  std::vector<FabricLink> links;
  int endpoints = 0, nics_per_host = 1;
  int switch_ports = 0;           // ports of the switches in use, at the switch's own port rate
  double bisection_byte_s = 0;    // one direction, across the worst even cut of the hosts
  int diameter_hops = 0;          // links between the two farthest endpoints

  int count(NodeKind kind) const {
    return static_cast<int>(std::count_if(nodes.begin(), nodes.end(), [&](FabricNode const& n) { return n.kind == kind; }));
  }
  int switches() const { return static_cast<int>(nodes.size()) - endpoints; }
};

[[noreturn]] inline void refuse_fabric(std::string code, std::string message, std::string hint) {
  throw InputError(Diagnostic{std::move(code), Severity::error, std::move(message), "network", {}, std::move(hint)});
}

}  // namespace aif::network
