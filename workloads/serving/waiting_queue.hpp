#pragma once
// Requests that wait for a replica: one first-in first-out ring a priority class; pre-empted ones go to the front of theirs.
// Rings grow by doubling, so a run allocates as often as the logarithm of its longest queue.

#include <array>
#include <cstdint>
#include <vector>

namespace aif::workloads {

struct Waiting {
  std::int32_t request = -1;
  std::int32_t done_token = 0;  // produced before it was pre-empted
  bool has_kv = false;          // prompt KV was made elsewhere (disaggregated pools)
  bool again = false;           // was pre-empted
};

class WaitingQueue {
 public:
  static constexpr std::size_t kClasses = 4;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  Waiting& front() { return rings_[first_class()].at(0); }
  void pop_front() {
    rings_[first_class()].drop_front();
    --size_;
  }
  void push_back(Waiting const& w, std::size_t priority) {
    rings_[priority].push_back(w);
    ++size_;
  }
  void push_front(Waiting const& w, std::size_t priority) {
    rings_[priority].push_front(w);
    ++size_;
  }

 private:
  struct Ring {
    std::vector<Waiting> items;
    std::size_t head = 0, count = 0;

    Waiting& at(std::size_t i) { return items[(head + i) & (items.size() - 1)]; }
    void grow() {
      if (count < items.size()) return;
      std::vector<Waiting> larger(items.empty() ? 16 : 2 * items.size());
      for (std::size_t i = 0; i < count; ++i) larger[i] = at(i);
      items.swap(larger);
      head = 0;
    }
    void push_back(Waiting const& w) {
      grow();
      ++count;
      at(count - 1) = w;
    }
    void push_front(Waiting const& w) {
      grow();
      head = (head + items.size() - 1) & (items.size() - 1);
      ++count;
      at(0) = w;
    }
    void drop_front() {
      head = (head + 1) & (items.size() - 1);
      --count;
    }
  };

  std::size_t first_class() const {
    std::size_t c = 0;
    while (rings_[c].count == 0) ++c;
    return c;
  }

  std::array<Ring, kClasses> rings_;
  std::size_t size_ = 0;
};

}  // namespace aif::workloads
