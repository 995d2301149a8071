#include "workloads/serving/replica.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "core/check.hpp"

namespace aif::workloads {

Replica::Replica(StepTimes const& times, SchedulerParams const& scheduler, RequestTable const& requests, RequestResults& results)
    : times_(times), scheduler_(scheduler), requests_(requests), results_(results) {
  scheduler_.max_sequences = std::min(scheduler_.max_sequences, static_cast<int>(times.max_batch()));
  auto const n = static_cast<std::size_t>(scheduler_.max_sequences);
  slots_.resize(n);
  for (std::size_t i = n; i-- > 0;) free_slots_.push_back(static_cast<std::int32_t>(i));
  chunks_.reserve(n);
  prefilling_.reserve(n);
  finishes_.reserve(4 * n);
  use_cache_ = !requests.block_begin.empty();
  if (use_cache_) scheduler_.block_token = std::gcd(scheduler_.block_token, requests.block_token);  // blocks are whole pages
  capacity_pages_ = free_pages_ = static_cast<std::int64_t>(scheduler_.kv_token / scheduler_.block_token);
  page_period_ = std::max<std::int64_t>(1, std::llround(scheduler_.block_token / scheduler_.accepted_per_step));
  pages_per_block_ = use_cache_ ? requests.block_token / scheduler_.block_token : 1;
  cache_.time_to_live_s = scheduler.time_to_live_s;
  for (std::size_t t = 0; t < scheduler.tiers.size(); ++t)
    cache_.capacity[t + 1] = static_cast<std::int64_t>(scheduler.tiers[t].capacity_token / requests.block_token);
  phase_count_.assign(static_cast<std::size_t>(page_period_), 0);
  clear_tally();
}

void Replica::clear_tally() {
  tally_ = {};
  tally_.steps_at.assign(static_cast<std::size_t>(scheduler_.max_sequences) + 1, 0.0);
  tally_.context_at = tally_.steps_at;
}

bool Replica::fits(std::int32_t request) const {
  auto const i = static_cast<std::size_t>(request);
  std::int64_t const tokens = std::int64_t{requests_.input_token[i]} + requests_.output_token[i];
  return pages_of(tokens) + 1 <= capacity_pages_;
}

void Replica::enqueue(Waiting const& w, double now_s) {
  bool const was_empty = queue_.empty();
  std::size_t const priority = requests_.priority.empty() ? 0 : requests_.priority[static_cast<std::size_t>(w.request)];
  queue_.push_back(w, std::min(priority, WaitingQueue::kClasses - 1));
  if (plan_.n == 0 && !plan_.prefill) {  // idle, or only fetching KV
    plan(now_s);
    return;
  }
  // A pure decode run is cut at the first step boundary at which the newcomer may join; a step once begun is not.
  if (plan_.prefill || plan_.n <= 1 || !may_admit() || (!was_empty && requests_.priority.empty())) return;
  std::int64_t n = now_s <= plan_.begin_s ? 1 : steps_to_cover(times_, decoding_, context_, grow(), now_s - plan_.begin_s, plan_.n);
  std::int64_t const period = poll_period();
  n = std::min(plan_.n, n + (period - (step_ + n) % period) % period);
  plan_.n = n;
  plan_.end_s = plan_.begin_s + times_.decode_s(decoding_, context_, static_cast<double>(n), grow());
}

void Replica::plan(double now_s) {
  take_loads(now_s);
  while (decoding_ > 0 && pages_needed(1) > available_pages()) preempt_last(now_s);
  chunks_.clear();
  assign_chunks(now_s);
  if (!chunks_.empty()) {
    plan_prefill(now_s);
  } else if (decoding_ > 0) {
    plan_decode(now_s);
  } else {
    plan_ = {now_s, next_load_s(), 0, false};
  }
}

void Replica::plan_decode(double now_s) {
  std::int64_t n = finishes_.front().step - step_;
  n = std::min(n, steps_until_full());
  bool const waits = !queue_.empty() && may_admit();
  if (std::int64_t const period = poll_period(); waits && period > 1) n = std::min(n, period - step_ % period);
  if (!loading_.empty()) n = steps_to_cover(times_, decoding_, context_, grow(), next_load_s() - now_s, n);
  plan_ = {now_s, now_s + times_.decode_s(decoding_, context_, static_cast<double>(n), grow()), n, false};
}

void Replica::plan_prefill(double now_s) {
  double new_tokens = 0, pairs = 0;
  for (Chunk const& c : chunks_) {
    new_tokens += c.tokens;
    pairs += StepTimes::pairs(c.tokens, slots_[static_cast<std::size_t>(c.slot)].context);
  }
  bool const with_decodes = scheduler_.mixed && decoding_ > 0;
  double time_s = times_.new_tokens_s(new_tokens) + times_.pair_s * pairs + times_.launch_s;
  time_s += with_decodes ? times_.decode_s(decoding_, context_, 1, 0) : times_.alone_s;
  plan_ = {now_s, now_s + time_s, with_decodes ? 1 : 0, true};
  tally_.prefill_steps += 1;
  tally_.new_token += new_tokens;
  tally_.pair += pairs;
  tally_.prefill_busy_s += time_s;
}

void Replica::assign_chunks(double now_s) {
  std::int64_t budget = scheduler_.token_budget - (scheduler_.mixed ? static_cast<std::int64_t>(decoding_) : 0);
  std::size_t next = 0;
  for (;;) {
    for (; next < prefilling_.size() && budget > 0; ++next) {
      auto const tokens = std::min<std::int64_t>(slots_[static_cast<std::size_t>(prefilling_[next])].prompt_left, budget);
      chunks_.push_back({prefilling_[next], static_cast<std::int32_t>(tokens)});
      budget -= tokens;
    }
    if (budget <= 0 || (scheduler_.one_prompt && !chunks_.empty()) || queue_.empty() || !may_admit() || !polling() || !admit(now_s, budget)) return;
  }
}

bool Replica::admit(double now_s, std::int64_t budget) {
  Waiting const w = queue_.front();
  auto const i = static_cast<std::size_t>(w.request);
  std::int64_t const prompt = std::int64_t{requests_.input_token[i]} + w.done_token - (w.has_kv ? 1 : 0);
  Offer const offer = use_cache_ && !w.has_kv ? look_in_cache(w.request, prompt, now_s) : Offer{};
  std::int64_t const found = use_cache_                                   ? (offer.upper_blocks + offer.fetched_blocks) * requests_.block_token
                             : requests_.cached_token.empty() || w.again ? 0
                                                                         : requests_.cached_token[i];
  std::int64_t const cached = w.has_kv ? prompt : std::min(found, prompt - 1);  // one token at least is computed, to have logits
  // Whole-prompt engines put a prompt off to a step that can take all of it; what no step can is cut (TensorRT-LLM chunked context).
  if (!scheduler_.chunked && prompt - cached > budget && prompt - cached <= whole_limit()) return false;
  std::int64_t const answer = role == Role::prefill ? 1 : requests_.output_token[i] - w.done_token;
  std::int64_t const shared = (offer.upper_blocks + offer.fetched_blocks) * pages_per_block_;
  std::int64_t const pages = std::max<std::int64_t>(0, pages_of(scheduler_.reserve_output ? prompt + answer : prompt) - shared);
  cache_.lock(offer.node);  // before room is made, so that it is not made there
  if (pages + offer.fetched_blocks * pages_per_block_ + 1 + pages_needed(1) > available_pages()) {
    cache_.unlock(offer.node, now_s);
    return false;
  }
  queue_.pop_front();
  take_pages(pages + offer.fetched_blocks * pages_per_block_);
  cache_.promote(offer.node);
  auto const slot = take_slot();
  Slot& s = slots_[static_cast<std::size_t>(slot)];
  s.request = w.request;
  s.context = static_cast<std::int32_t>(cached);
  s.prompt_left = static_cast<std::int32_t>(prompt - cached);
  s.remaining = static_cast<std::int32_t>(answer);
  s.done_before = w.done_token;
  s.node = offer.node;
  s.pages = static_cast<std::int32_t>(pages);
  if (w.again) {
    tally_.recomputed_token += static_cast<double>(prompt - cached);
  } else if (!w.has_kv) {
    results_.cached_token[i] = static_cast<std::int32_t>(cached);
    tally_.in_token += static_cast<double>(prompt);
    tally_.cached_token += static_cast<double>(cached);
  }
  if (offer.fetched_blocks > 0) {
    start_fetch(offer, slot, now_s);
  } else {
    go_on(slot);
  }
  return true;
}

void Replica::commit(std::vector<std::int32_t>& finished) {
  double const now_s = plan_.end_s;
  double const span_s = now_s - plan_.begin_s;
  double const held = static_cast<double>(capacity_pages_ - available_pages());
  if (plan_.n > 0) advance_decodes(plan_.n);
  if (plan_.n > 0 || plan_.prefill) tally_.busy_s += span_s;
  tally_.kv_page_s += span_s * 0.5 * (held + static_cast<double>(capacity_pages_ - available_pages()));
  while (!finishes_.empty() && finishes_.front().step <= step_) {
    Finish const f = finishes_.front();
    std::pop_heap(finishes_.begin(), finishes_.end(), std::greater<>{});
    finishes_.pop_back();
    Slot const& s = slots_[static_cast<std::size_t>(f.slot)];
    if (s.decoding && s.finish_step == f.step) finish(f.slot, now_s, finished);
  }
  if (plan_.prefill) {
    std::size_t done = 0;
    for (Chunk const& c : chunks_) {
      Slot& s = slots_[static_cast<std::size_t>(c.slot)];
      s.context += c.tokens;
      s.prompt_left -= c.tokens;
      if (s.prompt_left == 0) ++done;  // chunks go to the slots in order: the ones that are done stand in front
    }
    for (std::size_t i = 0; i < done; ++i) end_prefill(chunks_[i].slot, now_s, finished);
    prefilling_.erase(prefilling_.begin(), prefilling_.begin() + static_cast<std::ptrdiff_t>(done));
  }
  AIF_ENSURE(consistent());
  plan(now_s);
}

bool Replica::consistent() const {
  std::int64_t held = 0;
  double context = 0;
  std::size_t running = 0, decoding = 0;
  for (Slot const& s : slots_) {
    if (s.request < 0) continue;
    ++running;
    held += s.pages + (s.decoding ? pages_grown(s, step_) : 0);
    if (!s.decoding) continue;
    ++decoding;
    context += s.context + static_cast<double>(step_ - s.join_step) * scheduler_.accepted_per_step;
  }
  held += cache_.in_hbm() * pages_per_block_;
  return cache_.consistent() && held + free_pages_ == capacity_pages_ && free_pages_ >= 0 && running == running_ && decoding == decoding_ &&
         running == decoding + prefilling_.size() + loading_.size() && std::abs(context - context_) <= 1e-6 * std::max(1.0, context);
}

double Replica::capacity_token() const { return static_cast<double>(capacity_pages_ * scheduler_.block_token); }

void ReplicaTally::add(ReplicaTally const& o) {
  steps_at.resize(std::max(steps_at.size(), o.steps_at.size()));
  context_at.resize(steps_at.size());
  for (std::size_t b = 0; b < o.steps_at.size(); ++b) {
    steps_at[b] += o.steps_at[b];
    context_at[b] += o.context_at[b];
  }
  for (auto member : {&ReplicaTally::busy_s, &ReplicaTally::prefill_busy_s, &ReplicaTally::kv_page_s,
                      &ReplicaTally::prefill_steps, &ReplicaTally::new_token, &ReplicaTally::pair, &ReplicaTally::in_token,
                      &ReplicaTally::cached_token, &ReplicaTally::out_token, &ReplicaTally::recomputed_token,
                      &ReplicaTally::reloaded_token, &ReplicaTally::preemptions})
    this->*member += o.*member;
}

}  // namespace aif::workloads
