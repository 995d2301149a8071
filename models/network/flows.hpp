#pragma once
// Fluid flows on a fabric: routes over equal-cost shortest paths, rates by progressive filling to max-min fairness (Bertsekas and
// Gallager 1992, section 6.5.2; flow_set.hpp), finish times by events. Per-flow ECMP hashes every hop, so that flows collide; rail-local
// routing first crosses to the receiver's rail inside the sending host; adaptive routing splits a flow over all its shortest paths.
// Neglected: queues, losses, congestion control's transients (a packet simulator finishes the 128-host ring at 23.1 % of line rate;
// hash seeds here spread over 20-33 %).

#include <cstdint>
#include <span>
#include <vector>

#include "models/network/fabric.hpp"

namespace aif::network {

enum class Routing { ecmp, rail_local, adaptive };
constexpr auto enum_names(Routing) { return std::array<std::string_view, 3>{"ecmp", "rail_local", "adaptive"}; }

struct Flow {
  int src = 0, dst = 0;  // endpoints
  double byte = 1;
};

// Directed links of each flow with the share of the flow that takes them; link 2i runs a -> b of fabric link i, 2i + 1 back.
struct FlowRoutes {
  std::vector<int> offset, link;
  std::vector<double> share;
  std::vector<double> capacity_byte_s;  // of each directed link
  std::size_t flows() const { return offset.size() - 1; }
};

// Throws InputError AF2305 when a flow has no path (a disconnected fabric), naming the pair.
FlowRoutes route_flows(Fabric const& fabric, std::span<Flow const> flows, Routing routing, std::uint64_t seed);

// Max-min fair rates of the flows marked active (empty: all); the others get 0.
std::vector<double> max_min_rates(FlowRoutes const& routes, std::span<char const> active = {});

// Seconds until each flow is done when all start together.
std::vector<double> finish_times_s(FlowRoutes const& routes, std::span<Flow const> flows);

// Switches whose loss cuts an endpoint off, and what remains when links or switches are down.
std::vector<int> single_points_of_failure(Fabric const& fabric);
Fabric without(Fabric fabric, std::span<int const> nodes, std::span<int const> links);

}  // namespace aif::network
