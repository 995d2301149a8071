// Replica and its prefix cache: what is found, what is fetched from lower tiers or computed anew, what is kept.
#include <algorithm>

#include "workloads/serving/replica.hpp"

namespace aif::workloads {

std::span<BlockRange const> Replica::blocks_of(std::int32_t request) const {
  auto const i = static_cast<std::size_t>(request);
  return {requests_.blocks.data() + requests_.block_begin[i], requests_.block_begin[i + 1] - requests_.block_begin[i]};
}

std::int64_t Replica::cached_blocks() const {
  std::int64_t blocks = 0;
  for (std::size_t t = 0; t < kKvTiers; ++t) blocks += cache_.held(t);
  return blocks;
}

// Lower tiers are fetched when that ends earlier than computing the same tokens; each tier is one channel, first come first served.
Replica::Offer Replica::look_in_cache(std::int32_t request, std::int64_t prompt, double now_s) {
  std::int64_t const held = cache_.in_hbm();
  auto const match = cache_.match(blocks_of(request), now_s);
  free_pages_ += (held - cache_.in_hbm()) * pages_per_block_;  // what expired
  Offer offer{match.node, match.in_tier[0], match.blocks - match.in_tier[0], now_s, {}};
  if (offer.fetched_blocks == 0) return offer;
  double ready_s = now_s;
  for (std::size_t t = 1; t < kKvTiers; ++t) {
    if (match.in_tier[t] == 0) continue;
    offer.in_tier[t] = match.in_tier[t];
    ready_s = std::max(ready_s, fetched_s(t, match.in_tier[t], now_s));
  }
  double const tokens = static_cast<double>(std::min(offer.fetched_blocks * requests_.block_token, prompt));
  double const before = static_cast<double>(offer.upper_blocks * requests_.block_token);
  double const compute_s = times_.new_tokens_s(tokens) + times_.pair_s * StepTimes::pairs(tokens, before);
  if (ready_s - now_s >= compute_s) return {cache_.upper_part(match.node), offer.upper_blocks, 0, now_s, {}};
  offer.ready_s = ready_s;
  return offer;
}

double Replica::fetched_s(std::size_t t, std::int64_t blocks, double now_s) const {
  KvTier const& tier = scheduler_.tiers[t - 1];
  return std::max(now_s, channel_free_s_[t]) + tier.latency_s + static_cast<double>(blocks * requests_.block_token) * tier.token_s;
}

void Replica::start_fetch(Offer const& offer, std::int32_t slot, double now_s) {
  for (std::size_t t = 1; t < kKvTiers; ++t)
    if (offer.in_tier[t] > 0) channel_free_s_[t] = fetched_s(t, offer.in_tier[t], now_s);
  tally_.reloaded_token += static_cast<double>(offer.fetched_blocks * requests_.block_token);
  loading_.push_back({offer.ready_s, slot});
}

void Replica::take_loads(double now_s) {
  for (std::size_t i = 0; i < loading_.size();) {
    if (loading_[i].ready_s > now_s) {
      ++i;
      continue;
    }
    go_on(loading_[i].slot);
    loading_.erase(loading_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

double Replica::next_load_s() const {
  double soonest = kNever;
  for (Load const& l : loading_) soonest = std::min(soonest, l.ready_s);
  return soonest;
}

void Replica::go_on(std::int32_t slot) {
  if (slots_[static_cast<std::size_t>(slot)].prompt_left > 0) {
    prefilling_.push_back(slot);
  } else {
    start_decoding(slot);
  }
}

// The prompt's whole blocks pass from the slot to the cache, where the next turn and other sequences find them.
void Replica::keep_prefix(std::int32_t slot, double now_s) {
  Slot& s = slots_[static_cast<std::size_t>(slot)];
  std::int64_t added = 0;
  s.node = cache_.insert(blocks_of(s.request), s.node, now_s, added);
  s.pages -= static_cast<std::int32_t>(added * pages_per_block_);
}

void Replica::take_pages(std::int64_t pages) {
  if (free_pages_ < pages) free_pages_ += cache_.evict((pages - free_pages_ + pages_per_block_ - 1) / pages_per_block_) * pages_per_block_;
  free_pages_ -= pages;
}

}  // namespace aif::workloads
