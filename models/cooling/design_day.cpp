#include "models/cooling/design_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "models/cooling/outages.hpp"

namespace aif::cooling {
namespace {

constexpr double kLargestMargin = 0.5;

std::vector<GroupHeat> rated_heat(SiteCooling const& site, double scale) {
  std::vector<GroupHeat> heat;
  for (auto const& g : site.groups) heat.push_back({scale * g.data.rated_liquid_w, scale * g.data.rated_air_w, static_cast<double>(g.data.racks)});
  return heat;
}

SiteCoolingOutputs solve_at(SiteCooling const& site, SiteCoolingState& state, WeatherPoint const& weather, double scale) {
  std::vector<GroupHeat> const heat = rated_heat(site, scale);
  return solve_window(site, state, weather, {heat}, 3600);
}

// Largest share of rated heat that one side carries, less 1, by bisection to 0.1 %.
double margin(SiteCooling const& site, WeatherPoint const& weather, double SiteCoolingOutputs::* cap) {
  SiteCoolingState state = make_state(site);
  double low = 0, high = 1 + kLargestMargin;
  if (solve_at(site, state, weather, high).*cap >= 1) return kLargestMargin;
  while (high - low > 1e-3) {
    double const middle = 0.5 * (low + high);
    (solve_at(site, state, weather, middle).*cap >= 1 ? low : high) = middle;
  }
  return low - 1;
}

DesignCase solve_case(SiteCooling const& site, WeatherPoint const& weather, std::string out_of_service) {
  SiteCoolingState state = make_state(site);
  SiteCoolingOutputs const out = solve_at(site, state, weather, 1.0);
  DesignCase c;
  c.out_of_service = std::move(out_of_service);
  c.electric_w = out.electric_w();
  c.facility_supply_c = out.facility_supply_c;
  c.make_up_l_s = out.water_kg_s(), c.blowdown_l_s = out.blowdown_kg_s;
  c.binding = element_name(out.binding);
  for (std::size_t i = 0; i < site.groups.size(); ++i) {
    GroupCooling const& g = out.groups[i];
    if (site.groups[i].cdus > 0) c.coolant_supply_c = std::max(c.coolant_supply_c, g.coolant_supply_c);
    c.air_supply_c = std::max(c.air_supply_c, g.air_supply_c);
    if (std::isfinite(g.cap_liquid_w) || std::isfinite(g.cap_air_w)) c.racks_over_limit += site.groups[i].data.racks;
  }
  c.liquid_margin_frac = margin(site, weather, &SiteCoolingOutputs::liquid_cap_frac);
  c.air_margin_frac = margin(site, weather, &SiteCoolingOutputs::air_cap_frac);
  return c;
}

double litres(double m3_s) { return m3_s * 1000; }

}  // namespace

std::vector<DesignCase> design_hour(SiteCooling const& site, WeatherPoint const& weather) {
  std::vector<DesignCase> cases{solve_case(site, weather, "")};
  std::set<std::string> seen;
  for (auto const& outage : list_outages(site)) {
    std::string const kind = outage.component.substr(0, outage.component.rfind('/'));
    if (kind.starts_with("cooling.liquid.loop.")) continue;  // no redundancy word promises to stand the loss of a whole loop
    if (seen.insert(kind).second) cases.push_back(solve_case(apply(site, std::span<Outage const>(&outage, 1)), weather, outage.component));
  }
  return cases;
}

std::vector<ScheduleRow> mechanical_schedule(SiteCooling const& site) {
  auto const& p = site.params;
  std::vector<ScheduleRow> rows;
  double facility_m3_s = 0;
  for (auto const& g : site.groups) {
    if (g.cdus <= 0) continue;
    double const flow = g.rated_m3_s * g.data.racks;
    facility_m3_s += g.rated_w_per_k * g.data.racks / (site.fws_heat_capacity * site.fws_density);
    rows.push_back({"distribution unit, " + g.data.id, g.cdus, g.cdus_needed, g.cdu_heat_w, litres(flow / g.cdus_needed), p.liquid.loop.pumps.head_pa,
                    p.liquid.loop.pumps.power_w(flow / g.cdus_needed, 1), p.liquid.cdu.model.approach_k});
  }
  auto const needed = [](double heat, double unit) { return unit > 0 ? static_cast<int>(std::ceil(heat / unit - 1e-9)) : 0; };
  double const rejection_w = std::visit([](auto const& plant) { return plant.rated_heat(); }, p.plant.heat_rejection.model);
  if (facility_m3_s > 0) {
    rows.push_back({"facility-water pumps, all", 1, 1, site.rated_liquid_w, litres(facility_m3_s), p.plant.facility_pumps.head_pa, p.plant.facility_pumps.power_w(facility_m3_s, 1), 0});
    rows.push_back({"heat rejection", site.rejection_units, needed(1.03 * site.rated_liquid_w, rejection_w), rejection_w, litres(facility_m3_s / std::max(site.rejection_units, 1)), 0, 0, 0});
  }
  if (site.trim_units > 0) rows.push_back({"trim chiller", site.trim_units, site.trim_units, p.plant.trim_chiller.model.capacity_w, 0, 0, p.plant.trim_chiller.model.capacity_w / p.plant.trim_chiller.model.cop, 0});
  if (site.rated_air_w > 0) {
    auto const& chiller = p.plant.air_chiller.model;
    double const chilled_m3_s = site.rated_air_w / (site.chw_density * site.chw_heat_capacity * p.plant.chilled_water.rise_k);
    rows.push_back({"air unit", site.air_units, needed(site.rated_air_w, p.air.unit.rated_heat_w), p.air.unit.rated_heat_w, 0, 0, p.air.unit.fan_power_w, p.air.unit.coil_approach_k});
    rows.push_back({"chiller of the air side", site.air_chiller_units, needed(1.06 * site.rated_air_w, chiller.capacity_w), chiller.capacity_w, litres(chilled_m3_s / std::max(site.air_chiller_units, 1)), 0, chiller.capacity_w / chiller.cop, 0});
    rows.push_back({"chilled-water pumps, all", 1, 1, site.rated_air_w, litres(chilled_m3_s), p.plant.chilled_water.pumps.head_pa, p.plant.chilled_water.pumps.power_w(chilled_m3_s, 1), 0});
  }
  if (site.condenser_cells > 0) {
    auto const& tower = p.plant.condenser_loop.tower;
    rows.push_back({"cooling tower cell", site.condenser_cells, site.condenser_cells, tower.rated_heat_w, litres(tower.rated_heat_w / (4.18e6 * tower.rated_range_k)), p.plant.condenser_loop.pumps.head_pa, tower.fan_power_w, tower.rated_approach_k});
  }
  return rows;
}

std::string schedule_csv(std::vector<ScheduleRow> const& rows) {
  std::string out = "item,installed,needed,capacity_w,flow_l_s,head_pa,motor_w,approach_k\n";
  for (auto const& r : rows)
    out += fmt::format("\"{}\",{},{},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g}\n", r.item, r.installed, r.needed, r.capacity_w, r.flow_l_s, r.head_pa, r.motor_w, r.approach_k);
  return out;
}

}  // namespace aif::cooling
