#include "workloads/serving/measures.hpp"

#include <algorithm>
#include <cmath>

#include "core/statistics.hpp"

namespace aif::workloads {

namespace {

// Linear between order statistics of a sorted column, as core/statistics.
double of_sorted(std::vector<double> const& v, double p) {
  double const position = p * static_cast<double>(v.size() - 1);
  auto const i = static_cast<std::size_t>(position);
  return i + 1 < v.size() ? v[i] + (v[i + 1] - v[i]) * (position - static_cast<double>(i)) : v.back();
}

}  // namespace

Percentiles percentiles(std::vector<double> const& values, std::vector<double> const& released_s, double from_s, double to_s) {
  std::vector<double> kept;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isnan(values[i]) && released_s[i] >= from_s && released_s[i] <= to_s) kept.push_back(values[i]);
  if (kept.empty()) return {};
  double const average = mean(kept);
  std::sort(kept.begin(), kept.end());
  return {average, of_sorted(kept, 0.5), of_sorted(kept, 0.9), of_sorted(kept, 0.95), of_sorted(kept, 0.99)};
}

bool is_good(SloParams const& slo, double ttft_s, double tpot_s, double e2e_s) {  // false for NaN: not finished is not good
  auto within = [](double value, double target) { return target <= 0 || value <= target; };
  return !std::isnan(e2e_s) && within(ttft_s, slo.ttft_p95_s) && within(tpot_s, slo.tpot_p95_s) && within(e2e_s, slo.e2e_p95_s);
}

std::vector<std::uint16_t> good_at_targets(RequestTable const& requests, SimulationResult const& result, SloParams const& slo, double from_s, double to_s,
                                   std::vector<double> const& ttft_frac, std::vector<double> const& tpot_frac) {
  RequestResults const& r = result.requests;
  // First multiple of the axis that a value keeps; the number of multiples when none.
  auto const first_kept = [](std::vector<double> const& frac, double value, double target) {
    return target <= 0 ? std::size_t{0} : static_cast<std::size_t>(std::lower_bound(frac.begin(), frac.end(), value / target) - frac.begin());
  };
  std::size_t const nt = ttft_frac.size(), np = tpot_frac.size();
  std::vector<double> good((nt + 1) * (np + 1), 0.0);
  double released = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!(r.released_s[i] >= from_s && r.released_s[i] <= to_s)) continue;
    released += 1;
    if (std::isnan(r.e2e_s[i])) continue;
    std::size_t const p = std::max(first_kept(tpot_frac, r.tpot_s[i], slo.tpot_p95_s), first_kept(tpot_frac, r.e2e_s[i], slo.e2e_p95_s));
    good[first_kept(ttft_frac, r.ttft_s[i], slo.ttft_p95_s) * (np + 1) + p] += 1;
  }
  std::vector<std::uint16_t> out(nt * np);
  for (std::size_t t = 0; t < nt; ++t)
    for (std::size_t p = 0; p < np; ++p) {  // counts so far: this cell and everything that a tighter target keeps
      if (t > 0) good[t * (np + 1) + p] += good[(t - 1) * (np + 1) + p];
      double sum = 0;
      for (std::size_t q = 0; q <= p; ++q) sum += good[t * (np + 1) + q];
      out[t * np + p] = static_cast<std::uint16_t>(std::lround(released > 0 ? 1e4 * sum / released : 0.0));
    }
  return out;
}

ServingMeasures measure(RequestTable const& requests, SimulationResult const& result, Deployment const& deployment, SloParams const& slo,
                        double from_s, double to_s) {
  ServingMeasures m;
  RequestResults const& r = result.requests;
  m.ttft_s = percentiles(r.ttft_s, r.released_s, from_s, to_s);
  m.tpot_s = percentiles(r.tpot_s, r.released_s, from_s, to_s);
  m.e2e_s = percentiles(r.e2e_s, r.released_s, from_s, to_s);
  double released = 0, good = 0, good_token = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!(r.released_s[i] >= from_s && r.released_s[i] <= to_s)) continue;
    bool const is = is_good(slo, r.ttft_s[i], r.tpot_s[i], r.e2e_s[i]);
    released += 1;
    good += is;
    good_token += is ? requests.output_token[i] : 0;
  }
  double const span_s = std::max(to_s - from_s, 1e-12);
  m.requests_s = released / span_s;
  m.good_requests_s = good / span_s;
  m.good_frac = released > 0 ? good / released : 0.0;
  m.good_out_token_s = good_token / span_s;
  double const covered_s = std::max(result.measured_s, 1e-12);
  m.out_token_s = (result.serve.out_token + result.decode.out_token) / covered_s;
  m.in_token_s = result.serve.in_token / covered_s;
  m.cached_token_s = result.serve.cached_token / covered_s;
  Pool const& decoding = deployment.decode.replicas > 0 ? deployment.decode : deployment.serve;
  ReplicaTally const& tally = deployment.decode.replicas > 0 ? result.decode : result.serve;
  double steps = 0, sequences = 0;
  for (std::size_t b = 0; b < tally.steps_at.size(); ++b) {
    steps += tally.steps_at[b];
    sequences += tally.steps_at[b] * static_cast<double>(b);
  }
  m.mean_batch = steps > 0 ? sequences / steps : 0.0;
  m.busy_frac = tally.busy_s / (covered_s * decoding.replicas);
  double const pages = std::floor(decoding.scheduler.kv_token / decoding.scheduler.block_token);
  m.kv_used_frac = pages > 0 ? tally.kv_page_s / (covered_s * decoding.replicas * pages) : 0.0;
  m.preemptions = result.serve.preemptions + result.decode.preemptions;
  auto keeps = [](double value, double target) { return target <= 0 || value <= target; };
  // A refused request is late for ever; more than 5 % of them break any 95th percentile.
  m.meets_slo = static_cast<double>(result.refused) <= 0.05 * static_cast<double>(requests.size()) && keeps(m.ttft_s.p95, slo.ttft_p95_s) && keeps(m.tpot_s.p95, slo.tpot_p95_s) && keeps(m.e2e_s.p95, slo.e2e_p95_s);
  return m;
}

}  // namespace aif::workloads
