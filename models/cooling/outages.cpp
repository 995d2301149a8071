#include "models/cooling/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "models/cooling/problem.hpp"

namespace aif::cooling {
namespace {

// A kind of unit of the site: its name, how many are installed, what fails it, and the count that a loss lowers (none: worked out below).
struct UnitKind {
  std::string name;
  int installed;
  FailureLaw const *failure, *maintenance;
  int* count;
};

int out_of(SiteCooling const& site, std::string const& name) {
  return static_cast<int>(std::count_if(site.out_of_service.begin(), site.out_of_service.end(), [&](auto const& gone) { return gone.starts_with(name + "/"); }));
}
bool is_out(SiteCooling const& site, std::string const& name, int unit) {
  return std::binary_search(site.out_of_service.begin(), site.out_of_service.end(), fmt::format("{}/{}", name, unit));
}

std::vector<UnitKind> kinds_of(SiteCooling& site, CoolingReliability const& r) {
  std::vector<UnitKind> kinds;
  auto counted = [&](char const* name, FailureLaw const& failure, FailureLaw const* maintenance, int& count) {
    kinds.push_back({name, count + out_of(site, name), &failure, maintenance, &count});
  };
  counted("cooling.plant.heat_rejection", r.heat_rejection, nullptr, site.rejection_units);
  counted("cooling.plant.trim_chiller", r.chiller, &r.chiller_maintenance, site.trim_units);
  counted("cooling.plant.air_chiller", r.chiller, &r.chiller_maintenance, site.air_chiller_units);
  counted("cooling.plant.condenser_loop", r.condenser_cell, nullptr, site.condenser_cells);
  counted("cooling.air.unit", r.air_unit, nullptr, site.air_units);
  if (site.rated_liquid_w > 0) kinds.push_back({"cooling.plant.facility_pumps", site.params.plant.facility_pumps.units, &r.facility_pump, nullptr, nullptr});
  if (site.rated_air_w > 0) kinds.push_back({"cooling.plant.chilled_water.pumps", site.params.plant.chilled_water.pumps.units, &r.facility_pump, nullptr, nullptr});
  for (auto const& g : site.groups) {
    int const units = g.loops * g.cdus_per_loop;
    if (units <= 0) continue;
    kinds.push_back({"cooling.liquid.cdu." + g.data.id, units, &r.cdu, &r.cdu_maintenance, nullptr});
    kinds.push_back({"cooling.liquid.pump." + g.data.id, units * site.params.liquid.loop.pumps.units, &r.cdu_pump, nullptr, nullptr});
    kinds.push_back({"cooling.liquid.loop." + g.data.id, g.loops, &r.loop, nullptr, nullptr});
  }
  return kinds;
}

// Racks that the loops of a group can still cool, from what is out of service.
void settle_loops(SiteCooling& site, SiteCooling::Group& g) {
  if (g.cdus_per_loop <= 0) return;
  std::string const cdu = "cooling.liquid.cdu." + g.data.id, pump = "cooling.liquid.pump." + g.data.id, loop = "cooling.liquid.loop." + g.data.id;
  PumpSet const& pumps = site.params.liquid.loop.pumps;
  int const per_loop = (g.data.racks + g.loops - 1) / g.loops;
  double cooled = 0;
  g.cdus = 0;
  for (int l = 0; l < g.loops; ++l) {
    int const racks = std::clamp(g.data.racks - l * per_loop, 0, per_loop);
    double flow = 0;  // of units
    for (int c = l * g.cdus_per_loop; c < (l + 1) * g.cdus_per_loop && !is_out(site, loop, l); ++c) {
      if (is_out(site, cdu, c)) continue;
      int pumps_out = 0;
      for (int p = c * pumps.units; p < (c + 1) * pumps.units; ++p) pumps_out += is_out(site, pump, p) ? 1 : 0;
      double const share = pumps.flow_left_frac(pumps_out);
      flow += share;
      g.cdus += share > 0 ? 1 : 0;
    }
    double const heat = racks * g.data.rated_liquid_w;
    cooled += racks * (heat > 0 ? std::min(1.0, flow * g.cdu_heat_w / heat) : 1.0);
  }
  g.available_frac = g.data.racks > 0 ? cooled / g.data.racks : 1;
}

}  // namespace

std::vector<Outage> list_outages(SiteCooling const& site, CoolingReliability const& rates) {
  SiteCooling copy = site;
  std::vector<Outage> out;
  for (auto const& kind : kinds_of(copy, rates))
    for (auto const& [law, word] : {std::pair{kind.failure, "failure"}, {kind.maintenance, "maintenance"}})
      for (int unit = 0; law && unit < kind.installed; ++unit)
        out.push_back({fmt::format("{}/{}", kind.name, unit), word, law->rate_per_s * kYear, law->repair_s, 0.0, "", law->source});
  return out;
}

SiteCooling apply(SiteCooling const& site, std::span<Outage const> outages) {
  SiteCooling left = site;
  CoolingReliability const rates;
  auto const kinds = kinds_of(left, rates);
  for (auto const& o : outages) {
    if (std::binary_search(left.out_of_service.begin(), left.out_of_service.end(), o.component)) continue;
    auto const slash = o.component.rfind('/');
    auto const kind = std::find_if(kinds.begin(), kinds.end(), [&](auto const& k) { return slash != std::string::npos && o.component.substr(0, slash) == k.name; });
    int unit = -1;
    if (kind != kinds.end()) std::from_chars(o.component.data() + slash + 1, o.component.data() + o.component.size(), unit);
    if (unit < 0 || unit >= kind->installed) refuse("AF2213", o.component, "the site has no such cooling unit", "names are those of list_outages: cooling.plant.heat_rejection/0");
    if (kind->count) --*kind->count;
    left.out_of_service.insert(std::upper_bound(left.out_of_service.begin(), left.out_of_service.end(), o.component), o.component);
  }
  for (auto& g : left.groups) settle_loops(left, g);
  left.facility_flow_frac = left.params.plant.facility_pumps.flow_left_frac(out_of(left, "cooling.plant.facility_pumps"));
  left.chilled_flow_frac = left.params.plant.chilled_water.pumps.flow_left_frac(out_of(left, "cooling.plant.chilled_water.pumps"));
  return left;
}

}  // namespace aif::cooling
