#include "models/cooling/site.hpp"

#include <algorithm>
#include <cmath>

#include "core/calendar.hpp"
#include "core/grid_table.hpp"
#include "models/cooling/exchangers.hpp"

namespace aif::cooling {
namespace {

constexpr double kHeatTolerance = 1e-10, kFloatRange = 150.0;

// Facility-water side of all groups at a share `scale` of the offered heat.
struct LiquidLoad {
  double heat_w = 0, loop_w_per_k = 0, cdu_power_w = 0, fws_power_w = 0;
  double required_c = 1e9;     // coldest facility supply that some group needs
  double offset_max_k = -1e9;  // coolant supply above facility supply, worst group
  double rise_max_k = 0;       // coolant rise over the rack, worst group
};

struct GroupFlow {
  double flow_frac, w_per_k, offset_k, pump_w;  // w_per_k of all racks
};

// Coolant flow over rated flow: as the heat, between the pumps' least and full flow; the scale is the operator's.
double flow_frac_of(SiteCooling const& site, SiteCooling::Group const& g, double liquid_w, double flow_scale) {
  return std::clamp(flow_scale * liquid_w / g.data.rated_liquid_w, site.params.liquid.loop.pumps.min_flow_frac, 1.0);
}

// Supply and flow of the window where the caller leaves them to the reset, and the heat that warm coolant gives to the hall's air.
SiteCoolingInputs settled(SiteCooling const& site, SiteCoolingState& state, WeatherPoint const& weather, SiteCoolingInputs in) {
  auto const& liquid = site.params.liquid;
  auto const& reset = liquid.reset;
  if (std::isnan(in.supply_set_c)) in.supply_set_c = reset.wet_bulb_c.empty() ? liquid.supply_c : interpolate(reset.wet_bulb_c, reset.supply_c, weather.wet_bulb_c);
  if (std::isnan(in.flow_scale)) in.flow_scale = reset.flow_frac.empty() ? 1.0 : interpolate(reset.wet_bulb_c, reset.flow_frac, weather.wet_bulb_c);
  if (liquid.spill_w_k <= 0) return in;
  state.split.resize(in.groups.size());
  for (std::size_t i = 0; i < in.groups.size(); ++i) {
    auto const& g = site.groups[i];
    GroupHeat& heat = state.split[i] = in.groups[i];
    if (g.cdus <= 0 || heat.liquid_w <= 0) continue;
    double const mean_c = in.supply_set_c + 0.5 * heat.liquid_w / (g.rated_w_per_k * flow_frac_of(site, g, heat.liquid_w, in.flow_scale));
    double const spilled_w = std::clamp(liquid.spill_w_k * (mean_c - site.params.air.supply_c), 0.0, heat.liquid_w);
    heat.liquid_w -= spilled_w, heat.air_w += spilled_w;
  }
  in.groups = state.split;
  return in;
}

GroupFlow group_flow(SiteCooling const& site, SiteCoolingInputs const& in, SiteCooling::Group const& g, GroupHeat const& heat, double scale) {
  auto const& liquid = site.params.liquid;
  double const liquid_w = scale * heat.liquid_w;
  GroupFlow out{};
  out.flow_frac = flow_frac_of(site, g, liquid_w, in.flow_scale);
  out.w_per_k = heat.racks * g.rated_w_per_k * out.flow_frac;
  double const units = g.cdus * heat.racks / g.racks_with_coolant();
  out.pump_w = liquid.loop.pumps.power_w(g.rated_m3_s * heat.racks, out.flow_frac) + units * liquid.cdu.model.standby_power_w;
  double const crossing_w = heat.racks * liquid_w + out.pump_w;  // pump heat ends in the coolant
  double const relative = out.w_per_k / (units * g.cdu_w_per_k);
  double const ua = units * off_design_ua(g.cdu_ua_w_per_k, liquid.cdu.model.hot_film_frac, relative, 0.8, relative, 0.8);
  double const effectiveness = counterflow_effectiveness(ua / out.w_per_k, 1.0);
  out.offset_k = crossing_w / out.w_per_k * (1 / effectiveness - 1);
  return out;
}

LiquidLoad liquid_load(SiteCooling const& site, SiteCoolingInputs const& in, double scale) {
  LiquidLoad load;
  double rated_w_per_k = 0;
  for (std::size_t i = 0; i < site.groups.size(); ++i) {
    auto const& g = site.groups[i];
    auto const& heat = in.groups[i];
    if (g.cdus <= 0 || heat.racks <= 0) continue;
    GroupFlow const f = group_flow(site, in, g, heat, scale);
    load.cdu_power_w += f.pump_w;
    load.heat_w += heat.racks * scale * heat.liquid_w + f.pump_w;
    load.loop_w_per_k += f.w_per_k;
    rated_w_per_k += heat.racks * g.rated_w_per_k;
    load.offset_max_k = std::max(load.offset_max_k, f.offset_k);
    load.rise_max_k = std::max(load.rise_max_k, scale * heat.liquid_w * heat.racks / f.w_per_k);
  }
  if (rated_w_per_k <= 0) return load;
  load.required_c = in.supply_set_c - load.offset_max_k;
  double const per_m3 = site.fws_heat_capacity * site.fws_density;
  load.fws_power_w = site.params.plant.facility_pumps.power_w(rated_w_per_k / per_m3, load.loop_w_per_k / rated_w_per_k);
  load.heat_w += load.fws_power_w;
  return load;
}

struct LiquidResult {
  LiquidLoad load;
  RejectionOutputs rejection;
  Chiller::Outputs trim;
  double supply_c = 0, reused_w = 0;
};

// What the sink takes from facility water that returns at `back_c`.
double reused_heat_w(HeatReuse const& sink, double loop_w_per_k, double back_c, double heat_w) {
  if (sink.heat_w <= 0 || back_c - sink.approach_k < sink.sink_supply_c) return 0;
  return std::clamp(loop_w_per_k * (back_c - sink.sink_return_c - sink.approach_k), 0.0, std::min(sink.heat_w, heat_w));
}

// Heat rejection first, trim chillers for what it leaves; if both fall short the facility supply floats up until they do not.
LiquidResult solve_liquid(SiteCooling const& site, WeatherPoint const& weather, SiteCoolingInputs const& in, bool water_allowed, double scale) {
  LiquidResult r;
  r.load = liquid_load(site, in, scale);
  if (r.load.loop_w_per_k <= 0) return r;
  int const trim_units = weather.dry_bulb_c > site.params.plant.trim_chiller.enable_above_c ? site.trim_units : 0;
  double const loop = r.load.loop_w_per_k, heat = r.load.heat_w;
  auto const run = [&](double supply_c, double target_c) {
    r.reused_w = reused_heat_w(site.params.plant.heat_reuse, loop, supply_c + heat / loop, heat);
    r.rejection = reject(site.rejection, site.rejection_units, {loop, supply_c + (heat - r.reused_w) / loop, target_c, weather, water_allowed, in.fan_limit_frac});
    double const left = heat - r.reused_w - r.rejection.heat_w;
    r.trim = left > kHeatTolerance * heat ? run_chillers(site.trim, trim_units, left, supply_c, weather.dry_bulb_c) : Chiller::Outputs{};
    double const taken = r.trim.condenser_w > 0 ? std::min(left, r.trim.capacity_w) : 0;
    return r.reused_w + r.rejection.heat_w + taken - heat;
  };
  r.supply_c = r.load.required_c;
  double const lack = run(r.supply_c, r.supply_c);
  if (lack >= -kHeatTolerance * heat) return r;
  auto const all_out = [&](double supply_c) { return run(supply_c, supply_c - 1e3); };
  double const low = r.supply_c, high = low + kFloatRange, at_high = all_out(high);
  if (at_high > 0) r.supply_c = rising_root(all_out, low, lack, high, at_high, kHeatTolerance * heat);
  else r.supply_c = high;
  run(r.supply_c, r.supply_c);
  return r;
}

// A reset below the design supply is a wish: racks are held back only above the design supply, or above a warmer one that was asked for.
double excess_k(SiteCooling const& site, SiteCoolingInputs const& in, LiquidResult const& r) {
  double const supply = r.supply_c + r.load.offset_max_k;
  return std::max(supply - std::max(in.supply_set_c, site.params.liquid.supply_c) - site.params.liquid.supply_tolerance_k, supply + r.load.rise_max_k - site.params.liquid.return_max_c);
}

// Share of the offered liquid heat at which supply and return are just within their limits.
double liquid_cap(SiteCooling const& site, WeatherPoint const& weather, SiteCoolingInputs const& in, bool water_allowed, double excess) {
  auto const at = [&](double s) { return excess_k(site, in, solve_liquid(site, weather, in, water_allowed, s)); };
  double const low = 1e-3, at_low = at(low);
  if (at_low >= 0) return 0;
  return rising_root(at, low, at_low, 1.0, excess, 1e-6, 40);
}

void write_groups(SiteCooling const& site, SiteCoolingInputs const& in, LiquidResult const& liquid, double liquid_cap_frac, double air_cap_frac,
                  double air_supply_c, std::vector<GroupCooling>& out, SiteCoolingOutputs& site_out) {
  for (std::size_t i = 0; i < site.groups.size(); ++i) {
    auto const& g = site.groups[i];
    auto const& heat = in.groups[i];
    GroupCooling& o = out[i] = GroupCooling{};
    o.air_supply_c = air_supply_c;
    o.r_case_coolant_k_per_w = g.data.r_fixed_k_per_w;
    if (air_cap_frac < 1) o.cap_air_w = air_cap_frac * heat.air_w;
    if (g.cdus <= 0 || heat.racks <= 0) {
      o.coolant_supply_c = o.coolant_return_c = g.cdus <= 0 ? air_supply_c : in.supply_set_c;
      continue;
    }
    GroupFlow const f = group_flow(site, in, g, heat, 1.0);
    // A group that needs less than the worst one mixes its coolant back to the set point.
    o.coolant_supply_c = std::max(liquid.supply_c + f.offset_k, in.supply_set_c);
    o.coolant_return_c = o.coolant_supply_c + heat.liquid_w * heat.racks / f.w_per_k;
    o.coolant_kg_s = g.rated_kg_s * f.flow_frac;
    o.r_case_coolant_k_per_w += g.data.r_flow_k_per_w * std::pow(o.coolant_kg_s / g.data.devices_per_rack, -g.data.r_flow_exponent);
    double const cdu_limit = g.cdus * g.cdu_heat_w / g.racks_with_coolant(), flow_limit = site.facility_flow_frac * g.data.rated_liquid_w;  // the rise stays at rating
    if (liquid_cap_frac < 1) o.cap_liquid_w = liquid_cap_frac * heat.liquid_w;
    if (heat.liquid_w > cdu_limit) {
      o.cap_liquid_w = std::min(o.cap_liquid_w, cdu_limit);
      if (site_out.binding == CoolingElement::none) site_out.binding = CoolingElement::cdu;
      site_out.liquid_cap_frac = std::min(site_out.liquid_cap_frac, cdu_limit / heat.liquid_w);
    }
    if (site.facility_flow_frac < 1 && heat.liquid_w > flow_limit) {
      o.cap_liquid_w = std::min(o.cap_liquid_w, flow_limit);
      if (site_out.binding == CoolingElement::none) site_out.binding = CoolingElement::facility_pumps;
      site_out.liquid_cap_frac = std::min(site_out.liquid_cap_frac, flow_limit / heat.liquid_w);
    }
  }
}

struct AirResult {
  double it_w = 0, fan_w = 0, pump_w = 0, heat_w = 0, free_w = 0, unmet_w = 0, supply_c = 0, cap_frac = 1, flow_frac = 1;
  double condenser_fan_w = 0, condenser_pump_w = 0;
  RejectionOutputs free;
  Chiller::Outputs chiller;
};

AirResult solve_air(SiteCooling const& site, WeatherPoint const& weather, SiteCoolingInputs const& in, bool water_allowed) {
  AirResult r;
  auto const& air = site.params.air;
  auto const& chilled = site.params.plant.chilled_water;
  r.supply_c = air.supply_c;
  r.it_w = in.other_air_w;
  double racks_w = 0;
  for (auto const& g : in.groups) racks_w += g.racks * g.air_w;
  r.it_w += racks_w;
  if (r.it_w <= 0) return r;
  if (site.air_units <= 0) {  // nothing takes the heat: it stays in the hall
    r.heat_w = r.unmet_w = r.it_w;
    r.cap_frac = 0;
    r.supply_c += air.unit.air_rise_k;
    return r;
  }
  // Doors relieve the fans of the hall, not the chilled water. A coil with less temperature to work with carries less.
  double const door_w = air.rear_door_frac * racks_w, rise = air.unit.air_rise_k;
  double const coil = std::min(1.0, (air.supply_c + rise - chilled.supply_c) / (rise + air.unit.coil_approach_k));
  double const share = (r.it_w - door_w) / (site.air_units * air.unit.rated_heat_w * coil), speed = std::clamp(share, air.unit.min_fan_frac, 1.0);
  r.fan_w = site.air_units * air.unit.fan_power_w * speed * speed * speed + air.rear_door_fan_frac * door_w;
  double const rated_m3_s = site.rated_air_w / (site.chw_density * site.chw_heat_capacity * chilled.rise_k);
  double const flow = std::clamp(r.it_w / site.rated_air_w, chilled.pumps.min_flow_frac, 1.0);
  r.pump_w = chilled.pumps.power_w(rated_m3_s, flow);
  r.heat_w = r.it_w + r.fan_w + r.pump_w;
  double const loop = rated_m3_s * flow * site.chw_density * site.chw_heat_capacity;
  if (site.condenser_cells > 0) {
    CondenserOutputs const c = site.condensers.solve(site.air_chiller, site.air_chiller_units, site.condenser_cells, {r.heat_w, chilled.supply_c, loop}, weather, water_allowed, in.free_cooling, in.fan_limit_frac);
    r.free = c.tower, r.free.fan_w = 0, r.free.heat_w = c.free_w, r.chiller = c.chiller;
    r.condenser_fan_w = c.tower.fan_w, r.condenser_pump_w = c.pump_w + c.tower.pump_w, r.unmet_w = c.unmet_w;
  } else {
    if (chilled.free_cooling_fan_frac > 0 && in.free_cooling)
      r.free = site.free_cooling.reject(site.air_chiller_units, {loop, chilled.supply_c + r.heat_w / loop, chilled.supply_c, weather, false, in.fan_limit_frac});
    double const left = r.heat_w - r.free.heat_w;
    if (left > kHeatTolerance * r.heat_w) {
      auto chilled_by = [&](double heat_w) { return run_chillers(site.air_chiller, site.air_chiller_units, heat_w, chilled.supply_c, weather.dry_bulb_c); };
      r.chiller = chilled_by(left);
      r.unmet_w = std::max(left - r.chiller.capacity_w, 0.0);
      // In mild air the coil's fans can cost more than they spare the chillers: then it stands still.
      if (r.free.heat_w > 0 && r.unmet_w <= 0)
        if (auto const alone = chilled_by(r.heat_w); alone.capacity_w >= r.heat_w && alone.power_w < r.chiller.power_w + r.free.fan_w) r.chiller = alone, r.free = {};
    }
  }
  double const flow_limit_w = site.chilled_flow_frac * site.rated_air_w;  // the rise stays at rating
  if (site.chilled_flow_frac < 1 && r.it_w > flow_limit_w) r.flow_frac = flow_limit_w / r.it_w;
  r.cap_frac = std::min({1 - r.unmet_w / r.heat_w, share > 1 ? 1 / share : 1.0, r.flow_frac});
  // Heat left in the hall comes back to the rack inlets as that share of the rise.
  r.supply_c += air.unit.air_rise_k * (1 - r.cap_frac);
  return r;
}

CoolingMode mode_of(double free_w, double compressor_w) {
  return compressor_w <= 0 ? CoolingMode::free : free_w > 0 ? CoolingMode::partial : CoolingMode::mechanical;
}

}  // namespace

SiteCoolingOutputs solve_window(SiteCooling const& site, SiteCoolingState& state, WeatherPoint const& weather, SiteCoolingInputs const& given, double dt_s) {
  SiteCoolingOutputs out;
  SiteCoolingInputs const in = settled(site, state, weather, given);
  for (std::size_t i = 0; i < in.groups.size(); ++i) out.spilled_w += in.groups[i].racks * (given.groups[i].liquid_w - in.groups[i].liquid_w);
  double const cap = site.params.water.cap_m3_s;
  bool water_allowed = (cap <= 0 || state.water_used_kg < cap * 1000.0 * kYear) && in.water_limit_kg_s > 0;
  LiquidResult liquid = solve_liquid(site, weather, in, water_allowed, 1.0);
  AirResult air = solve_air(site, weather, in, water_allowed);
  double const blowdown_factor = site.params.water.cycles_of_concentration / (site.params.water.cycles_of_concentration - 1);
  if (water_allowed && (liquid.rejection.evaporation_kg_s + air.free.evaporation_kg_s) * blowdown_factor > in.water_limit_kg_s) {
    water_allowed = false;
    liquid = solve_liquid(site, weather, in, false, 1.0);
    air = solve_air(site, weather, in, false);
  }
  if (liquid.load.loop_w_per_k > 0)
    if (double const excess = excess_k(site, in, liquid); excess > 0) {
      out.liquid_cap_frac = liquid_cap(site, weather, in, water_allowed, excess);
      out.binding = CoolingElement::heat_rejection;
    }
  out.air_cap_frac = air.cap_frac;
  if (air.cap_frac < 1 && out.binding == CoolingElement::none)
    out.binding = air.unmet_w > 0 ? CoolingElement::air_chiller : air.flow_frac <= air.cap_frac ? CoolingElement::chilled_pumps : CoolingElement::air_unit;
  write_groups(site, in, liquid, out.liquid_cap_frac, air.cap_frac, air.supply_c, state.groups, out);
  // Caps are told in the racks' own split of heat, before the spill.
  for (std::size_t i = 0; i < in.groups.size(); ++i)
    if (in.groups[i].liquid_w < given.groups[i].liquid_w) {
      if (in.groups[i].liquid_w > 0) state.groups[i].cap_liquid_w *= given.groups[i].liquid_w / in.groups[i].liquid_w;
      state.groups[i].cap_air_w *= given.groups[i].air_w / in.groups[i].air_w;
    }
  out.groups = state.groups;

  auto const put = [&](CoolingPart p, double w) { out.power_w[static_cast<std::size_t>(p)] = w; };
  put(CoolingPart::cdu_pumps, liquid.load.cdu_power_w), put(CoolingPart::fws_pumps, liquid.load.fws_power_w);
  put(CoolingPart::rejection_fans, liquid.rejection.fan_w), put(CoolingPart::rejection_pumps, liquid.rejection.pump_w);
  put(CoolingPart::trim_chillers, liquid.trim.power_w), put(CoolingPart::air_chillers, air.chiller.power_w);
  put(CoolingPart::chw_pumps, air.pump_w), put(CoolingPart::free_cooling_fans, air.free.fan_w), put(CoolingPart::air_fans, air.fan_w);
  put(CoolingPart::condenser_fans, air.condenser_fan_w), put(CoolingPart::condenser_pumps, air.condenser_pump_w);

  out.facility_supply_c = liquid.supply_c;
  if (liquid.load.loop_w_per_k > 0) out.facility_return_c = liquid.supply_c + liquid.load.heat_w / liquid.load.loop_w_per_k;
  out.liquid_mode = mode_of(liquid.rejection.heat_w, liquid.trim.power_w), out.air_mode = mode_of(air.free.heat_w, air.chiller.power_w);
  out.wet = liquid.rejection.wet || air.free.wet, out.extrapolated = liquid.trim.extrapolated || air.chiller.extrapolated;
  out.evaporation_kg_s = liquid.rejection.evaporation_kg_s + air.free.evaporation_kg_s, out.drift_kg_s = liquid.rejection.drift_kg_s + air.free.drift_kg_s;
  out.blowdown_kg_s = std::max(out.evaporation_kg_s / (site.params.water.cycles_of_concentration - 1) - out.drift_kg_s, 0.0);

  // Heat in by the meters of racks and loop machines; heat out by the air side of coils and condensers.
  double heat_in = in.other_air_w + air.fan_w + air.pump_w + liquid.load.cdu_power_w + liquid.load.fws_power_w + liquid.trim.power_w + air.chiller.power_w;
  for (auto const& g : in.groups) heat_in += g.racks * (g.liquid_w + g.air_w);
  // What of a motor's heat does not reach the condenser leaves by the machine's casing, outdoors as well.
  double const casings = liquid.trim.power_w * (1 - site.params.plant.trim_chiller.model.motor_heat_frac) +
                         air.chiller.power_w * (1 - site.params.plant.air_chiller.model.motor_heat_frac);
  out.reused_w = liquid.reused_w;
  out.rejected_w = liquid.reused_w + liquid.rejection.heat_w + air.free.heat_w + liquid.trim.condenser_w + air.chiller.condenser_w + casings;
  out.unmet_w = air.unmet_w;
  out.balance_residual = heat_in > 0 ? (heat_in - out.rejected_w - out.unmet_w) / heat_in : 0;

  state.water_used_kg += out.water_kg_s() * dt_s;
  state.elapsed_s += dt_s;
  if (state.elapsed_s >= kYear) state.water_used_kg = 0, state.elapsed_s = 0;
  return out;
}

}  // namespace aif::cooling
