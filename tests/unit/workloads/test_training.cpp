#include <doctest/doctest.h>

#include <cmath>

#include "workloads/training/training.hpp"

using namespace aif;
using namespace aif::workloads;

namespace {

compute::ModelArchitecture dense_70b() {
  compute::ModelArchitecture m;
  m.id = "dense-70b";
  m.layers = 80, m.hidden = 8192, m.q_heads = 64, m.kv_heads = 8, m.head_dim = 128, m.ffn = 28672, m.vocab = 128256;
  return m;
}

HardwareProfile device() {
  HardwareProfile p;
  p.id = "test";
  p.datasheet.peak_flop_s[static_cast<std::size_t>(Precision::bf16)] = 1e15;
  p.datasheet.peak_flop_s[static_cast<std::size_t>(Precision::fp8)] = 2e15;
  p.datasheet.hbm_byte_s = 3.35e12;
  p.datasheet.hbm_byte = 8e10;
  p.datasheet.links = {{"nvlink", 4.5e11, 1e-6, 8}};
  return p;
}

// Pure bandwidth, so that closed forms can be checked.
std::vector<CollectiveTable> tables(double scale_up_byte_s, double scale_out_byte_s) {
  std::vector<CollectiveTable> out;
  for (int kind = 0; kind < 6; ++kind)
    for (int log = 1; log <= 14; ++log)
      for (bool outside : {false, true}) {
        CollectiveTable t;
        t.key = {static_cast<CollectiveKind>(kind), 1 << log, outside ? CommDomain::scale_out : CommDomain::scale_up, outside ? 1 : 0};
        for (double byte : {256.0, 1e6, 1e12}) t.byte.push_back(byte), t.time_s.push_back(byte / (outside ? scale_out_byte_s : scale_up_byte_s));
        out.push_back(t);
      }
  return out;
}

TrainingWorkloadParams run_of(int global_batch) {
  TrainingWorkloadParams p;
  p.id = "run";
  p.global_batch = global_batch;
  p.precision = Precision::bf16;
  return p;
}

}  // namespace

TEST_CASE("a step is the sum of its parts and never faster than the arithmetic") {
  auto const t = tables(4e11, 5e10);
  TrainingPlan const plan = plan_training(run_of(1024), dense_70b(), device(), t, {}, 512);
  REQUIRE_MESSAGE(plan.fits, plan.problem);
  double sum = 0;
  for (double part : plan.step.part_s) {
    CHECK(part >= 0);
    sum += part;
  }
  CHECK(sum == doctest::Approx(plan.step.time_s));
  CHECK(plan.mfu > 0.1);
  CHECK(plan.mfu < 0.72);
  CHECK(plan.layout.devices() == 512);
  CHECK(plan.memory.total_byte() <= device().datasheet.hbm_byte);
}

TEST_CASE("the search can only gain from a faster network, and a pinned degree is kept") {
  auto const slow = tables(1e11, 1e10), fast = tables(8e11, 1e11);
  TrainingPlan const a = plan_training(run_of(1024), dense_70b(), device(), slow, {}, 512), b = plan_training(run_of(1024), dense_70b(), device(), fast, {}, 512);
  CHECK(b.token_s > a.token_s);
  TrainingWorkloadParams pinned = run_of(1024);
  pinned.tp = 8, pinned.pp = 4;
  TrainingPlan const c = plan_training(pinned, dense_70b(), device(), fast, {}, 512);
  CHECK(c.layout.tp == 8);
  CHECK(c.layout.pp == 4);
  CHECK(c.token_s <= b.token_s);
}

TEST_CASE("the bubble follows (PP-1)/VP and vanishes against many micro-batches") {
  auto const t = tables(1e15, 1e15);
  CommTables const comm(t);
  StepModel const m(training_shape(dense_70b(), 8192), training_device(device()), {}, Precision::bf16, comm);
  TrainingLayout l;
  l.tp = 8, l.pp = 4, l.dp = 1;
  auto const per_micro = [&](int batch, int vp) { l.global_batch = batch, l.vp = vp; return step_time(m, l)[StepBound::pipeline]; };
  CHECK(per_micro(64, 1) == doctest::Approx(2 * per_micro(64, 2)).epsilon(1e-3));
  CHECK(per_micro(64, 1) == doctest::Approx(per_micro(128, 1)).epsilon(1e-3));
}

TEST_CASE("what does not run says why") {
  auto const t = tables(4e11, 5e10);
  TrainingPlan const tight = plan_training(run_of(8), dense_70b(), device(), t, {}, 8);
  CHECK_FALSE(tight.fits);
  CHECK(tight.binding == "memory_capacity");
  TrainingWorkloadParams odd = run_of(1024);
  odd.tp = 7;
  TrainingPlan const refused = plan_training(odd, dense_70b(), device(), t, {}, 512);
  CHECK_FALSE(refused.fits);
  CHECK(refused.problem.find("nearest") != std::string::npos);
}

TEST_CASE("goodput: the best interval beats its neighbours, Young and Daly come close, no failures cost only checkpoints") {
  for (double mtbf : {600.0, 1e4, 1e6}) {
    FailureProcess const p{1 / mtbf, 300, 20};
    double const best = best_interval_s(p);
    CHECK(goodput_frac(p, best) >= goodput_frac(p, best * 1.05));
    CHECK(goodput_frac(p, best) >= goodput_frac(p, best * 0.95));
    CHECK(goodput_frac(p, daly_interval_s(p)) > 0.999 * goodput_frac(p, best));
    CHECK(goodput_frac(p, young_interval_s(p)) > 0.98 * goodput_frac(p, best));
    CHECK(goodput_frac(p, best) < 1);
  }
  FailureProcess const rare{1e-12, 300, 20};
  CHECK(goodput_frac(rare, 1000) == doctest::Approx(1000.0 / 1020).epsilon(1e-6));
}

TEST_CASE("slower clocks cost at most their share") {
  TrainingPlan plan;
  plan.clock_share = 0.6;
  CHECK(training_throughput_frac(plan, 1) == doctest::Approx(1));
  CHECK(training_throughput_frac(plan, 0.5) > 0.5);
  CHECK(training_throughput_frac(plan, 0.5) < 1);
}

TEST_CASE("what is left to the planner can only help, and precision is one of the device's") {
  auto const t = tables(4e11, 5e10);
  TrainingWorkloadParams pinned = run_of(1024), free = pinned;
  free.free = {FreeChoice::recompute, FreeChoice::sharding, FreeChoice::precision};
  TrainingPlan const a = plan_training(pinned, dense_70b(), device(), t, {}, 256), b = plan_training(free, dense_70b(), device(), t, {}, 256);
  REQUIRE(a.fits);
  REQUIRE(b.fits);
  CHECK(b.token_s >= a.token_s);
  CHECK(device().datasheet.peak_flop_s[static_cast<std::size_t>(b.precision)] > 0);
}

TEST_CASE("slow nodes hold up all, more so the larger the job; uneven experts cost their share") {
  auto const t = tables(4e11, 5e10);
  CommTables const comm(t);
  auto const slowdown = [&](int dp) {
    TrainingLayout l;
    l.tp = 8, l.pp = 4, l.dp = dp, l.global_batch = dp * 32;
    TrainingSoftware slow;
    slow.slow_node_frac = 0.005;
    StepModel const even(training_shape(dense_70b(), 8192), training_device(device()), {}, Precision::bf16, comm);
    StepModel const held(training_shape(dense_70b(), 8192), training_device(device()), {}, Precision::bf16, comm, slow);
    return step_time(held, l).time_s / step_time(even, l).time_s;
  };
  CHECK(slowdown(1) > 1);
  CHECK(slowdown(32) > slowdown(1));
  CHECK(slowdown(1024) < 1.1 + 1e-9);
}

TEST_CASE("checkpoints: a slow tier lengthens the interval and names itself; an unknown tier is refused with the nearest name") {
  auto const t = tables(4e11, 5e10);
  TierTable fast;
  fast.tier = "scratch", fast.write_byte_s = fast.read_byte_s = 4e11, fast.burst_efficiency = 0.5;
  TierTable slow = fast;
  slow.write_byte_s = 1e9;
  TrainingPlan const a = plan_training(run_of(1024), dense_70b(), device(), t, {&fast, 1}, 512), b = plan_training(run_of(1024), dense_70b(), device(), t, {&slow, 1}, 512);
  REQUIRE(a.fits);
  CHECK(b.checkpoint_bound == TransferBound::tier_rate);
  CHECK(b.checkpoint_interval_s >= b.checkpoint_write_s);
  CHECK(b.checkpoint_interval_s > a.checkpoint_interval_s);
  CHECK(b.goodput_frac < a.goodput_frac);
  TrainingWorkloadParams wrong = run_of(1024);
  wrong.checkpoint_tier = "scrach";
  TrainingPlan const refused = plan_training(wrong, dense_70b(), device(), t, {&fast, 1}, 512);
  CHECK_FALSE(refused.fits);
  CHECK(refused.problem.find("scratch") != std::string::npos);
}

TEST_CASE("shared parts and spares reach the goodput of a plan") {
  auto const t = tables(4e11, 5e10);
  TrainingWorkloadParams run = run_of(1024);
  run.elastic = false;
  TrainingSite site;
  site.domains = {{"cdu", 8, 8, 2.0 / (365 * 86400.0), 24 * 3600}};
  TrainingPlan const alone = plan_training(run, dense_70b(), device(), t, {}, 512), shared = plan_training(run, dense_70b(), device(), t, {}, 512, site);
  REQUIRE(alone.fits);
  CHECK(shared.goodput_frac < alone.goodput_frac);
  run.spares = 8;
  TrainingPlan const spared = plan_training(run, dense_70b(), device(), t, {}, 512 + 64, site);
  REQUIRE_MESSAGE(spared.fits, spared.problem);
  CHECK(spared.layout.devices() == 512);
  CHECK(spared.goodput_frac > shared.goodput_frac);
}
