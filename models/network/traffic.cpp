#include "models/network/traffic.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "models/network/flow_set.hpp"
#include "models/network/topologies/fat_tree.hpp"

namespace aif::network {
namespace {

int nic_of(Fabric const& f, int host, int rail) { return host * f.nics_per_host + rail; }

// Rate of the fastest link at either end: line rate of a NIC.
double line_byte_s(Fabric const& fabric) {
  double rate = 0;
  for (auto const& l : fabric.links)
    if (std::min(l.a, l.b) < fabric.endpoints) rate = std::max(rate, l.byte_s);
  return rate;
}

SeedBand over_seeds(int seeds, std::function<double(std::uint64_t)> const& frac) {
  SeedBand band{0, 1e300, 0};
  for (int s = 0; s < seeds; ++s) {
    double const value = frac(static_cast<std::uint64_t>(s));
    band.mean_frac += value / seeds;
    band.low_frac = std::min(band.low_frac, value), band.high_frac = std::max(band.high_frac, value);
  }
  return band;
}

}  // namespace

std::vector<Flow> ring_flows(Fabric const& f, int first, int hosts, int stride, double byte) {
  std::vector<Flow> flows;
  for (int h = 0; h < hosts; ++h)
    for (int rail = 0; rail < f.nics_per_host; ++rail) flows.push_back({nic_of(f, first + h, rail), nic_of(f, first + (h + stride) % hosts, rail), byte});
  return flows;
}

std::vector<Flow> exchange_flows(Fabric const& f, int first, int hosts, double byte) {
  std::vector<Flow> flows;
  for (int from = 0; from < hosts; ++from)
    for (int step = 1; step < hosts; ++step) {
      int const to = (from + step) % hosts;
      flows.push_back({nic_of(f, first + from, step % f.nics_per_host), nic_of(f, first + to, step / f.nics_per_host % f.nics_per_host), byte});  // all pairs of rails, every NIC as often
    }
  return flows;
}

std::vector<Flow> transfer_flows(Fabric const& f, int from, int from_hosts, int to, int to_hosts, double byte) {
  std::vector<Flow> flows;
  for (int i = 0; i < std::max(from_hosts, to_hosts); ++i)
    for (int rail = 0; rail < f.nics_per_host; ++rail) flows.push_back({nic_of(f, from + i % from_hosts, rail), nic_of(f, to + i % to_hosts, rail), byte});
  return flows;
}

double finish_frac(Fabric const& fabric, std::span<Flow const> flows, Routing routing, std::uint64_t seed) {
  auto const done = finish_times_s(route_flows(fabric, flows, routing, seed), flows);
  // At line rate a NIC would take as long as its busiest direction has bytes to move.
  std::vector<double> out(static_cast<std::size_t>(fabric.endpoints), 0.0), in = out;
  for (auto const& flow : flows) out[static_cast<std::size_t>(flow.src)] += flow.byte, in[static_cast<std::size_t>(flow.dst)] += flow.byte;
  double const busiest = std::max(*std::max_element(out.begin(), out.end()), *std::max_element(in.begin(), in.end()));
  double const last_s = *std::max_element(done.begin(), done.end());
  return last_s > 0 ? busiest / line_byte_s(fabric) / last_s : 1;
}

SeedBand finish_band(Fabric const& fabric, std::span<Flow const> flows, Routing routing, int seeds) {
  return over_seeds(seeds, [&](std::uint64_t seed) { return finish_frac(fabric, flows, routing, seed); });
}

std::vector<JobShare> share_fabric(Fabric const& fabric, std::span<FabricJob const> jobs, Routing routing, int seeds) {
  double const line = line_byte_s(fabric);
  std::vector<Flow> all;
  for (auto const& job : jobs) all.insert(all.end(), job.flows.begin(), job.flows.end());
  std::vector<JobShare> out;
  for (auto const& job : jobs) out.push_back({job.id, {0, 1e300, 0}, {0, 1e300, 0}});
  auto const take = [&](SeedBand& band, double slowest) {
    double const frac = slowest / line;
    band.mean_frac += frac / seeds, band.low_frac = std::min(band.low_frac, frac), band.high_frac = std::max(band.high_frac, frac);
  };
  auto const slowest = [&](FlowSet const& set, std::size_t first, std::size_t count) {
    double least = line;
    for (std::size_t i = first; i < first + count; ++i) least = std::min(least, set.rate_byte_s(static_cast<int>(i)));
    return least;
  };
  for (int seed = 0; seed < seeds; ++seed) {
    FlowRoutes const routes = route_flows(fabric, all, routing, static_cast<std::uint64_t>(seed));
    FlowSet alone(routes.capacity_byte_s), together(routes.capacity_byte_s);
    for (std::size_t i = 0; i < all.size(); ++i) together.add(routes, i);
    together.update();
    std::size_t first = 0;
    for (std::size_t j = 0; j < jobs.size(); ++j) {  // each job arrives, is measured, leaves
      std::size_t const count = jobs[j].flows.size();
      for (std::size_t i = first; i < first + count; ++i) alone.add(routes, i);
      alone.update();
      take(out[j].alone, slowest(alone, first, count));
      for (std::size_t i = first; i < first + count; ++i) alone.remove(static_cast<int>(i));
      take(out[j].together, slowest(together, first, count));
      first += count;
    }
  }
  return out;
}

Fabric full_fat_tree(int hosts) {
  FatTree tree;
  tree.tiers = 3;
  tree.switch_model.ports = 2 * static_cast<int>(std::lround(std::cbrt(4.0 * hosts) / 2));
  return build(tree, {.hosts = hosts, .nics_per_host = 1, .nic_byte_s = tree.switch_model.port_byte_s});
}

double ring_finish_frac(Fabric const& fabric, int stride, Routing routing, std::uint64_t seed) {
  return finish_frac(fabric, ring_flows(fabric, 0, fabric.endpoints / fabric.nics_per_host, stride), routing, seed);
}

SeedBand ring_finish_band(int hosts, int stride, int seeds) {
  Fabric const fabric = full_fat_tree(hosts);
  return over_seeds(seeds, [&](std::uint64_t seed) { return ring_finish_frac(fabric, stride, Routing::ecmp, seed); });
}

}  // namespace aif::network
