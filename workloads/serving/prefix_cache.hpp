#pragma once
// KV of prompt prefixes that a replica keeps: a radix tree over runs of content blocks (as SGLang's RadixAttention; vLLM's block
// hashes keep the same prefixes), least recently used leaves leave first, idle ones after a time-to-live. What HBM sheds can move
// to slower tiers (host memory, flash pool, object store) and come back. Sizes are counted in blocks of the trace.
// Equal blocks under the same parent are one node; paths in use are locked. Neglected: writes to lower tiers take no time.

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "workloads/serving/requests.hpp"

namespace aif::workloads {

inline constexpr std::size_t kKvTiers = 4;  // HBM, host memory, flash pool, object store

// Open-addressing map from (parent node, first block) to a node; no allocation but when it doubles.
class ChildMap {
 public:
  ChildMap() : slots_(64) {}
  std::int32_t find(std::int32_t parent, std::uint32_t block) const;
  void insert(std::int32_t parent, std::uint32_t block, std::int32_t node);
  void erase(std::int32_t parent, std::uint32_t block);

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::int32_t node = -1;  // -1: empty
  };
  static std::uint64_t key_of(std::int32_t parent, std::uint32_t block) { return (static_cast<std::uint64_t>(parent) << 32) | block; }
  std::size_t home(std::uint64_t key) const { return (key * 0x9E3779B97F4A7C15ull >> 20) & (slots_.size() - 1); }
  std::size_t probe(std::uint64_t key) const;
  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

class PrefixCache {
 public:
  struct Match {
    std::int32_t node = 0;                          // deepest node on the path; 0 is the root
    std::int64_t blocks = 0;                        // from the start of the prompt
    std::array<std::int64_t, kKvTiers> in_tier{};   // of them, by where they lie; lower tiers follow upper ones
  };

  PrefixCache();
  double time_to_live_s = std::numeric_limits<double>::infinity();
  std::array<std::int64_t, kKvTiers> capacity{0, 0, 0, 0};  // blocks; [0] is not used: HBM is the caller's to share out

  // Longest prefix that is kept; splits the last node where the prompt leaves it. Drops what has expired.
  Match match(std::span<BlockRange const> prompt, double now_s);
  // How much of a prompt is kept in any tier, as a router asks: nothing moves; what has expired unseen still counts.
  std::int64_t peek(std::span<BlockRange const> prompt) const { return locate(prompt).blocks; }
  // The part of a match that lies in HBM.
  std::int32_t upper_part(std::int32_t node) const;
  void lock(std::int32_t node);                     // path from the root
  void unlock(std::int32_t node, double now_s);     // marks it as used now
  // Moves the locked path into HBM; returns the blocks that came from below.
  std::int64_t promote(std::int32_t node);
  // Adds what is missing of the prompt (locked already up to `from`); locks the whole path and unlocks `from`.
  // Returns the end of the path; `added` are the blocks that are new in HBM.
  std::int32_t insert(std::span<BlockRange const> prompt, std::int32_t from, double now_s, std::int64_t& added);
  // Frees at least `blocks` of unlocked HBM blocks (as far as there are); they move down a tier where it has room.
  std::int64_t evict(std::int64_t blocks);

  void forget();  // everything that is not locked, in every tier

  std::int64_t in_hbm() const { return held_[0]; }
  std::int64_t evictable() const { return held_[0] - locked_; }
  std::int64_t held(std::size_t tier) const { return held_[tier]; }
  std::size_t nodes() const { return nodes_.size() - free_.size() - 1; }
  bool consistent() const;

 private:
  struct Node {
    std::uint32_t first = 0, count = 0;
    std::int32_t parent = -1, children = 0, locks = 0, newer = -1, older = -1;
    std::uint8_t tier = 0;
    bool listed = false;
    double used_s = 0;
  };
  struct Position {
    std::int32_t node = 0;
    std::int64_t blocks = 0;
    std::size_t range = 0;
    std::uint32_t offset = 0;  // in the range
    std::int32_t cut = -1;     // node that the prompt leaves after `keep` blocks
    std::uint32_t keep = 0;
  };

  Position locate(std::span<BlockRange const> prompt) const;
  Position walk(std::span<BlockRange const> prompt);  // the same, with the cut made
  Node& at(std::int32_t node) { return nodes_[static_cast<std::size_t>(node)]; }
  Node const& at(std::int32_t node) const { return nodes_[static_cast<std::size_t>(node)]; }
  std::int32_t make(std::int32_t parent, std::uint32_t first, std::uint32_t count, double now_s);
  void split(std::int32_t node, std::uint32_t keep);  // node keeps the first blocks, a new child the others
  void remove(std::int32_t node);
  void demote(std::int32_t node);
  void drop(std::int32_t node);    // with all below it
  void drop_tail(std::size_t tier, std::int64_t blocks);
  void expire(double now_s);
  void list(std::int32_t node);    // as the newest of its tier
  void list_after(std::int32_t node, std::int32_t older);
  void unlist(std::int32_t node);

  std::vector<Node> nodes_;
  std::vector<std::int32_t> free_;
  ChildMap children_;
  std::array<std::int32_t, kKvTiers> newest_, oldest_;
  std::array<std::int64_t, kKvTiers> held_{};
  std::int64_t locked_ = 0;
};

// Prompt tokens found in an unbounded cache when the requests of a trace are replayed at their times: hits over all prompt tokens.
double replay_hit_frac(RequestTable const& requests, std::vector<double> const& at_s, double time_to_live_s);

}  // namespace aif::workloads
