#pragma once
// Induced-draught cooling tower with a plate exchanger to the loop. Approach to the wet bulb by the York polynomial (York International,
// in EnergyPlus CoolingTower:VariableSpeed and Modelica Buildings YorkCalc) inside its range, continued outside by Merkel's equation in the
// e-NTU form of Braun, Klein & Mitchell 1989, scaled to meet the polynomial at the edge. Fans follow the cube law down to the lowest
// speed, then cycle; with fans off, natural draught carries a fixed share. Evaporation: exit air saturated. Neglected: plume, freezing.

#include <string_view>

#include "core/fields.hpp"
#include "models/cooling/rejection.hpp"

namespace aif::cooling {

// Approach (K) of the York polynomial; water_air is the ratio of water and air flow, both relative to design.
double york_approach_k(double wet_bulb_c, double range_k, double water_air);

struct CoolingTower {
  static constexpr std::string_view type_name = "cooling_tower";
  double rated_heat_w = 1.2e6, rated_wet_bulb_c = 25.56, rated_range_k = 5.56, rated_approach_k = 3.89;
  double air_m3_s = 31, fan_power_w = 11.3e3, min_fan_frac = 0.2, natural_draught_frac = 0.125, drift_frac = 2e-5;
  double exchanger_approach_k = 2, pump_head_pa = 180e3, pump_efficiency = 0.65, pump_min_flow_frac = 0.4;

  static constexpr auto fields() {
    using T = CoolingTower;
    return FieldList{
        field("rated_heat", &T::rated_heat_w, Kind::power, 1e3, 1e9, "Heat rejected by one cell at the rating point.", "assumption"),
        field("rated_wet_bulb", &T::rated_wet_bulb_c, Kind::temperature, 5, 35, "Wet bulb at the rating point.", "CTI ATC-105 practice, 78 degF"),
        field("rated_range", &T::rated_range_k, Kind::temperature_difference, 1.2, 22, "Cooling of the water at the rating point.", "CTI practice, 10 R"),
        field("rated_approach", &T::rated_approach_k, Kind::temperature_difference, 1.2, 30, "Leaving water above wet bulb at the rating point.", "CTI practice, 7 R"),
        field("air_flow", &T::air_m3_s, Kind::volume_flow, 0.01, 1e5, "Air of one cell at full fan speed.", "assumption: 26 m3/s per MW"),
        field("fan_power", &T::fan_power_w, Kind::power, 0, 1e7, "Fan of one cell at full speed.", "assumption: 0.008-0.015 W/W"),
        field("min_fan", &T::min_fan_frac, Kind::fraction, 0.05, 1, "Lowest fan speed; below it the fan cycles.", "EnergyPlus default 0.2"),
        field("natural_draught", &T::natural_draught_frac, Kind::fraction, 0, 0.5, "Heat with fans off over that at full speed.", "EnergyPlus default 0.125"),
        field("drift", &T::drift_frac, Kind::fraction, 0, 0.01, "Droplets lost over circulating water.", "assumption: eliminators 0.0005-0.005 %"),
        field("exchanger_approach", &T::exchanger_approach_k, Kind::temperature_difference, 0, 15, "Plate exchanger between tower and loop at rating; 0: open loop.", "assumption"),
        field("pump_head", &T::pump_head_pa, Kind::pressure, 0, 1e6, "Tower pumps, with lift and nozzles.", "assumption: 150-250 kPa"),
        field("pump_efficiency", &T::pump_efficiency, Kind::fraction, 0.1, 0.95, "Wire to water.", "assumption"),
        field("pump_min_flow", &T::pump_min_flow_frac, Kind::fraction, 0.1, 1, "Lowest tower water flow (wetting of the fill).", "assumption")};
  }
  double rated_heat() const { return rated_heat_w; }
  double rated_approach() const { return rated_approach_k + exchanger_approach_k; }

  struct Sized;
};

struct CoolingTower::Sized {
  Sized(CoolingTower const& params, double altitude_m);
  RejectionOutputs reject(int units, RejectionInputs const& in) const;
  // Approach of one cell for a range, water and air relative to rating; York inside, scaled Merkel outside.
  double approach_k(double wet_bulb_c, double range_k, double water_frac, double air_frac) const;
  // Leaving water for an entering temperature at fixed flows.
  double outlet_c(double inlet_c, double wet_bulb_c, double water_frac, double air_frac) const;
  // Water that leaves when the cells must take `heat_w`: as cold as fans at their limit make it, but not below `floor_c`.
  double leaving_c(int units, double loop_w_per_k, double heat_w, double floor_c, WeatherPoint const& weather, double fan_limit_frac = 1) const;
  CoolingTower params;
  double calibration = 1;      // water-air ratio of the polynomial at which it meets the rated approach
  double merkel_constant = 1;  // NTU = c (water/air)^-0.6 at rating
  double rated_air_kg_s = 0, rated_water_kg_s = 0;
 private:
  double merkel_approach_k(double wet_bulb_c, double range_k, double water_frac, double air_frac) const;
  void evaporate(int units, RejectionInputs const& in, RejectionOutputs& out) const;
};

// Water taken up by `air_kg_s` of air that takes `heat_w` and leaves saturated.
double saturated_exit_evaporation_kg_s(WeatherPoint const& air, double air_kg_s, double heat_w);

}  // namespace aif::cooling
