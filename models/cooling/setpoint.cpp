#include "models/cooling/setpoint.hpp"

#include <algorithm>
#include <cmath>

namespace aif::cooling {
namespace {

constexpr double kGolden = 0.6180339887498949, kResolution = 0.02;

struct Trial {
  double electric_w, case_c, cost_w;
};

Trial evaluate(SiteCooling const& site, SiteCoolingState const& state, WeatherPoint const& weather, std::span<GroupHeat const> heat, SetpointSearch const& search, double supply_c) {
  SiteCoolingState trial = state;
  SiteCoolingOutputs const out = solve_window(site, trial, weather, {heat, 0, supply_c}, 0);
  double hottest = -1e9;
  for (std::size_t i = 0; i < site.groups.size(); ++i) {
    if (site.groups[i].cdus <= 0 || heat[i].racks <= 0) continue;
    GroupCooling const& g = out.groups[i];
    hottest = std::max(hottest, 0.5 * (g.coolant_supply_c + g.coolant_return_c) + heat[i].liquid_w / site.groups[i].data.devices_per_rack * g.r_case_coolant_k_per_w);
  }
  return {out.electric_w(), hottest, out.electric_w() + search.leakage_w_per_k * (hottest - search.lowest_c)};
}

}  // namespace

SetpointResult best_supply(SiteCooling const& site, SiteCoolingState const& state, WeatherPoint const& weather, std::span<GroupHeat const> heat, SetpointSearch const& search) {
  auto const at = [&](double c) { return evaluate(site, state, weather, heat, search, c); };
  double low = search.lowest_c, high = search.highest_c;
  if (Trial const coldest = at(low); coldest.case_c > search.case_limit_c) return {low, coldest.electric_w, coldest.case_c, false};
  // The case warms with the supply, one for one or faster: the limit cuts the range from above.
  if (at(high).case_c > search.case_limit_c) {
    double inside = low;
    while (high - inside > kResolution) {
      double const middle = 0.5 * (inside + high);
      (at(middle).case_c <= search.case_limit_c ? inside : high) = middle;
    }
    high = inside;
  }
  double const top = high;
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low), cost_a = at(a).cost_w, cost_b = at(b).cost_w;
  while (high - low > kResolution) {
    if (cost_a < cost_b) {
      high = b, b = a, cost_b = cost_a, a = high - kGolden * (high - low), cost_a = at(a).cost_w;
    } else {
      low = a, a = b, cost_a = cost_b, b = low + kGolden * (high - low), cost_b = at(b).cost_w;
    }
  }
  // Plants that switch have more than one valley: the ends of the range are asked too.
  double best_c = 0.5 * (low + high);
  for (double end : {search.lowest_c, top})
    if (at(end).cost_w < at(best_c).cost_w) best_c = end;
  Trial const best = at(best_c);
  return {best_c, best.electric_w, best.case_c, true};
}

}  // namespace aif::cooling
