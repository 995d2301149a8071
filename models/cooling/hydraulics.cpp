#include "models/cooling/hydraulics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/cooling/pipe.hpp"
#include "models/cooling/problem.hpp"

namespace aif::cooling {
namespace {

constexpr double kStartVelocity = 1.0, kSmallestSlope = 1e-3;  // m/s; Pa s/kg: keeps the system regular at zero flow
constexpr int kMaxSweeps = 100;

LinkDrop pipe_drop(HydraulicNetwork const& net, HydraulicLink const& p, double m) {
  double const area = 0.25 * std::numbers::pi * p.diameter_m * p.diameter_m;
  double const reynolds = std::max(std::abs(m) * p.diameter_m / (area * net.viscosity_pa_s), 1.0);
  double const f = darcy_friction(reynolds, p.roughness_m / p.diameter_m);
  double const slope = friction_slope(reynolds, p.roughness_m / p.diameter_m, f);  // d ln f / d ln Re
  double const scale = std::abs(m) / (2 * net.density_kg_m3 * area * area), ratio = p.length_m / p.diameter_m;
  return {(f * ratio + p.loss_coefficient) * scale * m, (f * ratio * (2 + slope) + 2 * p.loss_coefficient) * scale};
}

LinkDrop power_drop(double rated_drop, double rated_flow, double exponent, double m) {
  double const relative = std::max(std::abs(m) / rated_flow, 1e-6), magnitude = rated_drop * std::pow(relative, exponent);
  return {std::copysign(magnitude, m), exponent * magnitude / (relative * rated_flow)};
}

LinkDrop valve_drop(HydraulicNetwork const& net, HydraulicLink const& v, double m) {
  double const kv = v.kvs_m3_h * std::pow(v.rangeability, v.opening - 1);
  double const at_one_bar = kv / 3600 * net.density_kg_m3 / std::sqrt(net.density_kg_m3 / 1000);  // kg/s at 1 bar
  return power_drop(1e5, at_one_bar, 2, m);
}

LinkDrop pump_drop(HydraulicLink const& p, double m) {
  double const each = m / p.parallel;
  return {-(p.speed * p.speed * p.shutoff_pa - p.fall_pa_per_kg2_s2 * each * std::abs(each)), 2 * p.fall_pa_per_kg2_s2 * std::abs(each) / p.parallel};
}

double start_flow(HydraulicLink const& link, double density) {
  if (link.kind == HydraulicLink::Kind::pipe) return kStartVelocity * density * 0.25 * std::numbers::pi * link.diameter_m * link.diameter_m;
  if (link.kind == HydraulicLink::Kind::exchanger) return link.rated_kg_s;
  if (link.kind == HydraulicLink::Kind::valve) return 0.5 * link.kvs_m3_h / 3600 * density;
  return link.parallel * std::sqrt(0.5 * link.shutoff_pa / std::max(link.fall_pa_per_kg2_s2, 1e-9)) * link.speed;
}

void check(HydraulicNetwork const& net) {
  auto const bad = [](std::size_t i, char const* what) { refuse("AF2211", "cooling", fmt::format("link {}: {}", i, what), "correct the link's data"); };
  int const n = static_cast<int>(net.fixed_pa.size());
  bool driven = false;
  double held = std::nan("");
  for (double p : net.fixed_pa) {
    if (std::isnan(p)) continue;
    driven = driven || (!std::isnan(held) && p != held);
    held = p;
  }
  for (double q : net.injected_kg_s) driven = driven || q != 0;
  for (std::size_t i = 0; i < net.links.size(); ++i) {
    auto const& l = net.links[i];
    if (l.from < 0 || l.to < 0 || l.from >= n || l.to >= n || l.from == l.to) bad(i, "does not join two nodes");
    if (l.kind == HydraulicLink::Kind::pipe && !(l.diameter_m > 0 && l.length_m >= 0 && l.loss_coefficient >= 0)) bad(i, "a pipe needs a diameter");
    if (l.kind == HydraulicLink::Kind::exchanger && !(l.rated_drop_pa > 0 && l.rated_kg_s > 0 && l.exponent >= 1)) bad(i, "an exchanger needs drop and flow at rating");
    if (l.kind == HydraulicLink::Kind::valve && !(l.kvs_m3_h > 0 && l.rangeability > 1)) bad(i, "a valve needs Kvs and rangeability");
    if (l.kind == HydraulicLink::Kind::pump && !(l.parallel > 0 && l.shutoff_pa >= 0 && l.fall_pa_per_kg2_s2 > 0)) bad(i, "a pump needs a falling curve");
    driven = driven || (l.kind == HydraulicLink::Kind::pump && l.speed > 0 && l.shutoff_pa > 0);
  }
  if (std::isnan(held)) refuse("AF2210", "cooling", "no node of this loop holds a pressure", "name the expansion vessel's node");
  if (!driven) refuse("AF2209", "cooling", "nothing drives this loop: no running pump and no pressure difference", "add a pump");
}

// Every node must reach a held one, or its pressure is anybody's guess.
void check_connected(HydraulicNetwork const& net) {
  std::vector<char> reached(net.fixed_pa.size());
  for (std::size_t i = 0; i < reached.size(); ++i) reached[i] = std::isnan(net.fixed_pa[i]) ? 0 : 1;
  for (bool grew = true; grew;) {
    grew = false;
    for (auto const& l : net.links) {
      auto &a = reached[static_cast<std::size_t>(l.from)], &b = reached[static_cast<std::size_t>(l.to)];
      if (a != b) a = b = 1, grew = true;
    }
  }
  if (auto const lost = std::find(reached.begin(), reached.end(), 0); lost != reached.end())
    refuse("AF2210", "cooling", fmt::format("node {} is not joined to any held pressure", lost - reached.begin()), "join it, or take it out");
}

}  // namespace

int HydraulicNetwork::add_node(double held_pa) {
  fixed_pa.push_back(held_pa);
  injected_kg_s.push_back(0);
  return static_cast<int>(fixed_pa.size()) - 1;
}

std::size_t HydraulicNetwork::add(HydraulicLink link) {
  links.push_back(link);
  return links.size() - 1;
}

LinkDrop link_drop(HydraulicNetwork const& net, HydraulicLink const& link, double m) {
  LinkDrop d = link.kind == HydraulicLink::Kind::pipe        ? pipe_drop(net, link, m)
               : link.kind == HydraulicLink::Kind::exchanger ? power_drop(link.rated_drop_pa, link.rated_kg_s, link.exponent, m)
               : link.kind == HydraulicLink::Kind::valve     ? valve_drop(net, link, m)
                                                             : pump_drop(link, m);
  d.slope = std::max(d.slope, kSmallestSlope);
  return d;
}

HydraulicSolver::HydraulicSolver(HydraulicNetwork const& net) : unknown_of_(net.fixed_pa.size(), -1), drops_(net.links.size()), slots_(net.links.size()) {
  check(net);
  check_connected(net);
  int unknowns = 0;
  for (std::size_t i = 0; i < unknown_of_.size(); ++i)
    if (std::isnan(net.fixed_pa[i])) unknown_of_[i] = unknowns++;
  std::vector<Eigen::Triplet<double>> entries;
  for (int i = 0; i < unknowns; ++i) entries.emplace_back(i, i, 1.0);
  auto const lower = [](int a, int b) { return std::pair{std::max(a, b), std::min(a, b)}; };
  auto const row_of = [&](int node) { return unknown_of_[static_cast<std::size_t>(node)]; };
  for (auto const& l : net.links)
    if (int const a = row_of(l.from), b = row_of(l.to); a >= 0 && b >= 0) entries.emplace_back(lower(a, b).first, lower(a, b).second, 0.0);
  matrix_.resize(unknowns, unknowns);
  matrix_.setFromTriplets(entries.begin(), entries.end());
  matrix_.makeCompressed();
  for (std::size_t k = 0; k < net.links.size(); ++k) {
    int const a = row_of(net.links[k].from), b = row_of(net.links[k].to);
    if (a >= 0) slots_[k].from = &matrix_.coeffRef(a, a);
    if (b >= 0) slots_[k].to = &matrix_.coeffRef(b, b);
    if (a >= 0 && b >= 0) slots_[k].cross = &matrix_.coeffRef(lower(a, b).first, lower(a, b).second);
  }
  right_.resize(unknowns);
  factor_.analyzePattern(matrix_);
}

void HydraulicSolver::linearise(HydraulicNetwork const& net, HydraulicState const& state) {
  for (std::size_t k = 0; k < net.links.size(); ++k) drops_[k] = link_drop(net, net.links[k], state.flow_kg_s[k]);
}

void HydraulicSolver::assemble(HydraulicNetwork const& net, HydraulicState const& state) {
  std::fill(matrix_.valuePtr(), matrix_.valuePtr() + matrix_.nonZeros(), 0.0);
  for (std::size_t i = 0; i < unknown_of_.size(); ++i)
    if (unknown_of_[i] >= 0) right_[unknown_of_[i]] = net.injected_kg_s[i];
  for (std::size_t k = 0; k < net.links.size(); ++k) {
    auto const& l = net.links[k];
    double const g = 1 / drops_[k].slope, shift = state.flow_kg_s[k] - drops_[k].drop_pa * g;
    auto const a = static_cast<std::size_t>(l.from), b = static_cast<std::size_t>(l.to);
    if (slots_[k].from) *slots_[k].from += g, right_[unknown_of_[a]] -= shift - (slots_[k].to ? 0 : g * net.fixed_pa[b]);
    if (slots_[k].to) *slots_[k].to += g, right_[unknown_of_[b]] += shift + (slots_[k].from ? 0 : g * net.fixed_pa[a]);
    if (slots_[k].cross) *slots_[k].cross -= g;
  }
}

HydraulicResult HydraulicSolver::solve(HydraulicNetwork const& net, HydraulicState& state, double tolerance) {
  std::size_t const n = net.links.size();
  if (state.flow_kg_s.size() != n) {
    state.flow_kg_s.resize(n);
    for (std::size_t k = 0; k < n; ++k) state.flow_kg_s[k] = start_flow(net.links[k], net.density_kg_m3);
    state.pressure_pa.assign(net.fixed_pa.size(), 0.0);
  }
  HydraulicResult result;
  for (int sweep = 1; sweep <= kMaxSweeps; ++sweep) {
    linearise(net, state);
    assemble(net, state);
    factor_.factorize(matrix_);
    pressure_ = factor_.solve(right_);
    double change = 0, largest = 0;
    for (std::size_t i = 0; i < unknown_of_.size(); ++i) state.pressure_pa[i] = unknown_of_[i] >= 0 ? pressure_[unknown_of_[i]] : net.fixed_pa[i];
    for (std::size_t k = 0; k < n; ++k) {
      auto const& l = net.links[k];
      double const across = state.pressure_pa[static_cast<std::size_t>(l.from)] - state.pressure_pa[static_cast<std::size_t>(l.to)];
      double const step = (across - drops_[k].drop_pa) / drops_[k].slope;
      state.flow_kg_s[k] += step;
      change = std::max(change, std::abs(step)), largest = std::max(largest, std::abs(state.flow_kg_s[k]));
    }
    result.sweeps = sweep;
    if (!std::isfinite(change)) break;
    if (change > tolerance * std::max(largest, 1e-9)) continue;
    std::vector<double> balance = net.injected_kg_s;
    for (std::size_t k = 0; k < n; ++k) {
      auto const& l = net.links[k];
      auto const a = static_cast<std::size_t>(l.from), b = static_cast<std::size_t>(l.to);
      balance[a] -= state.flow_kg_s[k], balance[b] += state.flow_kg_s[k];
      result.head_pa = std::max(result.head_pa, std::abs(state.pressure_pa[a] - state.pressure_pa[b] - link_drop(net, l, state.flow_kg_s[k]).drop_pa));
    }
    for (std::size_t i = 0; i < balance.size(); ++i)
      if (unknown_of_[i] >= 0) result.balance_kg_s = std::max(result.balance_kg_s, std::abs(balance[i]));
    return result;
  }
  refuse("AF3201", "cooling", "the flow of this loop does not settle", "check valve openings and pump curves; a loop with contradicting pressures has no flow");
}

}  // namespace aif::cooling
