#include "sim/contingency/steady.hpp"
#include "core/calendar.hpp"

#include <algorithm>
#include <cmath>

namespace aif::sim {
namespace {

constexpr std::size_t kHoursPerDay = 24;
constexpr double kHourSeconds = 3600;

}  // namespace

double good_token_s(Facility const& f, FacilityState const& s) {
  double sum = 0;
  for (std::size_t g = 0; g < f.groups.size(); ++g) sum += f.groups[g].duty == Duty::serving ? s.groups[g].good_token_s : 0.0;
  return sum;
}

double trained_token_s(FacilityState const& s) {
  double sum = 0;
  for (auto const& p : s.groups) sum += p.trained_token_s;
  return sum;
}

std::size_t YearTokens::index_of(std::size_t hour) const {
  if (every_hours == 1) return std::min(hour, good.size() - 1);
  if (every_hours % kHoursPerDay != 1) return std::min((hour + every_hours / 2) / every_hours, good.size() - 1);
  // Visited hour i is every_hours * i and has the hour of the day i mod 24: of those with the right one, the nearest in date.
  std::size_t const of_day = hour % kHoursPerDay;
  double const step = static_cast<double>(every_hours * kHoursPerDay);
  auto const turns = static_cast<std::size_t>(std::max(0.0, std::round((static_cast<double>(hour) - static_cast<double>(every_hours * of_day)) / step)));
  std::size_t const last = (good.size() - 1 - of_day) / kHoursPerDay;
  return of_day + kHoursPerDay * std::min(turns, last);
}

YearTokens year_tokens(Facility const* facility, std::size_t every_hours, RunControl const& control) {
  YearTokens out;
  out.every_hours = every_hours;
  std::size_t const windows = (kHoursPerYear + every_hours - 1) / every_hours;
  out.good.assign(windows, 0.0f);
  out.trained.assign(windows, 0.0f);
  if (!facility) return out;
  Facility const& f = *facility;
  FacilityState state = initial_state(f);
  Workspace workspace;
  WindowInputs in;
  for (std::size_t i = 0; i < windows; ++i) {
    if (i % 64 == 0) control.check();
    window_inputs(f, Calendar::steady, static_cast<double>(i * every_hours) * kHourSeconds, kHourSeconds, in);
    if (every_hours > 1) state.power = power::initial_state(f.power);  // hours apart know nothing of each other's battery, so none is counted on
    workspace.counts_stores = every_hours == 1;
    solve_window(site_in(f, in.hour), state, in, workspace);
    out.good[i] = static_cast<float>(good_token_s(f, state));
    out.trained[i] = static_cast<float>(trained_token_s(state));
  }
  return out;
}

SiteMoment solve_hour(Facility const& f, std::size_t hour) {
  SiteMoment m;
  m.hour = hour;
  m.state = initial_state(f);
  Workspace workspace;
  workspace.counts_stores = false;  // what is judged is a state that lasts
  window_inputs(f, Calendar::steady, static_cast<double>(hour) * kHourSeconds, kHourSeconds, m.inputs);
  m.outputs = solve_window(site_in(f, m.inputs.hour), m.state, m.inputs, workspace);
  return m;
}

}  // namespace aif::sim
