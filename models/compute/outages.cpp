#include "models/compute/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/diagnostics.hpp"

namespace aif::compute {
namespace {

int nodes_of(ComputeGroup const& g, double devices_per_node) {
  return std::max(1, static_cast<int>(std::lround(static_cast<double>(g.racks) * g.devices_per_rack / devices_per_node)));
}

// Share of the group's racks that is left without what is out: whole racks, and for each node what one fault takes along.
double available(ComputeGroup const& g) {
  double racks = g.racks;
  double const devices = std::max(1.0, static_cast<double>(g.racks) * g.devices_per_rack);
  for (auto const& name : g.out) racks -= name.find(".rack/") != std::string::npos ? 1.0 : std::min(g.devices_per_fault, devices) / g.devices_per_rack;
  return g.racks > 0 ? std::max(racks, 0.0) / g.racks : 1.0;
}

}  // namespace

std::vector<Outage> list_outages(std::span<ComputeGroup const> groups, ComputeReliability const& rates) {
  std::vector<Outage> out;
  for (auto const& g : groups) {
    if (g.racks <= 0 || g.devices_per_rack <= 0) continue;
    double const devices = static_cast<double>(g.racks) * g.devices_per_rack, after = 1 - std::min(1.0, g.devices_per_fault / devices);
    int const nodes = nodes_of(g, rates.devices_per_node);
    auto add = [&](char const* part, char const* kind, FailureLaw const& law, int units, double capacity_after) {
      out.push_back({fmt::format("pods.{}.{}/0", g.id, part), kind, law.rate_per_s * kYear, law.repair_s, capacity_after, "", law.source, units});
    };
    add("node", "failure", rates.node, nodes, after);
    add("node", "restart", rates.restart, nodes, after);
    add("rack", "failure", rates.rack, g.racks, 1 - 1.0 / g.racks);
  }
  return out;
}

std::vector<ComputeGroup> apply(std::vector<ComputeGroup> groups, std::span<Outage const> outages) {
  for (auto const& o : outages) {
    auto const slash = o.component.rfind('/');
    std::string const part = o.component.substr(0, slash);
    auto const at =
        std::find_if(groups.begin(), groups.end(), [&](auto const& g) { return part == "pods." + g.id + ".node" || part == "pods." + g.id + ".rack"; });
    int unit = -1;
    if (at != groups.end() && slash != std::string::npos) std::from_chars(o.component.data() + slash + 1, o.component.data() + o.component.size(), unit);
    int const units = at == groups.end() ? 0 : part.ends_with(".rack") ? at->racks : at->racks * at->devices_per_rack;
    if (unit < 0 || unit >= units)
      throw InputError(Diagnostic{"AF2420", Severity::error, fmt::format("no pod has `{}`", o.component), "", {}, "names are those of the outage list: pods.ID.rack/0, pods.ID.node/0", 1});
    auto const place = std::lower_bound(at->out.begin(), at->out.end(), o.component);
    if (place == at->out.end() || *place != o.component) at->out.insert(place, o.component);
    at->available_frac = available(*at);
  }
  return groups;
}

}  // namespace aif::compute
