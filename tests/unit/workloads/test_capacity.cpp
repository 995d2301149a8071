// What a deployment can take.
#include <doctest/doctest.h>

#include "workloads/serving/capacity.hpp"

using namespace aif::workloads;

TEST_CASE("one request at a time: the saturated rate is one over its service time; nothing that fits: none") {
  Deployment d;
  d.serve.times = simple_step_times(4, 10e-3, 0, 0, 0);
  d.serve.scheduler.max_sequences = 1;
  RequestTable table;
  for (int i = 0; i < 100; ++i) table.add(0.3 * i, 64, 50);
  double const rate = saturated_rate(table, d);
  CHECK(rate == doctest::Approx(1 / (50 * 10e-3)).epsilon(0.05));
  d.serve.replicas = 4;
  CHECK(saturated_rate(table, d) == doctest::Approx(4 * rate).epsilon(0.05));
  d.serve.scheduler.kv_token = 32;
  CHECK(saturated_rate(table, d) == 0);
}

TEST_CASE("the highest rate that keeps a promise is found from below, to less than a percent") {
  for (double limit : {3.5, 20.0, 60.0, 96.0}) {
    double const found = highest_rate(100, [&](double rate) { return rate <= limit; });
    CHECK(found <= limit);
    CHECK(found > 0.99 * limit);
  }
  CHECK(highest_rate(100, [](double) { return true; }) == doctest::Approx(97));
  CHECK(highest_rate(100, [](double) { return false; }) == 0);
}
