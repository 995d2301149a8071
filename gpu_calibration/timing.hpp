#pragma once
// Repeats a measurement until its statistic is known well enough: warm-up, batches long enough for the clock, an order-statistic
// interval that needs no distribution (David and Nagaraja 2003, section 7.1). Header only: host and CUDA probes share it.

#include <algorithm>
#include <cmath>
#include <vector>

namespace aif::calibration {

struct TimingOptions {
  double quantile = 0.5;         // 0.5 on a device of its own; 0.1 on a host, where other programs only ever add time
  double interval_frac = 0.03;   // wanted width of the 95 % interval of that quantile
  double least_batch_s = 1e-3;   // one sample lasts at least this long
  double cap_s = 0.2;            // stop after this
  int fewest = 7, most = 200;
};

struct Timing {
  double time_s = 0, low_s = 0, high_s = 0;
  int repeats = 0;
};

inline Timing summarise_times(std::vector<double> samples, double quantile) {
  std::sort(samples.begin(), samples.end());
  auto const n = static_cast<double>(samples.size());
  double const sd = std::sqrt(n * quantile * (1.0 - quantile));  // of the rank: binomial
  auto at = [&](double rank) { return samples[static_cast<std::size_t>(std::clamp(rank, 0.0, n - 1.0))]; };
  return {at(std::round(quantile * (n - 1.0))), at(std::floor(quantile * n - 1.96 * sd)), at(std::ceil(quantile * n + 1.96 * sd)), static_cast<int>(samples.size())};
}

// run(count): seconds of `count` calls back to back.
template <class Run>
Timing repeat_timing(Run&& run, TimingOptions const& options) {
  double spent_s = run(1);  // first touch, lazy loading, caches: not counted
  double const once_s = std::max(1e-9, run(1));
  int const batch = static_cast<int>(std::clamp(options.least_batch_s / once_s, 1.0, 1e6));
  std::vector<double> samples;
  Timing timing;
  while (static_cast<int>(samples.size()) < options.most) {
    double const batch_s = run(batch);
    spent_s += batch_s;
    samples.push_back(batch_s / batch);
    bool const enough = static_cast<int>(samples.size()) >= options.fewest;
    if (!enough && spent_s < 2.0 * options.cap_s) continue;
    timing = summarise_times(samples, options.quantile);
    if (spent_s > options.cap_s || timing.high_s - timing.low_s <= options.interval_frac * timing.time_s) break;
  }
  return timing;
}

}  // namespace aif::calibration
