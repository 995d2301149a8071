#include "models/compute/closed_loop.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/random.hpp"

namespace aif::compute {
namespace {

constexpr std::uint64_t kLengthSeed = 7;
constexpr int kLeastRequests = 20;
constexpr double kLeastDecode = 1e-5, kLeastPrompt = 1e-9;
constexpr double kLeastTogether = 1.2;  // prompts that fill a step: with fewer its cost is that of one

// Ring of finishing steps: a request that ends at step k hangs in slot k mod size.
class FinishRing {
 public:
  explicit FinishRing(LoopWorkspace& w) : w_(w), mask_(static_cast<std::int64_t>(w.head.size()) - 1) {}

  void insert(std::int64_t step, std::int32_t request) {
    auto const slot = static_cast<std::size_t>(step & mask_);
    w_.next[static_cast<std::size_t>(request)] = w_.head[slot];
    w_.head[slot] = request;
    w_.occupied[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }
  // Steps from `step` to the next finish; the ring must not be empty.
  std::int64_t steps_to_next(std::int64_t step) const {
    auto const start = static_cast<std::size_t>((step + 1) & mask_), words = w_.occupied.size();
    std::uint64_t bits = w_.occupied[start / 64] >> (start % 64);
    if (bits) return 1 + std::countr_zero(bits);
    for (std::size_t i = 1; i <= words; ++i) {
      bits = w_.occupied[(start / 64 + i) % words];
      if (bits) return 1 + static_cast<std::int64_t>(i * 64 - start % 64) + std::countr_zero(bits);
    }
    return 1;
  }
  std::int32_t take(std::int64_t step) {
    auto const slot = static_cast<std::size_t>(step & mask_);
    auto const first = w_.head[slot];
    w_.head[slot] = -1;
    w_.occupied[slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    return first;
  }

 private:
  LoopWorkspace& w_;
  std::int64_t mask_;
};

struct Lengths {
  LoopWorkspace::Lengths const* draws;
  double input, output, low;
  double in(std::int64_t i) const { return input * (low + (1 - low) * draws[i].input_frac); }
  std::int64_t out(std::int64_t i) const { return std::max<std::int64_t>(2, static_cast<std::int64_t>(output * (low + (1 - low) * draws[i].output_frac))); }
};

LoopResult aggregated_loop(LoopCosts const& p, ServedLoad const& load, std::int64_t n, Lengths const& length, LoopWorkspace& w) {
  FinishRing ring(w);
  std::int64_t head = 0, tail = std::min<std::int64_t>(load.users, n), done = 0, k = 0, b = 0;
  double t = 0, left = length.in(0), ttft = 0, tpot = 0, tokens = 0, prefill_time = 0, batch_time = 0;
  bool continuing = false;
  double const answer_s = (p.decode_s + p.decode_sequence_s * static_cast<double>(tail)) * load.output_token + p.prompt_token_s * load.input_token * static_cast<double>(tail);
  for (std::int64_t i = 0; i < tail; ++i) w.arrival_s[static_cast<std::size_t>(i)] = load.staggered ? answer_s * static_cast<double>(i) / static_cast<double>(tail) : 0.0;
  auto waits = [&] { return head < tail && w.arrival_s[static_cast<std::size_t>(head)] <= t; };
  while (done < n) {
    double budget = p.prompt_token_budget, work = 0;
    if (p.poll_steps > 1 && b > 0 && !continuing && k % p.poll_steps != 0) budget = 0;
    std::int64_t const first = head;
    while (waits() && budget > 0 && b + head - first < p.slots) {
      if (left <= budget) {
        work += left;
        budget -= left;
        if (++head < n) left = length.in(head);
      } else if (p.chunked || work == 0) {
        work += budget;
        left -= budget;
        budget = 0;
      } else {
        break;
      }
    }
    continuing = work > 0 && waits() && budget <= 0;
    if (work == 0 && b == 0) {
      t = std::max(t, w.arrival_s[static_cast<std::size_t>(head)]);
      continue;
    }
    double const decode = p.decode_s + p.decode_sequence_s * static_cast<double>(b);
    bool decodes = b > 0;
    double dt = 0;
    if (work == 0) {
      std::int64_t steps = ring.steps_to_next(k);
      if (b < p.slots && waits()) {
        steps = std::min(steps, p.poll_steps - k % p.poll_steps);
      } else if (b < p.slots && head < tail) {
        double const until = std::ceil((w.arrival_s[static_cast<std::size_t>(head)] - t) / decode);
        steps = static_cast<std::int64_t>(std::clamp(until, 1.0, static_cast<double>(steps)));
      }
      dt = static_cast<double>(steps) * decode;
      k += steps - 1;
    } else {
      decodes = decodes && !p.separate_prefill;
      dt = p.prompt_step_s + p.prompt_token_s * work + p.launch_s + (p.separate_prefill ? 0.0 : decode);
      prefill_time += dt;
    }
    t += dt;
    batch_time += dt * static_cast<double>(b);
    if (decodes) {
      ++k;
      for (std::int32_t i = ring.take(k); i >= 0; i = w.next[static_cast<std::size_t>(i)]) {
        auto const out = static_cast<double>(length.out(i));
        tpot += (t - w.first_token_s[static_cast<std::size_t>(i)]) / (out - 1);
        tokens += out;
        ++done;
        --b;
        if (tail < n) w.arrival_s[static_cast<std::size_t>(tail++)] = t;
      }
    }
    for (std::int64_t i = first; i < head; ++i) {
      w.first_token_s[static_cast<std::size_t>(i)] = t;
      ttft += t - w.arrival_s[static_cast<std::size_t>(i)];
      ring.insert(k + length.out(i) - 1, static_cast<std::int32_t>(i));
      ++b;
    }
  }
  auto const count = static_cast<double>(n);
  return {ttft / count, tpot / count, t, prefill_time / t, tokens, batch_time / t};
}

// One queue before the prefill workers, one decode pool at constant step time for its occupancy.
LoopResult pools_loop(LoopCosts const& p, ServedLoad const& load, std::int64_t n, Lengths const& length, LoopWorkspace& w) {
  FinishRing ring(w);
  std::int64_t tail = 0, next = 0, done = 0, k = 0, b = 0;
  double t = 0, server = 0, ttft = 0, tpot = 0, tokens = 0, batch_time = 0;
  auto send = [&](double now) {
    double const service = p.prompt_token_s * length.in(tail);
    server = std::max(server, now) + service;
    double const ready = server + std::max(p.prompt_latency_s - service, 0.0) + p.launch_s;
    w.ready_s[static_cast<std::size_t>(tail++)] = ready;
    ttft += ready - now;
  };
  while (tail < std::min<std::int64_t>(load.users, n)) send(0.0);
  while (done < n) {
    while (next < tail && b < p.slots && w.ready_s[static_cast<std::size_t>(next)] <= t) {
      ring.insert(k + length.out(next) - 1, static_cast<std::int32_t>(next));
      ++b;
      ++next;
    }
    if (b == 0) {
      t = w.ready_s[static_cast<std::size_t>(next)];
      continue;
    }
    double const step = p.decode_s + p.decode_sequence_s * static_cast<double>(b);
    std::int64_t steps = ring.steps_to_next(k);
    if (next < tail && b < p.slots) {
      double const until = std::ceil((w.ready_s[static_cast<std::size_t>(next)] - t) / step);
      steps = static_cast<std::int64_t>(std::clamp(until, 1.0, static_cast<double>(steps)));
    }
    double const dt = static_cast<double>(steps) * step;
    t += dt;
    k += steps;
    batch_time += dt * static_cast<double>(b);
    for (std::int32_t i = ring.take(k); i >= 0; i = w.next[static_cast<std::size_t>(i)]) {
      auto const out = static_cast<double>(length.out(i));
      tpot += (t - w.ready_s[static_cast<std::size_t>(i)]) / (out - 1);
      tokens += out;
      ++done;
      --b;
      if (tail < n) send(t);
    }
  }
  auto const count = static_cast<double>(n);
  return {ttft / count, tpot / count, t, 0.0, tokens, batch_time / t};
}

}  // namespace

LoopWorkspace::Lengths const* LoopWorkspace::draws(std::size_t n) {
  RandomStream const stream(kLengthSeed, Stream::lengths);
  while (draws_.size() < n) {
    auto const [u, v] = stream.uniform_pair(draws_.size(), 0);
    draws_.push_back({u, v});
  }
  return draws_.data();
}

void LoopWorkspace::prepare(std::size_t requests, std::size_t longest_output) {
  std::size_t const size = std::bit_ceil(std::max<std::size_t>(64, longest_output + 2));
  head.assign(size, -1);
  occupied.assign(size / 64, 0);
  if (next.size() < requests) {
    next.resize(requests);
    first_token_s.resize(requests);
    arrival_s.resize(requests);
    ready_s.resize(requests);
  }
}

namespace {

// Prompt tokens of a step and rank.
double rank_budget(ReplicaDesign const& d, ServedLoad const& load) {
  return d.engine.prompt_budget_extra > 0 ? load.input_token + d.engine.prompt_budget_extra : d.engine.token_budget;
}

}  // namespace

LoopKernels loop_kernels(ReplicaDesign const& d, ServedLoad const& load) {
  bool const pools = is_disaggregated(d);
  double const mean = (1 + load.shortest_frac) / 2, context = load.input_token * mean + load.output_token * mean / 2;
  LoopKernels k;
  k.prompt_token = load.input_token * mean;
  k.step = compile_step(d, pools ? WorkerRole::decode_pool : WorkerRole::aggregated, 0);
  k.slots = std::max(1, std::min(sequence_slots(d, (load.input_token + load.output_token) * mean), d.engine.max_sequences)) * d.workers;
  k.batch = std::min<double>(load.users, k.slots) / d.workers;
  auto decode = [&](double batch) {
    double const per_rank = std::max(1.0, batch / k.step.ranks);
    return decode_kernels(k.step, per_rank, per_rank * context);
  };
  k.full = decode(k.batch);
  k.half = decode(k.batch / 2);
  if (pools) {
    k.pool = compile_step(d, WorkerRole::prefill_pool, 0);
    k.prompt = prefill_kernels(k.pool, 0, k.prompt_token, 0, 1);
  } else {
    double const per_rank = std::max(1.0, k.batch * d.workers / k.step.ranks);
    // Engines that mix spread the prompts of a burst over steps of one to a full budget; those that run prompts alone fill a step first.
    bool const alone = d.engine.separate_prefill;
    double const together = std::clamp(rank_budget(d, load) / k.prompt_token, 1.0, per_rank), first = alone ? together : 1.0;
    k.prompt = prefill_kernels(k.step, per_rank, k.prompt_token * first, 0, first);
    if (!alone && together >= kLeastTogether) k.prompts = prefill_kernels(k.step, per_rank, k.prompt_token * together, 0, together, &k.prompt);
  }
  return k;
}

LoopCosts loop_costs(ReplicaDesign const& d, ServedLoad const& load, LoopKernels& k) {
  EngineParams const& e = d.engine;
  bool const pools = is_disaggregated(d);
  double const accepted = d.draft_tokens > 0 ? d.accepted_per_step : 1.0;
  set_engine(k.step, d);
  LoopCosts p;
  p.disaggregated = pools;
  p.slots = k.slots;
  // Secant of the step time between the full and the half batch.
  double const at_full = decode_parts(k.step, k.full).sum() / accepted, at_half = decode_parts(k.step, k.half).sum() / accepted;
  double const per_worker = std::max(0.0, (at_full - at_half) / (std::max(k.batch, 1.0) - std::max(k.batch / 2, 0.5)));
  p.decode_sequence_s = per_worker / d.workers;
  p.decode_s = std::max(at_full - per_worker * k.batch, kLeastDecode);

  p.launch_s = k.step.launch_s;
  if (pools) {
    set_engine(k.pool, d);
    double const served = prefill_parts(k.pool, k.prompt).sum();
    p.prompt_token_s = served / d.prefill_workers / k.prompt_token;
    p.prompt_latency_s = served * k.pool.ranks;
  } else {
    // Secant between one prompt and a full step: experts are woken, collectives started and tiles filled once a step, not once a prompt.
    double const one = prefill_parts(k.step, k.prompt).sum();
    p.prompt_token_s = std::max(kLeastPrompt, one / k.prompt.tokens);
    if (k.prompts.tokens > 0) {
      double const all = prefill_parts(k.step, k.prompts).sum(), tokens = k.prompts.tokens;
      p.prompt_token_s = std::clamp((all - one) / (tokens - k.prompt.tokens), kLeastPrompt, all / tokens);
      p.prompt_step_s = all - p.prompt_token_s * tokens;
    }
  }
  p.prompt_token_budget = std::max(1.0, rank_budget(d, load) * k.step.ranks);
  p.poll_steps = load.users < e.poll_small_users ? e.poll_steps_small : e.poll_steps;
  p.separate_prefill = e.separate_prefill;
  p.chunked = e.chunked_prefill;
  double const wait = e.admission_wait_steps * at_full + (!pools && k.step.ranks > 1 ? e.balance_wait_steps * at_full * accepted : 0.0);
  p.request_s = e.request_s + e.prompt_token_s * k.prompt_token + e.sqrt_user_s * std::sqrt(load.users) + (d.draft_tokens > 0 ? e.draft_request_s : 0.0) +
                (pools ? e.transfer_s : 0.0) + wait;
  return p;
}

LoopCosts loop_costs(ReplicaDesign const& d, ServedLoad const& load) {
  LoopKernels kernels = loop_kernels(d, load);
  return loop_costs(d, load, kernels);
}

LoopResult run_loop(LoopCosts const& p, ServedLoad const& load, LoopWorkspace& w) {
  auto const n = std::max<std::int64_t>(static_cast<std::int64_t>(load.requests_per_user) * load.users, kLeastRequests);
  w.prepare(static_cast<std::size_t>(n), static_cast<std::size_t>(load.output_token) + 1);
  Lengths const length{w.draws(static_cast<std::size_t>(n) + 1), load.input_token, load.output_token, load.shortest_frac};
  LoopResult result = p.disaggregated ? pools_loop(p, load, n, length, w) : aggregated_loop(p, load, n, length, w);
  result.ttft_s += p.request_s + load.waiting_users * load.output_token * result.tpot_s / load.users;
  return result;
}

ServedPoint serve(ReplicaDesign const& d, ServedLoad const& load, LoopWorkspace& w) {
  LoopCosts const p = loop_costs(d, load);
  LoopResult const r = run_loop(p, load, w);
  ServedPoint point{r.ttft_s, r.tpot_s, r.out_token / r.end_s, r.prefill_frac, 0, r.mean_batch, p.slots, 0};
  point.decode_step_s = p.decode_s + p.decode_sequence_s * std::min<double>(load.users, p.slots);
  point.saturation_frac = static_cast<double>(load.users) / p.slots;
  return point;
}

}  // namespace aif::compute
