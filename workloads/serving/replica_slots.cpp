// Slots, KV pages and the ends of requests: the book-keeping half of Replica.
#include <algorithm>
#include <cmath>
#include <functional>

#include "workloads/serving/replica.hpp"

namespace aif::workloads {

namespace {
std::int64_t count_multiples(std::int64_t from, std::int64_t to, std::int64_t period) {  // j in [from, to) with j % period == 0, from >= 0
  return (to + period - 1) / period - (from + period - 1) / period;
}
}  // namespace

std::int64_t Replica::steps_for(std::int64_t tokens) const {
  return static_cast<std::int64_t>(std::ceil(static_cast<double>(tokens) / scheduler_.accepted_per_step - 1e-9));
}

// A sequence takes a page at the steps j with (phase + j) % period == 0.
std::int64_t Replica::pages_grown(Slot const& s, std::int64_t step) const {
  return scheduler_.reserve_output ? 0 : count_multiples(s.phase + s.join_step, s.phase + step, page_period_);
}

std::int64_t Replica::pages_needed(std::int64_t n) const {
  if (scheduler_.reserve_output) return 0;
  std::int64_t pages = n / page_period_ * static_cast<std::int64_t>(decoding_);
  for (std::int64_t j = 0; j < n % page_period_; ++j)
    pages += phase_count_[static_cast<std::size_t>((page_period_ - (step_ + j) % page_period_) % page_period_)];
  return pages;
}

std::int64_t Replica::steps_until_full() const {
  if (scheduler_.reserve_output) return std::numeric_limits<std::int64_t>::max();
  std::int64_t const have = available_pages(), cycles = have / static_cast<std::int64_t>(decoding_);
  std::int64_t left = have - cycles * static_cast<std::int64_t>(decoding_), j = 0;
  for (; j < page_period_; ++j) {
    left -= phase_count_[static_cast<std::size_t>((page_period_ - (step_ + j) % page_period_) % page_period_)];
    if (left < 0) break;
  }
  return cycles * page_period_ + j;
}

std::int32_t Replica::take_slot() {
  std::int32_t const slot = free_slots_.back();
  free_slots_.pop_back();
  Slot& s = slots_[static_cast<std::size_t>(slot)];
  s = Slot{};
  s.prev = last_;
  (last_ >= 0 ? slots_[static_cast<std::size_t>(last_)].next : first_) = slot;
  last_ = slot;
  ++running_;
  return slot;
}

void Replica::release(std::int32_t slot, double now_s) {
  Slot& s = slots_[static_cast<std::size_t>(slot)];
  cache_.unlock(s.node, now_s);
  free_pages_ += s.pages;
  if (s.decoding) {
    free_pages_ += pages_grown(s, step_);
    if (!scheduler_.reserve_output) --phase_count_[static_cast<std::size_t>(s.phase)];
    context_ -= s.context + static_cast<double>(step_ - s.join_step) * scheduler_.accepted_per_step;
    --decoding_;
    if (decoding_ == 0) context_ = 0;  // sheds the rounding of the running sum
  }
  (s.prev >= 0 ? slots_[static_cast<std::size_t>(s.prev)].next : first_) = s.next;
  (s.next >= 0 ? slots_[static_cast<std::size_t>(s.next)].prev : last_) = s.prev;
  s.request = -1;
  s.decoding = false;
  free_slots_.push_back(slot);
  --running_;
}

void Replica::start_decoding(std::int32_t slot) {
  Slot& s = slots_[static_cast<std::size_t>(slot)];
  s.decoding = true;
  s.join_step = step_;
  s.finish_step = step_ + steps_for(s.remaining);
  // pages * block tokens are held; the step that would write beyond them takes a page.
  std::int64_t const room = std::int64_t{s.pages} * scheduler_.block_token - s.context;
  std::int64_t const steps_of_room = static_cast<std::int64_t>(static_cast<double>(room) / scheduler_.accepted_per_step) % page_period_;
  s.phase = static_cast<std::int32_t>(((page_period_ - (steps_of_room + step_) % page_period_) % page_period_));
  if (!scheduler_.reserve_output) ++phase_count_[static_cast<std::size_t>(s.phase)];
  context_ += s.context;
  ++decoding_;
  finishes_.push_back({s.finish_step, slot});
  std::push_heap(finishes_.begin(), finishes_.end(), std::greater<>{});
}

void Replica::advance_decodes(std::int64_t n) {
  auto const steps = static_cast<double>(n);
  tally_.steps_at[decoding_] += steps;
  tally_.context_at[decoding_] += steps * context_ + grow() * (0.5 * steps * (steps - 1.0));
  tally_.out_token += steps * grow();
  take_pages(pages_needed(n));
  context_ += steps * grow();
  step_ += n;
}

double Replica::first_token_overhead_s(std::size_t i) const {
  SchedulerParams const& p = scheduler_;
  double const step_s = p.admission_wait_steps > 0 ? times_.decode_s(std::max<std::size_t>(1, decoding_), context_, 1, 0) : 0.0;
  return p.request_overhead_s + p.input_token_overhead_s * requests_.input_token[i] + p.sqrt_request_overhead_s * std::sqrt(static_cast<double>(outstanding())) +
         p.admission_wait_steps * step_s;
}

void Replica::end_prefill(std::int32_t slot, double now_s, std::vector<std::int32_t>& finished) {
  Slot& s = slots_[static_cast<std::size_t>(slot)];
  if (auto const i = static_cast<std::size_t>(s.request); std::isnan(results_.first_s[i])) {
    results_.first_s[i] = now_s;
    results_.ttft_s[i] = now_s - results_.released_s[i] + first_token_overhead_s(i);
  }
  s.remaining -= 1;  // the token that the prefill step itself gives
  tally_.out_token += 1;
  s.done_before += 1;
  if (use_cache_) keep_prefix(slot, now_s);
  if (s.remaining <= 0) {
    finish(slot, now_s, finished);
  } else {
    start_decoding(slot);
  }
}

void Replica::finish(std::int32_t slot, double now_s, std::vector<std::int32_t>& finished) {
  Slot const s = slots_[static_cast<std::size_t>(slot)];
  auto const i = static_cast<std::size_t>(s.request);
  // The last step of a speculating sequence may yield more than was wanted.
  if (s.decoding) tally_.out_token += s.remaining - static_cast<double>(step_ - s.join_step) * scheduler_.accepted_per_step;
  release(slot, now_s);
  finished.push_back(s.request);
  double const out = requests_.output_token[i];
  if (role == Role::prefill && out > 1) return;  // the decode pool will finish it
  results_.e2e_s[i] = results_.ttft_s[i] + (now_s - results_.first_s[i]);
  results_.tpot_s[i] = out > 1 ? (results_.e2e_s[i] - results_.ttft_s[i]) / (out - 1) : 0.0;
  results_.outcome[i] = Outcome::done;
}

std::vector<Waiting> Replica::evacuate(bool all, double now_s) {
  while (all && running_ > 0) preempt_last(now_s);
  std::vector<Waiting> out;
  for (; !queue_.empty(); queue_.pop_front()) out.push_back(queue_.front());
  if (!all) return out;
  free_pages_ += cache_.evict(cache_.in_hbm()) * pages_per_block_;
  cache_.forget();
  chunks_.clear();
  finishes_.clear();
  plan_ = {now_s, kNever, 0, false};
  return out;
}

// vLLM v1: the latest admitted gives way, its KV is dropped and computed again later, from prompt and answer so far.
void Replica::preempt_last(double now_s) {
  std::int32_t const slot = last_;
  Slot const s = slots_[static_cast<std::size_t>(slot)];
  double const decoded = s.decoding ? static_cast<double>(step_ - s.join_step) * scheduler_.accepted_per_step : 0.0;
  auto const gained = static_cast<std::int32_t>(decoded);
  tally_.out_token += gained - decoded;
  Waiting w{s.request, s.done_before + gained, false, true};
  release(slot, now_s);
  std::erase(prefilling_, slot);
  std::erase_if(loading_, [&](Load const& l) { return l.slot == slot; });
  std::size_t const priority = requests_.priority.empty() ? 0 : requests_.priority[static_cast<std::size_t>(s.request)];
  queue_.push_front(w, std::min(priority, WaitingQueue::kClasses - 1));
  tally_.preemptions += 1;
}

}  // namespace aif::workloads
