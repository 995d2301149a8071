#include "models/network/flows.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <set>

#include "core/graph/graph.hpp"
#include "core/random.hpp"
#include "models/network/flow_set.hpp"

namespace aif::network {
namespace {

// Neighbours of each node in compressed rows.
struct Adjacency {
  std::vector<int> offset, node, directed_link;
};
Adjacency neighbours(Fabric const& f) {
  Adjacency a;
  a.offset.assign(f.nodes.size() + 1, 0);
  for (auto const& l : f.links) ++a.offset[static_cast<std::size_t>(l.a) + 1], ++a.offset[static_cast<std::size_t>(l.b) + 1];
  for (std::size_t i = 0; i < f.nodes.size(); ++i) a.offset[i + 1] += a.offset[i];
  a.node.resize(2 * f.links.size());
  a.directed_link.resize(2 * f.links.size());
  std::vector<int> at(a.offset.begin(), a.offset.end() - 1);
  for (std::size_t i = 0; i < f.links.size(); ++i)
    for (bool back : {false, true}) {
      int const from = back ? f.links[i].b : f.links[i].a, to = back ? f.links[i].a : f.links[i].b;
      auto const slot = static_cast<std::size_t>(at[static_cast<std::size_t>(from)]++);
      a.node[slot] = to;
      a.directed_link[slot] = static_cast<int>(2 * i) + (back ? 1 : 0);
    }
  return a;
}

// Hops to one node over switches; endpoints do not forward. -1: not reached.
std::vector<int> hops_to(Adjacency const& a, int target, int endpoints) {
  std::vector<int> hops(a.offset.size() - 1, -1), queue{target};
  hops[static_cast<std::size_t>(target)] = 0;
  for (std::size_t head = 0; head < queue.size(); ++head) {
    int const at = queue[head];
    if (at < endpoints && at != target) continue;
    for (int s = a.offset[static_cast<std::size_t>(at)]; s < a.offset[static_cast<std::size_t>(at) + 1]; ++s) {
      int const next = a.node[static_cast<std::size_t>(s)];
      if (next < endpoints || hops[static_cast<std::size_t>(next)] >= 0) continue;
      hops[static_cast<std::size_t>(next)] = hops[static_cast<std::size_t>(at)] + 1;
      queue.push_back(next);
    }
  }
  return hops;
}

class Router {
 public:
  Router(Fabric const& f) : fabric_(f), near_(neighbours(f)), hops_(f.nodes.size()) {}

  // Slots of the adjacency that lead from `at` one hop nearer to `dst`.
  void next(int at, int dst, std::vector<int>& slots) {
    slots.clear();
    std::size_t const a = static_cast<std::size_t>(at);
    int const last = attach(dst);
    auto const& hops = hops_from(last);
    auto const distance = [&](int node) { return node >= fabric_.endpoints ? hops[static_cast<std::size_t>(node)] : -1; };
    int limit = hops[a];  // of what counts as nearer
    if (at < fabric_.endpoints) {
      limit = std::numeric_limits<int>::max();
      for (int s = near_.offset[a]; s < near_.offset[a + 1]; ++s)
        if (int const d = distance(near_.node[static_cast<std::size_t>(s)]); d >= 0) limit = std::min(limit, d + 1);
    }
    for (int s = near_.offset[a]; s < near_.offset[a + 1]; ++s) {
      int const n = near_.node[static_cast<std::size_t>(s)], d = distance(n);
      bool const arrived = n == dst && (at == last || last == dst);
      if (arrived || (at != last && d >= 0 && d < limit)) slots.push_back(s);
    }
  }
  Adjacency const& near() const { return near_; }

 private:
  int attach(int endpoint) const {  // the switch of an endpoint with one link; itself when it has several
    std::size_t const e = static_cast<std::size_t>(endpoint);
    return near_.offset[e] + 1 == near_.offset[e + 1] ? near_.node[static_cast<std::size_t>(near_.offset[e])] : endpoint;
  }
  std::vector<int> const& hops_from(int node) {
    auto& hops = hops_[static_cast<std::size_t>(node)];
    if (hops.empty()) hops = hops_to(near_, node, fabric_.endpoints);
    return hops;
  }
  Fabric const& fabric_;
  Adjacency near_;
  std::vector<std::vector<int>> hops_;
};

[[noreturn]] void refuse_pair(Flow const& f) {
  refuse_fabric("AF2305", fmt::format("no path from endpoint {} to endpoint {}: the fabric is disconnected", f.src, f.dst), "join the parts with a spine, or keep the ranks of a job inside one part");
}

// Follows one hashed path, or spreads the flow over all shortest paths level by level.
void route_one(Router& router, Flow const& flow, std::size_t index, Routing routing, RandomStream const& hash, FlowRoutes& out) {
  constexpr int kMaxHops = 64;
  struct Part {
    int node;
    double share;
  };
  std::vector<Part> front{{flow.src, 1.0}}, next_front;
  std::vector<int> slots;
  for (int hop = 0; !(front.size() == 1 && front[0].node == flow.dst); ++hop) {
    if (front.empty() || hop == kMaxHops) refuse_pair(flow);
    next_front.clear();
    for (auto const& part : front) {
      router.next(part.node, flow.dst, slots);
      if (slots.empty()) refuse_pair(flow);
      if (routing != Routing::adaptive) slots = {slots[static_cast<std::size_t>(hash.uniform(index, static_cast<std::uint64_t>(hop)) * static_cast<double>(slots.size()))]};
      double const share = part.share / static_cast<double>(slots.size());
      for (int s : slots) {
        out.link.push_back(router.near().directed_link[static_cast<std::size_t>(s)]);
        out.share.push_back(share);
        int const node = router.near().node[static_cast<std::size_t>(s)];
        auto const known = std::find_if(next_front.begin(), next_front.end(), [&](Part const& p) { return p.node == node; });
        known == next_front.end() ? next_front.push_back({node, share}) : void(known->share += share);
      }
    }
    front.swap(next_front);
  }
  out.offset.push_back(static_cast<int>(out.link.size()));
}

}  // namespace

FlowRoutes route_flows(Fabric const& fabric, std::span<Flow const> flows, Routing routing, std::uint64_t seed) {
  FlowRoutes routes;
  routes.offset = {0};
  for (auto const& l : fabric.links) routes.capacity_byte_s.insert(routes.capacity_byte_s.end(), 2, l.byte_s);
  Router router(fabric);
  RandomStream const hash(seed, Stream::ecmp);
  for (std::size_t i = 0; i < flows.size(); ++i) {
    Flow flow = flows[i];
    if (std::min(flow.src, flow.dst) < 0 || std::max(flow.src, flow.dst) >= fabric.endpoints) refuse_pair(flow);
    // Rail-local: over the scale-up domain to the NIC of the receiver's rail first (NCCL's PXN), then along that rail.
    if (routing == Routing::rail_local) flow.src = flow.src / fabric.nics_per_host * fabric.nics_per_host + flow.dst % fabric.nics_per_host;
    if (flow.src == flow.dst) routes.offset.push_back(static_cast<int>(routes.link.size()));
    else route_one(router, flow, i, routing, hash, routes);
  }
  return routes;
}

std::vector<double> max_min_rates(FlowRoutes const& routes, std::span<char const> active) {
  FlowSet set(routes.capacity_byte_s);
  std::vector<double> rate(routes.flows(), 0.0);
  std::vector<int> id(routes.flows(), -1);
  for (std::size_t f = 0; f < rate.size(); ++f)
    if (active.empty() || active[f]) id[f] = set.add(routes, f);
  set.update();
  for (std::size_t f = 0; f < rate.size(); ++f)
    if (id[f] >= 0) rate[f] = set.rate_byte_s(id[f]);
  return rate;
}

std::vector<double> finish_times_s(FlowRoutes const& routes, std::span<Flow const> flows) {
  FlowSet set(routes.capacity_byte_s);
  std::vector<double> left, done(flows.size(), 0.0);
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < flows.size(); ++i) set.add(routes, i), left.push_back(flows[i].byte), active.push_back(i);
  double now = 0;
  while (!active.empty()) {
    set.update();
    double dt = std::numeric_limits<double>::infinity();
    for (std::size_t i : active) dt = std::min(dt, left[i] / set.rate_byte_s(static_cast<int>(i)));
    now += dt;
    std::erase_if(active, [&](std::size_t i) {
      double const rate = set.rate_byte_s(static_cast<int>(i));
      left[i] -= std::isinf(rate) ? left[i] : rate * dt;
      if (left[i] > 1e-9 * flows[i].byte) return false;
      done[i] = now;
      set.remove(static_cast<int>(i));
      return true;
    });
  }
  return done;
}

std::vector<int> single_points_of_failure(Fabric const& fabric) {
  Graph graph{static_cast<int>(fabric.nodes.size()), {}};
  for (auto const& l : fabric.links) graph.edges.push_back({l.a, l.b});
  std::vector<int> points = articulation_points(graph);
  std::erase_if(points, [&](int node) { return node < fabric.endpoints; });
  return points;
}

Fabric without(Fabric fabric, std::span<int const> nodes, std::span<int const> links) {
  std::set<int> const down(nodes.begin(), nodes.end()), cut(links.begin(), links.end());
  std::vector<FabricLink> kept;
  for (std::size_t i = 0; i < fabric.links.size(); ++i)
    if (!cut.contains(static_cast<int>(i)) && !down.contains(fabric.links[i].a) && !down.contains(fabric.links[i].b)) kept.push_back(fabric.links[i]);
  fabric.links = std::move(kept);
  return fabric;
}

}  // namespace aif::network
