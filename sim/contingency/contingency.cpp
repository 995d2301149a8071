#include "sim/contingency/contingency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>

#include "core/ordered_sum.hpp"
#include "sim/contingency/words.hpp"

namespace aif::sim {
namespace {

constexpr double kTolerance = 2e-5;  // of the hour's tokens: below, two solutions of one hour are the same (windows settle to 1e-7, clocks to 1e-7)
constexpr double kGainTolerance = 1e-3;

double mean_of(std::vector<float> const& values) {
  double sum = 0;
  for (float v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// What is left of the site; none when no rack has a source.
std::optional<Facility> after_outage(Facility const& f, std::vector<std::string> const& out) {
  try {
    return apply_outages(f, out);
  } catch (InputError const& e) {
    for (auto const& d : e.diagnostics().items())
      if (d.code != "AF2101") throw;
    return std::nullopt;
  }
}

bool is_work(OutageCase const& what) { return what.kind == CaseKind::maintenance || what.kind == CaseKind::human_error; }

// Hour of the day in which planned work may start.
bool is_allowed(OperationsParams const& ops, std::size_t hour) {
  auto const h = static_cast<double>(hour % 24);
  return ops.maintenance_from_h < ops.maintenance_to_h ? h >= ops.maintenance_from_h && h < ops.maintenance_to_h : h >= ops.maintenance_from_h || h < ops.maintenance_to_h;
}

// Means of the hours in which it happens: any for failures, the allowed ones for works.
struct MeanLoss {
  double good = 0, trained = 0;
};

// Mean and worst loss of the hours; differences below the tolerance are none.
MeanLoss compare_years(YearTokens const& before, YearTokens const& after, OperationsParams const& ops, OutageResult& r, std::size_t& gain_hour) {
  double good = 0, trained = 0, worst = 0, worst_trained = 0;
  std::size_t hours = 0, allowed_hours = 0;
  MeanLoss allowed;
  for (std::size_t i = 0; i < before.good.size(); ++i) {
    auto loss = [](double a, double b) { return std::abs(a - b) <= kTolerance * a ? 0.0 : a - b; };
    double const g = loss(before.good[i], after.good[i]), t = loss(before.trained[i], after.trained[i]);
    good += g, trained += t;
    if (is_allowed(ops, i * before.every_hours)) allowed.good += g, allowed.trained += t, ++allowed_hours;
    hours += g > 0 || t > 0 ? 1 : 0;
    if (g > 0) r.worst_frac = std::max(r.worst_frac, g / before.good[i]);
    if (t > 0) r.worst_frac = std::max(r.worst_frac, t / before.trained[i]);
    if (g > worst || (g == worst && t > worst_trained)) worst = g, worst_trained = t, r.worst_hour = i * before.every_hours;
    if (-g > r.gain_token_s && -g > kGainTolerance * before.good[i]) r.gain_token_s = -g, gain_hour = i * before.every_hours;
  }
  auto const n = static_cast<double>(before.good.size());
  r.good_token_s = good / n, r.trained_token_s = trained / n;
  r.worst_good_token_s = worst, r.worst_trained_token_s = worst_trained;
  r.hours_frac = static_cast<double>(hours) / n;
  if (!is_work(r.what) || allowed_hours == 0) return {r.good_token_s, r.trained_token_s};
  return {allowed.good / static_cast<double>(allowed_hours), allowed.trained / static_cast<double>(allowed_hours)};
}

double pod_tokens(Facility const& f, FacilityState const& s, std::size_t g) {
  return f.groups[g].duty == Duty::training ? s.groups[g].trained_token_s : f.groups[g].duty == Duty::serving ? s.groups[g].good_token_s : 0.0;
}

// What holds the whole site as much does not explain what the outage costs; demand holds nothing.
bool is_new_limit(Constraint const& whole, Constraint const& left) {
  if (left.cause == Cause::demand) return false;
  return left.cause != whole.cause || left.component != whole.component || left.limit < whole.limit * (1 - kGainTolerance);
}

void explain_worst_hour(Facility const& f, Facility const* after, OutageResult& r) {
  SiteMoment const before = solve_hour(f, r.worst_hour);
  std::optional<SiteMoment> now;
  if (after) now = solve_hour(*after, r.worst_hour);
  r.binding = !after                                                           ? "power (no source)"
              : is_new_limit(before.outputs.binding, now->outputs.binding) ? fmt::format("{} ({})", enum_name(now->outputs.binding.cause), now->outputs.binding.component)
                                                                               : fmt::format("outage ({})", r.what.out.front());
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    double const had = pod_tokens(f, before.state, g), has = after ? pod_tokens(*after, now->state, g) : 0.0;
    if (had > 0 && has < had * (1 - 10 * kTolerance)) r.pods.push_back({f.groups[g].id, f.groups[g].priority, 1 - has / had});
  }
  std::stable_sort(r.pods.begin(), r.pods.end(), [](auto const& a, auto const& b) { return a.lost_frac > b.lost_frac; });
}

std::string explain_gain(Facility const& f, Facility const& after, std::size_t hour) {
  SiteMoment const before = solve_hour(f, hour), now = solve_hour(after, hour);
  std::string text;
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    double const had = pod_tokens(f, before.state, g), has = pod_tokens(after, now.state, g);
    if (had > 0 && std::abs(has - had) > kGainTolerance * had)
      text += fmt::format("{}{} {:+.2f} %", text.empty() ? "" : ", ", f.groups[g].id, 100 * (has / had - 1));
  }
  return fmt::format("in hour {}: {} (what one pod no longer draws, another may)", hour, text.empty() ? "spread over all pods" : text);
}

bool is_fleet_case(OutageCase const& what) {
  return what.component.starts_with("pods.") || what.component.starts_with("network.") || what.component.starts_with("storage.") ||
         what.component.starts_with("workloads.");
}

// Tokens that go by the restart of what switched off, once an event.
void add_restart(Facility const& f, OperationsParams const& ops, BaseYear const& base, OutageResult& r) {
  r.restart_good_token = r.transient.tripped_frac * base.good_token_s * ops.rack_restart_s;
  double training_s = 0;
  for (auto const& g : f.groups)
    if (g.duty == Duty::training) training_s = std::max(training_s, g.restart_s);
  r.restart_trained_token = r.transient.trained_tripped_frac * base.trained_token_s * (ops.rack_restart_s + training_s);
}

void finish_chain(OutageResult& r) {
  auto& chain = r.transient.chain;
  bool const planned = r.what.kind == CaseKind::maintenance;
  // Generators that do not start are told when they are called.
  auto lost = r.what.out;
  if (r.what.kind == CaseKind::start_failure) std::erase_if(lost, [](std::string const& name) { return name.starts_with("site.onsite."); });
  std::string first = r.what.kind == CaseKind::dip ? "the grid sags"
                                                   : spoken_list(lost) + (planned                                ? " taken out of service"
                                                                                : r.what.kind == CaseKind::human_error ? ": one in planned work, one by mistake"
                                                                                                                       : " lost");
  if (!r.also_out.empty()) first += "; with it " + spoken_list(r.also_out);
  chain.insert(chain.begin(), {0, r.what.component, first});
  std::string last;
  if (r.worst_good_token_s > 0 || r.worst_trained_token_s > 0) {
    last =
        fmt::format("until repaired: {:.3g} good tok/s less on average, {:.3g} in the worst hour; {} binds", r.good_token_s, r.worst_good_token_s, r.binding);
    if (r.worst_trained_token_s > 0) last += fmt::format("; training {:.3g} tok/s less in that hour", r.worst_trained_token_s);
    for (auto const& p : r.pods) last += fmt::format("; {} (priority {}) -{:.1f} %", p.pod, p.priority, 100 * p.lost_frac);
  } else {
    last = r.is_in_goodput ? "the run starts again from its last checkpoint" : "until repaired: no token is lost";
  }
  double const end = chain.size() > 1 ? chain.back().time_s : 0.0;
  chain.push_back({end, "site", last});
}

}  // namespace

BaseYear base_year(Facility const& f, std::size_t every_hours, RunControl const& control) {
  BaseYear base;
  base.tokens = year_tokens(&f, every_hours, control);
  base.good_token_s = mean_of(base.tokens.good);
  base.trained_token_s = mean_of(base.tokens.trained);
  auto const& hours = f.weather.hours;
  auto const hottest = std::max_element(hours.begin(), hours.end(), [](auto const& a, auto const& b) { return a.dry_bulb_c < b.dry_bulb_c; });
  base.hottest = solve_hour(f, static_cast<std::size_t>(hottest - hours.begin()));
  return base;
}

OutageResult assess_case(Facility const& f, ReliabilityParams const& reliability, OutageCase const& what, BaseYear const& base, RunControl const& control) {
  OutageResult r;
  r.what = what;
  auto const out = with_dependents(f, what.out);
  for (auto const& name : out)
    if (std::find(what.out.begin(), what.out.end(), name) == what.out.end()) r.also_out.push_back(name);
  std::optional<Facility> const after = after_outage(f, out);
  Facility const* const left = after ? &*after : nullptr;
  auto const& ops = reliability.operations;
  bool const is_training_stop = std::any_of(f.groups.begin(), f.groups.end(), [&](auto const& g) {
    return g.duty == Duty::training && what.kind == CaseKind::restart && what.component == "pods." + g.id + ".node";
  });
  if (is_training_stop) {
    r.is_in_goodput = true;
    r.trained_token_s = r.worst_trained_token_s = base.trained_token_s;
    r.transient.ride.seconds_to_throttle_s = r.transient.ride.seconds_to_trip_s = std::numeric_limits<double>::infinity();
    r.lost_trained_token_year = what.events_per_year * what.duration_s * r.trained_token_s;
    finish_chain(r);
    return r;
  }
  MeanLoss mean;
  if (what.kind == CaseKind::dip) {
    power::VoltageSegment const sag{0, ops.dip_duration_s, ops.dip_residual_frac};
    r.transient = run_transient(f, left, base.hottest, out, ops, false, &sag);
  } else {
    std::size_t gain_hour = 0;
    mean = compare_years(base.tokens, year_tokens(left, base.tokens.every_hours, control), ops, r, gain_hour);
    if (r.worst_good_token_s > 0 || r.worst_trained_token_s > 0) explain_worst_hour(f, left, r);
    if (r.gain_token_s > 0 && left) r.gain_reason = explain_gain(f, *left, gain_hour);
    bool const is_planned = what.kind == CaseKind::maintenance;
    if (!is_fleet_case(what)) {
      r.transient = run_transient(f, left, base.hottest, out, ops, is_planned);
    } else {
      r.transient.ride.seconds_to_throttle_s = r.transient.ride.seconds_to_trip_s = std::numeric_limits<double>::infinity();
    }
  }
  r.transient.ride.good_token_s_after = std::max(base.good_token_s - r.good_token_s, 0.0);
  add_restart(f, ops, base, r);
  r.lost_good_token_year = what.events_per_year * (what.duration_s * mean.good + r.restart_good_token);
  r.lost_trained_token_year = what.events_per_year * (what.duration_s * mean.trained + r.restart_trained_token);
  finish_chain(r);
  return r;
}

ContingencyReport assess_contingency(Facility const& site, ReliabilityParams const& reliability, ContingencyOptions const& options) {
  Facility const f = without_events(site);
  ContingencyReport report;
  auto const classes = component_classes(f, reliability);
  auto cases = list_cases(f, reliability, classes);
  if (!options.only.empty())
    std::erase_if(cases,
                  [&](auto const& c) { return std::none_of(options.only.begin(), options.only.end(), [&](auto const& name) { return matches(c, name); }); });
  options.control.report("contingency", 0);
  BaseYear const base = base_year(f, options.every_hours, options.control);
  report.good_token_s = base.good_token_s, report.trained_token_s = base.trained_token_s;
  report.transient_hour = base.hottest.hour;
  report.outages.resize(cases.size());
  std::atomic<std::size_t> done = 0;
  parallel_for(cases.size(), [&](std::size_t i) {
    report.outages[i] = assess_case(f, reliability, cases[i], base, options.control);
    options.control.report("contingency", static_cast<double>(++done) / static_cast<double>(cases.size()), case_name(cases[i]));
  });
  std::stable_sort(report.outages.begin(), report.outages.end(), [](auto const& a, auto const& b) {
    auto const key = [](OutageResult const& r) {
      return std::tuple{-r.good_token_s, r.is_in_goodput, -r.trained_token_s, -r.lost_good_token_year, -r.lost_trained_token_year};
    };
    if (key(a) != key(b)) return key(a) < key(b);
    return case_name(a.what) < case_name(b.what);
  });
  report.by_expected_loss.resize(report.outages.size());
  std::iota(report.by_expected_loss.begin(), report.by_expected_loss.end(), std::size_t{0});
  std::stable_sort(report.by_expected_loss.begin(), report.by_expected_loss.end(),
                   [&](std::size_t a, std::size_t b) {
                     auto const key = [](OutageResult const& r) { return std::pair{r.lost_good_token_year, r.lost_trained_token_year}; };
                     return key(report.outages[a]) > key(report.outages[b]);
                   });
  report.findings = check_design(f, report);
  auto no_loss = [](OutageResult const& r) { return r.worst_good_token_s <= 0 && r.worst_trained_token_s <= 0 && r.transient.tripped_frac <= 0; };
  report.concurrently_maintainable = std::all_of(report.outages.begin(), report.outages.end(),
                                                 [&](auto const& r) { return r.what.kind != CaseKind::maintenance || is_fleet_case(r.what) || no_loss(r); });
  report.fault_tolerant = std::all_of(report.outages.begin(), report.outages.end(),
                                      [&](auto const& r) { return r.what.kind != CaseKind::failure || is_fleet_case(r.what) || no_loss(r); });
  if (options.every_hours > 1)
    report.notes.push_back(
        fmt::format("Every {}th hour of the year was solved; means are those of a systematic sample, the worst hour may be missed.", options.every_hours));
  report.notes.push_back("Rates are those of one unit times the units that are alike; two independent failures at once are the availability's part.");
  return report;
}

}  // namespace aif::sim
