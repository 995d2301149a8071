// Small cases with known answers: hand-computed batches, queues with closed forms, and the books at every event.
#include <doctest/doctest.h>

#include <cmath>

#include "core/random.hpp"
#include "workloads/serving/cluster.hpp"
#include "workloads/serving/measures.hpp"

using namespace aif;
using namespace aif::workloads;

namespace {

// One server that takes `service_s` for a one-token answer of a one-token prompt and does nothing else at the same time.
Deployment single_server(double service_s) {
  Deployment d;
  d.serve.times = simple_step_times(1, 0.0, 0.0, 0.0, service_s);
  d.serve.scheduler = scheduler_defaults(SchedulerKind::vllm);
  d.serve.scheduler.max_sequences = 1;
  return d;
}

RequestTable poisson(std::size_t n, double rate, std::uint64_t seed) {
  RequestTable table;
  RandomStream const random(seed, Stream::arrivals);
  double at_s = 0;
  for (std::size_t i = 0; i < n; ++i) table.add(at_s += random.exponential(i, 0, 1.0 / rate), 1, 1);
  return table;
}

double mean_of(std::vector<double> const& v) {
  double sum = 0;
  for (double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}

RequestTable mixed_requests(std::size_t n, double gap_s) {
  RequestTable table;
  RandomStream const random(3, Stream::lengths);
  double at_s = 0;
  for (std::size_t i = 0; i < n; ++i) {
    auto const [u, v] = random.uniform_pair(i, 0);
    table.add(at_s += gap_s * -std::log(random.uniform(i, 1)), 1 + static_cast<int>(2500 * u * u), 1 + static_cast<int>(600 * v * v));
  }
  return table;
}

}  // namespace

TEST_CASE("two requests by hand: prefill steps, shared decode steps, a late joiner at a step boundary") {
  Deployment d;
  d.serve.times = simple_step_times(4, 10e-3, 1e-3, 1e-6, 1e-4);
  d.serve.scheduler.token_budget = 1000;
  RequestTable table;
  table.add(0.0, 100, 3);
  table.add(0.025, 200, 2);
  auto const r = simulate(table, d);
  double const first = 10e-3 + 100 * 1e-4;                       // alone: base of an empty step and 100 prompt tokens
  CHECK(r.requests.ttft_s[0] == doctest::Approx(first));
  double const decode = 11e-3 + 100 * 1e-6;                      // one sequence with 100 tokens; the second arrives within it
  double const mixed = 11e-3 + 101 * 1e-6 + 200 * 1e-4;          // last token of the first beside the prompt of the second
  CHECK(r.requests.e2e_s[0] == doctest::Approx(first + decode + mixed));
  CHECK(r.requests.tpot_s[0] == doctest::Approx((decode + mixed) / 2));
  CHECK(r.requests.ttft_s[1] == doctest::Approx(first + decode + mixed - 0.025));
  CHECK(r.requests.e2e_s[1] == doctest::Approx(first + decode + mixed - 0.025 + 11e-3 + 200 * 1e-6));
  CHECK(r.serve.out_token == 5);
  CHECK(r.serve.in_token == 300);
}

TEST_CASE("a long prompt is cut into chunks that share steps with decodes; prompts of their own steps stall them") {
  Deployment d;
  d.serve.times = simple_step_times(4, 10e-3, 0.0, 0.0, 1e-4);
  d.serve.scheduler.token_budget = 101;
  RequestTable table;
  table.add(0.0, 101, 50);
  table.add(0.001, 1000, 2);
  auto const mixed = simulate(table, d);
  // After the first prompt (20.1 ms) each step carries one decode and 100 prompt tokens: ten steps of 20 ms.
  CHECK(mixed.requests.ttft_s[1] == doctest::Approx(0.0201 + 10 * 0.020 - 0.001));
  CHECK(mixed.requests.e2e_s[0] == doctest::Approx(0.0201 + 10 * 0.020 + 39 * 0.010));
  d.serve.scheduler.mixed = false;
  auto const alone = simulate(table, d);
  double const prompt = 10 * 0.010 + 1000 * 1e-4;
  CHECK(alone.requests.ttft_s[1] == doctest::Approx(0.0201 + prompt - 0.001));
  CHECK(alone.requests.e2e_s[0] == doctest::Approx(0.0201 + prompt + 49 * 0.010));
}

TEST_CASE("M/D/1: mean wait is rho s / 2 (1 - rho)") {
  for (double rho : {0.3, 0.6, 0.8}) {
    double const service_s = 0.01;
    auto const table = poisson(200000, rho / service_s, 5);
    auto const r = simulate(table, single_server(service_s));
    double const wait_s = mean_of(r.requests.ttft_s) - service_s;
    CHECK(wait_s == doctest::Approx(rho * service_s / (2 * (1 - rho))).epsilon(0.04));
  }
}

TEST_CASE("M/M/c: replicas behind one queue approach Erlang's wait as the batch serves one sequence each") {
  // c sequences decode side by side, each step 1 ms whatever the batch: geometric answers are exponential services.
  constexpr int c = 4;
  constexpr double step_s = 1e-3, mean_steps = 200, rho = 0.8;
  Deployment d;
  d.serve.times = simple_step_times(c, step_s, 0.0, 0.0, 0.0);
  d.serve.times.alone_s = 0.0;
  d.serve.scheduler.max_sequences = c;
  RequestTable table;
  RandomStream const random(11, Stream::arrivals);
  double at_s = 0;
  double const rate = rho * c / (mean_steps * step_s);
  for (std::size_t i = 0; i < 200000; ++i) {
    at_s += random.exponential(i, 0, 1 / rate);
    table.add(at_s, 1, 1 + static_cast<int>(std::lround(random.exponential(i, 1, mean_steps))));
  }
  auto const r = simulate(table, d);
  double const a = rho * c;
  double sum = 0, term = 1;
  for (int k = 0; k < c; ++k) {
    sum += term;
    term *= a / (k + 1);
  }
  double const waits = term / (1 - rho) / (sum + term / (1 - rho));  // Erlang C (term = a^c / c!)
  double const wait_s = waits * mean_steps * step_s / (c * (1 - rho));
  CHECK(mean_of(r.requests.ttft_s) == doctest::Approx(wait_s).epsilon(0.05));  // half a step of waiting for the boundary is within
}

TEST_CASE("books balance at every event: pages, contexts, sequences, tokens; every request ends") {
  auto const table = mixed_requests(600, 0.02);
  for (auto kind : {SchedulerKind::vllm, SchedulerKind::sarathi, SchedulerKind::trtllm, SchedulerKind::sglang})
    for (double accepted : {1.0, 2.6}) {
      CAPTURE(enum_name(kind));
      CAPTURE(accepted);
      Deployment d;
      d.serve.times = simple_step_times(64, 8e-3, 1e-4, 1e-8, 3e-5);
      d.serve.scheduler = scheduler_defaults(kind);
      d.serve.scheduler.kv_token = 12000;
      d.serve.scheduler.accepted_per_step = accepted;
      SimulationOptions options;
      options.audit = true;
      auto const r = simulate(table, d, options);
      CHECK(r.done == table.size());
      double in = 0, out = 0;
      for (std::size_t i = 0; i < table.size(); ++i) {
        in += table.input_token[i];
        out += table.output_token[i];
        REQUIRE(r.requests.outcome[i] == Outcome::done);
        REQUIRE(r.requests.ttft_s[i] > 0);
        REQUIRE(r.requests.e2e_s[i] >= r.requests.ttft_s[i]);
      }
      CHECK(r.serve.in_token == in);
      CHECK(r.serve.out_token == doctest::Approx(out).epsilon(1e-9));
      CHECK(r.serve.new_token >= in);
      CHECK((kind == SchedulerKind::trtllm ? r.serve.preemptions == 0 : r.serve.preemptions > 0));
    }
}

TEST_CASE("summing many decode steps at once is the same as one step at a time") {
  // Arrivals that can never be admitted together with the first cut the run of steps at arbitrary places; times must not move.
  Deployment d;
  d.serve.times = simple_step_times(2, 8e-3, 1e-4, 3e-7, 3e-5);
  RequestTable alone, cut;
  alone.add(0.0, 500, 400);
  cut.add(0.0, 500, 400);
  for (int i = 1; i < 100; ++i) cut.add(0.0371 * i, 1, 1);  // one-token answers join for one prefill step
  auto const a = simulate(alone, d);
  d.serve.times.chunk_s = {0.0, 0.0};
  auto const b = simulate(cut, d);
  double const prompt_s = 500 * 3e-5;
  CHECK(b.requests.e2e_s[0] == doctest::Approx(a.requests.e2e_s[0] - prompt_s).epsilon(1e-12));
}

TEST_CASE("time scaling: twice slower hardware under twice slower arrivals gives twice the times") {
  auto table = mixed_requests(800, 0.05);
  Deployment d;
  d.serve.times = simple_step_times(32, 8e-3, 1e-4, 1e-8, 3e-5);
  d.serve.scheduler.kv_token = 40000;
  auto const fast = simulate(table, d);
  for (double& t : table.arrival_s) t *= 2;
  for (auto* v : {&d.serve.times.base_s, &d.serve.times.per_token_s, &d.serve.times.chunk_s})
    for (double& t : *v) t *= 2;
  d.serve.times.alone_s *= 2;
  auto const slow = simulate(table, d);
  for (std::size_t i = 0; i < table.size(); ++i) REQUIRE(slow.requests.e2e_s[i] == doctest::Approx(2 * fast.requests.e2e_s[i]).epsilon(1e-9));
}

TEST_CASE("a request larger than memory is refused and the others go on; overload ends with a result") {
  Deployment d;
  d.serve.times = simple_step_times(16, 8e-3, 1e-4, 1e-8, 3e-5);
  d.serve.scheduler.kv_token = 5000;
  RequestTable table;
  for (int i = 0; i < 400; ++i) table.add(0.001 * i, i == 7 ? 6000 : 300, 100);
  auto const r = simulate(table, d);
  CHECK(r.refused == 1);
  CHECK(r.done == 399);
  CHECK(r.requests.outcome[7] == Outcome::refused);
  SloParams slo;
  slo.ttft_p95_s = 0.5;
  auto const m = measure(table, r, d, slo, 0.0, 1.0);
  CHECK(m.good_frac < 0.5);
  CHECK_FALSE(m.meets_slo);
}

TEST_CASE("successors wait for all their predecessors and their gap") {
  Deployment d;
  d.serve.times = simple_step_times(8, 10e-3, 0.0, 0.0, 0.0);
  RequestTable table;  // 0 fans out to 1 and 2, which join in 3
  table.add(0.0, 10, 2);
  table.add(0.5, 10, 2);
  table.add(1.0, 10, 11);
  table.add(0.25, 10, 1);
  table.waits_for = {0, 1, 1, 2};
  table.next_begin = {0, 2, 3, 4, 4};
  table.next = {1, 2, 3, 3};
  auto const r = simulate(table, d);
  CHECK(r.done == 4);
  CHECK(r.requests.released_s[1] == doctest::Approx(0.020 + 0.5));
  CHECK(r.requests.released_s[3] == doctest::Approx(0.020 + 1.0 + 0.110 + 0.25));
}

TEST_CASE("disaggregated pools: the first token leaves the prefill pool, the rest follows the transfer") {
  Deployment d;
  d.serve.times = simple_step_times(8, 10e-3, 0.0, 0.0, 1e-4);
  d.serve.scheduler.mixed = false;
  d.decode = d.serve;
  d.transfer_s = 0.05;
  d.transfer_token_s = 1e-5;
  RequestTable table;
  table.add(0.0, 1000, 21);
  SimulationOptions options;
  options.audit = true;
  auto const r = simulate(table, d, options);
  CHECK(r.requests.ttft_s[0] == doctest::Approx(0.110));
  CHECK(r.requests.e2e_s[0] == doctest::Approx(0.110 + 0.05 + 0.01 + 20 * 0.010));
  CHECK(r.serve.out_token + r.decode.out_token == 21);
  auto const many = mixed_requests(300, 0.03);
  d.serve.replicas = 2;
  d.decode.scheduler.kv_token = 9000;
  auto const all = simulate(many, d, options);
  CHECK(all.done == many.size());
  double out = 0;
  for (auto o : many.output_token) out += o;
  CHECK(all.serve.out_token + all.decode.out_token == out);
}
