#include "models/cooling/ride_through.hpp"

#include <algorithm>

namespace aif::cooling {

TransientParams transient_of(SiteCooling const& site, SiteCoolingOutputs const& window, std::size_t group, GroupHeat const& heat, WeatherPoint const& weather, TransientParams p) {
  auto const& g = site.groups[group];
  GroupCooling const& now = window.groups[group];
  p.fluid = site.params.liquid.loop.fluid;
  p.air_w = heat.air_w;
  p.devices = g.data.devices_per_rack;
  p.air_set_c = now.air_supply_c, p.chilled_set_c = site.params.plant.chilled_water.supply_c;
  p.ambient_c = weather.dry_bulb_c;
  if (g.cdus > 0 && heat.liquid_w > 0) {
    p.liquid_w = heat.liquid_w;
    p.coolant_kg_s = now.coolant_kg_s, p.supply_set_c = now.coolant_supply_c;
    p.r_fixed_k_per_w = g.data.r_fixed_k_per_w, p.r_flow_k_per_w = g.data.r_flow_k_per_w, p.r_flow_exponent = g.data.r_flow_exponent;
    p.cdu_approach_k = std::max(now.coolant_supply_c - window.facility_supply_c, 0.5);
  } else {  // a trickle through a loop that nobody uses keeps the same equations
    p.liquid_w = 1, p.coolant_kg_s = 1e-3, p.supply_set_c = now.air_supply_c, p.cdu_approach_k = 1;
  }
  // Wet or chilled plants hold the set point above air warmer than it: they see colder air than the dry bulb.
  double const back_c = p.supply_set_c - p.cdu_approach_k + p.liquid_w / (p.coolant_kg_s * heat_capacity_j_kg_k(p.fluid, p.supply_set_c));
  p.ambient_c = std::min(p.ambient_c, back_c - 2);
  return p;
}

RideThrough ride_through(TransientParams const& params, CoolingFault fault, double horizon_s) {
  FaultEvent event;
  event.fault = fault;
  return run_transient(params, {event}, horizon_s, horizon_s).ride_through;
}

std::vector<StorageWorth> storage_worth(TransientParams const& params, CoolingFault fault, std::span<double const> tank_s, double horizon_s) {
  constexpr double kChilledRise = 7, kWater = 4180;  // as in dynamic.cpp
  std::vector<StorageWorth> out;
  for (double seconds : tank_s) {
    TransientParams p = params;
    double const facility_kg_s = p.coolant_kg_s * heat_capacity_j_kg_k(p.fluid, p.supply_set_c) / kWater;  // balanced exchanger
    double const buffer_kg = seconds * facility_kg_s, chilled_kg = seconds * p.air_w / (kChilledRise * kWater);
    p.buffer_kg += buffer_kg, p.chilled_kg += chilled_kg;
    out.push_back({seconds, std::max(buffer_kg, chilled_kg), ride_through(p, fault, horizon_s)});
  }
  return out;
}

}  // namespace aif::cooling
