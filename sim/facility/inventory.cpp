#include "sim/facility/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/cooling/design_day.hpp"

namespace aif::sim {
namespace {

constexpr char const *kWithSite = "site", *kWithRacks = "racks";

using Lines = std::vector<InventoryLine>;

void add(Lines& lines, std::string component, std::string item, std::string follows, double count, double rating = 0, std::string unit = "") {
  if (count <= 0) return;
  InventoryLine line;
  line.component = std::move(component), line.item = std::move(item), line.follows = std::move(follows), line.unit = std::move(unit);
  line.count = count, line.rating = rating;
  lines.push_back(std::move(line));
}

void add_power(Lines& lines, Facility const& f) {
  auto const& site = f.power;
  auto const &utility = site.params.utility;
  auto const &plant = site.params.plant;
  add(lines, "power.feeds", "Utility feeds", kWithSite, utility.feeds.count);
  add(lines, "power.main_transformer", "Main transformers", kWithSite, plant.main_transformer.count, plant.main_transformer.unit.rating_va, "VA");
  add(lines, "site.utility.power_factor_correction", "Power factor correction", kWithSite, utility.correction_var > 0, utility.correction_var, "var");
  add(lines, "power.board", "Main switchboard sections", kWithSite, std::min(utility.feeds.count, 2));
  double transformers = 0, ups = 0;
  for (auto const& c : site.classes) transformers += c.blocks * c.transformer_units, ups += c.blocks * c.ups_units;
  add(lines, "power.blocks", "Power blocks (IT capacity)", kWithRacks, plant.blocks.count, plant.blocks.it_capacity_w, "W");
  add(lines, "power.transformer", "Unit transformers of the blocks", kWithRacks, std::round(transformers), plant.transformer.rating_va, "VA");
  add(lines, "power.ups", "UPS modules", kWithRacks, std::round(ups), plant.ups.rated_power_w, "W");
  add(lines, "power.ups", "UPS batteries, one a module (usable energy)", kWithRacks, std::round(ups), plant.ups.battery_energy_j, "J");
  add(lines, "power.mechanical", "Transformers of the cooling plant", kWithRacks, std::round(site.mechanical_units), plant.mechanical.transformer.rating_va, "VA");
  for (std::size_t g = 0; g < f.groups.size() && g < site.groups.size(); ++g)
    add(lines, "power.distribution.busway." + f.groups[g].id, "Busway runs, " + f.groups[g].id,
        f.groups[g].duty == Duty::network ? kWithRacks : f.groups[g].duty == Duty::storage ? kWithSite : "pods." + f.groups[g].id, std::round(site.groups[g].runs), plant.distribution.busway.rating_a, "A");
  for (auto const& source : site.params.onsite) {
    if (auto const* g = std::get_if<power::GasParams>(&source)) add(lines, "site.onsite." + g->id, "Gas engine sets, " + g->id, kWithSite, g->units, g->power_w, "W");
    if (auto const* s = std::get_if<power::SolarParams>(&source)) add(lines, "site.onsite." + s->id, "Solar plant, " + s->id + " (AC)", kWithSite, 1, s->power_w, "W");
    if (auto const* g = std::get_if<power::GeneratorParams>(&source)) add(lines, "site.onsite." + g->id, "Generator sets, " + g->id, kWithRacks, g->units, g->power_w, "W");
    if (auto const* b = std::get_if<power::BatteryParams>(&source)) {
      add(lines, "site.onsite." + b->id, "Battery plant, " + b->id + " (power)", kWithSite, 1, b->power_w, "W");
      add(lines, "site.onsite." + b->id, "Battery plant, " + b->id + " (energy)", kWithSite, 1, b->energy_j, "J");
    }
  }
}

struct MachineName {
  char const *row, *component, *item;
};
constexpr MachineName kMachines[] = {{"facility-water pump", "cooling.plant.facility_pumps", "Facility-water pumps"}, {"heat rejection", "cooling.plant.heat_rejection", "Heat-rejection units"},
                                     {"trim chiller", "cooling.plant.trim_chiller", "Trim chillers"}, {"air unit", "cooling.air.unit", "Air handling units"},
                                     {"chiller of the air side", "cooling.plant.air_chiller", "Chillers of the air side"}, {"chilled-water pump", "cooling.plant.chilled_water.pumps", "Chilled-water pumps"},
                                     {"cooling tower cell", "cooling.plant.condenser_loop", "Cooling tower cells"}};

// Counts, duty of one unit and motors from the mechanical schedule.
void add_cooling(Lines& lines, Facility const& f) {
  auto const& p = f.cooling->params;
  for (auto const& row : cooling::mechanical_schedule(*f.cooling)) {
    bool const is_cdu = row.item.starts_with("distribution unit, ");
    auto const machine = std::find_if(std::begin(kMachines), std::end(kMachines), [&](auto const& m) { return row.item == m.row; });
    std::string const pod = is_cdu ? row.item.substr(19) : "";
    InventoryLine line;
    line.component = is_cdu ? "cooling.liquid.cdu." + pod : machine == std::end(kMachines) ? "cooling" : machine->component;
    line.item = is_cdu ? "Coolant distribution units, " + pod : machine == std::end(kMachines) ? row.item : machine->item;
    line.follows = is_cdu ? "pods." + pod : kWithRacks;
    line.count = row.installed, line.needed = row.needed, line.rating = row.capacity_w, line.unit = "W";
    line.flow_m3_s = row.flow_l_s / 1000, line.head_pa = row.head_pa, line.motor_w = row.motor_w, line.approach_k = row.approach_k;
    double const sets = row.installed;
    if (line.count > 0) lines.push_back(std::move(line));
    if (is_cdu) add(lines, "cooling.liquid.pump." + pod, "Pumps of the distribution units, " + pod, "pods." + pod, sets * p.liquid.loop.pumps.units);
  }
}

void add_racks(Lines& lines, Scenario const& s, Facility const& f) {
  for (auto const& g : f.groups) {
    if (g.duty == Duty::network || g.duty == Duty::storage) continue;
    add(lines, "pods." + g.id, fmt::format("Racks, {}: {}", g.id, g.rack.title), "pods." + g.id, g.racks, g.rack.design_power_w, "W");
    add(lines, "pods." + g.id + ".device", fmt::format("Accelerators in them, {}", g.id), "pods." + g.id, g.devices());
  }
  for (auto const& tier : s.storage.tiers) add(lines, "storage." + tier.id, "Storage racks, " + tier.id, kWithSite, tier.racks, tier.type.active_w, "W");
}

// A layer's bill starts with its switches; leaves and spines are told apart where the fabric has no third stage.
void add_network(Lines& lines, Facility const& f) {
  std::string last;
  for (auto const& b : f.network.bill) {
    if (b.count <= 0) continue;
    auto const& fabric = b.layer == "scale_out" ? f.network.scale_out : f.network.frontend;
    std::string const part = "network." + b.layer, layer = b.layer == "scale_out" ? "scale-out" : "front end";
    double const each_w = b.max_w / b.count;
    if (b.layer != last && fabric.leaves + fabric.spines == b.count) {
      add(lines, part + ".leaf", fmt::format("Leaf switches, {} ({})", layer, b.item), kWithRacks, fabric.leaves, each_w, "W");
      add(lines, part + ".spine", fmt::format("Spine switches, {} ({})", layer, b.item), kWithRacks, fabric.spines, each_w, "W");
    } else if (b.layer != last) add(lines, part + ".switch", fmt::format("Switches, {} ({})", layer, b.item), kWithRacks, b.count, each_w, "W");
    else if (b.item == "cable") add(lines, part + ".cable", fmt::format("Cables, {}", layer), kWithRacks, b.count);
    else if (b.item == "NIC") add(lines, part + ".nic", fmt::format("Network cards in the racks, {}", layer), kWithRacks, b.count, each_w, "W");
    else add(lines, part + ".optics", fmt::format("Optics, {} ({})", layer, b.item), kWithRacks, b.count, each_w, "W");
    last = b.layer;
  }
}

}  // namespace

std::vector<InventoryLine> inventory_of(Scenario const& scenario, Facility const& facility) {
  Lines lines;
  add_racks(lines, scenario, facility);
  add_power(lines, facility);
  if (facility.cooling) add_cooling(lines, facility);
  add_network(lines, facility);
  return lines;
}

}  // namespace aif::sim
