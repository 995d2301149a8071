#include "workloads/serving/capacity.hpp"

#include <algorithm>
#include <cmath>

#include "core/ordered_sum.hpp"

namespace aif::workloads {
namespace {

constexpr int kRounds = 3;
constexpr std::size_t kProbes = 8;  // rates tried at once
constexpr double kLeastUsed = 0.03;

}  // namespace

double saturated_rate(RequestTable table, Deployment const& deployment, RunControl const& control) {
  std::fill(table.arrival_s.begin(), table.arrival_s.end(), 0.0);
  auto const result = simulate(table, deployment, {}, control);
  std::vector<double> ends;
  for (double e : result.requests.e2e_s)
    if (!std::isnan(e)) ends.push_back(e);
  if (ends.empty()) return 0.0;
  std::sort(ends.begin(), ends.end());
  std::size_t const from = ends.size() / 5, to = ends.size() * 4 / 5;
  return static_cast<double>(std::max<std::size_t>(1, to - from)) / std::max(ends[to] - ends[from], 1e-9);
}

double highest_rate(double saturated_s, std::function<bool(double)> const& keeps) {
  double low = 0, from = kLeastUsed * saturated_s, to = kMostUsed * saturated_s;
  for (int round = 0; round < kRounds; ++round) {
    std::vector<char> kept(kProbes);
    auto rate = [&](std::size_t i) { return from * std::pow(to / from, static_cast<double>(i) / (kProbes - 1.0)); };
    parallel_for(kProbes, [&](std::size_t i) { kept[i] = keeps(rate(i)); });
    auto const failed = static_cast<std::size_t>(std::find(kept.begin(), kept.end(), char{0}) - kept.begin());
    if (failed > 0) low = rate(failed - 1);
    if (failed == kProbes || (failed == 0 && round == 0)) break;
    double const next = rate(failed);
    from = failed > 0 ? rate(failed - 1) : from;
    to = next;
  }
  return low;
}

}  // namespace aif::workloads
