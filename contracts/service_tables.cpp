#include "contracts/service_tables.hpp"

#include <algorithm>
#include <cmath>

namespace aif {
namespace {

TransferTime burst(TierTable const& tier, double rated_byte_s, double byte, TransferPath const& path) {
  auto const over = [](double amount, double rate) { return amount <= 0 ? 0.0 : rate > 0 ? amount / rate : 0.0; };  // rate 0: no limit stated
  TransferTime t;
  auto const put = [&](TransferBound b, double seconds) { t.part_s[static_cast<std::size_t>(b)] = seconds; };
  put(TransferBound::host_copy, over(byte, path.devices * path.host_copy_byte_s));
  put(TransferBound::node_link, over(byte, path.nodes * path.node_link_byte_s));
  put(TransferBound::client_requests, over(byte, path.nodes * tier.client_byte_s));
  put(TransferBound::tier_rate, over(byte, tier.burst_efficiency * rated_byte_s));
  put(TransferBound::metadata, over(path.files, tier.metadata_hz));
  auto const slowest = std::max_element(t.part_s.begin(), t.part_s.end());
  t.bound = static_cast<TransferBound>(slowest - t.part_s.begin());
  t.time_s = tier.latency_s + *slowest;
  return t;
}

}  // namespace

TransferTime write_burst(TierTable const& tier, double byte, TransferPath const& path) { return burst(tier, tier.write_byte_s, byte, path); }
TransferTime read_burst(TierTable const& tier, double byte, TransferPath const& path) { return burst(tier, tier.read_byte_s, byte, path); }

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
