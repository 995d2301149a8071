#include "workloads/training/goodput.hpp"

#include <cmath>
#include <limits>

namespace aif::workloads {

double young_interval_s(FailureProcess const& p) {
  return p.rate_per_s > 0 ? std::sqrt(2 * p.checkpoint_s / p.rate_per_s) : std::numeric_limits<double>::infinity();
}

double daly_interval_s(FailureProcess const& p) {
  if (p.rate_per_s <= 0) return std::numeric_limits<double>::infinity();
  double const mtbf = 1 / p.rate_per_s, c = p.checkpoint_s;
  if (c >= 2 * mtbf) return mtbf;  // Daly's own limit
  return std::sqrt(2 * c * mtbf) * (1 + std::sqrt(c / (2 * mtbf)) / 3 + c / (18 * mtbf)) - c;
}

double goodput_frac(FailureProcess const& p, double interval_s) {
  if (p.rate_per_s <= 0) return std::isinf(interval_s) ? 1 : interval_s / (interval_s + p.checkpoint_s);
  double const x = p.rate_per_s * interval_s;
  // A failed attempt costs the time until the failure and a restart; expm1 keeps small rates exact.
  return x / (std::exp(p.rate_per_s * p.restart_s) * std::expm1(p.rate_per_s * (interval_s + p.checkpoint_s)));
}

double replica_restart_goodput_frac(FailureProcess const& p) { return 1 / (1 + p.rate_per_s * p.restart_s); }

// d/dx of log(x / (e^(x + c) - 1)) = 0, with x and c in units of the mean time between failures: 1/x = 1 / (1 - e^-(x+c)).
double best_interval_s(FailureProcess const& p) {
  if (p.rate_per_s <= 0) return std::numeric_limits<double>::infinity();
  double const c = p.rate_per_s * p.checkpoint_s;
  double low = 0, high = 1;  // the root of x + e^-(x+c) = 1 lies in (0, 1)
  for (int i = 0; i < 200 && high - low > 1e-15; ++i) {
    double const x = 0.5 * (low + high);
    (x + std::expm1(-(x + c)) < 0 ? low : high) = x;
  }
  return 0.5 * (low + high) / p.rate_per_s;
}

}  // namespace aif::workloads
