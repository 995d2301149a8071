#include "sim/availability/process.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "contracts/outage.hpp"
#include "core/calendar.hpp"
#include "core/ordered_sum.hpp"

namespace aif::sim {
namespace {

constexpr std::uint64_t kYearsPerProcess = 1ull << 32;  // entities of one process in the random stream

// Uniforms of one process in one year, in order of use.
class Draws {
 public:
  Draws(RandomStream const& random, int index, std::uint64_t year) : random_(random), entity_(static_cast<std::uint64_t>(index) * kYearsPerProcess + year) {}
  std::array<double, 2> pair() { return random_.uniform_pair(entity_, step_++); }
  double exponential(double mean) { return -mean * std::log(pair()[0]); }

 private:
  RandomStream const& random_;
  std::uint64_t entity_, step_ = 0;
};

class Units {
 public:
  Units(UnitProcess const& p, Draws& draws) : p_(p), draws_(draws), back_s_(static_cast<std::size_t>(p.units), -1e300) {
    for (int i = 0; i < p.stock; ++i) parts_.push_back(-1e300);
  }
  bool is_out(int unit, double t) const { return back_s_[static_cast<std::size_t>(unit)] > t; }
  bool any_out(double from_s, double to_s) const {
    return std::any_of(out_.begin(), out_.end(), [&](auto const& a) { return a.from_s < to_s && a.to_s > from_s; });
  }
  void take(int unit, double from_s, double to_s, Reason reason) {
    double& back = back_s_[static_cast<std::size_t>(unit)];
    back = std::max(back, to_s);
    out_.push_back({from_s, to_s, unit, reason});
  }
  // Repair begins when a part is there: each failure orders one, and takes the earliest that is to come (base-stock policy).
  double repaired_at(double t) {
    double start = t;
    if (p_.stock >= 0) {
      parts_.push_back(t + p_.lead_s);
      std::push_heap(parts_.begin(), parts_.end(), std::greater<>{});
      std::pop_heap(parts_.begin(), parts_.end(), std::greater<>{});
      start = std::max(t, parts_.back());
      parts_.pop_back();
    }
    return start + draws_.exponential(p_.repair_s);
  }
  // Another unit of the same group that is in service; -1 when there is none.
  int neighbour(int unit, double t, double u) const {
    int const first = unit / p_.group_size * p_.group_size, last = std::min(first + p_.group_size, p_.units);
    std::vector<int> others;
    for (int k = first; k < last; ++k)
      if (k != unit && !is_out(k, t)) others.push_back(k);
    return others.empty() ? -1 : others[std::min(others.size() - 1, static_cast<std::size_t>(u * static_cast<double>(others.size())))];
  }
  std::vector<Absence> within_year() {
    std::erase_if(out_, [](auto const& a) { return a.to_s <= 0 || a.from_s >= kYear; });
    for (auto& a : out_) a.from_s = std::max(a.from_s, 0.0), a.to_s = std::min(a.to_s, kYear);
    std::stable_sort(out_.begin(), out_.end(), [](auto const& a, auto const& b) { return a.from_s < b.from_s; });
    return std::move(out_);
  }

 private:
  UnitProcess const& p_;
  Draws& draws_;
  std::vector<double> back_s_;
  std::vector<double> parts_;  // heap: when spare parts are there
  std::vector<Absence> out_;
};

// Failures at rate n lambda, thinned by whether the unit that is drawn is in service: each unit is an alternating renewal process of its own.
void fail(UnitProcess const& p, Units& units, Draws& draws) {
  int const n = p.takes_all ? 1 : p.units;
  if (p.rate_per_s <= 0 || n == 0) return;
  double t = -std::max(6 * p.repair_s, 2 * p.lead_s);  // run in, so that the year starts in the middle of things
  while (true) {
    auto const [u, v] = draws.pair();
    t += -std::log(u) / (n * p.rate_per_s);
    if (t >= kYear) return;
    int const unit = std::min(n - 1, static_cast<int>(v * n));
    if (units.is_out(unit, t)) continue;
    double const back = units.repaired_at(t);
    if (p.takes_all) {
      for (int k = 0; k < p.units; ++k) units.take(k, t, back, Reason::common_cause);
      continue;
    }
    units.take(unit, t, back, Reason::failure);
    if (p.common_frac <= 0) continue;
    auto const [is_common, which] = draws.pair();
    if (is_common < p.common_frac)
      if (int const second = units.neighbour(unit, t, which); second >= 0) units.take(second, t, units.repaired_at(t), Reason::common_cause);
  }
}

double allowed_start(UnitProcess const& p, double t) {
  double const of_day = t - std::floor(t / kDay) * kDay, from = p.from_h * kHour, to = p.to_h * kHour;
  bool const allowed = from <= to ? of_day >= from && of_day < to : of_day >= from || of_day < to;
  return allowed || from == to ? t : t + (of_day < from ? from - of_day : kDay - of_day + from);
}

void plan(UnitProcess const& p, Units& units, Draws& draws) {
  if (p.rate_per_s <= 0 || p.units == 0) return;
  for (double t = 0;;) {
    auto const [u, v] = draws.pair();
    auto const [is_error, which] = draws.pair();
    t += -std::log(u) / (p.units * p.rate_per_s);
    if (t >= kYear) return;
    double start = allowed_start(p, t);
    while (units.any_out(start, start + p.repair_s) && start < kYear) start = allowed_start(p, start + kDay);
    if (start >= kYear) continue;  // next year's work
    int const unit = std::min(p.units - 1, static_cast<int>(v * p.units));
    units.take(unit, start, start + p.repair_s, Reason::planned);
    if (is_error < p.error_frac)
      if (int const second = units.neighbour(unit, start, which); second >= 0) units.take(second, start, start + p.error_repair_s, Reason::human_error);
  }
}

// Standby units: each call finds some that do not start, some that stop on the way; they are away until mended or until the call ends.
void call(UnitProcess const& p, std::vector<Absence> const& caller, Units& units, Draws& draws) {
  double last_start = -1;
  for (auto const& c : caller) {
    if (c.from_s == last_start) continue;  // one event took several units of the caller
    last_start = c.from_s;
    auto const [all, unused] = draws.pair();
    bool const nobody = all < p.start_fail_frac * p.common_start_frac;
    for (int k = 0; k < p.units; ++k) {
      auto const [start, run] = draws.pair();
      if (units.is_out(k, c.from_s)) continue;
      double const runs_s = p.run_rate_per_s > 0 ? -std::log(run) / p.run_rate_per_s : 1e300;
      if (nobody || start < p.start_fail_frac)
        units.take(k, c.from_s, std::min(c.to_s, c.from_s + draws.exponential(p.repair_s)), Reason::start);
      else if (c.from_s + runs_s < c.to_s)
        units.take(k, c.from_s + runs_s, std::min(c.to_s, c.from_s + runs_s + draws.exponential(p.repair_s)), Reason::run);
    }
  }
}

// Away units of a component by the time in hand, counted: two processes may hold one unit away.
struct Away {
  std::map<int, int> holders;
  void change(int unit, int by) {
    if ((holders[unit] += by) == 0) holders.erase(unit);
  }
};

// Equal groups are told apart only by how many of their units are away.
std::vector<int> canonical(Away const& away, int group_size, bool is_special) {
  std::vector<int> units;
  if (is_special) {
    for (auto const& [unit, n] : away.holders) units.push_back(unit);
    return units;
  }
  std::map<int, int> by_group;
  for (auto const& [unit, n] : away.holders) ++by_group[unit / group_size];
  std::vector<int> counts;
  for (auto const& [group, n] : by_group) counts.push_back(n);
  std::sort(counts.rbegin(), counts.rend());
  for (std::size_t g = 0; g < counts.size(); ++g)
    for (int k = 0; k < counts[g]; ++k) units.push_back(static_cast<int>(g) * group_size + k);
  return units;
}

struct OneYear {
  std::vector<SystemState> states;  // of this year, by order of appearance; indices below are local
  std::vector<Segment> segments;
  std::vector<Occurrence> occurrences;
  std::vector<double> out_s;
};

OneYear one_year(std::vector<UnitProcess> const& processes, std::vector<char> const& is_special, RandomStream const& random, std::uint64_t year) {
  OneYear y;
  struct Change {
    double time_s;
    int by, process, unit;
    Reason reason;
  };
  std::vector<Change> changes;
  std::vector<std::vector<Absence>> timelines;
  for (std::size_t i = 0; i < processes.size(); ++i) {
    auto const& p = processes[i];
    auto const* caller = p.called_by >= 0 ? &timelines[static_cast<std::size_t>(p.called_by)] : nullptr;
    timelines.push_back(simulate_units(p, static_cast<int>(i), caller, random, year));
    y.out_s.push_back(0);
    for (auto const& a : timelines.back()) {
      if (a.to_s <= a.from_s) continue;
      y.out_s.back() += a.to_s - a.from_s;
      changes.push_back({a.from_s, 1, static_cast<int>(i), a.unit, a.reason});
      changes.push_back({a.to_s, -1, static_cast<int>(i), a.unit, a.reason});
    }
  }
  std::stable_sort(changes.begin(), changes.end(), [](auto const& a, auto const& b) { return a.time_s < b.time_s; });
  std::map<int, Away> away;
  std::map<SystemState, int> known;
  double since = 0;
  int state = -1;
  for (std::size_t i = 0; i < changes.size();) {
    double const now = changes[i].time_s;
    if (state >= 0 && now > since) y.segments.push_back({since, now, state});
    std::size_t const first = i;
    for (; i < changes.size() && changes[i].time_s == now; ++i)
      away[processes[static_cast<std::size_t>(changes[i].process)].component].change(changes[i].unit, changes[i].by);
    SystemState next;
    for (auto const& p : processes) {
      if (std::any_of(next.begin(), next.end(), [&](auto const& c) { return c.component == p.component; })) continue;
      auto const at = away.find(p.component);
      if (at != away.end() && !at->second.holders.empty())
        next.push_back({p.component, canonical(at->second, p.group_size, is_special[static_cast<std::size_t>(p.component)])});
    }
    std::sort(next.begin(), next.end());
    state = -1;
    if (!next.empty()) {
      auto const [at, is_new] = known.try_emplace(next, static_cast<int>(y.states.size()));
      if (is_new) y.states.push_back(std::move(next));
      state = at->second;
    }
    since = now;
    for (std::size_t k = first; k < i; ++k)
      if (changes[k].by > 0) y.occurrences.push_back({now, changes[k].process, state, changes[k].reason});
  }
  if (state >= 0 && since < kYear) y.segments.push_back({since, kYear, state});
  return y;
}

}  // namespace

std::vector<Absence> simulate_units(UnitProcess const& p, int index, std::vector<Absence> const* caller, RandomStream const& random, std::uint64_t year) {
  Draws draws(random, index, year);
  Units units(p, draws);
  if (p.is_planned)
    plan(p, units, draws);
  else
    fail(p, units, draws);
  if (caller) call(p, *caller, units, draws);
  return units.within_year();
}

SimulatedYears simulate_years(std::vector<UnitProcess> const& processes, std::vector<char> const& is_special, int years, std::uint64_t seed) {
  RandomStream const random(seed, Stream::failures);
  std::vector<OneYear> each(static_cast<std::size_t>(years));
  constexpr std::size_t kBlock = 16;
  parallel_for((each.size() + kBlock - 1) / kBlock, [&](std::size_t b) {
    for (std::size_t i = b * kBlock; i < std::min(each.size(), (b + 1) * kBlock); ++i) each[i] = one_year(processes, is_special, random, i);
  });
  SimulatedYears out;
  std::map<SystemState, int> known;
  for (auto& y : each) {
    std::vector<int> global;
    for (auto& s : y.states) {
      auto const [at, is_new] = known.try_emplace(s, static_cast<int>(out.states.size()));
      if (is_new) out.states.push_back(s);
      global.push_back(at->second);
    }
    for (auto& s : y.segments) s.state = global[static_cast<std::size_t>(s.state)];
    for (auto& o : y.occurrences) o.state = o.state >= 0 ? global[static_cast<std::size_t>(o.state)] : -1;
    out.segments.push_back(std::move(y.segments));
    out.occurrences.push_back(std::move(y.occurrences));
    out.out_s.push_back(std::move(y.out_s));
  }
  return out;
}

}  // namespace aif::sim
