#include <doctest/doctest.h>

#include <array>

#include "workloads/training/failure_years.hpp"
#include "workloads/training/goodput.hpp"

using namespace aif::workloads;

namespace {
FailureYearParams endless_spares() {
  FailureYearParams p;
  p.nodes = 256;
  p.spares = 1000000;
  p.lemon_frac = 0;
  return p;
}
}  // namespace

TEST_CASE("with spares enough the simulated years meet the exact exponential goodput") {
  for (double interval : {600.0, 1800.0, 7200.0}) {
    FailureYearParams p = endless_spares();
    p.interval_s = interval;
    FailureYears const years = simulate_failure_years(p, 400, 7);
    // The simulation's restart cannot fail itself; the closed form with failures during restarts agrees to second order.
    FailureProcess const exact{p.nodes * (p.hardware_per_node_s + p.other_per_node_s), p.detect_s + p.restart_s, p.checkpoint_s};
    CHECK(years.goodput == doctest::Approx(goodput_frac(exact, interval)).epsilon(0.005));
    CHECK(years.failures_per_year == doctest::Approx(exact.rate_per_s * 365 * 86400).epsilon(0.08));
    CHECK(years.goodput_low <= years.goodput);
    CHECK(years.goodput_high >= years.goodput);
    CHECK(years.waiting_frac == doctest::Approx(0));
  }
}

TEST_CASE("more spares never hurt, and a shared domain that takes many nodes needs them") {
  FailureYearParams p;
  p.nodes = 256;
  p.domains = {{"cdu", 32, 8, 1.0 / (365 * 86400.0), 8 * 3600}};
  std::array const spares{0, 2, 8, 16};
  auto const goodput = goodput_by_spares(p, spares, 200, 3);
  for (std::size_t i = 1; i < goodput.size(); ++i) CHECK(goodput[i] >= goodput[i - 1] - 1e-12);
  FailureYearParams alone = p;
  alone.domains = {};
  p.spares = alone.spares = 4;
  CHECK(simulate_failure_years(p, 200, 3).goodput < simulate_failure_years(alone, 200, 3).goodput);
}

TEST_CASE("the same seed gives the same years, another seed others") {
  FailureYearParams const p;
  CHECK(simulate_failure_years(p, 50, 1).goodput == simulate_failure_years(p, 50, 1).goodput);
  CHECK(simulate_failure_years(p, 50, 1).goodput != simulate_failure_years(p, 50, 2).goodput);
}

TEST_CASE("restarting replicas alone beats restarting all") {
  FailureProcess const p{1.0 / 1080, 180, 10};
  CHECK(replica_restart_goodput_frac(p) > goodput_frac(p, best_interval_s(p)));
  CHECK(replica_restart_goodput_frac(p) < 1);
}

TEST_CASE("a job that may shrink loses less than one that waits, and never more than its missing replicas") {
  FailureYearParams waits;
  waits.nodes = 128, waits.spares = 0, waits.lemon_frac = 0;
  FailureYearParams shrinks = waits;
  shrinks.replica_nodes = 8;
  FailureYears const a = simulate_failure_years(waits, 100, 1), b = simulate_failure_years(shrinks, 100, 1);
  CHECK(b.goodput > a.goodput);
  CHECK(b.waiting_frac == doctest::Approx(0));
  CHECK(b.shrunk_frac > 0);
  CHECK(a.waiting_frac > 0);
}

TEST_CASE("lemons cost, and taking them out for good costs less") {
  FailureYearParams none = endless_spares();
  FailureYearParams lemons = none;
  lemons.lemon_frac = 0.05, lemons.lemon_factor = 20;
  FailureYearParams retired = lemons;
  retired.lemon_strikes = 2;
  double const clean = simulate_failure_years(none, 200, 2).goodput, sour = simulate_failure_years(lemons, 200, 2).goodput, mended = simulate_failure_years(retired, 200, 2).goodput;
  CHECK(sour < clean);
  CHECK(mended > sour);
  CHECK(mended < clean);
}

TEST_CASE("one crew makes a queue, a hang costs its time-out, a spoiled checkpoint one interval more") {
  FailureYearParams p;
  p.nodes = 512, p.spares = 8, p.lemon_frac = 0, p.repair_s = 12 * 3600;
  FailureYearParams queue = p, hang = p, spoiled = p;
  queue.repair_crews = 1;
  hang.hang_frac = 0.3;
  spoiled.spoiled_frac = 0.5;
  double const base = simulate_failure_years(p, 100, 4).goodput;
  CHECK(simulate_failure_years(queue, 100, 4).goodput < base);
  CHECK(simulate_failure_years(hang, 100, 4).goodput < base);
  CHECK(simulate_failure_years(spoiled, 100, 4).goodput < base);
}

TEST_CASE("the simulated best interval agrees with the closed form, and spares pay until they do not") {
  FailureYearParams p = endless_spares();
  p.nodes = 1024;
  FailureProcess const exact{p.nodes * (p.hardware_per_node_s + p.other_per_node_s), p.detect_s + p.restart_s, p.checkpoint_s};
  double const best = best_interval_s(exact), simulated = best_simulated_interval_s(p, 5);
  CHECK(simulated > 0.5 * best);
  CHECK(simulated < 2.0 * best);
  FailureYearParams job;
  job.nodes = 256, job.lemon_frac = 0;
  BestSpares const spares = best_spares(job, 64, 5);
  CHECK(spares.spares > 0);
  CHECK(spares.spares < 20);
  job.spares = spares.spares;
  CHECK(simulate_failure_years(job, enough_years(job), 5).goodput == doctest::Approx(spares.goodput));
}
