#include "workloads/training/failure_years.hpp"

#include <algorithm>
#include <cmath>

#include "core/ordered_sum.hpp"
#include "core/random.hpp"
#include "core/statistics.hpp"

namespace aif::workloads {
namespace {

constexpr double kYear_s = 365 * 86400.0;

struct Year {
  double useful_s = 0, waiting_s = 0, lost_s = 0;
  int failures = 0;
};

// Rates of what can strike next; the year draws one exponential for the sum and then who it was.
struct Rates {
  double hardware = 0, other = 0, total = 0;
  std::vector<double> domain;
};
Rates rates_of(FailureYearParams const& p) {
  Rates r;
  double const lemons = 1 + p.lemon_frac * (p.lemon_factor - 1);
  r.hardware = p.nodes * p.hardware_per_node_s * lemons;
  r.other = p.nodes * p.other_per_node_s;
  r.total = r.hardware + r.other;
  for (auto const& d : p.domains) {
    r.domain.push_back(d.count * d.rate_per_s);
    r.total += r.domain.back();
  }
  return r;
}

// Nodes out of service as a heap of return times.
class RepairShop {
 public:
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
  // Earliest moment at which no more than `most` nodes are out.
  double when_at_most(int most, double now_s) {
    while (out_at(now_s) > most) now_s = back_.front();
    return now_s;
  }

 private:
  std::vector<double> back_;
};

Year one_year(FailureYearParams const& p, Rates const& rates, RandomStream const& random, std::uint64_t year) {
  Year y;
  RepairShop shop;
  double now = 0;
  for (std::uint64_t draw = 0; now < kYear_s; ++draw) {
    auto const [u, v] = random.uniform_pair(year, draw);
    double const run_s = std::min(-std::log(u) / rates.total, kYear_s - now);
    double const cycle = p.interval_s + p.checkpoint_s, saved = std::floor(run_s / cycle) * p.interval_s;
    y.useful_s += saved;
    now += run_s;
    if (now >= kYear_s) {
      y.useful_s += std::min(run_s - saved / p.interval_s * cycle, p.interval_s);  // the year ends, the work stays
      break;
    }
    y.lost_s += run_s - saved / p.interval_s * cycle;
    ++y.failures;
    double at = v * rates.total - rates.other;
    if (at >= 0 && at < rates.hardware) shop.send(now + p.repair_s * -std::log(random.uniform(year, draw + (1ull << 32))), 1);
    at -= rates.hardware;
    for (std::size_t d = 0; d < rates.domain.size() && at >= 0; ++d) {
      if (at < rates.domain[d]) shop.send(now + p.domains[d].repair_s, p.domains[d].nodes);
      at -= rates.domain[d];
    }
    double const enough = shop.when_at_most(p.spares, now);
    y.waiting_s += std::min(enough, kYear_s) - now;
    now = enough + p.detect_s + p.restart_s;
  }
  return y;
}

}  // namespace

FailureYears simulate_failure_years(FailureYearParams const& p, int years, std::uint64_t seed) {
  Rates const rates = rates_of(p);
  RandomStream const random(seed, Stream::failures);
  std::vector<Year> all(static_cast<std::size_t>(years));
  constexpr std::size_t kBlock = 64;
  parallel_for((all.size() + kBlock - 1) / kBlock, [&](std::size_t b) {
    for (std::size_t i = b * kBlock; i < std::min(all.size(), (b + 1) * kBlock); ++i) all[i] = one_year(p, rates, random, i);
  });
  FailureYears out;
  std::vector<double> goodput;
  for (auto const& y : all) {
    goodput.push_back(y.useful_s / kYear_s);
    out.failures_per_year += static_cast<double>(y.failures) / years;
    out.waiting_frac += y.waiting_s / kYear_s / years;
    out.lost_frac += y.lost_s / kYear_s / years;
  }
  out.goodput = mean(goodput);
  out.goodput_low = quantile(goodput, 0.05), out.goodput_high = quantile(goodput, 0.95);
  return out;
}

std::vector<double> goodput_by_spares(FailureYearParams params, std::span<int const> spares, int years, std::uint64_t seed) {
  std::vector<double> out;
  for (int n : spares) {
    params.spares = n;
    out.push_back(simulate_failure_years(params, years, seed).goodput);
  }
  return out;
}

}  // namespace aif::workloads
