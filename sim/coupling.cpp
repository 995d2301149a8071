#include "sim/coupling.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/grid_table.hpp"
#include "sim/group_point.hpp"

namespace aif::sim {
namespace {

constexpr int kMaxSweeps = 60;
constexpr int kFreeSweeps = 8;                // most windows are done in 3 to 5; from here on nothing that was limited is freed again
constexpr double kTolerance = 1e-7;           // relative, of site watts; K for temperatures times 1e-3
constexpr double kPromptByte = 4, kStreamByte = 300;  // per token on the front end: UTF-8 text in, one server-sent event out
                                                       // (assumption: 250-300 B measured for streamed tokens)
constexpr double kNoticeHour_s = 3600;         // a curtailment is asked for by the hour
constexpr double kMetTolerance = 1e-3;        // a shortfall below this share of what was asked for counts as met

// Splits each workload's demand over its groups in proportion to what those of their racks that are there can do at the highest clock.
void offer_load(Facility const& f, FacilityState& s, WindowInputs const& in) {
  for (std::size_t w = 0; w < f.workloads.size(); ++w) {
    if (f.workloads[w].kind == "training") continue;
    double capacity = 0;
    auto of_group = [&](std::size_t g) {
      auto const& group = f.groups[g];
      return group.workload == static_cast<int>(w) && group.map ? group.map->capacity_out_token_s * group.replicas * in.delivered_frac[g] * available_frac(f, g) : 0.0;
    };
    for (std::size_t g = 0; g < f.groups.size(); ++g) capacity += of_group(g);
    double unplaced = capacity > 0 ? 0.0 : in.offered_token_s[w];  // nobody is there: the first group fails to serve it
    for (std::size_t g = 0; g < f.groups.size(); ++g) {
      if (f.groups[g].workload != static_cast<int>(w)) continue;
      auto& p = s.groups[g];
      p.offered_token_s = capacity > 0 ? in.offered_token_s[w] * of_group(g) / capacity : unplaced;
      p.load_frac = capacity > 0 ? in.offered_token_s[w] / capacity : 0.0;
      unplaced = 0;
    }
  }
}

// Load, clock and watts of one group under its caps; sets why it stays below what was asked. Watts of switches and storage servers follow the
// traffic: serve_traffic says them.
void solve_group(RackGroup const& group, GroupPoint& p, double power_cap_w, double cooling_cap_w, double wanted_load) {
  if (group.duty == Duty::network || group.duty == Duty::storage) return;
  p.on_frac = 1;
  p.load_frac = allowed_load(group, group.top_clock_frac, wanted_load);
  double const clock = throttle_clock(group, p);
  p.limit = clock < group.top_clock_frac ? Limit::junction : Limit::none;
  p.clock_frac = clock;
  p.load_frac = allowed_load(group, clock, wanted_load);
  p.cap_w = std::min(power_cap_w, cooling_cap_w);
  fit_under_cap(group, p, p.cap_w, wanted_load);
  if (p.clock_frac < clock || p.on_frac < 1) p.limit = power_cap_w <= cooling_cap_w ? Limit::power : Limit::cooling;
}

// Share of its wanted load that the fabrics, and the tier if it uses one, let a group have.
double traffic_frac(RackGroup const& group, double network_frac, std::span<double const> tier_frac) {
  return group.kv_tier >= 0 ? std::min(network_frac, tier_frac[static_cast<std::size_t>(group.kv_tier)]) : network_frac;
}

// What a group that got less load than it wanted owes it to.
void mark_traffic(RackGroup const& group, GroupPoint& p, double network_frac, std::span<double const> tier_frac) {
  double const frac = traffic_frac(group, network_frac, tier_frac);
  if (p.limit == Limit::none && frac < 1) p.limit = frac < network_frac ? Limit::storage : Limit::network;
}

double total_it_w(FacilityState const& s) {
  double sum = 0;
  for (auto const& p : s.groups) sum += p.it_w * p.delivered_racks;
  return sum;
}

// Cap on rack watts that keeps the rack's heat within what cooling can take.
double heat_cap_w(RackGroup const& group, cooling::GroupCooling const& c) {
  double const liquid = group.rack.liquid_fraction, air = 1 - liquid;
  double cap = std::numeric_limits<double>::infinity();
  if (liquid > 0) cap = std::min(cap, c.cap_liquid_w / liquid);
  if (air > 0) cap = std::min(cap, c.cap_air_w / air);
  return cap;
}

// Heat into the cooling plant, its answer into the groups; the largest move is the residual.
cooling::SiteCoolingOutputs cool(Facility const& f, FacilityState& s, WindowInputs const& in, Workspace& ws, int sweep, double& residual) {
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    double const liquid_w = s.groups[g].it_w * f.groups[g].rack.liquid_fraction;
    ws.heat[g] = {liquid_w, s.groups[g].it_w - liquid_w, s.groups[g].delivered_racks};
  }
  cooling::SiteCoolingInputs inputs{ws.heat};
  inputs.fan_limit_frac = f.cooling->params.plant.quiet.limit_frac(std::fmod(static_cast<double>(in.hour), 24.0) * 3600);
  inputs.free_cooling = in.free_cooling, inputs.water_limit_kg_s = in.water_limit_kg_s;
  auto out = cooling::solve_window(*f.cooling, s.cooling, in.weather, inputs, in.dt_s);
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    auto& p = s.groups[g];
    auto const& c = out.groups[g];
    double const coolant = f.groups[g].rack.liquid_fraction > 0 ? c.coolant_supply_c : c.air_supply_c;
    residual = std::max(residual, 1e-3 * std::abs(coolant - p.coolant_c));
    p.coolant_c = coolant;
    p.case_k_per_w = c.r_case_coolant_k_per_w;
    double const before = p.junction_c;
    settle_junction(f.groups[g], p);
    residual = std::max(residual, 1e-3 * std::abs(p.junction_c - before));
    double const cap = heat_cap_w(f.groups[g], c);
    // A cap that flips between two values would never settle: move half way to it. At the cap the plant has just enough and tells none; to
    // lift the cap on that would only bring it back in the next sweep.
    double const held = ws.cooling_cap_w[g];
    bool const stays = sweep > kFreeSweeps && std::isfinite(held) && !std::isfinite(cap);
    ws.cooling_cap_w[g] = stays ? held : std::isfinite(cap) && std::isfinite(held) ? 0.5 * (cap + held) : cap;
  }
  // At a cap that stays, the plant is just large enough and names no part: the one that set the cap is still what limits.
  if (out.binding != cooling::CoolingElement::none) ws.short_element = out.binding;
  bool const capped = std::any_of(ws.cooling_cap_w.begin(), ws.cooling_cap_w.end(), [](double w) { return std::isfinite(w); });
  if (capped && out.binding == cooling::CoolingElement::none) out.binding = ws.short_element;
  return out;
}

// Traffic of the window on front end, fabric and tiers at the load in hand; the fractions become the share of the wanted load at which the busiest
// of them is just full (traffic is proportional to load, so one correction suffices).
void serve_traffic(Facility const& f, FacilityState const& s, Workspace& ws, WindowOutputs& out, double& network_frac) {
  ws.network_load.clear();
  double traffic_byte_s = 0;
  for (auto& load : ws.storage_load) load.read_byte_s = 0;
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    auto const& group = f.groups[g];
    auto const& p = s.groups[g];
    double const text = p.in_token_s * kPromptByte + p.out_token_s * kStreamByte, reload = p.cached_token_s * group.kv_byte_per_token;
    if (text + reload > 0) ws.network_load.push_back({static_cast<int>(g), network::kOutside, text + reload, 1});
    if (group.scale_out_byte_s > 0)
      ws.network_load.push_back({static_cast<int>(g), static_cast<int>(g), group.scale_out_byte_s * group.rack.devices * p.delivered_racks, 1});
    if (group.kv_tier >= 0) ws.storage_load[static_cast<std::size_t>(group.kv_tier)].read_byte_s += reload;
    traffic_byte_s += text + reload;
  }
  double const held_network = network_frac;  // the load in hand is this share of the wanted one
  auto const network = network::solve_window(f.network, {ws.network_load});
  out.network_w = network.power_w;
  double const busiest = std::max(network.frontend_utilisation, network.scale_out_utilisation);
  network_frac = traffic_byte_s > 0 && busiest > 0 ? std::min(1.0, held_network / busiest) : 1.0;
  auto const storage = storage::solve_window(f.storage, ws.storage_load);
  out.storage_w = storage.power_w;
  for (std::size_t i = 0; i < ws.tier_frac.size(); ++i) {
    double const held = std::min(held_network, ws.tier_frac[i]), utilisation = storage.tiers[i].utilisation;
    double const before = ws.tier_frac[i];
    ws.tier_frac[i] = utilisation > 0 ? std::min(1.0, held / utilisation) : 1.0;
    out.residual = std::max(out.residual, std::abs(ws.tier_frac[i] - before));
  }
}

Cause cause_of(Limit limit) {
  switch (limit) {
    case Limit::power: return Cause::power;
    case Limit::cooling:
    case Limit::junction: return Cause::cooling;
    case Limit::network: return Cause::network;
    case Limit::storage: return Cause::storage;
    case Limit::slo: return Cause::slo;
    case Limit::compute: return Cause::compute;
    case Limit::kv_capacity: return Cause::kv_capacity;
    case Limit::delivery: return Cause::delivery;
    case Limit::people: return Cause::people;
    case Limit::outage: return Cause::outage;
    case Limit::none:
    case Limit::demand: break;
  }
  return Cause::demand;
}

// What a training group does with all its racks at the highest clock that its rated power allows.
double trained_at_top(RackGroup const& group) {
  return group.full_token_s * interpolate(group.curve.clock_hz, group.curve.throughput_frac, group.top_clock_frac * group.curve.clock_hz.back());
}

std::string component_of(Facility const& f, WindowOutputs const& out, RackGroup const& group, Cause cause) {
  if (cause == Cause::power) return power::element_name(f.power, std::max(0, out.power_element));
  if (cause == Cause::cooling) {
    auto const name = cooling::element_name(out.cooling.binding);
    return name.empty() ? "cooling.liquid" : std::string(name);
  }
  if (cause == Cause::delivery) return "phases";
  if (cause == Cause::outage) return f.out_of_service.empty() ? "outage" : f.out_of_service.front();
  if (cause == Cause::network) return "network.frontend";
  if (cause == Cause::storage) return group.kv_tier >= 0 ? "storage." + f.storage.tiers[static_cast<std::size_t>(group.kv_tier)].id : "storage";
  return group.workload >= 0 ? "workloads." + f.workloads[static_cast<std::size_t>(group.workload)].id : group.id;
}

// The one cause of the window: of the groups that fell short of what was asked, the limit that cost the largest share of the accelerators'
// output (groups weighed by their devices, so that products of different size compare).
void attribute(Facility const& f, FacilityState& s, WindowInputs const& in, WindowOutputs& out) {
  std::array<double, kCauses> lost_devices{}, lost_tokens{};
  std::array<std::size_t, kCauses> worst_group{};
  std::array<double, kCauses> worst{};
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    auto const& group = f.groups[g];
    auto& p = s.groups[g];
    if (group.duty != Duty::serving && group.duty != Duty::training) continue;
    double const got = group.duty == Duty::training ? p.trained_token_s : p.good_token_s;
    double const asked = group.duty == Duty::training ? trained_at_top(group) : p.offered_token_s;
    if (asked <= 0 || got >= asked * (1 - kMetTolerance)) continue;
    if (p.limit == Limit::none && available_frac(f, g) < 1) p.limit = Limit::outage;
    if (p.limit == Limit::none && group.duty == Duty::training && group.fabric_frac < 1) p.limit = Limit::network;
    if (group.duty == Duty::training && in.delivered_frac[g] < 1 && p.limit == Limit::none) p.limit = Limit::delivery;
    if (group.duty == Duty::serving && p.limit == Limit::none) p.limit = in.delivered_frac[g] < 1 ? Limit::delivery : group.saturation;
    auto const cause = static_cast<std::size_t>(cause_of(p.limit));
    double const weight = (1 - got / asked) * group.devices();
    lost_devices[cause] += weight;
    lost_tokens[cause] += asked - got;
    if (weight > worst[cause]) worst[cause] = weight, worst_group[cause] = g;
  }
  auto const at = static_cast<std::size_t>(std::max_element(lost_devices.begin(), lost_devices.end()) - lost_devices.begin());
  out.binding = {};
  if (lost_devices[at] <= 0) return;  // demand: everything asked for was delivered in time
  RackGroup const& group = f.groups[worst_group[at]];
  out.binding.cause = static_cast<Cause>(at);
  out.binding.component = component_of(f, out, group, out.binding.cause);
  out.binding.limit = s.groups[worst_group[at]].cap_w;
  out.binding.value = s.groups[worst_group[at]].it_w;
  out.binding.unit = "W";
  out.lost_token_s = lost_tokens[at];
}

// Import that could be given up for an hour: first by sources that are not in use, then by racks that may be capped.
void tell_curtailable(Facility const& f, FacilityState const& s, WindowInputs const& in, Workspace& ws, WindowOutputs& out) {
  auto const& p = out.power;
  double const spare_w = power::onsite_w(f.power, s.power, ws.power, std::max(in.dt_s, kNoticeHour_s)) - p.generator_w - p.battery_w;  // a battery that charges stops first
  out.curtailable_onsite_w = std::clamp(spare_w, 0.0, std::max(p.utility_w, 0.0));
  double racks_w = 0;
  for (std::size_t g = 0; g < f.groups.size(); ++g)
    if (f.power.groups[g].can_be_capped) racks_w += s.groups[g].it_w * s.groups[g].delivered_racks;
  out.curtailable_w = std::clamp(spare_w + racks_w, 0.0, std::max(p.utility_w, 0.0));
}

// No import has been energised and there is no gas to bridge it: nothing runs, not even the cooling plant.
WindowOutputs dark_window(Facility const& f, FacilityState& s, WindowInputs const& in) {
  WindowOutputs out;
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    auto& p = s.groups[g];
    double const offered = p.offered_token_s, delivered = p.delivered_racks;
    p = {};
    p.offered_token_s = offered, p.delivered_racks = delivered;
    p.load_frac = 0, p.on_frac = 0, p.clock_frac = f.groups[g].lowest_clock_frac;
    p.junction_c = p.coolant_c = in.weather.dry_bulb_c;
    p.limit = Limit::delivery;
  }
  s.mechanical_w = 0;
  out.cooling.facility_supply_c = in.weather.dry_bulb_c;
  out.converged = true;
  attribute(f, s, in, out);
  return out;
}

}  // namespace

FacilityState initial_state(Facility const& f) {
  FacilityState s;
  s.groups.resize(f.groups.size());
  s.power = power::initial_state(f.power);
  s.cooling = cooling::make_state(*f.cooling);
  return s;
}

WindowOutputs solve_window(Facility const& f, FacilityState& s, WindowInputs const& in, Workspace& ws) {
  std::size_t const n = f.groups.size();
  double const infinite = std::numeric_limits<double>::infinity();
  ws.heat.resize(n);
  ws.power_cap_w.assign(n, infinite);
  ws.cooling_cap_w.assign(n, infinite);
  ws.short_element = cooling::CoolingElement::none;
  if (ws.storage_load.empty())
    for (auto const& tier : f.storage.tiers) ws.storage_load.push_back({tier.id, 0, 0, 0});
  ws.tier_frac.assign(f.storage.tiers.size(), 1.0);
  WindowOutputs out;
  for (std::size_t g = 0; g < n; ++g) {
    s.groups[g].delivered_racks = f.groups[g].racks * in.delivered_frac[g] * available_frac(f, g);
    s.groups[g].measured_w = f.groups[g].measured_w.empty() ? -1.0 : f.groups[g].measured_w[in.hour];
    ws.power.delivered_frac[g] = in.delivered_frac[g] * running_frac(f, g);  // the power room takes off what has no source itself
  }
  ws.power.import_limit_w = in.import_capacity_w;
  ws.power.month = economics::month_of_hour(static_cast<int>(in.hour));
  ws.power.solar_w = f.solar_w.empty() ? 0.0 : f.power.solar_frac * f.solar_w[in.hour];
  ws.power.price_usd_j = f.price_usd_j.empty() ? 0.0 : f.price_usd_j[in.hour];
  offer_load(f, s, in);
  ws.power.utility_available = in.is_energised;
  double const own_w = power::onsite_w(f.power, ws.counts_stores ? s.power : power::without_stores(f.power, s.power), ws.power, in.dt_s);
  if (!in.is_energised && std::accumulate(f.power.gas_w.begin(), f.power.gas_w.end(), 0.0) <= 0) return dark_window(f, s, in);
  std::array<double, power::kMaxGroups> wanted_load{};
  for (std::size_t g = 0; g < n; ++g) wanted_load[g] = s.groups[g].load_frac;

  double network_frac = 1;
  double last_mechanical_w = s.mechanical_w, reserved_w = last_mechanical_w;
  for (out.sweeps = 1; out.sweeps <= kMaxSweeps; ++out.sweeps) {
    out.residual = 0;
    // What the racks would draw unhindered by power: the caps are solved on that.
    for (std::size_t g = 0; g < n; ++g) {
      auto& p = s.groups[g];
      solve_group(f.groups[g], p, infinite, ws.cooling_cap_w[g], wanted_load[g] * traffic_frac(f.groups[g], network_frac, ws.tier_frac));
      ws.power.it_rack_w[g] = p.it_w;
    }
    ws.power.mechanical_w = reserved_w;
    out.power_element = power::power_caps(f.power, ws.power, ws.power_cap_w, own_w);
    if (out.power_element >= 0)
      for (std::size_t g = 0; g < n; ++g)
        if (ws.power_cap_w[g] < s.groups[g].it_w)
          solve_group(f.groups[g], s.groups[g], ws.power_cap_w[g], ws.cooling_cap_w[g], wanted_load[g] * traffic_frac(f.groups[g], network_frac, ws.tier_frac));
    double const before_network = network_frac;
    serve_traffic(f, s, ws, out, network_frac);
    out.residual = std::max(out.residual, std::abs(network_frac - before_network));
    double room_change_w = 0;
    for (std::size_t g = 0; g < n; ++g) {
      auto const& group = f.groups[g];
      if ((group.duty != Duty::network && group.duty != Duty::storage) || group.racks == 0) continue;
      double const before_w = s.groups[g].it_w;
      s.groups[g].it_w = s.groups[g].measured_w >= 0 ? s.groups[g].measured_w : (group.duty == Duty::network ? out.network_w : out.storage_w) / group.racks;
      room_change_w += std::abs(s.groups[g].it_w - before_w) * group.racks;
    }
    out.cooling = cool(f, s, in, ws, out.sweeps, out.residual);
    out.mechanical_w = out.cooling.electric_w();
    out.it_w = total_it_w(s);
    out.residual = std::max(out.residual, room_change_w / std::max(1.0, out.it_w));
    out.residual = std::max(out.residual, std::abs(out.mechanical_w - last_mechanical_w) / std::max(1.0, out.it_w));
    last_mechanical_w = out.mechanical_w;
    // Plants switch in steps. Where the import binds and a step more of cooling would cost the racks the load that asked for it, no load balances;
    // the racks then leave room for the larger step.
    reserved_w = out.sweeps > kFreeSweeps ? std::max(reserved_w, out.mechanical_w) : out.mechanical_w;
    if (out.residual < kTolerance) break;
  }
  out.converged = out.residual < kTolerance;
  for (std::size_t g = 0; g < n; ++g)
    if (f.groups[g].duty == Duty::serving) mark_traffic(f.groups[g], s.groups[g], network_frac, ws.tier_frac);
  out.sweeps = std::min(out.sweeps, kMaxSweeps);
  s.mechanical_w = out.mechanical_w;
  for (std::size_t g = 0; g < n; ++g) ws.power.it_rack_w[g] = s.groups[g].it_w;
  ws.power.mechanical_w = out.mechanical_w;
  out.power = power::solve_window(f.power, s.power, ws.power, in.dt_s);
  tell_curtailable(f, s, in, ws, out);

  // Two sides by separate paths: meters and generators in; what reaches the ambient and the stores out. Fans and sprays of the heat
  // rejection stand in the open: their watts leave with the air they move, not with the fluid.
  using cooling::CoolingPart;
  double const in_w = out.power.utility_w + out.power.generator_w;
  double out_w = out.cooling.rejected_w + out.cooling.unmet_w - out.power.battery_store_w;
  for (auto part : {CoolingPart::rejection_fans, CoolingPart::rejection_pumps, CoolingPart::free_cooling_fans}) out_w += out.cooling.at(part);
  for (double loss : out.power.loss_w) out_w += loss;
  out.balance_residual = in_w > 0 ? (in_w - out_w) / in_w : 0.0;
  attribute(f, s, in, out);
  return out;
}

}  // namespace aif::sim
