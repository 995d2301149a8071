#include "workloads/serving/prefix_cache.hpp"

#include <algorithm>

namespace aif::workloads {

std::size_t ChildMap::probe(std::uint64_t key) const {
  std::size_t i = home(key);
  while (slots_[i].node >= 0 && slots_[i].key != key) i = (i + 1) & (slots_.size() - 1);
  return i;
}

std::int32_t ChildMap::find(std::int32_t parent, std::uint32_t block) const { return slots_[probe(key_of(parent, block))].node; }

void ChildMap::insert(std::int32_t parent, std::uint32_t block, std::int32_t node) {
  if (2 * (used_ + 1) > slots_.size()) {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (Slot const& s : old)
      if (s.node >= 0) slots_[probe(s.key)] = s;
  }
  Slot& s = slots_[probe(key_of(parent, block))];
  used_ += s.node < 0;
  s = {key_of(parent, block), node};
}

void ChildMap::erase(std::int32_t parent, std::uint32_t block) {
  std::size_t hole = probe(key_of(parent, block));
  if (slots_[hole].node < 0) return;
  --used_;
  // Later entries of the run move back, so that probing never stops too early.
  for (std::size_t i = (hole + 1) & (slots_.size() - 1); slots_[i].node >= 0; i = (i + 1) & (slots_.size() - 1)) {
    std::size_t const distance = (i - home(slots_[i].key)) & (slots_.size() - 1);
    if (distance >= ((i - hole) & (slots_.size() - 1))) {
      slots_[hole] = slots_[i];
      hole = i;
    }
  }
  slots_[hole].node = -1;
}

PrefixCache::PrefixCache() {
  newest_.fill(-1);
  oldest_.fill(-1);
  nodes_.push_back({});
  nodes_[0].locks = 1;  // the root never leaves
}

PrefixCache::Position PrefixCache::locate(std::span<BlockRange const> prompt) const {
  Position p;
  while (p.range < prompt.size()) {
    std::int32_t const child = children_.find(p.node, prompt[p.range].first + p.offset);
    if (child < 0) break;
    std::uint32_t taken = 0;
    while (taken < at(child).count && p.range < prompt.size() && prompt[p.range].first + p.offset == at(child).first + taken) {
      std::uint32_t const run = std::min(at(child).count - taken, prompt[p.range].count - p.offset);
      taken += run;
      p.offset += run;
      if (p.offset == prompt[p.range].count) ++p.range, p.offset = 0;
    }
    p.blocks += taken;
    if (taken < at(child).count) {
      p.cut = child;
      p.keep = taken;
      break;
    }
    p.node = child;
  }
  return p;
}

PrefixCache::Position PrefixCache::walk(std::span<BlockRange const> prompt) {
  Position p = locate(prompt);
  if (p.cut < 0) return p;
  split(p.cut, p.keep);
  p.node = at(p.cut).parent;
  return p;
}

PrefixCache::Match PrefixCache::match(std::span<BlockRange const> prompt, double now_s) {
  expire(now_s);
  Position const p = walk(prompt);
  Match m{p.node, p.blocks, {}};
  for (std::int32_t n = p.node; n != 0; n = at(n).parent) m.in_tier[at(n).tier] += at(n).count;
  return m;
}

std::int32_t PrefixCache::upper_part(std::int32_t node) const {
  while (node != 0 && at(node).tier > 0) node = at(node).parent;
  return node;
}

void PrefixCache::lock(std::int32_t node) {
  for (; node != 0; node = at(node).parent)
    if (at(node).locks++ == 0) {
      unlist(node);
      if (at(node).tier == 0) locked_ += at(node).count;
    }
}

void PrefixCache::unlock(std::int32_t node, double now_s) {
  for (; node != 0; node = at(node).parent) {  // leaf first: a parent is always newer than its children
    at(node).used_s = now_s;
    if (--at(node).locks > 0) continue;
    list(node);
    if (at(node).tier == 0) locked_ -= at(node).count;
  }
}

std::int64_t PrefixCache::promote(std::int32_t node) {
  std::int64_t moved = 0;
  for (; node != 0; node = at(node).parent) {
    Node& n = at(node);
    if (n.tier == 0) break;
    held_[n.tier] -= n.count;
    held_[0] += n.count;
    locked_ += n.count;
    moved += n.count;
    n.tier = 0;
  }
  return moved;
}

std::int32_t PrefixCache::insert(std::span<BlockRange const> prompt, std::int32_t from, double now_s, std::int64_t& added) {
  Position p = walk(prompt);
  std::int32_t end = p.node;
  added = 0;
  lock(end);
  added += promote(end);
  for (; p.range < prompt.size(); ++p.range, p.offset = 0) {
    BlockRange const rest{prompt[p.range].first + p.offset, prompt[p.range].count - p.offset};
    if (rest.count == 0) continue;
    added += rest.count;
    held_[0] += rest.count;
    locked_ += rest.count;
    Node& leaf = at(end);
    // A conversation that only grows stays one node: extend a leaf that nobody else uses.
    bool const ours = end != 0 && leaf.children == 0 && leaf.locks == (end == from ? 2 : 1) && leaf.first + leaf.count == rest.first;
    if (ours) {
      leaf.count += rest.count;
    } else {
      end = make(end, rest.first, rest.count, now_s);
      at(end).locks = 1;
    }
  }
  for (std::int32_t n = end; n != 0; n = at(n).parent) at(n).used_s = now_s;
  unlock(from, now_s);
  return end;
}

std::int32_t PrefixCache::make(std::int32_t parent, std::uint32_t first, std::uint32_t count, double now_s) {
  std::int32_t node;
  if (free_.empty()) {
    node = static_cast<std::int32_t>(nodes_.size());
    nodes_.push_back({});
  } else {
    node = free_.back();
    free_.pop_back();
    at(node) = {};
  }
  Node& n = at(node);
  n.first = first;
  n.count = count;
  n.parent = parent;
  n.used_s = now_s;
  ++at(parent).children;
  children_.insert(parent, first, node);
  return node;
}

// `node` keeps its identity for its children's sake: a new node takes the front, between the parent and it.
void PrefixCache::split(std::int32_t node, std::uint32_t keep) {
  Node const old = at(node);
  children_.erase(old.parent, old.first);
  --at(old.parent).children;
  std::int32_t const front = make(old.parent, old.first, keep, old.used_s);
  at(front).tier = old.tier;
  at(front).locks = old.locks;
  at(front).children = 1;
  at(node).first = old.first + keep;
  at(node).count = old.count - keep;
  at(node).parent = front;
  children_.insert(front, at(node).first, node);
  if (old.listed) list_after(front, node);
}

void PrefixCache::remove(std::int32_t node) {
  Node& n = at(node);
  unlist(node);
  held_[n.tier] -= n.count;
  children_.erase(n.parent, n.first);
  --at(n.parent).children;
  free_.push_back(node);
}

}  // namespace aif::workloads
