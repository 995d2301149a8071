#include "sim/events/impact.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/calendar.hpp"
#include "core/ordered_sum.hpp"
#include "sim/contingency/steady.hpp"
#include "sim/facility/outages.hpp"

namespace aif::sim {
namespace {

constexpr std::size_t kBefore = 24, kAfter = 24;  // a day to settle batteries and water, a day to recover
constexpr double kHour_s = 3600, kTolerance = 2e-5;

struct Hour {
  double good = 0, trained = 0, utility_w = 0, generator_w = 0, water_kg_s = 0;
  std::string binding;
};

std::vector<Hour> run_hours(Facility const& f, std::size_t first, std::size_t end, RunControl const& control) {
  FacilityState state = initial_state(f);
  Workspace workspace;
  WindowInputs in;
  std::vector<Hour> out;
  for (std::size_t h = first; h < end; ++h) {
    if (h % 64 == 0) control.check();
    window_inputs(f, Calendar::steady, static_cast<double>(h) * kHour_s, kHour_s, in);
    Facility const& now = site_in(f, in.hour);
    auto const w = solve_window(now, state, in, workspace);
    out.push_back({good_token_s(now, state), trained_token_s(state), w.power.utility_w, w.power.generator_w, w.cooling.water_kg_s(),
                   std::string(enum_name(w.binding.cause)) + (w.binding.component.empty() ? "" : " (" + w.binding.component + ")")});
  }
  return out;
}

EventImpact assess(Scenario const& scenario, Facility const& plain, std::size_t e, RunControl const& control) {
  Scenario alone = scenario;
  alone.events = {scenario.events[e]};
  Facility with = plain;
  DiagnosticList problems;
  add_events(alone, with, problems);
  if (problems.has_errors()) throw InputError(std::move(problems));
  EventSpan const& span = with.events.spans.front();
  EventImpact r;
  r.id = span.id;
  r.type = span.type;
  r.start = std::visit([](auto const& event) { return event.start; }, scenario.events[e]);
  r.hours = static_cast<double>(span.end_hour - span.first_hour);
  std::size_t const first = span.first_hour > kBefore ? span.first_hour - kBefore : 0, end = std::min(kHoursPerYear, span.end_hour + kAfter);
  auto const a = run_hours(plain, first, end, control), b = run_hours(with, first, end, control);
  double good = 0, trained = 0, peak_a = 0, peak_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto const lost = [](double had, double has) { return std::abs(had - has) <= kTolerance * had ? 0.0 : had - has; };
    double const g = lost(a[i].good, b[i].good);
    r.lost_good_token += g * kHour_s;
    r.lost_trained_token += lost(a[i].trained, b[i].trained) * kHour_s;
    if (g > r.worst_good_token_s || r.binding.empty()) r.worst_good_token_s = std::max(r.worst_good_token_s, g), r.binding = b[i].binding;
    r.utility_j += (b[i].utility_w - a[i].utility_w) * kHour_s;
    r.generator_j += b[i].generator_w * kHour_s;
    r.water_kg += (b[i].water_kg_s - a[i].water_kg_s) * kHour_s;
    peak_a = std::max(peak_a, a[i].utility_w), peak_b = std::max(peak_b, b[i].utility_w);
    bool const in_event = first + i >= span.first_hour && first + i < span.end_hour;
    good += in_event ? a[i].good * kHour_s : 0.0, trained += in_event ? a[i].trained * kHour_s : 0.0;
  }
  r.peak_utility_w = peak_b - peak_a;
  r.lost_good_frac = good > 0 ? r.lost_good_token / good : 0;
  r.lost_trained_frac = trained > 0 ? r.lost_trained_token / trained : 0;
  if (r.worst_good_token_s <= 0 && r.lost_trained_token <= 0) r.binding.clear();
  return r;
}

}  // namespace

std::vector<EventImpact> assess_events(Scenario const& scenario, Facility const& facility, RunControl const& control) {
  Facility const plain = without_events(facility);
  std::vector<EventImpact> out(scenario.events.size());
  parallel_for(out.size(), [&](std::size_t e) { out[e] = assess(scenario, plain, e, control); });
  return out;
}

}  // namespace aif::sim
