// From the components of a site to the processes that take them away.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/power/redundancy.hpp"
#include "sim/availability/availability.hpp"

namespace aif::sim {
namespace {

bool is_simulated(ComponentClass const& c) { return !c.is_fleet || c.name.starts_with("workloads."); }

power::GeneratorParams const* generator_of(Facility const& f, std::string const& name) {
  for (auto const& source : f.power.params.onsite)
    if (auto const* g = std::get_if<power::GeneratorParams>(&source); g && name == "site.onsite." + g->id) return g;
  return nullptr;
}

}  // namespace

SiteProcesses site_processes(Facility const& f, ReliabilityParams const& r, std::vector<ComponentClass> const& classes) {
  SiteProcesses out;
  auto const& ops = r.operations;
  std::map<std::string, int> component_of;
  int utility = -1;
  // What calls others comes first.
  std::vector<ComponentClass const*> order;
  for (auto const& c : classes)
    if (is_simulated(c) && !c.common_cause.empty()) order.push_back(&c);
  for (auto const& c : classes)
    if (is_simulated(c) && c.common_cause.empty()) order.push_back(&c);
  for (ComponentClass const* c : order) {
    auto const [at, is_new] = component_of.try_emplace(c->label, static_cast<int>(out.components.size()));
    if (is_new) {
      out.components.push_back(*c);
      out.is_special.push_back(c->groups_alike ? 0 : 1);
    }
    UnitProcess p;
    p.component = at->second;
    p.units = c->units;
    p.group_size = std::clamp(c->group_size, 1, std::max(1, c->units));
    p.rate_per_s = c->rate_per_year / kYear;
    p.repair_s = c->repair_s;
    p.takes_all = !c->common_cause.empty();
    bool const is_plant = !c->name.starts_with("workloads.") && !c->name.starts_with("shared.");
    if (c->kind == "maintenance") {
      p.is_planned = true;
      p.from_h = ops.maintenance_from_h, p.to_h = ops.maintenance_to_h;
      if (is_plant) p.error_frac = ops.human_error_frac, p.error_repair_s = ops.error_repair_s;
    } else if (is_plant && !p.takes_all) {
      p.common_frac = has_common_cause(classes, c->name) ? 0.0 : ops.common_cause_frac;
      for (auto const& s : r.spares)
        if (s.component == c->name) p.stock = s.stock, p.lead_s = s.lead_time_s;
    }
    if (p.takes_all && c->common_cause == "utility") utility = static_cast<int>(out.processes.size());
    if (auto const* g = generator_of(f, c->name); g && c->kind == "failure" && utility >= 0)
      p.called_by = utility, p.start_fail_frac = g->fail_to_start_frac, p.common_start_frac = g->common_start_frac, p.run_rate_per_s = g->fail_to_run_per_s;
    out.processes.push_back(p);
    out.labels.push_back(c->label);
  }
  return out;
}

std::vector<std::string> names_of(SiteProcesses const& site, SystemState const& state) {
  std::vector<std::string> names;
  for (auto const& c : state)
    for (int unit : c.units) names.push_back(site.components[static_cast<std::size_t>(c.component)].unit(unit));
  return names;
}

bool add_one_installed(Facility& f, std::string const& kind) {
  power::PowerParams p = f.power.params;
  auto& cooling = *f.cooling;
  bool is_power = true;
  if (kind == "power.feeds")
    p.utility.feeds.count += 1;
  else if (kind == "power.main_transformer")
    p.plant.main_transformer.count += 1;
  else if (kind == "power.ups")
    p.plant.ups.units = (p.plant.ups.units > 0 ? p.plant.ups.units : static_cast<int>(f.power.classes.front().ups_units)) + 1;
  else if (kind == "power.blocks") {
    auto const r = power::parse_redundancy(p.plant.blocks.redundancy).value_or(power::Redundancy{});
    p.plant.blocks.count += r.kind == power::Redundancy::Kind::ratio ? r.of : r.kind == power::Redundancy::Kind::two_n ? 2 : 1;
  } else {
    is_power = false;
    for (auto& source : p.onsite)
      if (auto* g = std::get_if<power::GeneratorParams>(&source); g && kind == "site.onsite." + g->id) g->units += 1, is_power = true;
  }
  if (is_power) {
    f.power = power::build_site_power(p, power_loads(f.groups));
    return true;
  }
  auto& params = cooling.params;
  if (kind == "cooling.plant.heat_rejection")
    cooling.rejection_units += 1;
  else if (kind == "cooling.plant.trim_chiller")
    cooling.trim_units += 1;
  else if (kind == "cooling.plant.air_chiller")
    cooling.air_chiller_units += 1;
  else if (kind == "cooling.plant.condenser_loop")
    cooling.condenser_cells += 1;
  else if (kind == "cooling.air.unit")
    cooling.air_units += 1;
  else if (kind == "cooling.plant.facility_pumps")
    params.plant.facility_pumps.units += 1, params.plant.facility_pumps.spares += 1;
  else if (kind == "cooling.plant.chilled_water.pumps")
    params.plant.chilled_water.pumps.units += 1, params.plant.chilled_water.pumps.spares += 1;
  else {
    for (auto& g : cooling.groups)
      if (kind == "cooling.liquid.cdu." + g.data.id && g.cdus_per_loop > 0) {
        g.cdus_per_loop += 1;
        g.cdus += g.loops;
        return true;
      }
    return false;
  }
  return true;
}

}  // namespace aif::sim
