#include "contracts/service_tables.hpp"

#include <algorithm>
#include <cmath>

namespace aif {

double collective_time_s(CollectiveTable const& t, double byte) {
  if (t.byte.empty() || byte <= 0) return 0;
  if (byte <= t.byte.front()) return t.time_s.front();
  if (byte >= t.byte.back()) return t.time_s.back() * byte / t.byte.back();
  auto const upper = std::upper_bound(t.byte.begin(), t.byte.end(), byte);
  auto const i = static_cast<std::size_t>(upper - t.byte.begin());
  double const w = std::log(byte / t.byte[i - 1]) / std::log(t.byte[i] / t.byte[i - 1]);
  return t.time_s[i - 1] * std::pow(t.time_s[i] / t.time_s[i - 1], w);
}

}  // namespace aif
