#include "sim/availability/availability.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "core/calendar.hpp"
#include "core/diagnostics.hpp"
#include "core/ordered_sum.hpp"
#include "core/statistics.hpp"

namespace aif::sim {
namespace {

constexpr double kNinety = 1.6449;  // standard normal, 5 % either side
constexpr double kImpaired = 0.01;
constexpr double kTolerance = 2e-5;  // of an hour's tokens, as in contingency.cpp

// Mean share of the racks that small faults keep away, taken off all year (many units: the spread of a year's mean is nothing beside it).
Facility with_fleet_mean(Facility f, std::vector<ComponentClass> const& classes, std::vector<Outage> const& outages) {
  for (auto& g : f.groups) {
    if (g.duty == Duty::training) continue;  // in its goodput
    double away = 0;
    for (auto const& c : classes) {
      if (c.name != "pods." + g.id + ".node" && c.name != "pods." + g.id + ".rack") continue;
      auto const o = std::find_if(outages.begin(), outages.end(), [&](auto const& each) { return each.component == c.unit(0) && each.kind == c.kind; });
      double const u = c.rate_per_year / kYear * c.repair_s;  // mean number away per unit, small
      away += c.units * u / (1 + u) * (1 - o->capacity_after_frac);
    }
    g.fleet_frac = std::max(0.0, 1 - away);
  }
  return f;
}

// Good and trained tokens that a state costs, by visited hour; the site's own beside it.
struct StateLoss {
  std::vector<float> good, trained;
  double mean_good = 0, mean_trained = 0;
};

StateLoss loss_of(Facility const& f, YearTokens const& base, std::vector<std::string> const& names, RunControl const& control) {
  std::optional<Facility> after;
  try {
    after = apply_outages(f, names);
  } catch (InputError const& e) {
    for (auto const& d : e.diagnostics().items())
      if (d.code != "AF2101") throw;
  }
  YearTokens const left = year_tokens(after ? &*after : nullptr, base.every_hours, control);
  StateLoss loss;
  for (std::size_t i = 0; i < base.good.size(); ++i) {
    auto difference = [](float a, float b) { return std::abs(a - b) <= kTolerance * a ? 0.0f : a - b; };
    loss.good.push_back(difference(base.good[i], left.good[i]));
    loss.trained.push_back(difference(base.trained[i], left.trained[i]));
    loss.mean_good += loss.good.back(), loss.mean_trained += loss.trained.back();
  }
  loss.mean_good /= static_cast<double>(base.good.size());
  loss.mean_trained /= static_cast<double>(base.good.size());
  return loss;
}

struct YearResult {
  double good = 0, trained = 0, impaired_s = 0, down_s = 0, events = 0;
  std::map<std::pair<int, int>, std::array<double, 2>> by_cause;  // process, reason
};

// One site worked through the simulated years.
class Years {
 public:
  Years(Facility const& f, SiteProcesses const& site, ContingencyReport const& contingency, AvailabilityOptions const& o, std::string phase)
      : site_(site), base_(year_tokens(&f, o.every_hours, o.control)), options_(o) {
    std::vector<char> const special(site.is_special.begin(), site.is_special.end());
    simulated_ = simulate_years(site.processes, special, o.years, o.seed);
    losses_.resize(simulated_.states.size());
    std::atomic<std::size_t> done = 0;
    parallel_for(losses_.size(), [&](std::size_t i) {
      losses_[i] = loss_of(f, base_, names_of(site, simulated_.states[i]), o.control);
      o.control.report(phase, static_cast<double>(++done) / static_cast<double>(losses_.size()));
    });
    for (std::size_t p = 0; p < site.processes.size(); ++p) {
      restart_.push_back(restarts_of(contingency, site.labels[p], site.processes[p].takes_all));
      alone_.push_back(state_alone(p));
    }
    results_.resize(simulated_.segments.size());
    parallel_for(results_.size(), [&](std::size_t y) { results_[y] = integrate(y); });
  }

  std::vector<YearResult> const& results() const { return results_; }
  SimulatedYears const& simulated() const { return simulated_; }
  YearTokens const& base() const { return base_; }

 private:
  // Good and trained tokens of the restart after the seconds that follow, by reason, from the contingency.
  using Restarts = std::array<std::array<double, 2>, 6>;
  static Restarts restarts_of(ContingencyReport const& contingency, std::string const& label, bool takes_all) {
    Restarts out{};
    for (auto const& o : contingency.outages) {
      if (o.what.label != label) continue;
      auto set = [&](Reason reason) { out[static_cast<std::size_t>(reason)] = {o.restart_good_token, o.restart_trained_token}; };
      if (o.what.kind == CaseKind::failure) set(Reason::failure);
      if (o.what.kind == (takes_all ? CaseKind::common_cause : CaseKind::pair)) set(Reason::common_cause);
      if (o.what.kind == CaseKind::human_error) set(Reason::human_error);
    }
    return out;
  }
  // The state in which only one unit of the process's component is out; -1 when it did not come up.
  int state_alone(std::size_t p) const {
    int const component = site_.processes[p].component;
    for (std::size_t s = 0; s < simulated_.states.size(); ++s)
      if (simulated_.states[s].size() == 1 && simulated_.states[s][0].component == component) return static_cast<int>(s);
    return -1;
  }

  // Shares the loss of a state among what is out: by what each costs alone, or equally where none costs anything alone.
  std::vector<std::pair<int, double>> shares(int state) const {
    std::vector<std::pair<int, double>> out;
    double sum = 0;
    for (auto const& c : simulated_.states[static_cast<std::size_t>(state)])
      for (std::size_t p = 0; p < site_.processes.size(); ++p)
        if (site_.processes[p].component == c.component) {
          double const w =
              alone_[p] >= 0 ? losses_[static_cast<std::size_t>(alone_[p])].mean_good + 1e-9 * losses_[static_cast<std::size_t>(alone_[p])].mean_trained : 0.0;
          out.emplace_back(static_cast<int>(p), w);
          sum += w;
          break;
        }
    for (auto& [p, w] : out) w = sum > 0 ? w / sum : 1.0 / static_cast<double>(out.size());
    return out;
  }

  YearResult integrate(std::size_t y) const {
    YearResult r;
    auto const& occurrences = simulated_.occurrences[y];
    std::size_t next = 0;
    std::map<int, std::pair<int, int>> last;  // component -> process and reason that took a unit of it last
    bool was_impaired = false;
    double impaired_until = -1;
    for (auto const& s : simulated_.segments[y]) {
      for (; next < occurrences.size() && occurrences[next].time_s <= s.from_s; ++next) {
        auto const& o = occurrences[next];
        auto const process = static_cast<std::size_t>(o.process);
        std::array<double, 2> const restart = restart_[process][static_cast<std::size_t>(o.reason)];
        // A second unit that goes at the same stroke: the pair's restart replaces the single one's.
        bool const same_stroke = next > 0 && occurrences[next - 1].time_s == o.time_s && occurrences[next - 1].process == o.process;
        std::array<double, 2> const told = same_stroke ? restart_[process][static_cast<std::size_t>(occurrences[next - 1].reason)] : std::array<double, 2>{};
        last[site_.processes[process].component] = {o.process, static_cast<int>(o.reason)};
        auto& cause = r.by_cause[{o.process, static_cast<int>(o.reason)}];
        for (std::size_t k = 0; k < 2; ++k) {
          double const more = std::max(restart[k] - told[k], 0.0);
          (k == 0 ? r.good : r.trained) += more;
          cause[k] += more;
        }
      }
      auto const& loss = losses_[static_cast<std::size_t>(s.state)];
      double good = 0, trained = 0;
      bool impaired = false;
      for (double t = s.from_s; t < s.to_s;) {  // hour by hour
        double const end = std::min(s.to_s, (std::floor(t / kHour) + 1) * kHour);
        auto const i = base_.index_of(static_cast<std::size_t>(t / kHour));
        good += loss.good[i] * (end - t), trained += loss.trained[i] * (end - t);
        if (loss.good[i] > kImpaired * base_.good[i]) r.impaired_s += end - t, impaired = true;
        if (base_.good[i] > 0 && loss.good[i] > (1 - kImpaired) * base_.good[i]) r.down_s += end - t;
        t = end > t ? end : s.to_s;
      }
      if (impaired && !(was_impaired && s.from_s <= impaired_until + 1)) r.events += 1;
      if (impaired) impaired_until = s.to_s;
      was_impaired = impaired;
      r.good += good, r.trained += trained;
      if (good == 0 && trained == 0) continue;
      for (auto const& [p, share] : shares(s.state)) {
        auto const at = last.find(site_.processes[static_cast<std::size_t>(p)].component);
        auto& cause = r.by_cause[at == last.end() ? std::pair{p, 0} : at->second];
        cause[0] += share * good, cause[1] += share * trained;
      }
    }
    return r;
  }

  SiteProcesses const& site_;
  YearTokens base_;
  AvailabilityOptions const& options_;
  SimulatedYears simulated_;
  std::vector<StateLoss> losses_;
  std::vector<Restarts> restart_;
  std::vector<int> alone_;
  std::vector<YearResult> results_;
};

double mean_of(std::vector<float> const& v) {
  double sum = 0;
  for (float x : v) sum += x;
  return v.empty() ? 0 : sum / static_cast<double>(v.size());
}

std::vector<double> column(std::vector<YearResult> const& years, double YearResult::* member, double factor = 1) {
  std::vector<double> out;
  for (auto const& y : years) out.push_back(y.*member * factor);
  return out;
}

void add_causes(AvailabilityReport& report, SiteProcesses const& site, Years const& years) {
  std::map<std::pair<int, int>, CauseLoss> causes;
  auto const n = static_cast<double>(report.years);
  for (std::size_t y = 0; y < years.results().size(); ++y) {
    for (auto const& [key, tokens] : years.results()[y].by_cause) {
      causes[key].lost_good_token += tokens[0] / n;
      causes[key].lost_trained_token += tokens[1] / n;
    }
    Occurrence const* before = nullptr;
    for (auto const& o : years.simulated().occurrences[y]) {
      if (!(before && before->time_s == o.time_s && before->process == o.process && before->reason == o.reason))
        causes[{o.process, static_cast<int>(o.reason)}].events_per_year += 1 / n;
      before = &o;
    }
  }
  for (auto& [key, c] : causes) {
    auto const p = static_cast<std::size_t>(key.first);
    c.component = site.labels[p];
    c.reason = enum_name(static_cast<Reason>(key.second));
    for (auto const& out : years.simulated().out_s) c.hours_per_year += out[p] / kHour / n;
    report.causes.push_back(c);
  }
}

// Small faults: what the mean absence of nodes and racks costs, shared among the pods by the racks that are away.
void add_fleet(AvailabilityReport& report, Facility const& whole, Facility const& with_fleet, YearTokens const& base,
               std::vector<ComponentClass> const& classes, AvailabilityOptions const& o) {
  YearTokens const ideal = year_tokens(&whole, o.every_hours, o.control);
  double const good = std::max(0.0, mean_of(ideal.good) - mean_of(base.good)) * kYear;
  report.good_token = mean_of(ideal.good) * kYear;
  report.trained_token = mean_of(ideal.trained) * kYear;
  double away = 0;
  for (auto const& g : with_fleet.groups) away += (1 - g.fleet_frac) * g.devices();
  for (auto const& g : with_fleet.groups) {
    if (g.fleet_frac >= 1 || away <= 0) continue;
    CauseLoss c{"pods." + g.id, "fleet", 0, 0, good * (1 - g.fleet_frac) * g.devices() / away, 0};
    for (auto const& k : classes)
      if (k.name == "pods." + g.id + ".node" || k.name == "pods." + g.id + ".rack")
        c.events_per_year += k.units * k.rate_per_year, c.hours_per_year += k.units * k.rate_per_year * k.repair_s / kHour;
    report.causes.push_back(c);
  }
}

void add_totals(AvailabilityReport& report, Years const& years) {
  auto const& r = years.results();
  double fleet = 0;
  for (auto const& c : report.causes) fleet += c.reason == "fleet" ? c.lost_good_token : 0.0;
  auto lost = column(r, &YearResult::good);
  for (double& v : lost) v += fleet;
  report.lost_good = year_band(lost);
  report.lost_trained = year_band(column(r, &YearResult::trained));
  report.impaired_hours = year_band(column(r, &YearResult::impaired_s, 1 / kHour));
  report.down_hours = year_band(column(r, &YearResult::down_s, 1 / kHour));
  report.events = year_band(column(r, &YearResult::events));
  if (report.good_token > 0) {
    report.availability = 1 - report.lost_good.mean / report.good_token;
    report.availability_low = 1 - report.lost_good.mean_high / report.good_token;
    report.availability_high = std::min(1.0, 1 - report.lost_good.mean_low / report.good_token);
  }
  report.nines = -std::log10(std::max(1 - report.availability, 0.0));
}

int units_of(std::vector<ComponentClass> const& components, std::string const& kind) {
  int sum = 0;
  for (auto const& c : components) sum += c.name == kind ? c.units : 0;
  return sum;
}

// The same years with one part more on the shelf, or one unit more installed.
void add_worth(AvailabilityReport& report, Facility const& f, ReliabilityParams const& r, ContingencyReport const& contingency, SiteProcesses const& site,
               Years const& now, AvailabilityOptions const& o) {
  std::vector<SpareWorth> todo;
  for (auto const& s : r.spares) todo.push_back({s.component, "spare part", s.stock, 1, 0, 0, 0, 0});
  std::set<std::string> kinds;
  for (auto const& c : site.components)
    if (!c.name.starts_with("shared.") && !c.name.starts_with("workloads.") && kinds.insert(c.name).second) {
      Facility trial = f;
      if (add_one_installed(trial, c.name)) todo.push_back({c.name, "installed unit", units_of(site.components, c.name), 0, 0, 0, 0, 0});
    }
  std::size_t done = 0;
  for (auto& w : todo) {
    o.control.report("one more", static_cast<double>(done++) / static_cast<double>(todo.size()), w.component);
    Facility site_now = f;
    ReliabilityParams rates = r;
    if (w.what == "spare part")
      for (auto& s : rates.spares) s.stock += s.component == w.component ? 1 : 0;
    else
      add_one_installed(site_now, w.component);
    auto const processes = site_processes(site_now, rates, component_classes(site_now, rates));
    if (w.what != "spare part") w.step = units_of(processes.components, w.component) - w.has;
    Years const then(site_now, processes, contingency, o, "one more " + w.component);
    // A larger plant also makes more on days when nothing is out; only what it saves counts here.
    std::vector<double> saved;
    for (std::size_t y = 0; y < now.results().size(); ++y) {
      saved.push_back(now.results()[y].good - then.results()[y].good);
      w.trained_token += (now.results()[y].trained - then.results()[y].trained) / report.years;
    }
    auto const band = year_band(saved);
    w.good_token = band.mean, w.low = band.mean_low, w.high = band.mean_high;
  }
  std::stable_sort(todo.begin(), todo.end(), [](auto const& a, auto const& b) { return a.good_token > b.good_token; });
  report.spares = std::move(todo);
}

}  // namespace

YearBand year_band(std::vector<double> years) {
  YearBand b;
  if (years.empty()) return b;
  auto const n = static_cast<double>(years.size());
  b.mean = mean(years);
  double square = 0;
  for (double v : years) square += (v - b.mean) * (v - b.mean);
  double const error = years.size() > 1 ? kNinety * std::sqrt(square / (n - 1) / n) : 0;
  b.mean_low = b.mean - error, b.mean_high = b.mean + error;
  std::sort(years.begin(), years.end());
  if (years.front() >= 0) b.mean_low = std::max(b.mean_low, 0.0);  // what is never negative has no negative mean
  auto const at = [&](double p) { return quantile(years, std::clamp(p, 0.0, 1.0)); };
  b.p50 = at(0.5), b.p90 = at(0.9), b.p99 = at(0.99), b.worst = years.back();
  double const spread = kNinety * std::sqrt(0.99 * 0.01 / n);  // of the rank, normal limit of the binomial
  b.p99_low = at(0.99 - spread), b.p99_high = at(0.99 + spread);
  return b;
}

AvailabilityReport assess_availability(Facility const& site_facility, ReliabilityParams const& r, ContingencyReport const& contingency,
                                       AvailabilityOptions const& o) {
  if (o.years < 1 || o.every_hours < 1 || o.every_hours > 8760)
    throw InputError(
        Diagnostic{"AF2855", Severity::error, "an availability run needs at least one year and an hour to visit", "", {}, "--years 1000 --every 25", 1});
  AvailabilityReport report;
  report.years = o.years;
  report.seed = o.seed;
  Facility const whole = without_events(site_facility);
  auto const classes = component_classes(whole, r);
  Facility const f = with_fleet_mean(whole, classes, list_outages(whole, r));
  auto const processes = site_processes(f, r, classes);
  Years const years(f, processes, contingency, o, "availability");
  report.states = years.simulated().states.size();
  add_causes(report, processes, years);
  add_fleet(report, whole, f, years.base(), classes, o);
  add_totals(report, years);
  std::stable_sort(report.causes.begin(), report.causes.end(), [](auto const& a, auto const& b) {
    return a.lost_good_token != b.lost_good_token ? a.lost_good_token > b.lost_good_token : a.lost_trained_token > b.lost_trained_token;
  });
  for (auto const& g : whole.groups)
    if (g.duty == Duty::training) report.training_stops_by_nodes += g.interruptions_per_s * kYear;
  for (auto const& out : contingency.outages)
    if (out.transient.trained_tripped_frac > 0) report.training_stops_by_plant += out.what.events_per_year;
  if (o.worth_of_spares) add_worth(report, f, r, contingency, processes, years, o);
  report.notes.push_back(
      fmt::format("{} years, {} different states of the plant, each solved in {} hours of the year.", o.years, report.states, years.base().good.size()));
  report.notes.push_back("Interruptions of training by nodes are in its goodput and not counted again; a year's losses by nodes of serving pods are means.");
  return report;
}

}  // namespace aif::sim
