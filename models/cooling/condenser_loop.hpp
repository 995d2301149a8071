#pragma once
// Water-cooled chillers on cooling towers with a waterside economiser in series (integrated): tower water first cools returning chilled
// water, then the condensers. Per window the cheapest feasible mode is taken: free cooling, partial (economiser + chillers), chillers
// alone; compare the state machine of Modelica Buildings CoolingMode, whose timers have no meaning in steps of minutes and hours.
// Neglected: condenser flow other than rated, refrigerant dynamics. Towers: cooling_tower.hpp, without a plate exchanger.

#include <string>

#include "models/cooling/chiller.hpp"
#include "models/cooling/cooling_tower.hpp"
#include "models/cooling/pump.hpp"

namespace aif::cooling {

struct CondenserLoop {
  CoolingTower tower = open_tower();
  int count = 0;
  std::string redundancy = "N+1";
  double lowest_c = 16, economiser_approach_k = 1.5;
  PumpSet pumps{200e3, 0.65, 0.5, 0.5};

  static CoolingTower open_tower() {
    CoolingTower t;
    t.exchanger_approach_k = 0, t.pump_head_pa = 0;  // its pumps are those of the condenser loop
    return t;
  }
  static constexpr auto fields() {
    using C = CondenserLoop;
    return FieldList{
        field("tower", &C::tower, "One tower cell; rated range sets the condenser flow."),
        field("count", &C::count, Kind::number, 0, 10000, "Installed cells; 0: sized from the chillers.", "assumption"),
        field("redundancy", &C::redundancy, "Spares when sized: N, N+k, 2N, ..."),
        field("lowest", &C::lowest_c, Kind::temperature, 4, 35, "Coldest condenser water that the chillers accept.", "assumption: 13-18 degC"),
        field("economiser_approach", &C::economiser_approach_k, Kind::temperature_difference, 0, 10, "Economiser outlet above tower water; 0: no economiser.", "assumption: plate exchangers 1-2 K"),
        field("pumps", &C::pumps, "Condenser-water pumps.")};
  }
};

struct CondenserOutputs {
  Chiller::Outputs chiller;
  RejectionOutputs tower;
  double pump_w = 0, free_w = 0, unmet_w = 0;
  double electric_w() const { return chiller.power_w + tower.fan_w + tower.pump_w + pump_w; }
};

// Chilled water: heat to take, supply wanted, heat capacity rate of its flow.
struct ChilledWaterLoad {
  double heat_w = 0, supply_c = 18, loop_w_per_k = 0;
};

struct CondenserPlant {
  CondenserPlant(CondenserLoop const& loop, double altitude_m) : params(loop), tower(loop.tower, altitude_m) {}
  CondenserOutputs solve(Chiller::Sized const& chiller, int chillers, int cells, ChilledWaterLoad const& load, WeatherPoint const& weather, bool water_allowed,
                         bool economiser_allowed = true, double fan_limit_frac = 1) const;
  CondenserLoop params;
  CoolingTower::Sized tower;

 private:
  struct Duty;
  CondenserOutputs with_chillers(Duty const& duty, bool economise) const;
};

// Number of machines that keeps each below 90 % of its capacity, and what they draw.
Chiller::Outputs run_chillers(Chiller::Sized const& chiller, int units, double load_w, double leaving_c, double condenser_c);

}  // namespace aif::cooling
