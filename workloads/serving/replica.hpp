#pragma once
// One inference replica as a discrete-event machine: admission, chunked prefill, decode, KV pages, pre-emption by recompute.
// It moves from event to event (arrival that can be admitted, end of a prefill step, finish, pages exhausted); the decode steps
// between two events are summed in closed form, so cost goes with events and not with tokens. A planned run is committed when
// its end comes, and is shortened to the next step boundary when an arrival may join: exact, whatever the order of replicas.
// Neglected: pages of a prompt are taken whole at admission, not chunk by chunk; length of speculative runs is the mean.

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <vector>

#include "workloads/serving/scheduler.hpp"
#include "workloads/serving/prefix_cache.hpp"
#include "workloads/serving/requests.hpp"
#include "workloads/serving/step_times.hpp"
#include "workloads/serving/waiting_queue.hpp"

namespace aif::workloads {

// A replica of disaggregated pools gives the first token (prefill) or all the others (decode).
enum class Role { both, prefill, decode };

// What a replica did, by batch size, so that joules, bytes and operations can be laid on it afterwards.
struct ReplicaTally {
  std::vector<double> steps_at, context_at;  // [b]: decode steps with b sequences, sum of their total contexts
  double busy_s = 0, prefill_busy_s = 0, kv_page_s = 0;  // kv_page_s: pages held, integrated
  double prefill_steps = 0, new_token = 0, pair = 0;                 // prompt tokens computed, and their attention pairs
  double in_token = 0, cached_token = 0, out_token = 0, recomputed_token = 0, reloaded_token = 0;
  double preemptions = 0;
  void add(ReplicaTally const& other);
};

class Replica {
 public:
  static constexpr double kNever = std::numeric_limits<double>::infinity();

  Replica(StepTimes const& times, SchedulerParams const& scheduler, RequestTable const& requests, RequestResults& results);

  // False when the request can never fit the KV memory.
  bool fits(std::int32_t request) const;
  void enqueue(Waiting const& w, double now_s);
  double next_event_s() const { return plan_.end_s; }
  // Carries the planned run out and plans the next; requests that finished (or whose prefill ended, in a prefill pool) are appended.
  void commit(std::vector<std::int32_t>& finished);

  // Hands back what waits and, with `all`, what runs (its steps under way are lost, its caches emptied).
  std::vector<Waiting> evacuate(bool all, double now_s);

  // Blocks of the prompt's prefix that its caches keep, and all blocks that they keep.
  std::int64_t cached_blocks(std::int32_t request) const { return use_cache_ ? cache_.peek(blocks_of(request)) : 0; }
  std::int64_t cached_blocks() const;
  std::size_t outstanding() const { return queue_.size() + running_; }
  std::size_t running() const { return running_; }
  std::size_t queued() const { return queue_.size(); }
  Role role = Role::both;
  bool accepting = true;      // false while draining or down
  ReplicaTally const& tally() const { return tally_; }
  void clear_tally();
  double capacity_token() const;
  // Conservation, recounted from the slots: pages, contexts, sequences. Used by tests and by builds with checks.
  bool consistent() const;

 private:
  struct Slot {
    std::int32_t request = -1, prompt_left = 0, context = 0, remaining = 0, done_before = 0;
    std::int32_t pages = 0, phase = 0, prev = -1, next = -1, node = 0;  // node: end of the locked path in the prefix cache
    std::int64_t join_step = 0, finish_step = 0;
    bool decoding = false;
  };
  struct Chunk {
    std::int32_t slot, tokens;
  };
  struct Load {  // KV on its way up from a lower tier
    double ready_s;
    std::int32_t slot;
  };
  // What the prefix cache offers a prompt: tokens in HBM, tokens that are worth fetching, and when they would be there.
  struct Offer {
    std::int32_t node = 0;
    std::int64_t upper_blocks = 0, fetched_blocks = 0;
    double ready_s = 0;
    std::array<std::int64_t, kKvTiers> in_tier{};
  };
  struct Plan {
    double begin_s = 0, end_s = kNever;
    std::int64_t n = 0;     // decode steps
    bool prefill = false;
  };
  struct Finish {
    std::int64_t step;
    std::int32_t slot;
    bool operator>(Finish const& o) const { return step != o.step ? step > o.step : slot > o.slot; }
  };

  void plan(double now_s);
  void plan_decode(double now_s);
  void plan_prefill(double now_s);
  void assign_chunks(double now_s);
  bool admit(double now_s, std::int64_t budget);
  Offer look_in_cache(std::int32_t request, std::int64_t prompt, double now_s);
  std::span<BlockRange const> blocks_of(std::int32_t request) const;
  double fetched_s(std::size_t tier, std::int64_t blocks, double now_s) const;
  void start_fetch(Offer const& offer, std::int32_t slot, double now_s);
  void take_loads(double now_s);
  double next_load_s() const;
  void go_on(std::int32_t slot);  // prefill what is not cached, or decode
  void keep_prefix(std::int32_t slot, double now_s);
  std::int64_t available_pages() const { return free_pages_ + cache_.evictable() * pages_per_block_; }
  void take_pages(std::int64_t pages);
  std::int64_t whole_limit() const { return std::max(scheduler_.token_budget / 2, scheduler_.token_budget - scheduler_.max_sequences); }
  bool may_admit() const { return running_ < static_cast<std::size_t>(scheduler_.max_sequences); }
  std::int64_t poll_period() const { return static_cast<int>(outstanding()) < scheduler_.poll_few ? scheduler_.poll_steps_few : scheduler_.poll_steps; }
  bool polling() const { return decoding_ == 0 || step_ % poll_period() == 0; }
  double first_token_overhead_s(std::size_t request) const;
  void advance_decodes(std::int64_t n);
  void end_prefill(std::int32_t slot, double now_s, std::vector<std::int32_t>& finished);
  void start_decoding(std::int32_t slot);
  void finish(std::int32_t slot, double now_s, std::vector<std::int32_t>& finished);
  void preempt_last(double now_s);
  void release(std::int32_t slot, double now_s);
  std::int32_t take_slot();
  std::int64_t pages_of(std::int64_t tokens) const { return (tokens + scheduler_.block_token - 1) / scheduler_.block_token; }
  std::int64_t pages_needed(std::int64_t n) const;      // by the decoding sequences in the next n steps
  std::int64_t steps_until_full() const;
  std::int64_t pages_grown(Slot const& s, std::int64_t step) const;
  double grow() const { return static_cast<double>(decoding_) * scheduler_.accepted_per_step; }
  std::int64_t steps_for(std::int64_t tokens) const;

  StepTimes const& times_;
  SchedulerParams scheduler_;
  RequestTable const& requests_;
  RequestResults& results_;
  WaitingQueue queue_;
  std::vector<Slot> slots_;
  std::vector<std::int32_t> free_slots_, prefilling_;
  std::vector<Load> loading_;
  std::array<double, kKvTiers> channel_free_s_{};
  PrefixCache cache_;
  bool use_cache_ = false;
  std::int64_t pages_per_block_ = 1;
  std::vector<Chunk> chunks_;
  std::vector<Finish> finishes_;              // min-heap; entries of pre-empted slots are dropped when they surface
  std::vector<std::int64_t> phase_count_;     // decoding sequences by the step (mod page period) at which they take a page
  std::int32_t first_ = -1, last_ = -1;       // slots in order of admission
  std::size_t running_ = 0, decoding_ = 0;
  std::int64_t step_ = 0, capacity_pages_ = 0, free_pages_ = 0, page_period_ = 1;
  double context_ = 0;                        // tokens in KV of all decoding sequences
  Plan plan_;
  ReplicaTally tally_;
};

}  // namespace aif::workloads
