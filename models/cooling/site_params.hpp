#pragma once
// The `cooling:` part of a scenario: liquid loop and its distribution units, air side, plant, water. Two temperature levels: warm facility
// water for the cold plates, chilled water for the air share. Defaults are engineering assumptions in the ranges that ASHRAE TC 9.9
// (Liquid Cooling Guidelines, 2nd ed.) and OCP (Cold Plate Requirements) print; libraries replace them with sourced products.

#include <string>
#include <vector>

#include "models/cooling/chiller.hpp"
#include "models/cooling/condenser_loop.hpp"
#include "models/cooling/dynamic.hpp"
#include "models/cooling/fluids.hpp"
#include "models/cooling/plants.hpp"
#include "models/cooling/pump.hpp"

namespace aif::cooling {

struct LiquidLoop {
  Fluid fluid = Fluid::pg25;
  PumpSet pumps{220e3, 0.60, 0.3, 0.6, 2, 1};  // LiquidStack CDU-1MW: N+1 pumps
  static constexpr auto fields() {
    using L = LiquidLoop;
    return FieldList{field("fluid", &L::fluid, "Coolant in the cold plates."), field("pumps", &L::pumps, "Pumps of the distribution units.")};
  }
};

struct Cdu {
  double rated_heat_w = 1.3e6, rated_rise_k = 10, approach_k = 3.5, hot_film_frac = 0.5, standby_power_w = 300;
  static constexpr auto fields() {
    using C = Cdu;
    return FieldList{
        field("rated_heat", &C::rated_heat_w, Kind::power, 1e3, 1e8, "Heat carried by one unit at rated flows.", "assumption: row units 1.2-1.4 MW"),
        field("rated_rise", &C::rated_rise_k, Kind::temperature_difference, 2, 30, "Warming of the coolant at rating, equal on both sides.", "assumption"),
        field("approach", &C::approach_k, Kind::temperature_difference, 0.5, 20, "Coolant supply above facility-water supply at rating.", "assumption: 3-4 K"),
        field("hot_film", &C::hot_film_frac, Kind::fraction, 0.05, 0.95, "Coolant-side share of the thermal resistance at rating.", "assumption"),
        field("standby_power", &C::standby_power_w, Kind::power, 0, 1e5, "Controls and instruments of one unit.", "assumption")};
  }
};

struct CduPlacement {
  Cdu model;
  int per_row = 0, loop_racks = 0;
  std::string redundancy = "N+1";
  static constexpr auto fields() {
    using C = CduPlacement;
    return FieldList{field("model", &C::model, "The coolant distribution unit."),
                      field("per_row", &C::per_row, Kind::number, 0, 100, "Units in each row; 0: as many as the heat of a loop needs, with its redundancy.", "assumption"),
                      field("loop_racks", &C::loop_racks, Kind::number, 0, 1e6, "Racks on one technology loop: what a stop of that loop takes along; 0: all of a pod.", "assumption: one loop"),
                      field("redundancy", &C::redundancy, "Spare units of each loop: N, N+k, 2N, ...")};
  }
};

// Supply and flow as the operator's controls move them with the outdoor wet bulb: straight lines between the points, ends held. A colder supply
// than `liquid.supply` spares leakage in the chips where the weather gives it for little; what racks may get at most stays tied to `liquid.supply`.
struct SupplyReset {
  std::vector<double> wet_bulb_c, supply_c, flow_frac;
  static constexpr auto fields() {
    using R = SupplyReset;
    return FieldList{
        field("wet_bulb", &R::wet_bulb_c, Kind::temperature, -60, 60, "Outdoor wet bulbs, rising; empty: no reset."),
        field("supply", &R::supply_c, Kind::temperature, 5, 70, "Coolant supply at each of them."),
        field("flow", &R::flow_frac, Kind::fraction, 0.3, 2, "Coolant flow at each of them, over the flow that follows from the load; empty: 1.")};
  }
};

struct LiquidCooling {
  LiquidLoop loop;
  double supply_c = 40, return_max_c = 60, supply_tolerance_k = 2;
  double flow_m3_s_w = 1.5e-3 / 60 / 1e3, spill_w_k = 0;
  SupplyReset reset;
  CduPlacement cdu;
  static constexpr auto fields() {
    using L = LiquidCooling;
    return FieldList{
        field("loop", &L::loop, "Technology cooling loop."),
        field("supply", &L::supply_c, Kind::temperature, 5, 70, "Coolant supply set point at the rack.", "ASHRAE TC 9.9 class S40"),
        field("return_max", &L::return_max_c, Kind::temperature, 10, 85, "Highest coolant return.", "assumption: hose and cold-plate limits 60-65 degC"),
        field("supply_tolerance", &L::supply_tolerance_k, Kind::temperature_difference, 0, 20, "Excess over the set point above which load must fall.", "assumption"),
        field("flow", &L::flow_m3_s_w, Kind::flow_per_power, 1e-9, 1e-6, "Rated coolant flow per heat where the rack states none.", "OCP: 1.0-2.0 L/min/kW; 1.5 is 10 K of PG25"),
        field("spill", &L::spill_w_k, Kind::conductance, 0, 1e4, "Heat that manifolds, hoses and plates of one rack give to the hall's air per kelvin between coolant and air.", "assumption: lagged, none"),
        field("reset", &L::reset, "Supply and flow by wet bulb; `optimize --setpoints` finds them."),
        field("cdu", &L::cdu, "Coolant distribution units.")};
  }
};

struct AirUnit {
  double rated_heat_w = 500e3, fan_power_w = 18e3, min_fan_frac = 0.4, air_rise_k = 12, coil_approach_k = 6;
  static constexpr auto fields() {
    using A = AirUnit;
    return FieldList{
        field("rated_heat", &A::rated_heat_w, Kind::power, 1e3, 1e8, "Sensible cooling of one unit.", "assumption: fan wall"),
        field("fan_power", &A::fan_power_w, Kind::power, 0, 1e6, "Fans at rated air flow.", "assumption: 0.03-0.06 W/W"),
        field("min_fan", &A::min_fan_frac, Kind::fraction, 0.05, 1, "Lowest fan speed.", "assumption"),
        field("air_rise", &A::air_rise_k, Kind::temperature_difference, 3, 30, "Warming of the air across the racks.", "assumption"),
        field("coil_approach", &A::coil_approach_k, Kind::temperature_difference, 1, 20, "Supply air above chilled-water supply at rating.", "assumption")};
  }
};

struct AirCooling {
  double supply_c = 27;
  AirUnit unit;
  std::string redundancy = "N+1";
  double rear_door_frac = 0, rear_door_fan_frac = 0;
  static constexpr auto fields() {
    using A = AirCooling;
    return FieldList{field("supply", &A::supply_c, Kind::temperature, 10, 40, "Air supply at the rack inlet.", "ASHRAE TC 9.9 recommended 18-27 degC"),
                      field("unit", &A::unit, "Fan wall or computer-room air handler."),
                      field("redundancy", &A::redundancy, "Spare air units: N, N+k, 2N, ..."),
                      field("rear_door", &A::rear_door_frac, Kind::fraction, 0, 1, "Share of the racks' air heat that rear-door exchangers take to the chilled water.", "assumption: none"),
                      field("rear_door_fans", &A::rear_door_fan_frac, Kind::fraction, 0, 0.2, "Fan power of the doors over their heat; 0: passive doors.", "assumption: passive")};
  }
};

// A neighbour who takes warm water: greenhouse, pool, district network with a heat pump of its own.
struct HeatReuse {
  double heat_w = 0, sink_supply_c = 40, sink_return_c = 25, approach_k = 3, price_usd_j = 0;
  static constexpr auto fields() {
    using H = HeatReuse;
    return FieldList{
        field("heat", &H::heat_w, Kind::power, 0, 1e10, "Heat that the sink takes at most; 0: no sink.", "assumption: none"),
        field("sink_supply", &H::sink_supply_c, Kind::temperature, 0, 90, "Temperature that the sink must be given.", "assumption: low-temperature network"),
        field("sink_return", &H::sink_return_c, Kind::temperature, 0, 80, "Temperature that comes back from it.", "assumption"),
        field("approach", &H::approach_k, Kind::temperature_difference, 0, 20, "Of the exchanger between.", "assumption"),
        field("price", &H::price_usd_j, Kind::money_per_energy, 0, 1e-6, "Paid by the sink.", "assumption")};
  }
};

struct RejectionGroup {
  HeatRejection model = AdiabaticDryCooler{};
  int count = 0;
  std::string redundancy = "N+1";
  static constexpr auto fields() {
    using R = RejectionGroup;
    return FieldList{field("model", &R::model, "The heat-rejection plant."),
                      field("count", &R::count, Kind::number, 0, 100000, "Installed units, spares included; 0: sized from the rated heat.", "assumption"),
                      field("redundancy", &R::redundancy, "Spares when sized: N, N+k, 2N, ...")};
  }
};

struct ChillerGroup {
  Chiller model;
  int count = 0;
  std::string redundancy = "N+1";
  double enable_above_c = -50;
  static constexpr auto fields() {
    using C = ChillerGroup;
    return FieldList{field("model", &C::model, "The chiller."),
                      field("count", &C::count, Kind::number, 0, 100000, "Installed units; 0: none for trim, sized from the rated heat for the air side.", "assumption"),
                      field("redundancy", &C::redundancy, "Spares when sized: N, N+k, 2N, ..."),
                      field("enable_above", &C::enable_above_c, Kind::temperature, -60, 60, "Dry bulb above which it may run.", "assumption: always")};
  }
};

struct ChilledWater {
  double supply_c = 20, rise_k = 7, free_cooling_approach_k = 5, free_cooling_fan_frac = 0.02;
  PumpSet pumps{200e3, 0.62, 0.3, 0.3};
  static constexpr auto fields() {
    using C = ChilledWater;
    return FieldList{
        field("supply", &C::supply_c, Kind::temperature, 4, 35, "Supply set point.", "ASHRAE TC 9.9 class W17-W27"),
        field("rise", &C::rise_k, Kind::temperature_difference, 2, 20, "Warming at rated load.", "assumption"),
        field("free_cooling_approach", &C::free_cooling_approach_k, Kind::temperature_difference, 1, 30, "Supply above dry bulb at which the free-cooling coil alone carries rated load.", "assumption"),
        field("free_cooling_fans", &C::free_cooling_fan_frac, Kind::fraction, 0, 0.2, "Fan power of free cooling over rated heat; 0: no free cooling.", "assumption"),
        field("pumps", &C::pumps, "Chilled-water pumps.")};
  }
};

// Hours in which neighbours sleep: outdoor fans keep below a share of their speed. By the fan laws sound power falls by 50 lg(1/speed) dB
// (ASHRAE Handbook HVAC Applications 2019, ch. 49): 70 % is 7.7 dB less.
struct QuietHours {
  double from_s = 22 * 3600.0, to_s = 6 * 3600.0, fan_frac = 1;
  static constexpr auto fields() {
    using Q = QuietHours;
    return FieldList{
        field("from", &Q::from_s, Kind::duration, 0, 24 * 3600.0, "Time after midnight, local standard time, at which they begin.", "assumption"),
        field("to", &Q::to_s, Kind::duration, 0, 24 * 3600.0, "Time after midnight at which they end; before `from`: the next morning.", "assumption"),
        field("fans", &Q::fan_frac, Kind::fraction, 0.1, 1, "Highest speed of the fans of heat rejection, free cooling and towers in these hours; 100 %: no limit.", "assumption: no limit")};
  }
  double limit_frac(double second_of_day) const {
    bool const inside = from_s <= to_s ? second_of_day >= from_s && second_of_day < to_s : second_of_day >= from_s || second_of_day < to_s;
    return inside ? fan_frac : 1.0;
  }
};

struct CoolingPlant {
  RejectionGroup heat_rejection;
  HeatReuse heat_reuse;
  ChillerGroup trim_chiller, air_chiller;
  ChilledWater chilled_water;
  CondenserLoop condenser_loop;
  Fluid facility_fluid = Fluid::water;
  PumpSet facility_pumps{200e3, 0.65, 0.3, 0.3};
  QuietHours quiet;
  static constexpr auto fields() {
    using P = CoolingPlant;
    return FieldList{
        field("heat_rejection", &P::heat_rejection, "Cools the facility water against the weather."),
        field("heat_reuse", &P::heat_reuse, "Sink of warm facility water, served before heat rejection."),
        field("trim_chiller", &P::trim_chiller, "Air-cooled chillers that take what heat rejection leaves on hot days."),
        field("air_chiller", &P::air_chiller, "Chillers of the chilled-water loop for the air share."),
        field("chilled_water", &P::chilled_water, "Chilled-water loop with its free-cooling coil."),
        field("condenser_loop", &P::condenser_loop, "Towers and economiser of water-cooled air_chillers; unused when those are air-cooled."),
        field("facility_fluid", &P::facility_fluid, "Fluid of the facility-water loop."),
        field("facility_pumps", &P::facility_pumps, "Facility-water pumps."),
        field("quiet", &P::quiet, "Hours with a limit on noise.")};
  }
};

struct WaterSupply {
  double cap_m3_s = 0, price_usd_m3 = 1.9, cycles_of_concentration = 5, at_source_m3_j = 1.8e-3 / 3.6e6;
  static constexpr auto fields() {
    using W = WaterSupply;
    return FieldList{
        field("cap", &W::cap_m3_s, Kind::volume_flow, 0, 10, "Water that may be drawn in a year; once spent, evaporative plants run dry; 0: no cap.", "assumption"),
        field("price", &W::price_usd_m3, Kind::money_per_volume, 0, 100, "Price of make-up water.", "assumption"),
        field("cycles", &W::cycles_of_concentration, Kind::number, 1.2, 20, "Cycles of concentration; blowdown = evaporation / (cycles - 1).", "assumption: 4-6"),
        field("at_source", &W::at_source_m3_j, Kind::flow_per_power, 0, 1e-7, "Water that the power stations of the grid evaporate per energy delivered.", "Torcellini et al. 2003, NREL/TP-550-33905: thermal stations of the USA 0.47 gal/kWh")};
  }
};

struct CoolingParams {
  LiquidCooling liquid;
  AirCooling air;
  CoolingPlant plant;
  WaterSupply water;
  TransientParams transient;
  static constexpr auto fields() {
    using C = CoolingParams;
    return FieldList{field("liquid", &C::liquid, "Liquid cooling of the racks."), field("air", &C::air, "Air cooling of the rest."),
                      field("plant", &C::plant, "Heat rejection and chillers."), field("water", &C::water, "Make-up water."),
                      field("transient", &C::transient, "Volumes, limits and what is on the UPS, for the seconds after a fault.")};
  }
};

}  // namespace aif::cooling
