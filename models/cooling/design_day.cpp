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

// Air and fans of the design hour.
struct Hour {
  WeatherPoint const& weather;
  double fan_limit_frac;
};

SiteCoolingOutputs solve_at(SiteCooling const& site, SiteCoolingState& state, Hour const& hour, double scale) {
  std::vector<GroupHeat> const heat = rated_heat(site, scale);
  SiteCoolingInputs in{heat};
  in.fan_limit_frac = hour.fan_limit_frac;
  return solve_window(site, state, hour.weather, in, 3600);
}

// Largest share of rated heat that one side carries, less 1, by bisection to 0.1 %.
double margin(SiteCooling const& site, Hour const& hour, double SiteCoolingOutputs::* cap) {
  SiteCoolingState state = make_state(site);
  double low = 0, high = 1 + kLargestMargin;
  if (solve_at(site, state, hour, high).*cap >= 1) return kLargestMargin;
  while (high - low > 1e-3) {
    double const middle = 0.5 * (low + high);
    (solve_at(site, state, hour, middle).*cap >= 1 ? low : high) = middle;
  }
  return low - 1;
}

DesignCase solve_case(SiteCooling const& site, Hour const& hour, std::string out_of_service) {
  SiteCoolingState state = make_state(site);
  SiteCoolingOutputs const out = solve_at(site, state, hour, 1.0);
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
  c.liquid_margin_frac = margin(site, hour, &SiteCoolingOutputs::liquid_cap_frac);
  c.air_margin_frac = margin(site, hour, &SiteCoolingOutputs::air_cap_frac);
  return c;
}

double litres(double m3_s) { return m3_s * 1000; }

// Pumps of a loop that share its rated flow.
ScheduleRow pump_row(char const* item, PumpSet const& pumps, double loop_m3_s, double volume_m3) {
  int const needed = std::max(pumps.units - pumps.spares, 1);
  return {item, pumps.units, needed, 0, litres(loop_m3_s / needed), pumps.head_pa, pumps.power_w(loop_m3_s, 1) / needed, 0, volume_m3};
}

// Fans and pumps of one heat-rejection unit at full speed: what it draws when a set point out of reach is asked of it.
double full_power_w(SiteCooling const& site, double loop_w_per_k) {
  WeatherPoint const cool = make_weather_point(10, 0.5, kStandardPressurePa);
  RejectionOutputs const out = reject(site.rejection, 1, {loop_w_per_k, 60, -1e3, cool, false});
  RejectionOutputs const wet = reject(site.rejection, 1, {loop_w_per_k, 60, -1e3, cool, true});
  return std::max(out.fan_w + out.pump_w, wet.fan_w + wet.pump_w);
}

}  // namespace

std::vector<DesignCase> design_hour(SiteCooling const& site, WeatherPoint const& weather, double fan_limit_frac) {
  Hour const hour{weather, fan_limit_frac};
  std::vector<DesignCase> cases{solve_case(site, hour, "")};
  std::set<std::string> seen;
  for (auto const& outage : list_outages(site)) {
    std::string const kind = outage.component.substr(0, outage.component.rfind('/'));
    if (kind.starts_with("cooling.liquid.loop.")) continue;  // no redundancy word promises to stand the loss of a whole loop
    if (seen.insert(kind).second) cases.push_back(solve_case(apply(site, std::span<Outage const>(&outage, 1)), hour, outage.component));
  }
  return cases;
}

std::vector<ScheduleRow> mechanical_schedule(SiteCooling const& site) {
  auto const& p = site.params;
  auto const& t = p.transient;
  std::vector<ScheduleRow> rows;
  double facility_m3_s = 0, liquid_racks = 0, racks = 0;
  for (auto const& g : site.groups) {
    racks += g.data.racks;
    if (g.cdus <= 0) continue;
    double const flow = g.rated_m3_s * g.data.racks;
    liquid_racks += g.data.racks;
    facility_m3_s += g.rated_w_per_k * g.data.racks / (site.fws_heat_capacity * site.fws_density);
    rows.push_back({"distribution unit, " + g.data.id, g.cdus, g.cdus_needed, g.cdu_heat_w, litres(flow / g.cdus_needed), p.liquid.loop.pumps.head_pa,
                    p.liquid.loop.pumps.power_w(flow / g.cdus_needed, 1), p.liquid.cdu.model.approach_k, g.data.racks * (t.coolant_kg + t.loop_kg) / density_kg_m3(p.liquid.loop.fluid, p.liquid.supply_c)});
  }
  auto const needed = [](double heat, double unit) { return unit > 0 ? static_cast<int>(std::ceil(heat / unit - 1e-9)) : 0; };
  auto const [rejection_w, approach_k] = std::visit([](auto const& plant) { return std::pair{plant.rated_heat(), plant.rated_approach()}; }, p.plant.heat_rejection.model);
  if (facility_m3_s > 0) {
    int const running = std::max(needed(1.03 * site.rated_liquid_w, rejection_w), 1);
    double const each_m3_s = facility_m3_s / running;
    rows.push_back(pump_row("facility-water pump", p.plant.facility_pumps, facility_m3_s, liquid_racks * (t.facility_kg + t.buffer_kg) / site.fws_density));
    rows.push_back({"heat rejection", site.rejection_units, running, rejection_w, litres(each_m3_s), 0, full_power_w(site, each_m3_s * site.fws_heat_capacity * site.fws_density), approach_k, 0});
  }
  if (site.trim_units > 0) rows.push_back({"trim chiller", site.trim_units, site.trim_units, p.plant.trim_chiller.model.capacity_w, 0, 0, p.plant.trim_chiller.model.capacity_w / p.plant.trim_chiller.model.cop, 0, 0});
  if (site.rated_air_w > 0) {
    auto const& chiller = p.plant.air_chiller.model;
    double const chilled_m3_s = site.rated_air_w / (site.chw_density * site.chw_heat_capacity * p.plant.chilled_water.rise_k);
    int const running = std::max(needed(1.06 * site.rated_air_w, chiller.capacity_w), 1);
    rows.push_back({"air unit", site.air_units, needed(site.rated_air_w, p.air.unit.rated_heat_w), p.air.unit.rated_heat_w, 0, 0, p.air.unit.fan_power_w, p.air.unit.coil_approach_k, 0});
    rows.push_back({"chiller of the air side", site.air_chiller_units, running, chiller.capacity_w, litres(chilled_m3_s / running), 0, chiller.capacity_w / chiller.cop, 0, 0});
    rows.push_back(pump_row("chilled-water pump", p.plant.chilled_water.pumps, chilled_m3_s, racks * t.chilled_kg / site.chw_density));
  }
  if (site.condenser_cells > 0) {
    auto const& tower = p.plant.condenser_loop.tower;
    rows.push_back({"cooling tower cell", site.condenser_cells, site.condenser_cells, tower.rated_heat_w, litres(tower.rated_heat_w / (4.18e6 * tower.rated_range_k)), p.plant.condenser_loop.pumps.head_pa, tower.fan_power_w, tower.rated_approach_k, 0});
  }
  return rows;
}

std::string schedule_csv(std::vector<ScheduleRow> const& rows) {
  std::string out = "item,installed,needed,spares,capacity_w,flow_l_s,head_pa,motor_w,approach_k,volume_m3\n";
  for (auto const& r : rows)
    out += fmt::format("\"{}\",{},{},{},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g},{:.6g}\n", r.item, r.installed, r.needed, r.installed - r.needed, r.capacity_w, r.flow_l_s, r.head_pa, r.motor_w, r.approach_k, r.volume_m3);
  return out;
}

}  // namespace aif::cooling
