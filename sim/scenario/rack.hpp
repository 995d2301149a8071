#pragma once
// A rack as the library describes it (library/racks): accelerators, hosts, what it draws beside them, how it is cooled, what it
// weighs and costs. Watts are at the rack inlet: power supplies and server fans are inside (docs/architecture.md, boundaries).

#include <string>

#include "core/fields.hpp"

namespace aif::sim {

struct RackParams {
  std::string title;
  std::string device;            // hardware profile; empty for racks without accelerators
  int devices = 0;
  int nodes = 1;
  double design_power_w = 0;     // what the feed is sized for
  double host_idle_w = 0;        // per node: CPUs, memory, NICs, boards
  double host_active_w = 0;      // per node, with every accelerator busy
  double fixed_w = 0;            // per rack, always: switch trays, management
  double fan_frac = 0;           // server fans as a share of the air-cooled heat
  double supply_a0_frac = 0.005, supply_a1_frac = 0.008, supply_a2_frac = 0.012;  // power supply loss over rating: a0 + a1 x + a2 x^2
  double power_factor = 0.99;
  double liquid_fraction = 0;    // of the rack's heat into the cold plates
  double r_case_a_k_per_w = 0, r_case_b = 0, r_case_n = 0.6;  // R(m) = a + b m^-n, m in kg/s per device (air: constant a)
  double coolant_m3_s_per_w = 0; // design coolant flow per watt of liquid heat
  double mass_kg = 0, footprint_m2 = 0, price_usd = 0;
  int nics_per_device = 0;
  double cores_per_node = 0, host_byte_per_node = 0;
  double nic_byte_s = 0;

  static constexpr auto fields() {
    return FieldList{
        field("title", &RackParams::title, "What it is, for people."),
        field("device", &RackParams::device, "Hardware profile of its accelerators (lib:profiles/...)."),
        field("devices", &RackParams::devices, Kind::number, 0, 1024, "Accelerators in the rack."),
        field("nodes", &RackParams::nodes, Kind::number, 1, 128, "Servers in the rack."),
        field("design_power", &RackParams::design_power_w, Kind::power, 100.0, 1.0e6, "Power that its feed is sized for.").required(),
        field("host_idle", &RackParams::host_idle_w, Kind::power, 0.0, 2.0e4, "Power of one node without accelerators, idle."),
        field("host_active", &RackParams::host_active_w, Kind::power, 0.0, 2.0e4, "Power of one node without accelerators, all accelerators busy."),
        field("fixed", &RackParams::fixed_w, Kind::power, 0.0, 1.0e5, "Power of the rack that does not depend on load: scale-up switches, management."),
        field("fan_share", &RackParams::fan_frac, Kind::fraction, 0.0, 0.3, "Server fans as a share of the heat that they carry to the air."),
        field("supply_loss_a0", &RackParams::supply_a0_frac, Kind::number, 0.0, 0.1, "Power supply loss at no load over rating.", "assumption: fitted to 97.5 % peak, OCP ORv3 class"),
        field("supply_loss_a1", &RackParams::supply_a1_frac, Kind::number, 0.0, 0.1, "Power supply loss proportional to load.", "assumption: as supply_loss_a0"),
        field("supply_loss_a2", &RackParams::supply_a2_frac, Kind::number, 0.0, 0.1, "Power supply loss with the square of load.", "assumption: as supply_loss_a0"),
        field("power_factor", &RackParams::power_factor, Kind::fraction, 0.5, 1.0, "Displacement power factor at the rack inlet.", "assumption"),
        field("liquid_fraction", &RackParams::liquid_fraction, Kind::fraction, 0.0, 1.0, "Share of the heat that the coolant takes; the rest goes to the air."),
        field("case_resistance", &RackParams::r_case_a_k_per_w, Kind::thermal_resistance, 0.0, 1.0, "Case to coolant (or air) resistance of one device at unlimited flow."),
        field("case_resistance_flow", &RackParams::r_case_b, Kind::number, 0.0, 1.0, "b in R = a + b m^-n, K/W with m in kg/s per device."),
        field("case_resistance_exponent", &RackParams::r_case_n, Kind::number, 0.0, 1.0, "n in R = a + b m^-n.", "0.5-0.8 for cold plates"),
        field("coolant_flow", &RackParams::coolant_m3_s_per_w, Kind::flow_per_power, 0.0, 1e-6, "Design coolant flow per watt of liquid heat."),
        field("mass", &RackParams::mass_kg, Kind::mass, 0.0, 1e4, "Mass, for the floor."),
        field("footprint", &RackParams::footprint_m2, Kind::area, 0.0, 10.0, "Floor area with its share of the aisles."),
        field("price", &RackParams::price_usd, Kind::money, 0.0, 1e8, "Price of the rack with everything in it."),
        field("cores", &RackParams::cores_per_node, Kind::number, 0.0, 4096.0, "Processor cores of one node."),
        field("host_memory", &RackParams::host_byte_per_node, Kind::data, 0.0, 1e14, "Main memory of one node."),
        field("nics_per_device", &RackParams::nics_per_device, Kind::number, 0, 16, "Scale-out network ports per accelerator."),
        field("nic", &RackParams::nic_byte_s, Kind::data_rate, 0.0, 1e12, "Rate of one port, each direction.")};
  }
};

}  // namespace aif::sim
