// Failures, draining, cold starts and the autoscaler.
#include <doctest/doctest.h>

#include "core/diagnostics.hpp"
#include "core/random.hpp"
#include "workloads/serving/cluster.hpp"
#include "workloads/serving/measures.hpp"

using namespace aif;
using namespace aif::workloads;

namespace {

Deployment pool(int replicas) {
  Deployment d;
  d.serve.times = simple_step_times(64, 8e-3, 1e-4, 1e-8, 3e-5);
  d.serve.scheduler.kv_token = 60000;
  d.serve.scheduler.max_sequences = 16;
  d.serve.replicas = replicas;
  return d;
}

RequestTable steady(std::size_t n, double rate) {
  RequestTable t;
  RandomStream const random(8, Stream::arrivals);
  double at_s = 0;
  for (std::size_t i = 0; i < n; ++i) t.add(at_s += random.exponential(i, 0, 1 / rate), 400, 100);
  return t;
}

using Event = ReplicaEvent::Kind;

}  // namespace

TEST_CASE("a replica that fails loses no request; the others carry it, later") {
  auto const table = steady(600, 20.0);
  SimulationOptions options;
  options.audit = true;
  auto d = pool(2);
  auto const healthy = simulate(table, d, options);
  for (auto routing : {Routing::round_robin, Routing::least_loaded}) {
    d.routing = routing;
    d.events = {{5.0, 1, Event::down}, {20.0, 1, Event::up}};
    auto const failed = simulate(table, d, options);
    CHECK(failed.done == table.size());
    CHECK(failed.serve.out_token == doctest::Approx(healthy.serve.out_token));
    CHECK(failed.serve.recomputed_token > 0);
    CHECK(percentiles(failed.requests.e2e_s, failed.requests.released_s, 0, 1e9).mean > percentiles(healthy.requests.e2e_s, healthy.requests.released_s, 0, 1e9).mean);
    for (std::size_t i = 0; i < table.size(); ++i)
      if (table.arrival_s[i] > 5.1 && table.arrival_s[i] < 19.9) REQUIRE(failed.requests.replica[i] == 0);
  }
}

TEST_CASE("draining finishes what runs and takes nothing new; with nobody left requests wait for the start") {
  auto const table = steady(300, 10.0);
  auto d = pool(1);
  d.events = {{4.0, 0, Event::drain}, {40.0, 0, Event::up}};
  SimulationOptions options;
  options.audit = true;
  auto const r = simulate(table, d, options);
  CHECK(r.done == table.size());
  CHECK(r.serve.recomputed_token == 0);
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table.arrival_s[i] > 4.0) REQUIRE(r.requests.released_s[i] + r.requests.ttft_s[i] >= 40.0);
}

TEST_CASE("events of replicas that do not exist are refused") {
  auto d = pool(1);
  d.events = {{4.0, 3, Event::down}};
  CHECK_THROWS_AS(simulate(steady(3, 1.0), d), InputError);
}

TEST_CASE("the autoscaler follows load: fewer replica-seconds than all the time, more requests in time than the fewest") {
  RequestTable table;  // quiet, a rush, quiet
  double at_s = 0;
  for (int i = 0; i < 4000; ++i) table.add(at_s += (i < 500 || i > 3500 ? 0.2 : 0.012), 400, 100);
  auto scaled = pool(6), fewest = pool(1), most = pool(6);
  scaled.autoscaler = {5.0, 20, 4, 10.0, 1};
  SimulationOptions options;
  options.audit = true;
  auto const a = simulate(table, scaled, options), one = simulate(table, fewest), six = simulate(table, most);
  CHECK(a.done == table.size());
  auto mean_ttft = [](SimulationResult const& r) { return percentiles(r.requests.ttft_s, r.requests.released_s, 0, 1e9).mean; };
  CHECK(mean_ttft(a) < 0.5 * mean_ttft(one));
  CHECK(mean_ttft(a) > mean_ttft(six));
  CHECK(a.replica_s < 0.8 * six.replica_s);
  CHECK(six.replica_s == doctest::Approx(6 * six.end_s));
}
