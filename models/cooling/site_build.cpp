#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "models/cooling/exchangers.hpp"
#include "models/cooling/problem.hpp"
#include "models/cooling/redundancy.hpp"
#include "models/cooling/site.hpp"

namespace aif::cooling {
namespace {

void check(CoolingParams const& p, std::span<CoolingGroup const> groups, DiagnosticList& problems) {
  auto const& liquid = p.liquid;
  auto const& chilled = p.plant.chilled_water;
  FluidRange const coolant = fluid_range(liquid.loop.fluid), facility = fluid_range(p.plant.facility_fluid);
  if (liquid.supply_c <= coolant.freezing_c + 3 || liquid.supply_c >= coolant.highest_c)
    problems.add(problem("AF2205", "cooling.liquid.supply", fmt::format("{} degC is outside what the coolant can stand ({} to {} degC, 3 K above freezing)", liquid.supply_c, coolant.freezing_c + 3, coolant.highest_c),
           "raise the set point or choose another fluid"));
  if (liquid.supply_c - liquid.cdu.model.approach_k <= facility.freezing_c + 1)
    problems.add(problem("AF2205", "cooling.liquid.supply", "facility water would have to be at its freezing point to reach this supply", "use pg25 in plant.facility_fluid or a warmer supply"));
  if (liquid.return_max_c <= liquid.supply_c)
    problems.add(problem("AF2206", "cooling.liquid.return_max", "the highest return is not above the supply", "typical: supply + 10 to 20 K"));
  auto const& reset = liquid.reset;
  bool const rises = std::adjacent_find(reset.wet_bulb_c.begin(), reset.wet_bulb_c.end(), [](double a, double b) { return b <= a; }) == reset.wet_bulb_c.end();
  if (reset.supply_c.size() != reset.wet_bulb_c.size() || (!reset.flow_frac.empty() && reset.flow_frac.size() != reset.wet_bulb_c.size()) || !rises)
    problems.add(problem("AF2216", "cooling.liquid.reset", fmt::format("{} wet bulbs, {} supplies and {} flows do not make a reset", reset.wet_bulb_c.size(), reset.supply_c.size(), reset.flow_frac.size()),
           "as many supplies (and flows, or none) as wet bulbs, these rising"));
  for (double supply_c : reset.supply_c)
    if (supply_c <= coolant.freezing_c + 3 || supply_c - liquid.cdu.model.approach_k <= facility.freezing_c + 1 || supply_c >= coolant.highest_c)
      problems.add(problem("AF2205", "cooling.liquid.reset.supply", fmt::format("{} degC is outside what coolant or facility water can stand", supply_c), "raise it or choose another fluid"));
  if (chilled.supply_c + 1 >= p.air.supply_c)
    problems.add(problem("AF2206", "cooling.plant.chilled_water.supply", fmt::format("chilled water of {} degC cannot make air of {} degC", chilled.supply_c, p.air.supply_c),
           "keep at least the coil's approach between the two"));
  std::pair<char const*, std::string const&> const words[] = {{"liquid.cdu", liquid.cdu.redundancy},
                                                              {"air", p.air.redundancy},
                                                              {"plant.heat_rejection", p.plant.heat_rejection.redundancy},
                                                              {"plant.air_chiller", p.plant.air_chiller.redundancy},
                                                              {"plant.condenser_loop", p.plant.condenser_loop.redundancy}};
  for (auto const& [where, word] : words)
    if (!is_redundancy_word(word))
      problems.add(problem("AF2201", fmt::format("cooling.{}.redundancy", where), fmt::format("`{}` is not a redundancy", word), "write N, N+1, N+2, 2N, 2(N+1), 4N/3 or catcher"));
  for (auto const& [pumps, path] : {std::pair{&liquid.loop.pumps, "cooling.liquid.loop.pumps"}, {&p.plant.facility_pumps, "cooling.plant.facility_pumps"}, {&chilled.pumps, "cooling.plant.chilled_water.pumps"}})
    if (pumps->spares >= pumps->units) problems.add(problem("AF2215", fmt::format("{}.spares", path), fmt::format("{} of {} pumps are spares", pumps->spares, pumps->units), "units include the spares"));
  for (auto const& g : groups) {
    if (g.racks < 0 || g.rated_liquid_w < 0 || g.rated_air_w < 0 || g.devices_per_rack < 1)
      problems.add(problem("AF2207", fmt::format("cooling.{}", g.id), "a rack group has a negative heat or count", "heats are W per rack, at least one device a rack"));
    if (g.racks_per_row < 1) problems.add(problem("AF2207", fmt::format("cooling.{}", g.id), "a rack group has rows of no racks", "at least one rack in a row"));
    if (g.rated_liquid_w > 0 && liquid.loop.pumps.head_pa <= 0)
      problems.add(problem("AF2208", "cooling.liquid.loop.pumps.head", "liquid-cooled racks on a loop without pump head", "a technology loop needs 200-300 kPa"));
  }
}

SiteCooling::Group size_group(CoolingGroup const& g, LiquidCooling const& liquid) {
  SiteCooling::Group out;
  out.data = g;
  if (g.rated_liquid_w <= 0 || g.racks <= 0) return out;
  Cdu const& cdu = liquid.cdu.model;
  Fluid const fluid = liquid.loop.fluid;
  double const density = density_kg_m3(fluid, liquid.supply_c);
  out.heat_capacity = heat_capacity_j_kg_k(fluid, liquid.supply_c + 0.5 * cdu.rated_rise_k);
  out.rated_kg_s = g.coolant_flow_kg_s_rated > 0 ? g.coolant_flow_kg_s_rated : liquid.flow_m3_s_w * g.rated_liquid_w * density;
  out.rated_m3_s = out.rated_kg_s / density;
  out.rated_w_per_k = out.rated_kg_s * out.heat_capacity;
  int const loop_racks = liquid.cdu.loop_racks > 0 ? std::min(liquid.cdu.loop_racks, g.racks) : g.racks;
  out.loops = (g.racks + loop_racks - 1) / loop_racks;
  int const needed = static_cast<int>(std::ceil(loop_racks * g.rated_liquid_w / cdu.rated_heat_w - 1e-9)), rows = (g.racks + g.racks_per_row - 1) / g.racks_per_row;
  out.cdus_per_loop = liquid.cdu.per_row > 0 ? std::max(1, liquid.cdu.per_row * rows / out.loops) : installed_units(liquid.cdu.redundancy, needed);
  out.cdus_needed = needed * out.loops;
  out.cdus = out.cdus_per_loop * out.loops;
  out.cdu_heat_w = cdu.rated_heat_w;
  out.cdu_w_per_k = cdu.rated_heat_w / cdu.rated_rise_k;
  // Equal capacity rates at rating: effectiveness = rise / (rise + approach).
  out.cdu_ua_w_per_k = counterflow_ntu(cdu.rated_rise_k / (cdu.rated_rise_k + cdu.approach_k), 1.0) * out.cdu_w_per_k;
  return out;
}

// Free-cooling coil of one chiller: carries the chiller's rated heat when the air is `approach` below the supply.
DryCooler free_cooling_coil(ChilledWater const& c, double capacity_w) {
  DryCooler coil;
  coil.rated_heat_w = capacity_w;
  coil.rated_outlet_c = c.supply_c, coil.rated_inlet_c = c.supply_c + c.rise_k, coil.rated_air_c = c.supply_c - c.free_cooling_approach_k;
  coil.air_rise_k = 0.6 * (c.rise_k + c.free_cooling_approach_k);  // assumption: coils are built with about equal capacity rates
  coil.fan_power_w = c.free_cooling_fan_frac * capacity_w;
  return coil;
}

int count_or_size(int count, double heat_w, double unit_w, std::string const& redundancy) {
  if (count > 0) return count;
  return heat_w > 0 ? installed_units(redundancy, static_cast<int>(std::ceil(heat_w / unit_w - 1e-9))) : 0;
}

double rated_rejection_w(HeatRejection const& plant) {
  return std::visit([](auto const& p) { return p.rated_heat(); }, plant);
}

}  // namespace

SiteCooling build_site_cooling(CoolingParams const& p, std::span<CoolingGroup const> groups, double altitude_m) {
  DiagnosticList problems;
  check(p, groups, problems);
  if (problems.has_errors()) throw InputError(std::move(problems));
  double liquid_w = 0, air_w = 0;
  std::vector<SiteCooling::Group> sized;
  for (auto const& g : groups) {
    sized.push_back(size_group(g, p.liquid));
    liquid_w += g.racks * g.rated_liquid_w;
    air_w += g.racks * g.rated_air_w;
  }
  auto const& plant = p.plant;
  Chiller::Sized const air_chiller(plant.air_chiller.model);
  SiteCooling site{p, std::move(sized), size_plant(plant.heat_rejection.model, altitude_m), 0, Chiller::Sized(plant.trim_chiller.model), air_chiller, 0, 0, 0, 1, 1,
                   DryCooler::Sized(free_cooling_coil(plant.chilled_water, plant.air_chiller.model.capacity_w), altitude_m),
                   CondenserPlant(plant.condenser_loop, altitude_m), 0, liquid_w, air_w, 0, 0, 0, 0, {}};
  // Pump and fan heat ride on top of the racks' heat: 3 % and 6 % margins keep N units enough (assumption).
  site.rejection_units = count_or_size(plant.heat_rejection.count, 1.03 * liquid_w, rated_rejection_w(plant.heat_rejection.model), plant.heat_rejection.redundancy);
  site.trim_units = plant.trim_chiller.count;
  site.air_chiller_units = count_or_size(plant.air_chiller.count, 1.06 * air_w, plant.air_chiller.model.capacity_w, plant.air_chiller.redundancy);
  if (plant.air_chiller.model.condenser == Condenser::water)  // cells for every chiller, compressor heat included
    site.condenser_cells = count_or_size(plant.condenser_loop.count, 1.06 * air_w * (1 + 1 / plant.air_chiller.model.cop), plant.condenser_loop.tower.rated_heat_w, plant.condenser_loop.redundancy);
  double const rise = p.air.unit.air_rise_k, coil = std::min(1.0, (p.air.supply_c + rise - plant.chilled_water.supply_c) / (rise + p.air.unit.coil_approach_k));
  site.air_units = count_or_size(0, std::max(1 - p.air.rear_door_frac, 0.05) * air_w, p.air.unit.rated_heat_w * coil, p.air.redundancy);
  site.chw_heat_capacity = heat_capacity_j_kg_k(Fluid::water, plant.chilled_water.supply_c);
  site.chw_density = density_kg_m3(Fluid::water, plant.chilled_water.supply_c);
  site.fws_heat_capacity = heat_capacity_j_kg_k(plant.facility_fluid, p.liquid.supply_c);
  site.fws_density = density_kg_m3(plant.facility_fluid, p.liquid.supply_c);
  return site;
}

SiteCoolingState make_state(SiteCooling const& site) { return {std::vector<GroupCooling>(site.groups.size()), std::vector<GroupHeat>(site.groups.size()), 0, 0}; }

}  // namespace aif::cooling
