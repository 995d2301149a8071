#include "sim/group_point.hpp"

#include <algorithm>
#include <limits>

#include "core/grid_table.hpp"
#include "models/compute/device_power.hpp"
#include "sim/facility/map_sample.hpp"
#include "sim/facility/rack_power.hpp"

namespace aif::sim {
namespace {

constexpr int kBisections = 30;  // of a clock or a share of racks in [0, 1]: resolves 1e-9, finer than what the coupling has to settle to
constexpr int kClockSteps = 40;  // of the search for the most efficient clock: the optimum is flat

void evaluate_serving(RackGroup const& group, GroupPoint& p, double& active_frac) {
  MapCell const cell = locate(*group.map, p.load_frac, p.clock_frac);
  auto const& at = group.map->at;
  double const replicas = group.racks > 0 ? group.replicas * p.delivered_racks * p.on_frac / group.racks : 0.0;
  // Below the first load of the map everything but the floor scales with the load.
  double const thin = std::min(1.0, p.load_frac / group.map->load_frac.front());
  p.out_token_s = replicas * cell(at.out_token_s) * thin;
  if (p.offered_token_s > 0) p.out_token_s = std::min(p.out_token_s, p.offered_token_s);  // the map's sample mean may stand a little above
  p.in_token_s = replicas * cell(at.in_token_s) * thin;
  p.cached_token_s = replicas * cell(at.cached_token_s) * thin;
  p.good_token_s = p.out_token_s * cell(at.good_frac);
  p.dynamic_w = cell(at.dynamic_w) * thin;
  active_frac = cell(at.active_frac) * thin;
}

void evaluate_training(RackGroup const& group, GroupPoint& p, double& active_frac) {
  double const clock_hz = p.clock_frac * group.curve.clock_hz.back();
  AxisPosition const at = aif::locate(group.curve.clock_hz, clock_hz);
  auto value = [&](auto const& y) { return y[at.cell] + at.weight * (y[at.cell + 1] - y[at.cell]); };
  double const delivered = group.racks > 0 ? p.delivered_racks * p.on_frac / group.racks : 0.0;
  p.trained_token_s = group.full_token_s * group.fabric_frac * value(group.curve.throughput_frac) * delivered * p.load_frac;
  p.dynamic_w = value(group.curve.dynamic_w) * p.load_frac;
  active_frac = group.active_frac * p.load_frac;
}

}  // namespace

void evaluate(RackGroup const& group, GroupPoint& p) {
  if (p.measured_w >= 0) {  // a meter says it: no parts, no clock
    p.idle_w = p.dynamic_w = p.leakage_w = p.fans_w = p.supply_loss_w = 0;
    p.hosts_w = p.it_w = p.measured_w;
    return;
  }
  double active_frac = group.utilisation_frac;
  if (group.duty == Duty::serving) evaluate_serving(group, p, active_frac);
  if (group.duty == Duty::training) evaluate_training(group, p, active_frac);
  double devices_w = 0;
  if (group.profile) {
    p.idle_w = group.profile->power.idle_w;
    p.leakage_w = compute::leakage_w(group.profile->power, p.junction_c);
    devices_w = group.rack.devices * (p.idle_w + p.dynamic_w + p.leakage_w);
  }
  RackPower const rack = rack_power(group.rack, devices_w, active_frac);
  p.hosts_w = rack.hosts_w;
  p.fans_w = rack.fans_w;
  p.supply_loss_w = rack.supply_loss_w;
  p.it_w = rack.it_w;
  if (p.on_frac < 1)  // watts become the mean over all racks, those switched off included
    for (double* w : {&p.idle_w, &p.dynamic_w, &p.leakage_w, &p.hosts_w, &p.fans_w, &p.supply_loss_w, &p.it_w}) *w *= p.on_frac;
}

void fit_under_cap(RackGroup const& group, GroupPoint& p, double cap_w, double wanted_load) {
  p.on_frac = 1;
  evaluate(group, p);
  if (p.it_w <= cap_w || !group.profile || p.measured_w >= 0) return;
  double const start_clock = p.clock_frac, least_clock = std::min(start_clock, group.efficient_clock_frac);
  auto const at = [&](double clock, double on) {
    p.clock_frac = clock;
    p.on_frac = on;
    p.load_frac = allowed_load(group, clock, on > 0 ? wanted_load / on : 0.0);
    evaluate(group, p);
    return p.it_w;
  };
  bool const all_on = at(least_clock, 1.0) <= cap_w;
  double low = all_on ? least_clock : 0.0, high = all_on ? start_clock : 1.0;
  auto const watts = [&](double knob) { return all_on ? at(knob, 1.0) : at(least_clock, knob); };
  for (int i = 0; i < kBisections; ++i) {
    double const mid = 0.5 * (low + high);
    (watts(mid) <= cap_w ? low : high) = mid;
  }
  watts(low);
}

double allowed_load(RackGroup const& group, double clock_frac, double wanted_load) {
  if (group.duty == Duty::serving) return std::min(wanted_load, slo_load(group, clock_frac));  // more would be late: it is turned away
  return group.duty == Duty::training ? 1.0 : 0.0;
}

void settle_junction(RackGroup const& group, GroupPoint& p) {
  if (!group.profile || p.on_frac <= 0) return;
  auto const junction = compute::junction_c(group.profile->power, group.profile->thermal, (p.idle_w + p.dynamic_w) / p.on_frac, p.coolant_c, p.case_k_per_w);
  p.junction_c = junction.junction_c;
  p.leakage_w = junction.leakage_w * p.on_frac;
}

double throttle_clock(RackGroup const& group, GroupPoint p) {
  if (!group.profile || p.measured_w >= 0) return 1.0;
  auto const allowed = [&](double clock) {
    p.clock_frac = clock;
    evaluate(group, p);
    settle_junction(group, p);
    return compute::thermal_clock_frac(group.profile->thermal, p.junction_c, group.lowest_clock_frac);
  };
  if (allowed(group.top_clock_frac) >= group.top_clock_frac) return group.top_clock_frac;
  double low = group.lowest_clock_frac, high = group.top_clock_frac;
  for (int i = 0; i < kBisections; ++i) {
    double const clock = 0.5 * (low + high);
    (allowed(clock) >= clock ? low : high) = clock;
  }
  return low;
}

double rated_clock(RackGroup const& group) {
  if (!group.profile || (group.duty != Duty::serving && group.duty != Duty::training)) return 1.0;
  GroupPoint p;
  p.delivered_racks = group.racks;
  p.load_frac = 1.0;
  p.junction_c = group.profile->power.t_ref_c;
  auto const device_w = [&](double clock) {
    p.clock_frac = clock;
    evaluate(group, p);
    return p.idle_w + p.dynamic_w + p.leakage_w;
  };
  double const rated_w = group.profile->datasheet.tdp_w;
  if (device_w(1.0) <= rated_w) return 1.0;
  double low = group.lowest_clock_frac, high = 1.0;
  for (int i = 0; i < kBisections; ++i) {
    double const clock = 0.5 * (low + high);
    (device_w(clock) <= rated_w ? low : high) = clock;
  }
  return low;
}

double efficient_clock(RackGroup const& group) {
  if (!group.profile || (group.duty != Duty::serving && group.duty != Duty::training)) return 1.0;
  GroupPoint p;
  p.delivered_racks = group.racks;
  p.junction_c = group.profile->power.t_ref_c;
  double best = group.top_clock_frac, most = 0;
  for (int i = 0; i <= kClockSteps; ++i) {
    p.clock_frac = group.lowest_clock_frac + (group.top_clock_frac - group.lowest_clock_frac) * i / kClockSteps;
    p.load_frac = allowed_load(group, p.clock_frac, std::numeric_limits<double>::infinity());
    evaluate(group, p);
    double const token_j = (p.good_token_s + p.trained_token_s) / p.it_w;
    if (token_j > most) most = token_j, best = p.clock_frac;
  }
  return best;
}

double slo_load(RackGroup const& group, double clock_frac) { return interpolate(group.slo.clock_frac, group.slo.load_frac, clock_frac); }

}  // namespace aif::sim
