#include "models/cooling/setpoint.hpp"

#include <algorithm>
#include <cmath>

namespace aif::cooling {
namespace {

constexpr double kGolden = 0.6180339887498949, kSupplyResolution = 0.05, kFlowResolution = 0.02;
constexpr int kSupplyCells = 12, kFlowCells = 4;
constexpr double kUncarried = 1e-6;  // share of the heat that may be left

// Lowest value of f on [low, high]: a grid first, for plants that switch have more than one valley; golden section around its best point.
template <class F>
SetpointResult lowest_cost(F&& f, double low, double high, int cells, double resolution) {
  SetpointResult best = f(low);
  int at = 0;
  auto const keep = [&](SetpointResult r) {
    bool const better = (r.feasible && !best.feasible) || (r.feasible == best.feasible && r.cost_w() < best.cost_w());
    if (better) best = r;
    return better;
  };
  double const width = (high - low) / cells, first = low;
  for (int i = 1; i <= cells; ++i)
    if (keep(f(first + i * width))) at = i;
  low = first + std::max(at - 1, 0) * width, high = first + std::min(at + 1, cells) * width;
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  SetpointResult at_a = f(a), at_b = f(b);
  keep(at_a), keep(at_b);
  while (high - low > resolution) {
    bool const left = at_a.feasible != at_b.feasible ? at_a.feasible : at_a.cost_w() < at_b.cost_w();
    if (left) high = b, b = a, at_b = at_a, a = high - kGolden * (high - low), keep(at_a = f(a));
    else low = a, a = b, at_a = at_b, b = low + kGolden * (high - low), keep(at_b = f(b));
  }
  return best;
}

}  // namespace

SetpointResult try_supply(SiteCooling const& site, SiteCoolingState& scratch, WeatherPoint const& weather, std::span<GroupHeat const> heat, SetpointSearch const& search, double supply_c,
                          double flow_scale) {
  SiteCoolingInputs in{heat};
  in.supply_set_c = supply_c, in.flow_scale = flow_scale, in.fan_limit_frac = search.fan_limit_frac;
  SiteCoolingOutputs const out = solve_window(site, scratch, weather, in, 0);
  SetpointResult r{supply_c, flow_scale, out.electric_w(), 0, 1e9, true};
  for (std::size_t i = 0; i < site.groups.size(); ++i) {
    if (site.groups[i].cdus <= 0 || heat[i].racks <= 0) continue;
    SetpointGroup const limits = search.groups.empty() ? SetpointGroup{} : search.groups[i];
    GroupCooling const& g = out.groups[i];
    double const device_w = limits.device_w > 0 ? limits.device_w : heat[i].liquid_w / site.groups[i].data.devices_per_rack;
    double const case_c = 0.5 * (g.coolant_supply_c + g.coolant_return_c) + device_w * g.r_case_coolant_k_per_w;
    if (std::isnan(supply_c)) r.supply_c = std::isnan(r.supply_c) ? g.coolant_supply_c : std::max(r.supply_c, g.coolant_supply_c);
    r.leakage_w += limits.leakage_w_per_k * (case_c - search.lowest_c);
    r.headroom_k = std::min(r.headroom_k, limits.case_limit_c - case_c);
  }
  r.feasible = r.headroom_k >= 0 && out.liquid_cap_frac >= 1 - kUncarried;
  return r;
}

SetpointResult best_supply(SiteCooling const& site, SiteCoolingState const& state, WeatherPoint const& weather, std::span<GroupHeat const> heat, SetpointSearch const& search) {
  SiteCoolingState scratch = state;
  auto const at_flow = [&](double flow) {
    auto const at = [&](double c) { return try_supply(site, scratch, weather, heat, search, c, flow); };
    double low = search.lowest_c, high = search.highest_c;
    SetpointResult const coldest = at(low);
    if (coldest.headroom_k < 0) return coldest;
    // The case warms with the supply, one for one or faster: the limit cuts the range from above.
    if (at(high).headroom_k < 0) {
      double inside = low;
      while (high - inside > kSupplyResolution) {
        double const middle = 0.5 * (inside + high);
        (at(middle).headroom_k >= 0 ? inside : high) = middle;
      }
      high = inside;
    }
    return lowest_cost(at, low, high, kSupplyCells, kSupplyResolution);
  };
  if (search.highest_flow <= search.lowest_flow) return at_flow(search.lowest_flow);
  return lowest_cost(at_flow, search.lowest_flow, search.highest_flow, kFlowCells, kFlowResolution);
}

}  // namespace aif::cooling
