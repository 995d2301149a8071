#include "workloads/serving/workload.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/diagnostics.hpp"

namespace aif::workloads {

namespace {

constexpr double kHour_s = 3600.0;
constexpr std::size_t kHoursOfWeek = 168;

// Shape of the week with mean 1, stretched about its mean to the wanted peak. Stretching may not turn the night negative: what
// falls below zero is cut and the rest brought back to mean 1, a few times over.
std::vector<double> weekly_shape(DemandProfile const& profile, double peak_to_mean) {
  std::vector<double> shape(kHoursOfWeek);
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) shape[h] = profile.hour[h % 24] * profile.day[h / 24];
  auto normalise = [&] {
    double const mean = std::accumulate(shape.begin(), shape.end(), 0.0) / static_cast<double>(kHoursOfWeek);
    for (double& s : shape) s /= mean;
  };
  normalise();
  for (int round = 0; peak_to_mean >= 1.0 && round < 50; ++round) {
    double const peak = *std::max_element(shape.begin(), shape.end());
    if (peak <= 1.0 + 1e-12 || std::abs(peak - peak_to_mean) < 1e-9) break;
    double const stretch = (peak_to_mean - 1.0) / (peak - 1.0);
    for (double& s : shape) s = std::max(0.0, 1.0 + (s - 1.0) * stretch);
    normalise();
  }
  return shape;
}

void check(DemandProfile const& profile) {
  bool const sized = profile.hour.size() == 24 && profile.day.size() == 7;
  double total = 0;
  for (double h : profile.hour) total += h;
  double days = 0;
  for (double d : profile.day) days += d;
  if (sized && total > 0 && days > 0) return;
  throw InputError(Diagnostic{"AF2501", Severity::error, "demand profile `" + profile.title + "` needs 24 hours and 7 days with something in them", "demand.profile", {},
                              "give `hour` 24 and `day` 7 numbers", 1});
}

}  // namespace

std::vector<double> offered_requests_s(DemandParams const& demand, std::vector<double> series) {
  if (demand.peak_to_mean != 0 || demand.growth_per_s != 0 || demand.profile != DemandParams{}.profile)
    throw InputError(Diagnostic{"AF2501", Severity::error, "a demand series has its own shape, peak and growth", "demand.series", {}, "leave out profile, peak_to_mean and growth; `mean` scales the series", 1});
  double const mean = std::accumulate(series.begin(), series.end(), 0.0) / static_cast<double>(std::max<std::size_t>(1, series.size()));
  bool const possible = mean > 0 && std::all_of(series.begin(), series.end(), [](double v) { return v >= 0; });
  if (!possible) throw InputError(Diagnostic{"AF2501", Severity::error, "the demand series is empty or has negative rates", "demand.series", {}, "requests a second, zero or more", 1});
  if (demand.mean_per_s > 0)
    for (double& v : series) v *= demand.mean_per_s / mean;
  return series;
}

std::vector<double> offered_requests_s(DemandParams const& demand, DemandProfile const& profile, double start_hour, double window_s, std::size_t n) {
  check(profile);
  if (demand.mean_per_s <= 0)
    throw InputError(Diagnostic{"AF2501", Severity::error, "the demand has no mean", "demand.mean", {}, "write `mean: 210 req/s`, or give a `series`", 1});
  auto const shape = weekly_shape(profile, demand.peak_to_mean);
  // Hourly values stand at the middle of their hour; between them linear, round the week.
  auto at = [&](double hour) {
    double const position = std::fmod(hour - 0.5 + 2.0 * kHoursOfWeek, static_cast<double>(kHoursOfWeek));
    auto const i = static_cast<std::size_t>(position);
    double const w = position - static_cast<double>(i);
    return shape[i % kHoursOfWeek] * (1.0 - w) + shape[(i + 1) % kHoursOfWeek] * w;
  };
  std::size_t const parts = static_cast<std::size_t>(std::max(1.0, std::ceil(window_s / kHour_s)));
  std::vector<double> offered(n);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (std::size_t p = 0; p < parts; ++p)
      sum += at(start_hour + (static_cast<double>(i) + (static_cast<double>(p) + 0.5) / static_cast<double>(parts)) * window_s / kHour_s);
    double const middle_s = (static_cast<double>(i) + 0.5) * window_s;
    offered[i] = demand.mean_per_s * sum / static_cast<double>(parts) * std::exp(demand.growth_per_s * middle_s);
  }
  return offered;
}

double mean_token(LengthParams const& length) {
  double const ratio = length.p95_token > 0 ? length.p95_token / length.p50_token : 3.5;
  double const sigma = std::log(ratio) / 1.6448536269514722;  // normal quantile of 95 %
  return length.p50_token * std::exp(0.5 * sigma * sigma);
}

BacklogStep step_backlog(double backlog_token, double offered_token_s, double capacity_token_s, double patience_s, double dt_s) {
  BacklogStep out;
  double const have = backlog_token + offered_token_s * dt_s;
  double const served = std::min(have, capacity_token_s * dt_s);
  double const kept = std::min(have - served, capacity_token_s * patience_s);
  out.served_token_s = served / dt_s;
  out.abandoned_token_s = (have - served - kept) / dt_s;
  out.backlog_token = kept;
  out.wait_s = capacity_token_s > 0 ? kept / capacity_token_s : 0.0;
  return out;
}

}  // namespace aif::workloads
