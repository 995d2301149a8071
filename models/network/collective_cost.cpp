#include "models/network/collective_cost.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "core/csv.hpp"

namespace aif {
extern char const* const kCollectiveFitCsv;  // library/network/collectives.csv, built in
}

namespace aif::network {
namespace {

using F = CollectiveFit;
constexpr std::array<CollectiveTerm, 20> kTerms{{
    {"ring", &F::ring, 0.5, 1.0}, {"nvls", &F::nvls, 0.4, 0.95}, {"nvls_exponent", &F::nvls_exponent, 0.01, 1.0}, {"nvls_cap", &F::nvls_cap, 0.8, 1.2},
    {"nic", &F::nic, 0.7, 1.0}, {"exchange", &F::exchange, 0.3, 1.0}, {"pcie_pair", &F::pcie_pair, 0.2, 1.0}, {"pcie_many", &F::pcie_many, 0.05, 1.0},
    {"base", &F::base_s, 1e-6, 5e-5}, {"ll_step", &F::ll_step_s, 2e-7, 5e-6}, {"ll128_step", &F::ll128_step_s, 5e-7, 1e-5}, {"simple_step", &F::simple_step_s, 1e-6, 1e-5},
    {"net_ll_step", &F::net_ll_step_s, 1e-6, 5e-5}, {"net_simple_step", &F::net_simple_step_s, 2e-6, 1e-4}, {"nvls_start", &F::nvls_s, 5e-6, 1e-4},
    {"nvls_step", &F::nvls_step_s, 1e-7, 2e-5}, {"exchange_step", &F::exchange_step_s, 1e-8, 2e-5}, {"ll_share", &F::ll_share, 0.02, 1.0},
    {"ll128_share", &F::ll128_share, 0.3, 1.0}, {"ramp", &F::ramp, 1e-5, 5e-2}}};

constexpr double kReferenceLink = 4.5e11;  // byte/s: NVLink 4, where the in-switch share is defined

double fitted_value(CsvTable const& table, std::string const& name, double otherwise) {
  for (std::size_t i = 0; i < table.rows(); ++i)
    if (table.at(i, "name") == name) return table.numbers("value")[i];
  return otherwise;
}

// A group's figures for one collective.
struct Path {
  double ranks, together, domains, inside_byte_s, nics_byte_s;  // nics: of the ranks of a domain; infinite inside one
};
Path path_of(CollectiveGroup const& g, F const& fit) {
  Path p;
  p.ranks = g.ranks, p.together = std::min(std::max(1, g.per_domain), g.ranks);
  p.domains = std::ceil(p.ranks / p.together);
  double const share = !g.pcie ? fit.ring : p.together > 2 ? fit.pcie_many : fit.pcie_pair;
  p.inside_byte_s = p.together > 1 ? share * g.link_byte_s : 1e300;
  p.nics_byte_s = p.domains > 1 ? fit.nic * g.nic_byte_s : 1e300;
  return p;
}

// t1, t2: the fastest of several, with a rounded corner since switch points are not exact.
double smooth_min(std::initializer_list<double> times) {
  double const least = std::min(times);
  double sum = 0;
  for (double t : times) {
    double const r = least / t, r2 = r * r;
    sum += r2 * r2;
  }
  return least / std::sqrt(std::sqrt(sum));
}

struct Cost {
  double time_s = 0, wire_s = 0;  // wire: bytes over bandwidth
};

Cost ring_cost(Path const& p, double rounds, double wire_byte, F const& fit) {
  double const rate = std::min(p.inside_byte_s, p.nics_byte_s * p.together), wire_s = wire_byte / rate;
  double const steps = rounds * (p.ranks - 1), net = p.domains > 1 ? std::min(steps, rounds * p.domains) : 0;
  auto const protocol = [&](double step_s, double net_s, double share) { return fit.base_s + (steps - net) * step_s + net * net_s + wire_s / share; };
  double const net_128_s = 0.5 * (fit.net_ll_step_s + fit.net_simple_step_s);
  return {smooth_min({protocol(fit.ll_step_s, fit.net_ll_step_s, fit.ll_share), protocol(fit.ll128_step_s, net_128_s, fit.ll128_share),
                      protocol(fit.simple_step_s, fit.net_simple_step_s, 1) + fit.ramp * std::sqrt(wire_s)}),
          wire_s};
}

Cost in_switch_cost(Path const& p, CollectiveGroup const& g, double wire_byte, F const& fit) {
  double const fall = std::pow(g.link_byte_s / kReferenceLink, -fit.nvls_exponent);
  double const inside = g.link_byte_s * fall * std::min(fit.nvls * 2 * (p.together - 1) / (p.together + 1), fit.nvls_cap);
  double const wire_s = wire_byte / std::min(inside, p.nics_byte_s * p.together);
  constexpr double kSmallDomain = 8;
  double const steps_s = 2 * std::max(0.0, p.ranks - kSmallDomain) * fit.nvls_step_s + 2 * std::log2(p.domains) * fit.net_simple_step_s;
  // What a ring's base is above NCCL's own figure for it is the launch, and every algorithm pays that.
  constexpr double kRingBase_s = 6.6e-6;
  return {std::max(0.0, fit.base_s - kRingBase_s) + fit.nvls_s + steps_s + fit.ramp * std::sqrt(wire_s) + wire_s, wire_s};
}

Cost exchange_cost(Path const& p, CollectiveGroup const& g, double wire_byte, F const& fit) {
  double const inside = p.together > 1 ? (g.pcie ? p.inside_byte_s : fit.exchange * g.link_byte_s) : 1e300;
  double const out = p.domains > 1 ? p.nics_byte_s * (p.ranks - 1) / (p.ranks - p.together) : 1e300;  // what leaves the domain
  double const wire_s = wire_byte / std::min(inside, out);
  return {fit.base_s + std::log2(p.ranks) * fit.exchange_step_s + (p.domains > 1 ? fit.net_ll_step_s : 0) + fit.ramp * std::sqrt(wire_s) + wire_s, wire_s};
}

Cost cost_of(CollectiveKind kind, double byte, CollectiveGroup const& g, F const& fit) {
  Path p = path_of(g, fit);
  double const wire_byte = wire_factor(kind, g.ranks) * byte;
  if (kind == CollectiveKind::all_to_all) return exchange_cost(p, g, wire_byte, fit);
  if (kind == CollectiveKind::point_to_point) {
    p.together = 1;  // one NIC, or one link
    return ring_cost(p, 1 / (p.ranks - 1), wire_byte, fit);
  }
  bool const can_switch = kind == CollectiveKind::all_reduce && g.in_switch && p.together > 1;
  if (can_switch && g.algorithm == CollectiveAlgorithm::in_switch) return in_switch_cost(p, g, wire_byte, fit);
  Cost const ring = ring_cost(p, kind == CollectiveKind::all_reduce ? 2 : 1, wire_byte, fit);
  if (!can_switch || g.algorithm == CollectiveAlgorithm::ring) return ring;
  Cost const in_switch = in_switch_cost(p, g, wire_byte, fit);
  return {smooth_min({ring.time_s, in_switch.time_s}), in_switch.time_s < ring.time_s ? in_switch.wire_s : ring.wire_s};
}

}  // namespace

std::span<CollectiveTerm const> collective_terms() { return kTerms; }

CollectiveFit const& fitted_collectives() {
  static CollectiveFit const fit = [] {
    CsvTable const table = CsvTable::parse(kCollectiveFitCsv, "library/network/collectives.csv");
    CollectiveFit f;
    for (auto const& t : kTerms) f.*(t.member) = fitted_value(table, t.name, f.*(t.member));
    f.band_rate = fitted_value(table, "band_rate", f.band_rate), f.band_middle = fitted_value(table, "band_middle", f.band_middle), f.band_latency = fitted_value(table, "band_latency", f.band_latency);
    return f;
  }();
  return fit;
}

double wire_factor(CollectiveKind kind, int p) {
  if (p <= 1) return 0;
  double const share = (p - 1.0) / p;
  switch (kind) {
    case CollectiveKind::all_reduce: return 2 * share;
    case CollectiveKind::broadcast:
    case CollectiveKind::point_to_point: return 1;
    default: return share;
  }
}

double collective_time_s(CollectiveKind kind, double byte, CollectiveGroup const& g, F const& fit) { return g.ranks <= 1 ? 0 : cost_of(kind, byte, g, fit).time_s; }

double bus_byte_s(CollectiveKind kind, double byte, CollectiveGroup const& g, F const& fit) {
  return wire_factor(kind, g.ranks) * byte / collective_time_s(kind, byte, g, fit);
}

double latency_share(CollectiveKind kind, double byte, CollectiveGroup const& g, F const& fit) {
  if (g.ranks <= 1) return 0;
  Cost const c = cost_of(kind, byte, g, fit);
  return std::clamp(1 - c.wire_s / c.time_s, 0.0, 1.0);
}

double collective_band_log(CollectiveKind kind, double byte, CollectiveGroup const& g, F const& fit) {
  double const x = 2 * latency_share(kind, byte, g, fit);
  return x < 1 ? fit.band_rate + x * (fit.band_middle - fit.band_rate) : fit.band_middle + (x - 1) * (fit.band_latency - fit.band_middle);
}

}  // namespace aif::network
