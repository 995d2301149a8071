#include "workloads/training/failure_years.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/ordered_sum.hpp"
#include "core/random.hpp"
#include "core/statistics.hpp"
#include "workloads/training/goodput.hpp"

namespace aif::workloads {
namespace {

constexpr double kYear_s = 365 * 86400.0;
constexpr std::uint64_t kSecondDraw = 1ull << 32;  // beyond any number of failures in a year

struct Year {
  double useful_s = 0, waiting_s = 0, shrunk_s = 0, lost_s = 0;
  int failures = 0;
};

// Nodes out of service as a heap of return times; with few crews a repair waits for one.
class RepairShop {
 public:
  explicit RepairShop(int crews) : crew_free_(static_cast<std::size_t>(std::max(0, crews)), 0.0) {}
  void repair(double now_s, double lasts_s) {
    double until = now_s + lasts_s;
    if (!crew_free_.empty()) {
      auto const crew = std::min_element(crew_free_.begin(), crew_free_.end());
      until = std::max(now_s, *crew) + lasts_s;
      *crew = until;
    }
    send(until, 1);
  }
  void send(double until_s, int nodes) {
    for (int i = 0; i < nodes; ++i) {
      back_.push_back(until_s);
      std::push_heap(back_.begin(), back_.end(), std::greater<>{});
    }
  }
  int out_at(double now_s) {
    while (!back_.empty() && back_.front() <= now_s) {
      std::pop_heap(back_.begin(), back_.end(), std::greater<>{});
      back_.pop_back();
    }
    return static_cast<int>(back_.size());
  }
  double next_return_s() const { return back_.empty() ? std::numeric_limits<double>::infinity() : back_.front(); }

 private:
  std::vector<double> back_, crew_free_;
};

class YearOfJob {
 public:
  YearOfJob(FailureYearParams const& p, RandomStream const& random, std::uint64_t year) : p_(p), random_(random), year_(year), shop_(p.repair_crews) {
    strikes_.assign(static_cast<std::size_t>(std::lround(p.lemon_frac * p.nodes)), 0);
    for (auto const& d : p.domains) domains_per_s_ += d.count * d.rate_per_s;
  }

  Year run() {
    double now = 0, running = 1;  // share of the job's nodes that work
    for (std::uint64_t draw = 0; now < kYear_s; ++draw) {
      auto const [u, v] = random_.uniform_pair(year_, draw);
      double const rate = hardware_per_s() + p_.nodes * p_.other_per_node_s + domains_per_s_;
      double const fails_s = rate > 0 ? -std::log(u) / rate : kYear_s, ends_s = kYear_s - now;
      double const returns_s = running < 1 ? shop_.next_return_s() - now : kYear_s;  // then the job takes its nodes back, at a checkpoint
      double const run_s = std::min({fails_s, ends_s, returns_s});
      double const cycle = p_.interval_s + p_.checkpoint_s, cycles = std::floor(run_s / cycle), rest = run_s - cycles * cycle;
      bool const is_failure = fails_s < std::min(ends_s, returns_s);
      double const done = cycles * p_.interval_s + (is_failure ? 0.0 : std::min(rest, p_.interval_s));
      out_.useful_s += running * done, out_.shrunk_s += (1 - running) * done;
      now += run_s;
      if (now >= kYear_s) break;
      double down_s = p_.restart_s;
      if (is_failure) {
        out_.lost_s += rest;
        down_s += strike(now, v * rate, draw, cycles);
      }
      now = wait_for_nodes(now, running) + down_s;
    }
    return out_;
  }

 private:
  double hardware_per_s() const {
    double const lemons = static_cast<double>(strikes_.size());
    return p_.hardware_per_node_s * (p_.nodes - lemons + p_.lemon_factor * lemons);
  }

  // Who failed, by where `at` falls among the rates; returns the seconds until it is noticed.
  double strike(double now, double at, std::uint64_t draw, double cycles) {
    ++out_.failures;
    double const other = p_.nodes * p_.other_per_node_s;
    if (at < other) return at < other * p_.hang_frac ? p_.hang_detect_s : p_.detect_s;
    at -= other;
    if (double const hardware = hardware_per_s(); at < hardware) {
      auto const [u, v] = random_.uniform_pair(year_, draw + kSecondDraw);
      shop_.repair(now, -p_.repair_s * std::log(u));
      if (v < p_.spoiled_frac && cycles >= 1) out_.useful_s -= p_.interval_s, out_.lost_s += p_.interval_s;
      double const lemon = p_.lemon_factor * p_.hardware_per_node_s;
      auto const which = static_cast<std::size_t>(at / lemon);
      if (which < strikes_.size() && ++strikes_[which] == p_.lemon_strikes) strikes_.erase(strikes_.begin() + static_cast<std::ptrdiff_t>(which));
      return p_.detect_s;
    } else {
      at -= hardware;
    }
    for (auto const& d : p_.domains) {
      if (at < d.count * d.rate_per_s) {
        shop_.send(now + d.repair_s, d.nodes);
        break;
      }
      at -= d.count * d.rate_per_s;
    }
    return p_.detect_s;
  }

  // The moment at which the job can run again, and the share of its nodes that will.
  double wait_for_nodes(double now, double& running) {
    double const from = now;
    while (true) {
      int const missing = std::max(0, shop_.out_at(now) - p_.spares);
      running = 1;
      if (missing == 0) break;
      if (p_.replica_nodes > 0) running = std::max(0, p_.nodes - missing) / p_.replica_nodes * p_.replica_nodes / static_cast<double>(p_.nodes);
      if (p_.replica_nodes > 0 && running > 0) break;
      now = shop_.next_return_s();
    }
    out_.waiting_s += std::max(0.0, std::min(now, kYear_s) - from);
    return now;
  }

  Year out_;
  FailureYearParams const& p_;
  RandomStream const& random_;
  std::uint64_t year_;
  RepairShop shop_;
  std::vector<int> strikes_;  // of each lemon that is left
  double domains_per_s_ = 0;
};

}  // namespace

FailureYears simulate_failure_years(FailureYearParams const& p, int years, std::uint64_t seed) {
  RandomStream const random(seed, Stream::failures);
  std::vector<Year> all(static_cast<std::size_t>(years));
  constexpr std::size_t kBlock = 64;
  parallel_for((all.size() + kBlock - 1) / kBlock, [&](std::size_t b) {
    for (std::size_t i = b * kBlock; i < std::min(all.size(), (b + 1) * kBlock); ++i) all[i] = YearOfJob(p, random, i).run();
  });
  FailureYears out;
  std::vector<double> goodput;
  for (auto const& y : all) {
    goodput.push_back(std::max(0.0, y.useful_s) / kYear_s);
    out.failures_per_year += static_cast<double>(y.failures) / years;
    out.waiting_frac += y.waiting_s / kYear_s / years;
    out.shrunk_frac += y.shrunk_s / kYear_s / years;
    out.lost_frac += y.lost_s / kYear_s / years;
  }
  out.goodput = mean(goodput);
  out.goodput_low = quantile(goodput, 0.05), out.goodput_high = quantile(goodput, 0.95);
  return out;
}

int enough_years(FailureYearParams const& p) {
  constexpr double kEvents = 1e6, kFewest = 32, kMost = 1000;
  double per_year = p.nodes * (p.hardware_per_node_s + p.other_per_node_s) * kYear_s;
  for (auto const& d : p.domains) per_year += d.count * d.rate_per_s * kYear_s;
  return static_cast<int>(std::clamp(kEvents / std::max(1.0, per_year), kFewest, kMost));
}

std::vector<double> goodput_by_spares(FailureYearParams params, std::span<int const> spares, int years, std::uint64_t seed) {
  std::vector<double> out;
  for (int n : spares) {
    params.spares = n;
    out.push_back(simulate_failure_years(params, years, seed).goodput);
  }
  return out;
}

BestSpares best_spares(FailureYearParams params, int most, std::uint64_t seed) {
  int const years = enough_years(params);
  BestSpares best;
  int since_better = 0;
  // The worth of one more spare falls: stop when several in a row gained nothing.
  for (int n = 0; n <= most && since_better < 6; n += n < 16 ? 1 : n / 8, ++since_better) {
    params.spares = n;
    double const goodput = simulate_failure_years(params, years, seed).goodput, per_node = goodput * params.nodes / (params.nodes + n);
    if (per_node > best.per_node) best = {n, goodput, per_node}, since_better = -1;
  }
  return best;
}

double best_simulated_interval_s(FailureYearParams params, std::uint64_t seed) {
  int const years = enough_years(params);
  double rate = params.nodes * (params.hardware_per_node_s + params.other_per_node_s);
  for (auto const& d : params.domains) rate += d.count * d.rate_per_s;
  double const centre = best_interval_s({rate, params.detect_s + params.restart_s, params.checkpoint_s});
  double best_goodput = -1, best = centre;
  for (double factor : {0.5, 0.71, 0.84, 1.0, 1.19, 1.41, 2.0}) {
    params.interval_s = centre * factor;
    double const goodput = simulate_failure_years(params, years, seed).goodput;
    if (goodput > best_goodput) best_goodput = goodput, best = params.interval_s;
  }
  return best;
}

}  // namespace aif::workloads
