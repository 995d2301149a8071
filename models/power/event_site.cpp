// From a site to its event, and verdicts on envelopes.
#include <algorithm>
#include <cmath>

#include "models/power/event.hpp"
#include "models/power/site.hpp"

namespace aif::power {

EventParams event_params(SitePower const& site, double it_w, double mechanical_w) {
  auto const& plant = site.params.plant;
  EventParams out;
  out.ups = plant.ups;
  double blocks = 0, modules = 0;
  for (auto const& c : site.classes) {
    blocks += c.blocks;
    modules += c.blocks * c.ups_units;
  }
  out.blocks = std::max(1, static_cast<int>(std::lround(blocks)));
  out.ups_modules = static_cast<int>(std::floor(modules / out.blocks));
  out.usable_blocks = std::max(1.0, site.usable_it_w / plant.blocks.it_capacity_w);
  out.it_w = it_w;
  out.mechanical_w = mechanical_w;
  out.hold_up_s = plant.distribution.rack_shelf.hold_up_s;
  for (std::size_t g = 0; g < site.groups.size(); ++g) out.hold_up_design_w += site.groups[g].racks * site.groups[g].rated_w;
  for (auto const& source : site.params.onsite)
    if (auto const* g = std::get_if<GeneratorParams>(&source)) {
      out.generator = *g;
      out.generators += g->units;
    }
  // Units of several plants count as units of the last; those out of service fail to start.
  double const installed_w = out.generators * out.generator.power_w;
  if (installed_w > 0) {
    double const spare_w = installed_w - site.generator_w;
    auto const word = parse_redundancy(out.generator.redundancy).value_or(Redundancy{});
    double const kept = usable_units(word, out.generators);
    out.generators_that_fail = std::max(0, static_cast<int>(std::lround(spare_w / out.generator.power_w - (out.generators - kept))));
  }
  return out;
}

std::vector<EnvelopePoint> failed_points(EventParams const& params, VoltageEnvelope const& envelope, double dt_s) {
  constexpr double kLongest = 20, kStart = 1;
  std::vector<EnvelopePoint> failed;
  for (auto const& point : envelope.points) {
    EventScript script;
    double const duration_s = std::min(point.duration_s, kLongest);
    script.utility = {{kStart, duration_s, point.low_pu}};
    script.duration_s = kStart + duration_s + 2;
    if (!simulate_event(params, script, std::min(dt_s, std::max(duration_s / 4, 0.0005)), 1.0).survived) failed.push_back(point);
  }
  return failed;
}

}  // namespace aif::power
