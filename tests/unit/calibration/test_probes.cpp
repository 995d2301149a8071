#include <doctest/doctest.h>

#include <array>
#include <cmath>

#include "contracts/profile_json.hpp"
#include "core/diagnostics.hpp"
#include "core/random.hpp"
#include "gpu_calibration/host_probes/kernels.hpp"
#include "gpu_calibration/probe_fit.hpp"
#include "gpu_calibration/published_profile.hpp"
#include "gpu_calibration/timing.hpp"

using namespace aif;
using namespace aif::calibration;

TEST_CASE("host kernels compute what their names say") {
  std::size_t const m = 37, n = 83, k = 29;
  std::vector<float> a(m * k), b(k * n), c(m * n);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<float>(i % 7) - 3;
  for (std::size_t i = 0; i < b.size(); ++i) b[i] = static_cast<float>(i % 5) - 2;
  host::gemm(a.data(), b.data(), c.data(), m, n, k);
  for (std::size_t i : {std::size_t{0}, m - 1})
    for (std::size_t j : {std::size_t{0}, std::size_t{64}, n - 1}) {
      float sum = 0;
      for (std::size_t q = 0; q < k; ++q) sum += a[i * k + q] * b[q * n + j];
      CHECK(c[i * n + j] == sum);
    }
  // Equal keys weigh all values equally; a causal prompt of equal keys averages the tokens so far.
  std::size_t const tokens = 70, dim = 8;
  std::vector<float> query(tokens * dim, 0.5f), keys(tokens * dim, 1.0f), values(tokens * dim), out(tokens * dim);
  for (std::size_t t = 0; t < tokens; ++t)
    for (std::size_t d = 0; d < dim; ++d) values[t * dim + d] = static_cast<float>(t);
  host::attention_prefill(query.data(), keys.data(), values.data(), out.data(), 1, tokens, dim);
  for (std::size_t t : {std::size_t{0}, std::size_t{1}, tokens - 1}) CHECK(out[t * dim] == doctest::Approx(0.5 * static_cast<double>(t)));
  host::attention_decode(query.data(), keys.data(), values.data(), out.data(), 1, tokens, dim);
  CHECK(out[0] == doctest::Approx(0.5 * static_cast<double>(tokens - 1)));
}

TEST_CASE("order statistics ignore disturbed repeats") {
  std::vector<double> samples(21, 1.0);
  for (std::size_t i = 0; i < 21; ++i) samples[i] += 0.001 * static_cast<double>(i);
  samples[3] = 50;
  samples[7] = 80;
  auto const t = summarise_times(samples, 0.5);
  CHECK(t.time_s < 1.02);
  CHECK(t.low_s <= t.time_s);
  CHECK(t.time_s <= t.high_s);
  int calls = 0;
  auto const quick = repeat_timing([&](int count) { calls += count; return 1e-5 * count; }, TimingOptions{});
  CHECK(quick.time_s == doctest::Approx(1e-5));
  CHECK(quick.repeats == TimingOptions{}.fewest);  // nothing varies: the interval is narrow at once
}

TEST_CASE("power coefficients come back from loads at several clocks") {
  PowerModel truth;
  truth.idle_w = 60, truth.active_floor_w = 50, truth.c_clock_w = 120, truth.e_hbm_j_per_byte = 55e-12, truth.leak_w = 30;
  truth.e_flop_j.fill(0.5e-12);
  PowerModel start = truth;
  start.idle_w = start.active_floor_w = start.c_clock_w = 10, start.e_hbm_j_per_byte = 1e-12;
  start.e_flop_j.fill(0.1e-12);
  std::vector<PowerReading> readings;
  RandomStream const random(2, Stream::probes);
  for (std::size_t i = 0; i < 40; ++i) {
    PowerReading r;
    double const clock = 0.5 + 0.5 * random.uniform(i, 0), v = std::max(truth.v_min, truth.v0 + truth.v1 * clock);
    r.active_frac = i % 5 == 0 ? 0 : 1;
    r.flop_s = r.active_frac * 8e14 * clock * random.uniform(i, 1), r.byte_s = r.active_frac * 4e12 * random.uniform(i, 2);
    r.sm_clock_hz = clock * 2e9, r.temperature_c = 40 + 30 * random.uniform(i, 3);
    r.power_w = truth.idle_w + truth.active_floor_w * r.active_frac + (truth.c_clock_w * clock * r.active_frac + 0.5e-12 * r.flop_s + truth.e_hbm_j_per_byte * r.byte_s) * v * v +
                truth.leak_w * std::exp((r.temperature_c - truth.t_ref_c) / truth.leak_scale_k);
    r.power_w *= 1 + 0.005 * random.normal(i, 4);
    readings.push_back(r);
  }
  auto const fit = fit_power(readings, start, 2e9);
  CHECK(fit.evidence == Evidence::measured);
  CHECK(fit.idle_w == doctest::Approx(60).epsilon(0.1));
  CHECK(fit.e_flop_j[0] == doctest::Approx(0.5e-12).epsilon(0.05));
  CHECK(fit.e_hbm_j_per_byte == doctest::Approx(55e-12).epsilon(0.05));
  CHECK(fit_power({}, start, 2e9).idle_w == start.idle_w);  // nothing measured: nothing changed
}

TEST_CASE("leakage comes back from one load while the device warms up, and stays as it was without a span of temperature") {
  PowerModel truth;
  truth.idle_w = 60, truth.active_floor_w = 50, truth.c_clock_w = 120, truth.e_hbm_j_per_byte = 55e-12, truth.leak_w = 45;
  truth.e_flop_j.fill(0.5e-12);
  PowerModel start = truth;
  start.leak_w = 10, start.idle_w = 20;
  std::vector<PowerReading> readings, cold;
  RandomStream const random(3, Stream::probes);
  for (std::size_t i = 0; i < 60; ++i) {
    PowerReading r;
    r.active_frac = i % 6 == 0 ? 0 : 1;
    r.flop_s = r.active_frac * 8e14 * random.uniform(i, 1), r.byte_s = r.active_frac * 4e12 * random.uniform(i, 2);
    r.sm_clock_hz = (0.6 + 0.4 * random.uniform(i, 4)) * 2e9, r.temperature_c = 35 + 45 * random.uniform(i, 3);
    double const clock = r.sm_clock_hz / 2e9, v = std::max(truth.v_min, truth.v0 + truth.v1 * clock);
    auto const watts = [&](double temperature_c) {
      return truth.idle_w + truth.active_floor_w * r.active_frac + (truth.c_clock_w * clock * r.active_frac + 0.5e-12 * r.flop_s + truth.e_hbm_j_per_byte * r.byte_s) * v * v +
             truth.leak_w * std::exp((temperature_c - truth.t_ref_c) / truth.leak_scale_k);
    };
    r.power_w = watts(r.temperature_c) * (1 + 0.002 * random.normal(i, 5));
    readings.push_back(r);
    r.temperature_c = 60, r.power_w = watts(60);
    cold.push_back(r);
  }
  CHECK(fit_power(readings, start, 2e9).leak_w == doctest::Approx(45).epsilon(0.1));
  CHECK(fit_power(cold, start, 2e9).leak_w == start.leak_w);
}

TEST_CASE("a cold plate's resistance comes back from readings at several flows") {
  std::vector<CoolantReading> readings;
  RandomStream const random(5, Stream::probes);
  for (std::size_t i = 0; i < 24; ++i) {
    double const flow = 0.005 + 0.03 * random.uniform(i, 0), power = 300 + 700 * random.uniform(i, 1), r = 0.012 + 0.0008 * std::pow(flow, -0.7);
    readings.push_back({power, 35 + power * r * (1 + 0.01 * random.normal(i, 2)), 35, flow});
  }
  auto const fit = fit_case_resistance(readings);
  for (double flow : {0.006, 0.015, 0.03}) CHECK(fit.a_k_per_w + fit.b * std::pow(flow, -fit.n) == doctest::Approx(0.012 + 0.0008 * std::pow(flow, -0.7)).epsilon(0.02));
  CHECK(fit_case_resistance({}).a_k_per_w == 0);
  std::array const one{CoolantReading{500, 50, 40, 0.01}};
  CHECK(fit_case_resistance(one).a_k_per_w == doctest::Approx(0.02));
}

TEST_CASE("a machine that is slower than the published device says by how much, and the models take it along") {
  auto published = read_profile(std::string(AIF_SOURCE_DIR) + "/library/profiles/h200_sxm.json");
  Surface const* surface = find_surface(published, OpClass::gemm, Precision::bf16);
  REQUIRE(surface);
  ProbeReport report;
  report.sheet = published.datasheet;
  for (double m : {1.0, 64.0, 512.0, 2048.0, 4096.0, 8192.0})
    for (double n : {4096.0, 8192.0}) {
      ProbeResult r;
      r.op = OpClass::gemm, r.kernel = "cublaslt/gemm", r.shape = GemmShape{m, n, n};
      r.time_s = r.low_s = r.high_s = predict_time_s(*surface, published.datasheet, GemmShape{m, n, n}) / 0.8;
      report.results.push_back(r);
    }
  for (double byte : {1e9, 2e9}) {
    ProbeResult r;
    r.op = OpClass::stream, r.precision = Precision::fp32, r.kernel = "own/copy", r.shape = StreamShape{byte};
    r.time_s = r.low_s = r.high_s = byte / (0.9 * 0.9 * published.datasheet.hbm_byte_s);
    report.results.push_back(r);
  }
  auto const fit = fit_probes(report, published);
  CHECK(fit.profile.sustained.matrix == doctest::Approx(0.8).epsilon(1e-6));
  CHECK(fit.profile.sustained.memory == doctest::Approx(0.9).epsilon(1e-6));
  auto const again = profile_from_json(profile_to_json(fit.profile), "again");
  CHECK(again.sustained.matrix == doctest::Approx(0.8).epsilon(1e-6));
}

TEST_CASE("bench to profile on this machine: every operator gets a surface, and the report survives its file") {
  ProbeOptions options;
  options.budget_s = 2;  // coarse: this checks the path, `aifactory calibrate` the accuracy
  options.threads = 1;
  auto const report = run_host_probes(options, {});
  auto const again = probe_from_json(probe_to_json(report), "probe.json");
  REQUIRE(again.results.size() == report.results.size());
  CHECK(again.results[5].time_s == doctest::Approx(report.results[5].time_s).epsilon(1e-12));
  HardwareProfile base;
  base.id = base.title = "host";
  auto const fit = fit_probes(again, base);
  for (OpClass op : {OpClass::gemm, OpClass::stream, OpClass::attention_prefill, OpClass::attention_decode, OpClass::launch}) CHECK(find_surface(fit.profile, op, Precision::fp32));
  CHECK(fit.profile.evidence == Evidence::measured);
  CHECK(fit.held_out_median > 0);
  for (auto const& row : compare_with_profile(report, fit.profile)) CHECK(std::abs(std::log(row.ratio)) < 0.7);  // a profile agrees with its own probes
}

TEST_CASE("a probe report that is none, or broken, is refused with a code") {
  for (std::string const text : {"", "[]", "{\"schema\":\"other\"}", "{\"schema\":\"aifactory/probe/v1\"}"}) CHECK_THROWS_AS(probe_from_json(text, "x"), InputError);
}

TEST_CASE("an unknown device borrows from its die first, then from the nearest sheet, and keeps its own rates") {
  HardwareProfile hopper, ada, target;
  auto set = [](HardwareProfile& p, char const* id, char const* die, double tflops, double tb_s, char const* link) {
    p.id = p.title = id;
    p.datasheet.die = die, p.datasheet.hbm_byte_s = tb_s * 1e12, p.datasheet.sm_count = 100, p.datasheet.l2_byte = 5e7, p.datasheet.clock_max_hz = 1.8e9, p.datasheet.tdp_w = 500;
    p.datasheet.peak_flop_s[static_cast<std::size_t>(Precision::bf16)] = tflops * 1e12;
    p.datasheet.links = {{link, 1e11, 0, 8}};
  };
  set(hopper, "hopper", "gh100", 989, 3.35, "nvlink"), set(ada, "ada", "ad102", 362, 0.864, "pcie");
  for (auto* p : {&hopper, &ada}) p->surfaces.resize(1), p->surfaces[0].form = "gemm_tiles", p->power.idle_w = 50;
  std::vector<HardwareProfile> const measured{hopper, ada};
  set(target, "new", "", 800, 3.0, "nvlink");
  target.datasheet.sm_count = 0;
  CHECK(nearest_donor(target, measured)->id == "hopper");
  auto const prior = prior_profile(target, hopper, {});
  CHECK(prior.surfaces.front().transfer_log_sd == kOtherDieLogSd);
  CHECK(prior.datasheet.sm_count == 81);
  CHECK(prior.datasheet.hbm_byte_s == 3.0e12);
  target.datasheet.die = "ad102";
  CHECK(nearest_donor(target, measured)->id == "ada");
  CHECK(prior_profile(target, ada, {}).surfaces.front().transfer_log_sd == kSameDieLogSd);
}
