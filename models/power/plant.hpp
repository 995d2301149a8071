#pragma once
// What a scenario says about power: `site.utility` -> UtilityParams, `power` -> PlantParams, `site.onsite` -> list of OnsiteSource.
// Quantities of one block, one transformer, one row; the site multiplies. Facts of products come from library/.

#include <array>
#include <string>
#include <variant>
#include <vector>

#include "core/fields.hpp"
#include "models/power/battery.hpp"
#include "models/power/busway.hpp"
#include "models/power/dc_row.hpp"
#include "models/power/gas.hpp"
#include "models/power/generator.hpp"
#include "models/power/solar.hpp"
#include "models/power/transformer.hpp"
#include "models/power/ups.hpp"

namespace aif::power {

struct FeedsParams {
  int count = 2;
  std::string redundancy = "2N";
  static constexpr auto fields() {
    using T = FeedsParams;
    return FieldList{field("count", &T::count, Kind::number, 1, 100, "Utility feeds.", "assumption"),
                      field("redundancy", &T::redundancy, "Redundancy word of the feeds.")};
  }
};

struct UtilityParams {
  double capacity_w = 0, voltage_v = 34.5e3, power_factor_min = 0.95, ramp_limit_w_s = 0;
  double correction_var = 0;
  FeedsParams feeds;
  static constexpr auto fields() {
    using T = UtilityParams;
    return FieldList{
        field("capacity", &T::capacity_w, Kind::power, 1e3, 1e11, "Import limit at the point of interconnection.").required(),
        field("voltage", &T::voltage_v, Kind::voltage, 400, 1e6, "Voltage at the point of interconnection.", "assumption: medium-voltage service"),
        field("power_factor_min", &T::power_factor_min, Kind::fraction, 0, 1, "Least power factor the utility accepts.", "assumption: common interconnection rule"),
        field("ramp_limit", &T::ramp_limit_w_s, Kind::power_ramp, 0, 1e12, "Largest rate of change of the import; 0: none stated."),
        field("power_factor_correction", &T::correction_var, Kind::reactive_power, 0, 1e10, "Switched capacitors on the medium-voltage bus."),
        field("feeds", &T::feeds, "Feeds and their redundancy.")};
  }
};

// Transformers between the point of interconnection and the site's medium voltage; count 0: the service is at medium voltage already.
struct MainTransformers {
  int count = 0;
  std::string redundancy = "N";
  TransformerParams unit{80e6, 45e3, 240e3, 0.09, 0.0015};
  static constexpr auto fields() {
    using T = MainTransformers;
    return FieldList{field("count", &T::count, Kind::number, 0, 100, "Units in parallel; 0: none."),
                      field("redundancy", &T::redundancy, "Redundancy word of the units."),
                      field("unit", &T::unit, "One unit.", "assumption: 80 MVA, 138 kV class")};
  }
};

struct BlockParams {
  int count = 1;
  double it_capacity_w = 0;
  std::string redundancy = "N";
  static constexpr auto fields() {
    using T = BlockParams;
    return FieldList{field("count", &T::count, Kind::number, 1, 1000, "Installed blocks.").required(),
                      field("it_capacity", &T::it_capacity_w, Kind::power, 1e3, 1e10, "IT load that one block can carry.").required(),
                      field("redundancy", &T::redundancy, "Redundancy word: N, N+k, 2N, 2(N+1), 4N/3, catcher.")};
  }
};

struct CableParams {
  double voltage_v = 34.5e3, length_m = 600;
  double resistance_ohm_per_m = 1.27e-4, reactance_ohm_per_m = 1.4e-4, charging_var_per_m = 0.11;
  double rating_a = 400;
  static constexpr auto fields() {
    using T = CableParams;
    return FieldList{field("voltage", &T::voltage_v, Kind::voltage, 1e3, 1e5, "Medium voltage of the site.", "assumption"),
                      field("length", &T::length_m, Kind::length, 0.1, 1e5, "From the main board to the block.", "assumption: campus distances"),
                      field("resistance", &T::resistance_ohm_per_m, Kind::resistance, 0, 0.1, "Of a phase, per metre, hot.", "assumption: 240 mm2 aluminium class"),
                      field("reactance", &T::reactance_ohm_per_m, Kind::resistance, 0, 0.1, "Of a phase, per metre.", "assumption: 240 mm2 aluminium class"),
                      field("charging", &T::charging_var_per_m, Kind::number, 0, 100, "Charging of the three phases, var per metre.", "assumption: 0.25 uF/km at 34.5 kV"),
                      field("rating", &T::rating_a, Kind::current, 1, 1e5, "Rated current of one circuit.", "assumption: 240 mm2 aluminium class")};
  }
};

// Rack shelf as the grid sees it. The IT boundary is the rack inlet, so its loss is inside IT; node.hpp carries it.
struct RackShelfParams {
  double power_factor = 0.98, rated_power_w = 33e3;
  double loss_a0 = 0.0045, loss_a1 = 0.004, loss_a2 = 0.018;
  double hold_up_s = 0.02;
  static constexpr auto fields() {
    using T = RackShelfParams;
    return FieldList{field("power_factor", &T::power_factor, Kind::fraction, 0.5, 1, "Input power factor.", "assumption: 0.98-0.99 at load"),
                      field("rated_power", &T::rated_power_w, Kind::power, 100, 1e7, "Rated output of one shelf.", "Open Rack v3 shelf, 33 kW"),
                      field("loss_a0", &T::loss_a0, Kind::fraction, 0, 0.1, "No-load loss, of rating.", "assumption: fit to a 97.5 % peak"),
                      field("loss_a1", &T::loss_a1, Kind::fraction, 0, 0.2, "Proportional loss.", "assumption: fit to a 97.5 % peak"),
                      field("loss_a2", &T::loss_a2, Kind::fraction, 0, 0.2, "Square-law loss.", "assumption: fit to a 97.5 % peak"),
                      field("hold_up", &T::hold_up_s, Kind::duration, 0, 10, "Output held after the input is lost, at rating.", "OCP Open Rack v3: 20 ms")};
  }
  LossCurve curve() const { return {loss_a0, loss_a1, loss_a2}; }
};

enum class RowSupply { ac, dc };
constexpr auto enum_names(RowSupply) { return std::array<std::string_view, 2>{"ac", "dc"}; }

struct DistributionParams {
  RowSupply supply = RowSupply::ac;
  RectifierParams rectifier;
  BuswayParams busway;
  RackShelfParams rack_shelf;
  static constexpr auto fields() {
    using T = DistributionParams;
    return FieldList{field("supply", &T::supply, "ac: busway at its AC voltage; dc: rectifiers at the head of every run, the busway at their voltage, pole to pole."),
                      field("rectifier", &T::rectifier, "Rectifier or solid-state transformer of a run of DC rows."),
                      field("busway", &T::busway, "Busway of a rack row."), field("rack_shelf", &T::rack_shelf, "Power shelf of a rack.")};
  }
};

// Transformers and power factor of pumps, fans and compressors.
struct MechanicalSupply {
  double rated_power_w = 0, power_factor = 0.95;
  TransformerParams transformer;
  static constexpr auto fields() {
    using T = MechanicalSupply;
    return FieldList{field("rated_power", &T::rated_power_w, Kind::power, 0, 1e10, "Installed; 0: 35 % of the usable IT capacity.", "assumption"),
                      field("power_factor", &T::power_factor, Kind::fraction, 0.5, 1, "Of the motors and drives together.", "assumption: mostly variable-speed drives"),
                      field("transformer", &T::transformer, "One unit transformer.")};
  }
};

enum class CapPolicy { priority, fair };
constexpr auto enum_names(CapPolicy) { return std::array<std::string_view, 2>{"priority", "fair"}; }

struct OversubscriptionParams {
  double limit = 1.0;
  CapPolicy policy = CapPolicy::fair;
  static constexpr auto fields() {
    using T = OversubscriptionParams;
    return FieldList{field("limit", &T::limit, Kind::number, 0.1, 5, "Largest rated rack power over usable capacity; caps keep the drawn power within it.", "assumption"),
                      field("policy", &T::policy, "Who is capped first: priority (lowest number last) or fair.")};
  }
};

struct PlantParams {
  MainTransformers main_transformer;
  CableParams cable;
  BlockParams blocks;
  TransformerParams transformer;
  int transformers_per_block = 0;
  UpsParams ups;
  DistributionParams distribution;
  MechanicalSupply mechanical;
  OversubscriptionParams oversubscription;
  std::vector<std::string> out_of_service;
  static constexpr auto fields() {
    using T = PlantParams;
    return FieldList{field("main_transformer", &T::main_transformer, "High to medium voltage."),
                      field("cable", &T::cable, "Medium-voltage circuit to a block."),
                      field("blocks", &T::blocks, "Power blocks and their redundancy.").required(),
                      field("transformer", &T::transformer, "Unit transformer of a block."),
                      field("transformers_per_block", &T::transformers_per_block, Kind::number, 0, 1000, "Units a block; 0: as many as its IT capacity needs."),
                      field("ups", &T::ups, "UPS module."),
                      field("distribution", &T::distribution, "From the UPS to the rack."),
                      field("mechanical", &T::mechanical, "Supply of cooling plant."),
                      field("oversubscription", &T::oversubscription, "Rated rack power against usable capacity."),
                      field("out_of_service", &T::out_of_service, "Elements that are failed or in maintenance, for instance `power.blocks/2`.")};
  }
};

using OnsiteSource = std::variant<BatteryParams, GeneratorParams, GasParams, SolarParams>;

struct PowerParams {
  UtilityParams utility;
  PlantParams plant;
  std::vector<OnsiteSource> onsite;
  static constexpr auto fields() {
    using T = PowerParams;
    return FieldList{field("utility", &T::utility, "Point of interconnection.").required(), field("plant", &T::plant, "From the main board to the racks.").required(),
                      field("onsite", &T::onsite, "Batteries, generators, gas engines, solar plants.")};
  }
};

// Racks of one kind: n racks in rows of racks_per_row. Watts at the rack inlet.
struct RackGroupLoad {
  std::string id;
  int racks = 0, racks_per_row = 16;
  double rated_rack_w = 0;      // highest lasting draw of one rack
  double power_factor = 0.98;   // at the rack inlet
  int priority = 0;             // 0 is served first; larger numbers are capped first
  bool can_be_capped = true;    // false: switches, storage, servers without accelerators take what they need
};

}  // namespace aif::power
