#pragma once
// Claim 1, second half: may a rack move into a hall that stands? Each subsystem of the hall is held against what the rack needs;
// what refuses is named, and the cheapest set of retrofits that accepts the racks, with its cost and time. Also: how many of the
// wanted accelerators the hall could take as it is, rack positions filled with what they can feed and cool.
//
//   feed      watts of a rack position (circuits or busway share), and its voltage
//   hall power, hall heat   the sums over racks
//   air       watts of heat to the air that a position can take
//   liquid    needs a loop where the rack has cold plates; its watts
//   floor     kilograms on a square metre under the rack and its share of the aisle
//
// Neglects: doors and lifts, cable ways, radio and noise, fire protection, lead times of permits.

#include "sim/claims/study.hpp"
#include "sim/scenario/rack.hpp"

namespace aif::sim {

struct HallLimits {
  std::string title;
  double positions = 200, position_power_w = 10e3, voltage_v = 208, power_w = 2e6, cooling_w = 2e6, air_per_position_w = 12e3, liquid_w = 0, floor_kg_m2 = 1000;

  static constexpr auto fields() {
    using H = HallLimits;
    return FieldList{
        field("title", &H::title, "What it is, for people."),
        field("positions", &H::positions, Kind::number, 1, 1e6, "Rack positions.").required(),
        field("position_power", &H::position_power_w, Kind::power, 1.0, 1e7, "Power that the circuits of one position carry.").required(),
        field("voltage", &H::voltage_v, Kind::voltage, 1.0, 1e5, "Voltage at the rack, line to line.").required(),
        field("power", &H::power_w, Kind::power, 1.0, 1e10, "IT power of the whole hall.").required(),
        field("cooling", &H::cooling_w, Kind::power, 0.0, 1e10, "Heat that the plant behind the hall takes.").required(),
        field("air_per_position", &H::air_per_position_w, Kind::power, 0.0, 1e7, "Heat to the air that one position can take.").required(),
        field("liquid", &H::liquid_w, Kind::power, 0.0, 1e10, "Heat that a liquid loop takes; 0 W: there is none."),
        field("floor", &H::floor_kg_m2, Kind::pressure_load, 1.0, 1e5, "Load that the floor carries.").required()};
  }
};

// One way to lift one limit (library/retrofits).
struct RetrofitParams {
  std::string id, title, subsystem;
  double cost_usd_per_w = 0, cost_usd_per_rack = 0, fixed_usd = 0, time_s = 0, up_to = 0;

  static constexpr auto fields() {
    using R = RetrofitParams;
    return FieldList{
        field("id", &R::id, "Name of the retrofit.").required(), field("title", &R::title, "What is done."),
        field("subsystem", &R::subsystem, "What it lifts: feed, voltage, hall_power, hall_heat, air, liquid, floor.").required(),
        field("cost", &R::cost_usd_per_w, Kind::money_per_power, 0.0, 1e3, "Cost of a watt that is added."),
        field("cost_per_rack", &R::cost_usd_per_rack, Kind::money, 0.0, 1e8, "Cost of a rack position."), field("fixed", &R::fixed_usd, Kind::money, 0.0, 1e10, "Cost whatever the size."),
        field("time", &R::time_s, Kind::duration, 0.0, 1e9, "From order to use.").required(),
        field("up_to", &R::up_to, Kind::number, 0, 1e12, "Highest limit it can reach, in watts, volts or kilograms a square metre; 0: any.")};
  }
};

struct BrownfieldStudy {
  static constexpr std::string_view type_name = "brownfield";
  std::string id, title;
  HallLimits hall;
  RackParams rack;
  double racks = 16;
  std::vector<RetrofitParams> retrofits;
  std::vector<ExpectationParams> expectations;

  static constexpr auto fields() {
    using S = BrownfieldStudy;
    return FieldList{
        field("id", &S::id, "Name of the study.").required(), field("title", &S::title, "What it asks."),
        field("hall", &S::hall, "The hall that stands.").required(), field("rack", &S::rack, "The rack that should move in.").required(),
        field("racks", &S::racks, Kind::number, 1, 1e6, "How many.").required(),
        field("retrofits", &S::retrofits, "What may be done: lib:retrofits/NAME."),
        field("expectations", &S::expectations, "Statements written down beforehand.")};
  }
};

struct Refusal {
  std::string subsystem, unit;
  double need = 0, limit = 0;     // of one position, or of the hall
  bool refused = false;
  int retrofit = -1;              // cheapest that lifts it
  double cost_usd = 0, time_s = 0;
};
struct BrownfieldOutcome {
  std::vector<Refusal> checks;
  bool accepted = false, mendable = true;
  double cost_usd = 0, time_s = 0;      // of the smallest set; works run side by side
  double racks_as_is = 0;               // whole racks that the hall takes unchanged
  double devices_frac_as_is = 0;        // share of the wanted accelerators that its positions can feed and cool, spread thin
};
BrownfieldOutcome check_hall(HallLimits const& hall, RackParams const& rack, double racks, std::vector<RetrofitParams> const& retrofits);

StudyResult run_study(BrownfieldStudy const& study);

}  // namespace aif::sim
