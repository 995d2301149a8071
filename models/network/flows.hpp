#pragma once
// Fluid flows on a fabric: routes over equal-cost shortest paths, rates by progressive filling to max-min fairness (Bertsekas and
// Gallager 1992, section 6.5.2), finish times by events. Per-flow ECMP hashes every hop, so that flows collide; adaptive routing
// splits a flow over all its shortest paths. Neglected: queues, losses, congestion control's transients (a packet simulator
// finishes the 128-host ring at 23.1 % of line rate; hash seeds here spread over 20-33 %).

#include <cstdint>
#include <span>
#include <vector>

#include "models/network/fabric.hpp"

namespace aif::network {

enum class Routing { ecmp, adaptive };
constexpr auto enum_names(Routing) { return std::array<std::string_view, 2>{"ecmp", "adaptive"}; }

struct Flow {
  int src = 0, dst = 0;  // endpoints
  double byte = 1;
};

// Directed links of each flow with the share of the flow that takes them; link 2i runs a -> b of fabric link i, 2i + 1 back.
struct FlowRoutes {
  std::vector<int> offset, link;
  std::vector<double> share;
  std::vector<double> capacity_byte_s;  // of each directed link
};

// Throws InputError AF2305 when a flow has no path (a disconnected fabric), naming the pair.
FlowRoutes route_flows(Fabric const& fabric, std::span<Flow const> flows, Routing routing, std::uint64_t seed);

// Max-min fair rates of the flows marked active (empty: all); the others get 0.
std::vector<double> max_min_rates(FlowRoutes const& routes, std::span<char const> active = {});

// Seconds until each flow is done when all start together.
std::vector<double> finish_times_s(FlowRoutes const& routes, std::span<Flow const> flows);

// A ring of all hosts (host i to host i + stride) on a three-tier fat tree of hosts = k^3/4: share of line rate that the slowest
// flow sees, over hash seeds.
struct RingBand {
  double mean_frac = 0, low_frac = 0, high_frac = 0;
};
double ring_finish_frac(Fabric const& fabric, int stride, Routing routing, std::uint64_t seed);
RingBand ring_finish_band(int hosts, int stride, int seeds);
Fabric full_fat_tree(int hosts);

// Switches whose loss cuts an endpoint off, and what remains when links or switches are down.
std::vector<int> single_points_of_failure(Fabric const& fabric);
Fabric without(Fabric fabric, std::span<int const> nodes, std::span<int const> links);

}  // namespace aif::network
