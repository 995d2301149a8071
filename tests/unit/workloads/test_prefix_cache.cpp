// Radix tree of prefixes, its eviction and tiers, and replicas that use it.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "core/random.hpp"
#include "workloads/serving/cluster.hpp"
#include "workloads/serving/prefix_cache.hpp"

using namespace aif;
using namespace aif::workloads;

namespace {

using Prompt = std::vector<BlockRange>;

void put(PrefixCache& cache, Prompt const& prompt, double now_s) {
  auto const found = cache.match(prompt, now_s);
  cache.lock(found.node);
  std::int64_t added = 0;
  cache.unlock(cache.insert(prompt, found.node, now_s, added), now_s);
}

// Sessions that grow turn by turn, branch back now and then, and share a system prompt of four blocks.
RequestTable sessions(std::size_t n_sessions, std::size_t turns, double gap_s) {
  RequestTable t;
  t.block_token = 64;
  t.block_begin = {0};
  RandomStream const random(9, Stream::sessions);
  std::uint32_t fresh = 100;
  for (std::size_t s = 0; s < n_sessions; ++s) {
    Prompt prompt{{0, 4}};
    for (std::size_t k = 0; k < turns; ++k) {
      auto const [u, v] = random.uniform_pair(s, k);
      if (u < 0.1 && prompt.back().count > 2 && prompt.size() > 1) prompt.back().count /= 2;
      prompt.push_back({fresh, 1 + static_cast<std::uint32_t>(12 * v)});
      fresh += 20;
      std::int32_t blocks = 0;
      for (auto const& r : prompt) {
        t.blocks.push_back(r);
        blocks += static_cast<std::int32_t>(r.count);
      }
      t.block_begin.push_back(static_cast<std::uint32_t>(t.blocks.size()));
      t.add(k == 0 ? 0.7 * static_cast<double>(s) : gap_s * u, blocks * 64 + 13, 1 + static_cast<int>(80 * u));
      t.session.push_back(static_cast<std::int32_t>(s));
      t.waits_for.push_back(k == 0 ? 0 : 1);
    }
  }
  for (std::size_t i = 0; i < t.size(); ++i) {
    t.next_begin.push_back(static_cast<std::uint32_t>(t.next.size()));
    if ((i + 1) % turns != 0) t.next.push_back(static_cast<std::int32_t>(i) + 1);
  }
  t.next_begin.push_back(static_cast<std::uint32_t>(t.next.size()));
  return t;
}

Deployment card(double kv_token) {
  Deployment d;
  d.serve.times = simple_step_times(64, 8e-3, 1e-4, 1e-8, 1e-4);
  d.serve.scheduler.kv_token = kv_token;
  return d;
}

}  // namespace

TEST_CASE("longest prefix by hand: growth, a branch inside a run, another conversation") {
  PrefixCache cache;
  put(cache, {{10, 8}}, 0);
  CHECK(cache.match(Prompt{{10, 8}}, 1).blocks == 8);
  CHECK(cache.match(Prompt{{10, 20}}, 1).blocks == 8);
  CHECK(cache.match(Prompt{{10, 5}, {40, 9}}, 1).blocks == 5);
  CHECK(cache.match(Prompt{{11, 5}}, 1).blocks == 0);
  put(cache, {{10, 5}, {40, 9}}, 2);
  CHECK(cache.in_hbm() == 17);
  CHECK(cache.match(Prompt{{10, 5}, {40, 12}}, 3).blocks == 14);
  CHECK(cache.match(Prompt{{10, 8}}, 3).blocks == 8);
  CHECK(cache.consistent());
}

TEST_CASE("least recently used leaves go first, only as far as wanted, and idle ones expire") {
  PrefixCache cache;
  put(cache, {{0, 10}, {100, 10}}, 0);
  put(cache, {{0, 10}, {200, 10}}, 1);
  CHECK(cache.evict(4) == 4);
  CHECK(cache.match(Prompt{{0, 10}, {100, 10}}, 2).blocks == 16);
  CHECK(cache.match(Prompt{{0, 10}, {200, 10}}, 2).blocks == 20);
  CHECK(cache.consistent());
  cache.time_to_live_s = 5;
  put(cache, {{0, 10}, {200, 10}}, 4);
  CHECK(cache.match(Prompt{{0, 10}, {100, 10}}, 7).blocks == 10);
  CHECK(cache.match(Prompt{{0, 10}, {200, 10}}, 9.5).blocks == 0);
  CHECK(cache.nodes() == 0);
  CHECK(cache.consistent());
}

TEST_CASE("a random history keeps the cache's books and never finds what was not put in") {
  PrefixCache cache;
  cache.capacity = {0, 60, 100, 0};
  RandomStream const random(4, Stream::sessions);
  std::set<std::vector<std::uint32_t>> put_in;  // every prefix, block by block
  for (std::uint64_t i = 0; i < 3000; ++i) {
    auto const [u, v] = random.uniform_pair(i, 0);
    auto const [x, y] = random.uniform_pair(i, 1);
    Prompt prompt{{0, 1 + static_cast<std::uint32_t>(6 * u)}};
    if (v < 0.8) prompt.push_back({20 + 10 * static_cast<std::uint32_t>(5 * v), 1 + static_cast<std::uint32_t>(8 * x)});
    if (y < 0.5) prompt.push_back({200 + 10 * static_cast<std::uint32_t>(9 * y), 1 + static_cast<std::uint32_t>(5 * u)});
    std::vector<std::uint32_t> flat;
    for (auto const& r : prompt)
      for (std::uint32_t k = 0; k < r.count; ++k) flat.push_back(r.first + k);
    auto const peeked = cache.peek(prompt);
    auto const found = cache.match(prompt, static_cast<double>(i));
    REQUIRE(found.blocks == peeked);
    if (found.blocks > 0) REQUIRE(put_in.count({flat.begin(), flat.begin() + found.blocks}) == 1);
    for (std::size_t k = 1; k <= flat.size(); ++k) put_in.insert({flat.begin(), flat.begin() + static_cast<std::ptrdiff_t>(k)});
    put(cache, prompt, static_cast<double>(i));
    if (cache.in_hbm() > 70) cache.evict(cache.in_hbm() - 70);
    REQUIRE(cache.consistent());
    REQUIRE(cache.held(1) <= 60);
    REQUIRE(cache.held(2) <= 100);
  }
}

TEST_CASE("replicas with prefix caches: books at every event, hits that save prefill, a tier that saves more") {
  auto const table = sessions(40, 12, 4.0);
  SimulationOptions options;
  options.audit = true;
  auto const ample = simulate(table, card(1e6), options);
  auto const tight = simulate(table, card(16000), options);
  auto tiered = card(16000);
  tiered.serve.scheduler.tiers[0] = {200000, 1e-6, 1e-4};
  auto const with_tier = simulate(table, tiered, options);
  CHECK(ample.done == table.size());
  CHECK(tight.done == table.size());
  CHECK(with_tier.done == table.size());
  CHECK(ample.serve.new_token + ample.serve.cached_token == doctest::Approx(ample.serve.in_token));
  CHECK(tight.serve.cached_token < 0.8 * ample.serve.cached_token);
  CHECK(with_tier.serve.cached_token > tight.serve.cached_token);
  CHECK(with_tier.serve.reloaded_token > 0);
  CHECK(with_tier.serve.new_token < tight.serve.new_token);
  CHECK(ample.serve.reloaded_token == 0);
}

TEST_CASE("a tier slower than computing is not used") {
  auto const table = sessions(40, 12, 4.0);
  auto slow = card(16000);
  slow.serve.scheduler.tiers[0] = {200000, 1e-2, 1.0};
  auto const r = simulate(table, slow, {});
  CHECK(r.serve.reloaded_token == 0);
}

TEST_CASE("an ample cache finds what an unbounded replay finds, but for what is asked again before it is there") {
  auto const table = sessions(30, 10, 4.0);
  auto const r = simulate(table, card(1e7), {});
  double const replay = replay_hit_frac(table, r.requests.released_s, std::numeric_limits<double>::infinity());
  CHECK(r.serve.cached_token / r.serve.in_token <= replay + 1e-12);
  CHECK(r.serve.cached_token / r.serve.in_token > 0.97 * replay);
}

TEST_CASE("a router that asks the caches finds more than one that does not, and as much as one that follows sessions; load stays balanced") {
  auto const table = sessions(60, 12, 4.0);
  SimulationOptions options;
  options.audit = true;
  auto d = card(200000);
  d.serve.replicas = 4;
  auto const by = [&](Routing routing) {
    d.routing = routing;
    auto const r = simulate(table, d, options);
    CHECK(r.done == table.size());
    return r.serve.cached_token;
  };
  double const least = by(Routing::least_loaded), session = by(Routing::session), prefix = by(Routing::prefix);
  CHECK(prefix > 1.2 * least);
  CHECK(prefix > 0.98 * session);
  // One prompt for all: affinity alone would send everything to one replica.
  RequestTable same;
  same.block_token = 64;
  same.block_begin = {0};
  for (int i = 0; i < 2000; ++i) {
    same.blocks.push_back({0, 10});
    same.block_begin.push_back(static_cast<std::uint32_t>(same.blocks.size()));
    same.add(0.004 * i, 640, 60);
  }
  d.routing = Routing::prefix;
  auto const r = simulate(same, d, options);
  std::vector<int> count(4);
  for (auto replica : r.requests.replica) ++count[static_cast<std::size_t>(replica)];
  CHECK(*std::min_element(count.begin(), count.end()) > 0);
}
