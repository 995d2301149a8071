// Random deployments under random requests: every combination of schedulers, caches, tiers, pools, priorities, chains, failures and
// autoscaling keeps its books at every event, ends, gives out exactly the tokens that were asked for, and does so twice alike.
#include <doctest/doctest.h>

#include <cmath>

#include "core/random.hpp"
#include "workloads/serving/cluster.hpp"

using namespace aif;
using namespace aif::workloads;

namespace {

struct Dice {
  RandomStream random;
  std::uint64_t throws = 0;
  double uniform() { return random.uniform(1, throws++); }
  bool chance(double p) { return uniform() < p; }
  int between(int a, int b) { return a + static_cast<int>(uniform() * (b - a + 1)); }
};

// A prompt that repeats, cuts and extends earlier ones.
std::vector<BlockRange> next_prompt(Dice& dice, std::vector<std::vector<BlockRange>>& history, std::uint32_t& fresh) {
  std::vector<BlockRange> prompt;
  if (!history.empty() && dice.chance(0.7)) prompt = history[static_cast<std::size_t>(dice.between(0, static_cast<int>(history.size()) - 1))];
  while (prompt.size() > 4 || (prompt.size() > 1 && dice.chance(0.3))) prompt.pop_back();
  if (!prompt.empty() && dice.chance(0.3)) prompt.back().count = static_cast<std::uint32_t>(dice.between(1, static_cast<int>(prompt.back().count)));
  if (auto const more = static_cast<std::uint32_t>(dice.between(prompt.empty() ? 1 : 0, 8)); more > 0) {
    prompt.push_back({fresh, more});
    fresh += more + (dice.chance(0.5) ? 0 : 3);
  }
  history.push_back(prompt);
  return prompt;
}

RequestTable random_requests(Dice& dice) {
  RequestTable t;
  int const n = dice.between(50, 250);
  bool const blocks = dice.chance(0.6), priorities = dice.chance(0.3), cached = !blocks && dice.chance(0.3);
  t.block_token = 16 * dice.between(1, 5) + (dice.chance(0.2) ? 7 : 0);
  if (blocks) t.block_begin = {0};
  std::vector<std::vector<BlockRange>> history;
  std::uint32_t fresh = 50;
  double at_s = 0;
  for (int i = 0; i < n; ++i) {
    int in = dice.between(1, 3000);
    if (blocks) {
      in = dice.between(0, t.block_token - 1);
      for (auto const& r : next_prompt(dice, history, fresh)) {
        t.blocks.push_back(r);
        in += static_cast<int>(r.count) * t.block_token;
      }
      t.block_begin.push_back(static_cast<std::uint32_t>(t.blocks.size()));
    }
    t.add(at_s += -std::log(dice.uniform()) * 0.05 * dice.between(0, 3), in, dice.between(1, 300));
    if (priorities) t.priority.push_back(static_cast<std::uint8_t>(dice.between(0, 5)));
    if (cached) t.cached_token.push_back(dice.between(0, in));
    t.session.push_back(dice.between(0, 20));
  }
  return t;
}

void add_chains(Dice& dice, RequestTable& t) {
  std::size_t const n = t.size();
  std::vector<std::vector<std::int32_t>> next(n);
  t.waits_for.assign(n, 0);
  for (int i = 1; i < static_cast<int>(n); ++i) {
    if (!dice.chance(0.6)) continue;
    t.waits_for[static_cast<std::size_t>(i)] = dice.between(1, 2);
    t.arrival_s[static_cast<std::size_t>(i)] = 2 * dice.uniform();
    for (int k = 0; k < t.waits_for[static_cast<std::size_t>(i)]; ++k) next[static_cast<std::size_t>(dice.between(std::max(0, i - 20), i - 1))].push_back(i);
  }
  for (auto const& successors : next) {
    t.next_begin.push_back(static_cast<std::uint32_t>(t.next.size()));
    t.next.insert(t.next.end(), successors.begin(), successors.end());
  }
  t.next_begin.push_back(static_cast<std::uint32_t>(t.next.size()));
}

Pool random_pool(Dice& dice) {
  Pool p;
  p.times = simple_step_times(static_cast<std::size_t>(dice.between(1, 64)), 0.001 + 0.01 * dice.uniform(), 1e-4 * dice.uniform(), 1e-7 * dice.uniform(), 1e-4 * dice.uniform());
  p.times.pair_s = 1e-9 * dice.uniform();
  p.times.launch_s = 5e-3 * dice.uniform();
  p.scheduler = scheduler_defaults(static_cast<SchedulerKind>(dice.between(0, 3)));
  p.scheduler.kv_token = dice.between(4500, 40000);
  p.scheduler.token_budget = dice.between(70, 9000);
  p.scheduler.max_sequences = dice.between(1, 80);
  if (dice.chance(0.3)) p.scheduler.poll_steps = dice.between(2, 30);
  if (dice.chance(0.4)) p.scheduler.time_to_live_s = 20 * dice.uniform();
  for (auto& tier : p.scheduler.tiers)
    if (dice.chance(0.5)) tier = {static_cast<double>(dice.between(0, 40000)), 1e-6 * dice.uniform() * (dice.chance(0.5) ? 1 : 100), 0.01 * dice.uniform()};
  p.replicas = dice.between(1, 4);
  return p;
}

Deployment random_deployment(Dice& dice, double span_s) {
  Deployment d;
  d.routing = static_cast<Routing>(dice.between(0, 2));
  d.serve = random_pool(dice);
  if (dice.chance(0.3)) {
    d.decode = random_pool(dice);
    d.transfer_s = 0.1 * dice.uniform();
    d.transfer_token_s = 1e-6;
    if (dice.chance(0.5)) d.decode.scheduler.accepted_per_step = 1 + 2 * dice.uniform();
  } else if (dice.chance(0.3)) {
    d.serve.scheduler.accepted_per_step = 1 + 2 * dice.uniform();
  }
  double at_s = 0;
  for (int i = dice.chance(0.4) ? dice.between(1, 6) : 0; i > 0; --i) {
    int const replica = dice.between(0, d.serve.replicas - 1);
    d.events.push_back({at_s += dice.uniform() * span_s / 3, replica, dice.chance(0.5) ? ReplicaEvent::Kind::down : ReplicaEvent::Kind::drain});
    d.events.push_back({at_s += 5 * dice.uniform(), replica, ReplicaEvent::Kind::up});
  }
  if (dice.chance(0.2)) d.autoscaler = {0.5 + 5 * dice.uniform(), 30 * dice.uniform(), 4 * dice.uniform(), 10 * dice.uniform(), 1};
  return d;
}

}  // namespace

TEST_CASE("random deployments keep their books, end, and repeat bit for bit") {
  for (std::uint64_t seed = 0; seed < 120; ++seed) {
    CAPTURE(seed);
    Dice dice{RandomStream(seed, Stream::sampling)};
    auto table = random_requests(dice);
    double const span_s = table.arrival_s.back();
    if (dice.chance(0.5)) add_chains(dice, table);
    auto const deployment = random_deployment(dice, span_s);
    SimulationOptions audit;
    audit.audit = true;
    auto const r = simulate(table, deployment, audit), again = simulate(table, deployment);
    REQUIRE(r.done + r.refused == table.size());
    REQUIRE(r.end_s == again.end_s);
    double asked = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (r.requests.outcome[i] != Outcome::done) continue;
      asked += table.output_token[i];
      REQUIRE(r.requests.ttft_s[i] >= 0);
      REQUIRE(r.requests.e2e_s[i] >= r.requests.ttft_s[i] - 1e-9);
      REQUIRE(r.requests.e2e_s[i] == again.requests.e2e_s[i]);
    }
    REQUIRE(r.serve.out_token + r.decode.out_token == doctest::Approx(asked).epsilon(1e-9));
  }
}
