#pragma once
// Vapour-compression chiller by the three EIR curves of DOE-2 (Hydeman et al. 2002; EnergyPlus Chiller:Electric:EIR), water- or air-cooled:
//   Q_av = Q_ref CAPFT(Te, Tc);  P = Q_av / COP_ref EIRFT(Te, Tc) EIRFPLR(PLR) CR;  Te leaving evaporator, Tc entering condenser (or dry bulb).
// Outside the box of temperatures in which the curves were fitted (every published set stops at 12.78 degC leaving water) the curves are
// frozen at the edge and continued by lift: EIR follows (Tc - Te + dT)/Te, continuous at the edge and flagged `extrapolated`. Without
// curves the machine follows that rule from its rating point alone. Neglected: start-up losses, condenser flow other than rated.

#include <array>
#include <string_view>
#include <vector>

#include "core/csv.hpp"
#include "core/fields.hpp"

namespace aif::cooling {

enum class Condenser { air, water };
constexpr auto enum_names(Condenser) { return std::array<std::string_view, 2>{"air", "water"}; }

struct Chiller {
  static constexpr std::string_view type_name = "eir_chiller";
  double capacity_w = 1.6e6, cop = 3.4;
  double rated_evaporator_c = 7, rated_condenser_c = 35;
  std::vector<double> capacity_curve, eir_curve, part_load_curve{0.10, 0.45, 0.45};
  double part_load_min = 0.15, part_load_min_unload = 0.15, part_load_max = 1.0;
  double evaporator_min_c = 7, evaporator_max_c = 7, condenser_min_c = 35, condenser_max_c = 35;
  double lift_offset_k = 12, lift_min_k = 15, motor_heat_frac = 1.0;
  Condenser condenser = Condenser::air;

  static constexpr auto fields() {
    using C = Chiller;
    return FieldList{
        field("capacity", &C::capacity_w, Kind::power, 1e3, 1e8, "Cooling at the rating point.", "assumption"),
        field("cop", &C::cop, Kind::number, 0.5, 20, "Cooling over electricity at the rating point, condenser fans included when air-cooled.", "assumption: air-cooled screw"),
        field("rated_evaporator", &C::rated_evaporator_c, Kind::temperature, -10, 60, "Leaving water at rating.", "AHRI 550/590 practice, rounded"),
        field("rated_condenser", &C::rated_condenser_c, Kind::temperature, 5, 60, "Entering condenser water or air at rating.", "AHRI 550/590 practice, rounded"),
        field("capacity_curve", &C::capacity_curve, Kind::number, -1e3, 1e3, "CAPFT: six coefficients of 1, Te, Te^2, Tc, Tc^2, Te Tc; empty: none."),
        field("eir_curve", &C::eir_curve, Kind::number, -1e3, 1e3, "EIRFT: six coefficients, same order; empty: none."),
        field("part_load_curve", &C::part_load_curve, Kind::number, -1e3, 1e3, "EIRFPLR: three coefficients of 1, PLR, PLR^2.", "assumption"),
        field("part_load_min", &C::part_load_min, Kind::fraction, 0, 1, "Below this part load the machine cycles.", "assumption"),
        field("part_load_min_unload", &C::part_load_min_unload, Kind::fraction, 0, 1, "Below this part load hot gas is bypassed.", "assumption"),
        field("part_load_max", &C::part_load_max, Kind::fraction, 0.1, 2, "Highest part load.", "assumption"),
        field("evaporator_min", &C::evaporator_min_c, Kind::temperature, -20, 60, "Lowest leaving water of the curves.", "assumption"),
        field("evaporator_max", &C::evaporator_max_c, Kind::temperature, -20, 60, "Highest leaving water of the curves.", "assumption"),
        field("condenser_min", &C::condenser_min_c, Kind::temperature, -20, 70, "Lowest entering condenser fluid of the curves.", "assumption"),
        field("condenser_max", &C::condenser_max_c, Kind::temperature, -20, 70, "Highest entering condenser fluid of the curves.", "assumption"),
        field("lift_offset", &C::lift_offset_k, Kind::temperature_difference, 1, 40, "Refrigerant approaches on both sides, added to Tc - Te.", "assumption: 5-8 K a side"),
        field("lift_min", &C::lift_min_k, Kind::temperature_difference, 1, 60, "Lowest lift the compressor holds.", "assumption: head-pressure control"),
        field("motor_heat", &C::motor_heat_frac, Kind::fraction, 0, 1, "Share of the electricity that leaves through the condenser.", "assumption: hermetic motor"),
        field("condenser", &C::condenser, "Cooled by outdoor air or by condenser water.")};
  }

  // One record of a table with the columns of library/chillers/eir_chillers.csv; throws InputError (AF2204) listing near names.
  static Chiller from_table(CsvTable const& table, std::string_view name);

  struct Outputs {
    double power_w = 0, capacity_w = 0, condenser_w = 0, part_load = 0;  // of all units; condenser_w: heat to the condenser side
    bool extrapolated = false;
  };
  struct Sized {
    explicit Sized(Chiller const& params);
    // `units` machines share load_w equally. Loads above capacity are cut: evaporator heat = min(load, capacity).
    Outputs step(int units, double load_w, double leaving_c, double condenser_c) const;
    double capacity_at(double leaving_c, double condenser_c) const;  // one unit
   private:
    struct Rating { double capacity_w, eir; bool extrapolated; };
    Rating rating_at(double leaving_c, double condenser_c) const;
    std::array<double, 6> capacity_curve_{1}, eir_curve_{1};
    std::array<double, 3> part_load_{};
    double capacity_w_, eir_, plr_min_, plr_unload_, plr_max_, te_min_, te_max_, tc_min_, tc_max_, lift_offset_k_, lift_min_k_, motor_heat_;
  };
};

}  // namespace aif::cooling
