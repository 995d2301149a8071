// What leaves the prefix cache: least recently used first, down the tiers, and what has been idle for too long.
#include <algorithm>
#include <numeric>

#include "workloads/serving/prefix_cache.hpp"

namespace aif::workloads {

void PrefixCache::list(std::int32_t node) {
  Node& n = at(node);
  n.listed = true;
  n.newer = -1;
  n.older = newest_[n.tier];
  (n.older >= 0 ? at(n.older).newer : oldest_[n.tier]) = node;
  newest_[n.tier] = node;
}

void PrefixCache::list_after(std::int32_t node, std::int32_t older) {
  Node& n = at(node);
  n.listed = true;
  n.older = older;
  n.newer = at(older).newer;
  at(older).newer = node;
  (n.newer >= 0 ? at(n.newer).older : newest_[n.tier]) = node;
}

void PrefixCache::unlist(std::int32_t node) {
  Node& n = at(node);
  if (!n.listed) return;
  (n.newer >= 0 ? at(n.newer).older : newest_[n.tier]) = n.older;
  (n.older >= 0 ? at(n.older).newer : oldest_[n.tier]) = n.newer;
  n.newer = n.older = -1;
  n.listed = false;
}

// To the next tier that there is, where the oldest make way; what exceeds the whole tier is dropped, and everything when there
// is no tier below. The next tier is the same for all nodes, so children never lie above their parents.
void PrefixCache::demote(std::int32_t node) {
  std::size_t const from = at(node).tier;
  std::size_t to = from + 1;
  while (to < kKvTiers && capacity[to] <= 0) ++to;
  if (to >= kKvTiers) return drop(node);
  if (at(node).count > capacity[to]) {
    split(node, static_cast<std::uint32_t>(capacity[to]));
    std::int32_t const front = at(node).parent;
    drop(node);
    node = front;
  }
  unlist(node);
  held_[from] -= at(node).count;
  at(node).tier = static_cast<std::uint8_t>(to);
  held_[to] += at(node).count;
  list(node);
  if (held_[to] > capacity[to]) drop_tail(to, held_[to] - capacity[to]);
}

// Its children lie in lower tiers and are older than it: the oldest of the lowest tier go until none is left.
void PrefixCache::drop(std::int32_t node) {
  for (std::size_t t = kKvTiers; at(node).children > 0 && t-- > 1;)
    while (at(node).children > 0 && oldest_[t] >= 0) remove(oldest_[t]);
  remove(node);
}

void PrefixCache::drop_tail(std::size_t tier, std::int64_t blocks) {
  while (blocks > 0 && oldest_[tier] >= 0) {
    std::int32_t const node = oldest_[tier];
    blocks -= at(node).count;
    demote(node);
  }
}

std::int64_t PrefixCache::evict(std::int64_t blocks) {
  std::int64_t freed = 0;
  while (freed < blocks && oldest_[0] >= 0) {
    std::int32_t const node = oldest_[0];
    // Only as much as is wanted: the tail of a long run goes, its front stays.
    if (std::int64_t const wanted = blocks - freed; at(node).count > wanted && at(node).children == 0)
      split(node, static_cast<std::uint32_t>(at(node).count - wanted));
    freed += at(node).count;
    demote(node);
  }
  return freed;
}

void PrefixCache::expire(double now_s) {
  for (std::size_t t = kKvTiers; t-- > 0;)
    while (oldest_[t] >= 0 && at(oldest_[t]).used_s + time_to_live_s < now_s) remove(oldest_[t]);
}

void PrefixCache::forget() {
  for (std::size_t t = kKvTiers; t-- > 0;)
    while (oldest_[t] >= 0) remove(oldest_[t]);
}

bool PrefixCache::consistent() const {
  std::array<std::int64_t, kKvTiers> held{};
  std::int64_t locked = 0;
  std::vector<char> is_free(nodes_.size(), 0);
  for (std::int32_t f : free_) is_free[static_cast<std::size_t>(f)] = 1;
  std::vector<std::int32_t> children(nodes_.size(), 0);
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    if (is_free[i]) continue;
    Node const& n = nodes_[i];
    held[n.tier] += n.count;
    if (n.locks > 0 && n.tier == 0) locked += n.count;
    ++children[static_cast<std::size_t>(n.parent)];
    Node const& parent = at(n.parent);
    bool const locked_above = n.locks == 0 || n.parent == 0 || parent.locks >= n.locks;
    if (is_free[static_cast<std::size_t>(n.parent)] || (n.parent != 0 && parent.tier > n.tier) || !locked_above || n.listed == (n.locks > 0)) return false;
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (!is_free[i] && children[i] != nodes_[i].children) return false;
  return held == held_ && locked == locked_;
}

double replay_hit_frac(RequestTable const& requests, std::vector<double> const& at_s, double time_to_live_s) {
  std::vector<std::size_t> order(requests.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return at_s[a] < at_s[b]; });
  PrefixCache cache;
  cache.time_to_live_s = time_to_live_s;
  double hit = 0, all = 0;
  for (std::size_t i : order) {
    std::span const prompt(requests.blocks.data() + requests.block_begin[i], requests.block_begin[i + 1] - requests.block_begin[i]);
    auto const found = cache.match(prompt, at_s[i]);
    cache.lock(found.node);
    std::int64_t added = 0;
    cache.unlock(cache.insert(prompt, found.node, at_s[i], added), at_s[i]);
    hit += static_cast<double>(std::min<std::int64_t>(found.blocks * requests.block_token, requests.input_token[i]));
    all += requests.input_token[i];
  }
  return all > 0 ? hit / all : 0.0;
}

}  // namespace aif::workloads
