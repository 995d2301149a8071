#include "models/cooling/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/cooling/problem.hpp"

namespace aif::cooling {
namespace {

constexpr double kYear = 8760 * 3600.0, kHour = 3600.0;

// A kind of unit of the site: its name, how often one fails and for how long, and where its installed number stands.
struct UnitKind {
  std::string name;
  double failures_per_year, repair_h;
  int* count;
};

std::vector<UnitKind> kinds_of(SiteCooling& site) {
  std::vector<UnitKind> kinds{{"cooling.plant.heat_rejection", 0.10, 24, &site.rejection_units}, {"cooling.plant.trim_chiller", 0.20, 72, &site.trim_units},
                              {"cooling.plant.air_chiller", 0.20, 72, &site.air_chiller_units}, {"cooling.plant.condenser_loop", 0.10, 24, &site.condenser_cells},
                              {"cooling.air.unit", 0.05, 8, &site.air_units}};
  for (auto& g : site.groups) kinds.push_back({fmt::format("cooling.liquid.cdu.{}", g.data.id), 0.10, 12, &g.cdus});
  return kinds;
}

}  // namespace

std::vector<Outage> list_outages(SiteCooling const& site) {
  SiteCooling copy = site;
  std::vector<Outage> out;
  for (auto const& kind : kinds_of(copy)) {
    int installed = *kind.count;
    for (auto const& gone : site.out_of_service) installed += gone.starts_with(kind.name + "/") ? 1 : 0;
    for (int unit = 1; unit <= installed; ++unit) {
      Outage o;
      o.component = fmt::format("{}/{}", kind.name, unit);
      o.kind = "failure";
      o.rate_per_year = kind.failures_per_year, o.repair_s = kind.repair_h * kHour;
      o.capacity_after_frac = 0;
      o.source = "assumption: order of magnitude of IEEE 493";
      out.push_back(std::move(o));
    }
  }
  return out;
}

SiteCooling apply(SiteCooling const& site, std::span<Outage const> outages) {
  SiteCooling left = site;
  auto const kinds = kinds_of(left);
  for (auto const& o : outages) {
    if (std::find(left.out_of_service.begin(), left.out_of_service.end(), o.component) != left.out_of_service.end()) continue;
    auto const slash = o.component.rfind('/');
    auto const kind = std::find_if(kinds.begin(), kinds.end(), [&](auto const& k) { return slash != std::string::npos && o.component.substr(0, slash) == k.name; });
    int unit = 0;
    if (kind != kinds.end()) std::from_chars(o.component.data() + slash + 1, o.component.data() + o.component.size(), unit);
    if (unit < 1 || *kind->count < 1) refuse("AF2213", o.component, "the site has no such cooling unit", "names are those of list_outages: cooling.plant.heat_rejection/1");
    --*kind->count;
    left.out_of_service.push_back(o.component);
  }
  std::sort(left.out_of_service.begin(), left.out_of_service.end());
  return left;
}

}  // namespace aif::cooling
