#include <doctest/doctest.h>

#include "models/compute/closed_loop.hpp"
#include "models/compute/device_power.hpp"
#include "models/compute/step.hpp"
#include "tests/unit/compute/test_machines.hpp"

using namespace aif;
using namespace aif::compute;
using aif::compute::test::dense_70b;
using aif::compute::test::design_on;
using aif::compute::test::gpu;

TEST_CASE("more memory bandwidth never slows decoding") {
  auto const model = dense_70b();
  double before = 1e9;
  for (double tb : {2.0, 3.35, 4.8, 8.0, 22.0}) {
    auto const profile = gpu(tb * 1e12);
    auto const design = design_on(profile, model, 8);
    double const t = iteration(design, {.n_decode = 64, .sum_context = 64 * 2000.0}, 0).time_s;
    CHECK(t <= before);
    before = t;
  }
}

TEST_CASE("throughput does not fall with the batch") {
  auto const model = dense_70b();
  auto const profile = gpu();
  auto const surface = make_step_surface(design_on(profile, model, 8), 0);
  double before = 0;
  for (int b = 1; b <= 512; b *= 2) {
    double const rate = b / surface.decode_s(b, b * 2000.0);
    CHECK(rate >= before * 0.97);
    before = rate;
  }
}

TEST_CASE("tensor parallelism over PCIe loses to NVLink") {
  auto const model = dense_70b();
  auto const nvlink = gpu();
  auto pcie = nvlink;
  pcie.datasheet.links = {{"pcie", 64e9, 10e-6, 8}};
  BatchState const batch{.n_decode = 32, .sum_context = 32 * 2000.0};
  CHECK(iteration(design_on(pcie, model, 8), batch, 0).time_s > iteration(design_on(nvlink, model, 8), batch, 0).time_s);
}

TEST_CASE("the surface and the iteration agree") {
  auto const model = dense_70b();
  auto const profile = gpu();
  auto const design = design_on(profile, model, 4);
  auto const surface = make_step_surface(design, 0);
  for (int b : {1, 7, 64, 512})
    for (double context : {100.0, 3000.0, 30000.0})
      CHECK(surface.decode_s(b, b * context) == doctest::Approx(iteration(design, {.n_decode = b, .sum_context = b * context}, 0).time_s).epsilon(1e-9));
  BatchState const mixed{.n_decode = 16, .sum_context = 16000, .prefill_tokens = 2000, .prefill_context = 0, .prompts = 1};
  CHECK(surface.decode_s(16, 16000) + surface.prefill_s(16, 2000, 0, 1) == doctest::Approx(iteration(design, mixed, 0).time_s).epsilon(1e-9));
}

TEST_CASE("kernels are sums of their parts: wider tensor parallelism divides products, narrow formats read less") {
  auto const profile = gpu();
  auto const model = dense_70b();
  auto const wide = compile_step(design_on(profile, model, 8), WorkerRole::aggregated, 0), narrow = compile_step(design_on(profile, model, 2), WorkerRole::aggregated, 0);
  auto const at = [](StepCoefficients const& c, double b) { return decode_kernels(c, b, b * 1000.0); };
  for (double b : {1.0, 32.0, 256.0}) {
    CHECK(at(wide, b).dense_s < at(narrow, b).dense_s);
    CHECK(at(wide, b).dense_s > at(narrow, b).dense_s / 8);
    CHECK(at(wide, 2 * b).dense_s >= at(wide, b).dense_s * 0.99);
    CHECK(at(wide, 2 * b).all_reduce_s >= at(wide, b).all_reduce_s);
  }
  auto design = design_on(profile, model, 8);
  design.weights = Precision::bf16;
  CHECK(at(compile_step(design, WorkerRole::aggregated, 0), 1).dense_s > 1.3 * at(wide, 1).dense_s);
  CHECK(all_reduce_kernel(profile, EngineFamily::vllm, 1).time_s(1e6) == 0);
}

TEST_CASE("newer software starts kernels faster and moves no byte faster") {
  auto const profile = gpu();
  auto const model = dense_70b();
  auto design = design_on(profile, model, 8);
  design.engine.yearly_gain = 2;
  auto old = design;
  old.date_year = 2025.5;
  auto const after = decode_parts(compile_step(design, WorkerRole::aggregated, 0), 32, 32 * 2000.0), before = decode_parts(compile_step(old, WorkerRole::aggregated, 0), 32, 32 * 2000.0);
  CHECK(before.overhead_s > 1.3 * after.overhead_s);
  CHECK(before.memory_s == after.memory_s);
  CHECK(before.attention_s == after.attention_s);
}

TEST_CASE("a prompt cut into chunks costs at least the attention of the whole") {
  auto const model = dense_70b();
  auto const profile = gpu();
  auto const surface = make_step_surface(design_on(profile, model, 8), 0);
  auto const whole = prefill_parts(surface.step, 8, 8192, 0, 1), first = prefill_parts(surface.step, 8, 4096, 0, 1),
             second = prefill_parts(surface.step, 8, 4096, 4096, 1);
  CHECK(first.attention_s + second.attention_s == doctest::Approx(whole.attention_s).epsilon(1e-12));
  // Products: the rest of a last wave of tiles is all that cutting can win.
  CHECK(first.compute_s + first.memory_s + second.compute_s + second.memory_s >= 0.98 * (whole.compute_s + whole.memory_s));
}

TEST_CASE("energy per token falls with the batch and a cap lowers prefill more than decode") {
  auto const model = dense_70b();
  auto const profile = gpu();
  auto const design = design_on(profile, model, 8);
  double before = 1e9;
  for (int b = 1; b <= 256; b *= 2) {
    auto const cost = iteration(design, {.n_decode = b, .sum_context = b * 2000.0}, 0);
    double const joule = (cost.dynamic_j + profile.power.idle_w * cost.time_s) / b;
    CHECK(joule < before);
    before = joule;
  }
  double const slow = 0.6 * profile.datasheet.clock_max_hz;
  BatchState const decode{.n_decode = 32, .sum_context = 64000.0}, prefill{.prefill_tokens = 8192};
  double const decode_loss = iteration(design, decode, slow).time_s / iteration(design, decode, 0).time_s;
  double const prefill_loss = iteration(design, prefill, slow).time_s / iteration(design, prefill, 0).time_s;
  CHECK(decode_loss >= 1.0);
  CHECK(prefill_loss > decode_loss + 0.1);
}

TEST_CASE("a replica that cannot run says why and what can") {
  auto const model = dense_70b();
  auto profile = gpu();
  auto design = design_on(profile, model, 1);
  design.weights = Precision::bf16;
  auto const memory = feasible(design);
  REQUIRE(memory.items().size() == 1);
  CHECK(memory.items()[0].code == "AF2401");
  CHECK(memory.items()[0].hint.find("tp 2") != std::string::npos);
  design.worker.tp = 7;
  CHECK(feasible(design).items()[0].code == "AF2402");
  design.worker.tp = 8;
  CHECK(feasible(design).empty());
  profile.datasheet.peak_flop_s = {};
  CHECK(feasible(design).items()[0].code == "AF2407");
}

TEST_CASE("the closed loop obeys Little's law and saturates at the cache") {
  auto const model = dense_70b();
  auto const profile = gpu();
  auto const design = design_on(profile, model, 8);
  LoopWorkspace workspace;
  ServedLoad load{.input_token = 1024, .output_token = 1024, .users = 32, .shortest_frac = 1.0, .requests_per_user = 40};
  auto const point = serve(design, load, workspace);
  // In steady state users = rate x time in system; the burst at the start and the drain at the end cost a few percent.
  double const requests_s = point.out_token_s / 1024, in_system_s = point.ttft_s + 1023 * point.tpot_s;
  CHECK(requests_s * in_system_s == doctest::Approx(32.0).epsilon(0.05));
  load.users = 4 * point.slots;
  load.requests_per_user = 2;
  auto const full = serve(design, load, workspace);
  CHECK(full.mean_batch <= point.slots);
  CHECK(full.ttft_s > point.ttft_s * 5);
}

TEST_CASE("the junction is where power and leakage agree, and a cap is met") {
  auto const profile = gpu();
  auto const j = junction_c(profile.power, profile.thermal, 900, 40, 0.03);
  CHECK(j.junction_c == doctest::Approx(40 + 0.05 * (900 + leakage_w(profile.power, j.junction_c))).epsilon(1e-9));
  CHECK(junction_c(profile.power, profile.thermal, 900, 45, 0.03).junction_c > j.junction_c + 5);
  Activity activity;
  activity.flop_s[static_cast<std::size_t>(Precision::fp8)] = 1.5e15;
  activity.hbm_byte_s = 4e12;
  activity.active_frac = 1;
  auto const curve = make_power_curve(profile.power, activity, {0.7, 0.2, 0.55}, 0.3e9, profile.datasheet.clock_max_hz);
  for (std::size_t i = 1; i < kPowerCurvePoints; ++i) {
    CHECK(curve.dynamic_w[i] >= curve.dynamic_w[i - 1]);
    CHECK(curve.throughput_frac[i] >= curve.throughput_frac[i - 1]);
  }
  double const cap = 0.7 * curve.dynamic_w[kPowerCurvePoints - 1];
  auto const point = clock_for_cap(curve, cap);
  CHECK(point.capped);
  CHECK(point.dynamic_w <= cap * (1 + 1e-12));
  CHECK(point.throughput_frac > 0.7);  // power falls faster than speed while the voltage does
}
