#pragma once
// The cooling of a whole site in one quasi-steady window: rack coolant loops -> distribution units -> facility water -> heat rejection and
// trim chillers; rack air -> fan walls -> chilled water -> free cooling and chillers. Set points are held by fans, valves and staging with
// the cheapest feasible mode; where the plant cannot, temperatures float and caps say how much heat each rack group may reject.
// Neglected here: heat stored in loops (dynamic.hpp), wind, hall-to-hall differences in pressure. Source: equations in docs/theory/cooling.md.

#include <array>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "models/cooling/site_params.hpp"

namespace aif::cooling {

// Racks of one kind on one loop. Flow and resistance belong to the rack; zero flow: liquid.flow x rated heat.
struct CoolingGroup {
  std::string id;
  int racks = 0, racks_per_row = 16;
  double rated_liquid_w = 0, rated_air_w = 0;  // per rack
  double coolant_flow_kg_s_rated = 0;          // per rack
  int devices_per_rack = 72;
  // R = a + b m^-n of one device, m in kg/s through its cold plate; air-cooled groups: R = a, a heat sink to the supply air.
  double r_fixed_k_per_w = 0.016, r_flow_k_per_w = 7.5e-4, r_flow_exponent = 0.6;
};

enum class CoolingPart { cdu_pumps, fws_pumps, rejection_fans, rejection_pumps, trim_chillers, chw_pumps, free_cooling_fans, air_chillers, air_fans, condenser_fans, condenser_pumps };
inline constexpr std::size_t kCoolingParts = 11;
constexpr auto enum_names(CoolingPart) {
  return std::array<std::string_view, kCoolingParts>{"cdu_pumps", "fws_pumps", "rejection_fans", "rejection_pumps", "trim_chillers",
                                                     "chw_pumps", "free_cooling_fans", "air_chillers", "air_fans", "condenser_fans", "condenser_pumps"};
}
enum class CoolingMode { free, partial, mechanical };
constexpr auto enum_names(CoolingMode) { return std::array<std::string_view, 3>{"free", "partial", "mechanical"}; }

// What the scenario calls the part that cannot carry the heat.
enum class CoolingElement { none, cdu, heat_rejection, air_unit, air_chiller, facility_pumps, chilled_pumps };
constexpr auto enum_names(CoolingElement) {
  return std::array<std::string_view, 7>{"", "cooling.liquid.cdu", "cooling.plant.heat_rejection", "cooling.air.unit", "cooling.plant.air_chiller",
                                         "cooling.plant.facility_pumps", "cooling.plant.chilled_water.pumps"};
}
inline std::string_view element_name(CoolingElement e) { return enum_name(e); }

struct GroupHeat {
  double liquid_w = 0, air_w = 0;  // per rack
  double racks = 0;                // delivered and up
};

struct SiteCoolingInputs {
  std::span<GroupHeat const> groups;  // in the order of the CoolingGroups
  double other_air_w = 0;             // heat of electrical rooms and network halls on the same chilled water
  double supply_set_c = std::numeric_limits<double>::quiet_NaN();  // replaces liquid.supply and its reset in this window; NaN: does not
  double flow_scale = std::numeric_limits<double>::quiet_NaN();    // coolant flow over that which follows from the load; NaN: that of the reset
  bool free_cooling = true;                                        // false: smoke or dust, the chilled water is left to the chillers
  double water_limit_kg_s = std::numeric_limits<double>::infinity();  // a plant that would draw more runs dry
  double fan_limit_frac = 1;                                       // highest speed of outdoor fans (quiet hours)
};

// RackSupply fields and caps of one group, per rack. Caps are infinite while nothing binds.
struct GroupCooling {
  double coolant_supply_c = 0, coolant_return_c = 0, coolant_kg_s = 0, r_case_coolant_k_per_w = 0, air_supply_c = 0;
  double cap_liquid_w = std::numeric_limits<double>::infinity(), cap_air_w = std::numeric_limits<double>::infinity();
};

struct SiteCoolingOutputs {
  std::span<GroupCooling const> groups;  // lives in the state, until its next window
  std::array<double, kCoolingParts> power_w{};
  double facility_supply_c = 0, facility_return_c = 0;
  double rejected_w = 0;                                            // to ambient and sinks, compressors and loop pumps included
  double reused_w = 0;                                              // of that, to the heat sink
  double evaporation_kg_s = 0, drift_kg_s = 0, blowdown_kg_s = 0;
  CoolingMode liquid_mode = CoolingMode::free, air_mode = CoolingMode::free;
  bool wet = false, extrapolated = false;                           // extrapolated: a chiller beyond its curves
  CoolingElement binding = CoolingElement::none;
  double liquid_cap_frac = 1, air_cap_frac = 1;                     // heat that can be carried over heat offered, 1 when all
  double unmet_w = 0;                                               // heat that no plant took: it warms the hall
  double spilled_w = 0;                                             // of the racks' liquid heat, what their coolant gave to the hall's air
  double balance_residual = 0;                                      // (heat in - rejected - unmet) / heat in

  double electric_w() const {
    double sum = 0;
    for (double p : power_w) sum += p;
    return sum;
  }
  double at(CoolingPart p) const { return power_w[static_cast<std::size_t>(p)]; }
  double water_kg_s() const { return evaporation_kg_s + drift_kg_s + blowdown_kg_s; }
};

// Sizes and constants that do not change during a run.
struct SiteCooling {
  CoolingParams params;
  struct Group {
    CoolingGroup data;
    int cdus = 0, cdus_needed = 0;   // in service; needed
    int loops = 1, cdus_per_loop = 0;
    double available_frac = 1;       // share of the racks that have coolant, after outages: a loop that can take a third of its heat counts a third
    double racks_with_coolant() const { return data.racks * available_frac; }
    double rated_kg_s = 0, heat_capacity = 0, rated_m3_s = 0;  // rack flow, J/kg/K at the set point, volume flow
    double rated_w_per_k = 0;                                  // rack flow x heat capacity
    double cdu_heat_w = 0, cdu_ua_w_per_k = 0, cdu_w_per_k = 0;  // of one unit at rating
  };
  std::vector<Group> groups;
  Plants::Sized rejection;
  int rejection_units = 0;
  Chiller::Sized trim, air_chiller;
  int trim_units = 0, air_chiller_units = 0, air_units = 0;
  double facility_flow_frac = 1, chilled_flow_frac = 1;  // of rated, with the pumps in service
  DryCooler::Sized free_cooling;
  CondenserPlant condensers;
  int condenser_cells = 0;  // 0: air_chillers are air-cooled
  double rated_liquid_w = 0, rated_air_w = 0;
  double chw_heat_capacity = 0, chw_density = 0, fws_heat_capacity = 0, fws_density = 0;
  std::vector<std::string> out_of_service;  // units that outages.hpp took away, sorted
};

struct SiteCoolingState {
  std::vector<GroupCooling> groups;
  std::vector<GroupHeat> split;             // heats of the window after what spills to the air
  double water_used_kg = 0, elapsed_s = 0;  // since the budget year began
};

// Throws InputError: redundancy words, rating points, set points below freezing or crossing, a chiller's curves, liquid racks without a pump.
SiteCooling build_site_cooling(CoolingParams const& params, std::span<CoolingGroup const> groups, double altitude_m);
SiteCoolingState make_state(SiteCooling const& site);

// Pure in (site, state, weather, inputs, dt); allocates nothing.
SiteCoolingOutputs solve_window(SiteCooling const& site, SiteCoolingState& state, WeatherPoint const& weather, SiteCoolingInputs const& inputs, double dt_s);

}  // namespace aif::cooling
