#include "core/calendar.hpp"
#include "sim/setpoints.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics.hpp"
#include "sim/simulation.hpp"

namespace aif::sim {
namespace {

constexpr double kKnotEvery = 5;        // K of wet bulb
constexpr double kSafeQuantile = 0.1;   // of the best supplies around a knot: limits bind from above

[[noreturn]] void refuse_setpoints(std::string message, std::string hint) { throw InputError(Diagnostic{"AF2880", Severity::error, std::move(message), "", {}, std::move(hint), 1}); }

void check_setpoints(Facility const& f, SetpointOptions const& o) {
  if (std::none_of(f.cooling->groups.begin(), f.cooling->groups.end(), [](auto const& g) { return g.cdus > 0; })) refuse_setpoints("no rack of this site is cooled by liquid", "set points are those of the coolant");
  if (!(o.lowest_c < o.highest_c && o.lowest_flow <= o.highest_flow && o.lowest_flow > 0 && o.every_hours >= 1)) refuse_setpoints("the range of the set points is empty", "lowest below highest, every hour or more");
}

// Limit and leakage of each group at the point that the coupled window found.
std::vector<cooling::SetpointGroup> limits_of(Facility const& f, FacilityState const& s, double reserve_k) {
  std::vector<cooling::SetpointGroup> out(f.groups.size(), {1e3, 0, 0});  // no accelerators: no limit
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    auto const& group = f.groups[g];
    auto const& p = s.groups[g];
    if (!group.profile || group.rack.devices == 0) continue;
    double const device_w = p.idle_w + p.dynamic_w + p.leakage_w;
    out[g].device_w = device_w;
    out[g].case_limit_c = group.profile->thermal.slow_c - reserve_k - group.profile->thermal.r_junction_case_k_per_w * device_w;
    out[g].leakage_w_per_k = group.rack.devices * p.delivered_racks * p.on_frac * p.leakage_w / group.profile->power.leak_scale_k;
  }
  return out;
}

// Knots every five kelvin of wet bulb; each from the hours nearest to it.
cooling::SupplyReset reset_of(std::vector<SetpointHour> const& hours) {
  cooling::SupplyReset reset;
  auto const [low, high] = std::minmax_element(hours.begin(), hours.end(), [](auto const& a, auto const& b) { return a.wet_bulb_c < b.wet_bulb_c; });
  for (double knot = kKnotEvery * std::floor(low->wet_bulb_c / kKnotEvery); knot <= high->wet_bulb_c + kKnotEvery; knot += kKnotEvery) {
    std::vector<double> supply, flow;
    for (auto const& h : hours)
      if (h.best.feasible && std::abs(h.wet_bulb_c - knot) <= 0.5 * kKnotEvery) supply.push_back(h.best.supply_c), flow.push_back(h.best.flow_scale);
    if (supply.empty()) continue;
    reset.wet_bulb_c.push_back(knot);
    reset.supply_c.push_back(std::round(2 * quantile(supply, kSafeQuantile)) / 2);
    reset.flow_frac.push_back(std::round(20 * quantile(flow, 1 - kSafeQuantile)) / 20);
  }
  return reset;
}

}  // namespace

SetpointStudy study_setpoints(Facility const& f, SetpointOptions const& o) {
  check_setpoints(f, o);
  SetpointStudy study;
  FacilityState state = initial_state(f);
  WindowInputs in;
  Workspace workspace;
  std::vector<std::vector<cooling::GroupHeat>> heats;
  std::vector<std::vector<cooling::SetpointGroup>> limits;
  auto const search_in = [&](std::size_t visit, std::size_t hour) {
    cooling::SetpointSearch s{o.lowest_c, o.highest_c, o.lowest_flow, o.highest_flow, limits[visit]};
    s.fan_limit_frac = f.cooling->params.plant.quiet.limit_frac(static_cast<double>(hour % 24) * 3600);
    return s;
  };
  cooling::SiteCoolingState const fresh = cooling::make_state(*f.cooling);  // without a spent water budget
  cooling::SiteCoolingState scratch = fresh;
  double const unset = std::numeric_limits<double>::quiet_NaN();
  for (std::size_t hour = 0; hour < kHoursPerYear; hour += static_cast<std::size_t>(o.every_hours)) {
    o.control.check();
    o.control.report("set points", static_cast<double>(hour) / kHoursPerYear);
    window_inputs(f, Calendar::steady, static_cast<double>(hour) * 3600, 3600, in);
    WindowOutputs const out = solve_window(site_in(f, hour), state, in, workspace);
    heats.push_back(workspace.heat);
    limits.push_back(limits_of(f, state, o.junction_reserve_k));
    auto const search = search_in(heats.size() - 1, hour);
    SetpointHour h;
    h.hour = hour, h.dry_bulb_c = in.weather.dry_bulb_c, h.wet_bulb_c = in.weather.wet_bulb_c;
    h.now = cooling::try_supply(*f.cooling, scratch, in.weather, heats.back(), search, unset, unset);
    h.best = cooling::best_supply(*f.cooling, fresh, in.weather, heats.back(), search);
    study.it_w += out.it_w;
    study.hours.push_back(h);
  }
  study.reset = reset_of(study.hours);
  if (study.reset.wet_bulb_c.empty()) refuse_setpoints("no hour of the year has a set point that keeps all limits", "a larger plant, or a larger range");
  cooling::SiteCooling with_reset = *f.cooling;
  with_reset.params.liquid.reset = study.reset;
  for (std::size_t i = 0; i < study.hours.size(); ++i) {
    auto& h = study.hours[i];
    window_inputs(f, Calendar::steady, static_cast<double>(h.hour) * 3600, 3600, in);
    h.reset = cooling::try_supply(with_reset, scratch, in.weather, heats[i], search_in(i, h.hour), unset, unset);
    study.now_w += h.now.electric_w, study.best_w += h.best.electric_w, study.reset_w += h.reset.electric_w;
    study.best_leakage_w += h.best.leakage_w - h.now.leakage_w, study.reset_leakage_w += h.reset.leakage_w - h.now.leakage_w;
    study.now_over += !h.now.feasible, study.best_over += !h.best.feasible, study.reset_over += !h.reset.feasible;
  }
  for (double* w : {&study.now_w, &study.best_w, &study.reset_w, &study.best_leakage_w, &study.reset_leakage_w, &study.it_w}) *w /= static_cast<double>(study.hours.size());
  return study;
}

}  // namespace aif::sim
