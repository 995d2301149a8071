// From a site to its event, and verdicts on envelopes.
#include <algorithm>
#include <cmath>
#include <limits>

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

namespace {

constexpr double kStart = 1, kLongest = 20, kAfter = 120, kBackFrac = 0.9;

EventResult dip(EventParams const& params, double voltage_pu, double duration_s, double after_s, double dt_s, double sample_s) {
  EventScript script;
  script.utility = {{kStart, duration_s, voltage_pu}};
  script.duration_s = kStart + duration_s + after_s;
  return simulate_event(params, script, std::clamp(duration_s / 4, 0.0005, dt_s), sample_s);
}

}  // namespace

std::vector<PointVerdict> judge_points(EventParams const& params, VoltageEnvelope const& envelope, double dt_s) {
  std::vector<PointVerdict> out;
  for (auto const& point : envelope.points) {
    PointVerdict v{point};
    v.simulated_s = std::min(point.duration_s, kLongest);
    auto const r = dip(params, point.low_pu, v.simulated_s, kAfter, dt_s, 0.1);
    v.tripped_frac = r.tripped_frac, v.longest_gap_s = r.longest_gap_s, v.lowest_battery_frac = r.lowest_battery_frac;
    double const before_w = r.trace.front().utility_w, end_s = kStart + v.simulated_s;
    v.back_after_s = std::numeric_limits<double>::infinity();
    for (auto const& sample : r.trace) {
      if (sample.time_s < end_s + 0.05) continue;  // the voltage is back
      v.off_grid_w = std::max(v.off_grid_w, before_w - sample.utility_w);
      if (sample.utility_w >= kBackFrac * before_w) v.back_after_s = std::min(v.back_after_s, sample.time_s - end_s);
      else v.back_after_s = std::numeric_limits<double>::infinity();
    }
    out.push_back(v);
  }
  return out;
}

double longest_outage_s(EventParams const& params, double longest_s) {
  auto const lives = [&](double duration_s) { return dip(params, 0, duration_s, 2, 0.005, 1e9).survived; };
  double low = 0.001, high = longest_s;
  if (!lives(low)) return 0;
  if (lives(high)) return longest_s;
  while (high > 1.02 * low) {
    double const middle = std::sqrt(low * high);
    (lives(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace aif::power
