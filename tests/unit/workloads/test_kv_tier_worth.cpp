// What a KV tier is worth to agents, against first principles: gpt-oss-120b (63 GB of MXFP4 weights, 18.4 kB of fp8 KV a token) on one
// 96 GB PCIe card. A session holds 118 k tokens and calls every 140 s with 4.5 k new tokens and 440 out (Claude Code traces).
// By hand: 13 sessions are resident without a tier; 50 to 60 fit prefill, decode and 120 GB of host memory with one.
#include <doctest/doctest.h>

#include "core/random.hpp"
#include "workloads/serving/cluster.hpp"
#include "workloads/serving/measures.hpp"

using namespace aif;
using namespace aif::workloads;

namespace {

constexpr double kKv_byte_token = 18.4e3, kHbm_byte = 96e9, kWeight_byte = 63e9, kHost_byte = 120e9;
constexpr double kFlop_s = 0.4 * 468e12, kHbm_byte_s = 0.8 * 1.6e12, kPcie_byte_s = 50e9;
constexpr int kBlock = 64, kBaseBlocks = 1774, kNewBlocks = 70, kOut = 440, kCalls = 30;  // 113.5 k + 4.5 k tokens
constexpr double kPeriod_s = 140;

Deployment card(double host_byte) {
  Deployment d;
  auto& t = d.serve.times;
  t = simple_step_times(128, 15e-3, 0.0, kKv_byte_token / kHbm_byte_s, 10e9 / kFlop_s);
  t.pair_s = 34e9 / 118e3 / kFlop_s;  // attention: 34 GFLOP a token over 118 k tokens of context
  d.serve.scheduler = scheduler_defaults(SchedulerKind::vllm);
  d.serve.scheduler.max_sequences = 128;
  d.serve.scheduler.kv_token = (0.95 * kHbm_byte - kWeight_byte) / kKv_byte_token;
  d.serve.scheduler.tiers[0] = {host_byte / kKv_byte_token, kKv_byte_token / kPcie_byte_s, 1e-4};
  return d;
}

// Each call repeats the session's context and ends in blocks of its own.
RequestTable sessions(int n) {
  RequestTable t;
  t.block_token = kBlock;
  t.block_begin = {0};
  RandomStream const random(21, Stream::sessions);
  std::uint32_t fresh = 0;
  for (int s = 0; s < n; ++s) {
    std::uint32_t const base = fresh;
    fresh += kBaseBlocks;
    for (int k = 0; k < kCalls; ++k) {
      t.blocks.push_back({base, kBaseBlocks});
      t.blocks.push_back({fresh, kNewBlocks});
      fresh += kNewBlocks + 1;
      t.block_begin.push_back(static_cast<std::uint32_t>(t.blocks.size()));
      double const gap_s = random.exponential(static_cast<std::uint64_t>(s), static_cast<std::uint64_t>(k), kPeriod_s - 10);
      t.add(k == 0 ? kPeriod_s * 4 * s / n : gap_s, (kBaseBlocks + kNewBlocks) * kBlock, kOut);
      t.waits_for.push_back(k == 0 ? 0 : 1);
      t.next_begin.push_back(static_cast<std::uint32_t>(t.next.size()));
      if (k + 1 < kCalls) t.next.push_back(static_cast<std::int32_t>(t.size()));
    }
  }
  t.next_begin.push_back(static_cast<std::uint32_t>(t.next.size()));
  return t;
}

// After the first calls, which compute everything: are 95 % of first tokens there within `ttft_s`?
bool serves(int n, double host_byte, double ttft_s) {
  auto const table = sessions(n);
  auto const r = simulate(table, card(host_byte));
  auto const p = percentiles(r.requests.ttft_s, r.requests.released_s, 10 * kPeriod_s, 1e12);
  return p.p95 <= ttft_s;
}

int most_sessions(double host_byte, double ttft_s) {
  int n = 4;
  while (n < 200 && serves(n + 1, host_byte, ttft_s)) ++n;
  return n;
}

}  // namespace

TEST_CASE("sessions per card: 13 without a KV tier, 50 to 60 with 120 GB of host memory, within a quarter") {
  int const without = most_sessions(0, 10.0), with = most_sessions(kHost_byte, 10.0);
  MESSAGE("sessions without tier ", without, ", with tier ", with);
  CHECK(without >= 0.75 * 13);
  CHECK(without <= 1.25 * 13);
  CHECK(with >= 0.75 * 50);
  CHECK(with <= 1.25 * 60);
  CHECK(with > 3 * without);
}
