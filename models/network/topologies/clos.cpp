#include "models/network/topologies/clos.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

namespace aif::network {
namespace {

struct Radix {
  int down = 0, up = 0, ports = 0;  // in links at the endpoint's rate
};

Radix leaf_radix(ClosPlan const& plan) {
  double const rate = plan.demand.nic_byte_s;
  if (rate > plan.model->port_byte_s * 1.001)
    refuse_fabric("AF2301", fmt::format("a NIC of {:.0f} Gbit/s cannot run on switch ports of {:.0f} Gbit/s", rate * 8e-9, plan.model->port_byte_s * 8e-9),
                  "choose a switch with a port rate of at least the NIC's");
  int const split = std::max(1, static_cast<int>(plan.model->port_byte_s / rate + 1e-9));
  Radix r;
  r.ports = plan.model->ports * split;
  if (!plan.spine) return {r.ports, 0, r.ports};
  double const over = plan.demand.oversubscription;
  r.down = std::clamp(static_cast<int>(r.ports * over / (1 + over) + 1e-9), 1, r.ports - 1);
  r.up = std::min(r.ports - r.down, std::max(1, static_cast<int>(std::ceil(r.down / over - 1e-9))));
  return r;
}

struct Leaves {
  std::vector<int> node, filled;
};

Leaves place_leaves(Fabric& fabric, ClosPlan const& plan, Radix const& r) {
  Leaves leaves;
  std::set<int> const breaks(plan.breaks.begin(), plan.breaks.end());
  int rail = -1;
  for (std::size_t i = 0; i < plan.order.size(); ++i) {
    bool const is_break = i == 0 || breaks.contains(static_cast<int>(i));
    rail += is_break ? 1 : 0;
    if (is_break || leaves.filled.back() == r.down) {
      leaves.node.push_back(static_cast<int>(fabric.nodes.size()));
      leaves.filled.push_back(0);
      fabric.nodes.push_back({NodeKind::leaf, rail});
    }
    fabric.links.push_back({plan.order[i], leaves.node.back(), plan.demand.nic_byte_s, true});
    ++leaves.filled.back();
  }
  return leaves;
}

int add_switches(Fabric& fabric, NodeKind kind, int n, int group) {
  int const first = static_cast<int>(fabric.nodes.size());
  for (int i = 0; i < n; ++i) fabric.nodes.push_back({kind, group});
  return first;
}

// Uplinks of leaf i go round the spines, shifted so that the spines fill evenly.
void join_two_tiers(Fabric& fabric, std::vector<int> const& leaves, Radix const& r, double rate) {
  int const n = static_cast<int>(leaves.size());
  int const spines = (n * r.up + r.ports - 1) / r.ports;
  int const first = add_switches(fabric, NodeKind::spine, spines, 0);
  int next = 0;
  for (int leaf : leaves)
    for (int u = 0; u < r.up; ++u) fabric.links.push_back({leaf, first + next++ % spines, rate, true});
  fabric.diameter_hops = 4;
}

// Pods of ports/2 leaves with `up` spines each; spine u of every pod goes to core group u.
void join_three_tiers(Fabric& fabric, std::vector<int> const& leaves, Radix const& r, double rate) {
  int const per_pod = r.ports / 2, n = static_cast<int>(leaves.size());
  int const pods = (n + per_pod - 1) / per_pod;
  int const cores = (n + r.ports - 1) / r.ports;
  std::vector<int> core_first(static_cast<std::size_t>(r.up));
  for (int u = 0; u < r.up; ++u) core_first[static_cast<std::size_t>(u)] = add_switches(fabric, NodeKind::core, cores, u);
  for (int p = 0; p < pods; ++p) {
    int const in_pod = std::min(per_pod, n - p * per_pod);
    int const first = add_switches(fabric, NodeKind::spine, r.up, p);
    for (int u = 0; u < r.up; ++u) {
      for (int l = 0; l < in_pod; ++l) fabric.links.push_back({leaves[static_cast<std::size_t>(p * per_pod + l)], first + u, rate, true});
      for (int c = 0; c < in_pod; ++c) fabric.links.push_back({first + u, core_first[static_cast<std::size_t>(u)] + (p * per_pod + c) % cores, rate, true});
    }
  }
  fabric.diameter_hops = 6;
}

}  // namespace

Fabric build_clos(ClosPlan const& plan, std::string name) {
  Radix const r = leaf_radix(plan);
  Fabric fabric;
  fabric.name = std::move(name);
  fabric.endpoints = plan.demand.endpoints();
  fabric.nodes.resize(static_cast<std::size_t>(fabric.endpoints));
  for (int e = 0; e < fabric.endpoints; ++e) fabric.nodes[static_cast<std::size_t>(e)].group = e % plan.demand.nics_per_host;
  Leaves const leaves = place_leaves(fabric, plan, r);
  int const n = static_cast<int>(leaves.node.size());
  double const rate = plan.demand.nic_byte_s;
  double const injection = fabric.endpoints * rate;
  fabric.diameter_hops = 2;
  fabric.bisection_byte_s = n == 1 ? injection / 2 : 0;
  if (n > 1 && plan.spine) {
    int const tiers = plan.tiers ? plan.tiers : (n <= r.ports ? 2 : 3);
    int const most = tiers == 2 ? r.ports : r.ports * (r.ports / 2);
    if (n > most)
      refuse_fabric("AF2302", fmt::format("{} endpoints need {} leaves, but {} tiers of {}-port switches hold {}", fabric.endpoints, n, tiers, r.ports, most),
                    tiers == 2 ? "use three tiers or switches with more ports" : "use switches with more ports or more oversubscription");
    tiers == 2 ? join_two_tiers(fabric, leaves.node, r, rate) : join_three_tiers(fabric, leaves.node, r, rate);
    fabric.bisection_byte_s = injection / 2 * std::min(1.0, static_cast<double>(r.up) / r.down);
  }
  fabric.switch_ports = plan.model->ports * fabric.switches();
  return fabric;
}

}  // namespace aif::network
