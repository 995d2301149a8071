// Networks as data: counts in closed form, conservation when work is cut over devices, and a roofline that nothing beats.
#include <doctest/doctest.h>

#include <cmath>

#include "models/compute/networks/network.hpp"
#include "models/compute/operator_cost.hpp"

using namespace aif;
using namespace aif::compute;

namespace {

TransformerPart encoder() {
  TransformerPart p;
  p.id = "encoder", p.layers = 4, p.hidden = 256, p.heads = 8, p.ffn = 1024;
  return p;
}

MmditPart denoiser() {
  MmditPart p;
  p.id = "denoiser", p.double_blocks = 3, p.single_blocks = 5, p.hidden = 512, p.heads = 8, p.text_tokens = 64;
  return p;
}

OperatorDevice device() {
  OperatorDevice d;
  for (double& f : d.flop_s) f = 100e12;
  d.byte_s = 1e12, d.exp_s = 1e12, d.hbm_byte = 80e9, d.host_byte_s = 50e9;
  d.links = {{"nvlink", 400e9, 0, 8}};
  return d;
}

double flop_of(std::vector<OperatorCall> const& calls) { return totals(calls).flop; }

}  // namespace

TEST_CASE("an encoder's parameters and FLOP are those of its matrices") {
  auto const p = encoder();
  double const matrices = 4.0 * (4.0 * 256 * 256 + 2.0 * 256 * 1024);
  CHECK(parameters(NetworkPart(p)) == doctest::Approx(matrices));
  PartWork work;
  work.tokens = 128, work.batch = 3;
  double const scores = 4.0 * 4 * 3 * 128 * 128 * 256;  // layers x 4 batch tokens^2 hidden
  CHECK(flop_of(lower(NetworkPart(p), work, {})) == doctest::Approx(2 * matrices * 3 * 128 + scores));
}

TEST_CASE("decoding T tokens after a context costs what T single tokens at the mean context cost") {
  auto p = encoder();
  p.causal = true;
  PartWork all, one;
  all.tokens = 1, all.context = 100, all.repeats = 41, all.sum_context = true;
  one.tokens = 1, one.context = 120;
  CHECK(flop_of(lower(NetworkPart(p), all, {})) == doctest::Approx(41 * flop_of(lower(NetworkPart(p), one, {}))));
}

TEST_CASE("cut over devices, each does its share and what is added is communication") {
  PartWork work;
  work.tokens = 4096;
  for (auto split : {Split::ulysses, Split::ring}) {
    auto const whole = totals(lower(NetworkPart(denoiser()), work, {})), part = totals(lower(NetworkPart(denoiser()), work, {}, {split, 4, CommDomain::scale_up}));
    // Vectors of the modulation are made on every device.
    CHECK(part.flop * 4 >= whole.flop * 0.999);
    CHECK(part.flop * 4 <= whole.flop * 1.01);
    CHECK(whole.message_byte == 0);
    CHECK(part.message_byte > 0);
    CHECK(part.weight_byte == doctest::Approx(whole.weight_byte));  // sequence parallelism keeps all weights on each
  }
}

TEST_CASE("pair tensors: work grows with the cube, live memory with the square") {
  PairformerPart p;
  p.id = "trunk", p.blocks = 48, p.msa_blocks = 0, p.template_blocks = 0;
  PartWork small, large;
  small.tokens = 4096, large.tokens = 8192;
  double triangle[2] = {0, 0};
  int i = 0;
  for (auto const* work : {&small, &large}) {
    for (auto const& c : lower(NetworkPart(p), *work, {}))
      if (c.op == OpClass::triangle) triangle[i] += c.flop * c.count;
    ++i;
  }
  CHECK(triangle[0] == doctest::Approx(48 * 12.0 * 128 * std::pow(4096.0, 3)));  // 12 c N^3 a block
  CHECK(triangle[1] / triangle[0] == doctest::Approx(8.0));
  CHECK(working_byte(NetworkPart(p), large, {}, {}) / working_byte(NetworkPart(p), small, {}, {}) == doctest::Approx(4.0).epsilon(0.05));
}

TEST_CASE("no call is faster than its FLOP at the peak or its bytes at the memory rate") {
  OperatorEfficiency const e;
  auto const d = device();
  PartWork work;
  work.tokens = 1024, work.batch = 2;
  for (auto const& c : lower(NetworkPart(denoiser()), work, {})) {
    auto const t = cost({&c, 1}, d, e, Execution::captured);
    CHECK(t.time_s >= c.count * c.flop / 100e12);
    CHECK(t.time_s >= c.count * (c.weight_byte + c.state_byte) / 1e12);
    CHECK(std::isfinite(t.time_s));
  }
}

TEST_CASE("eager execution, a slower clock and a slower memory never help") {
  OperatorEfficiency const e;
  PartWork work;
  work.tokens = 512;
  auto const calls = lower(NetworkPart(encoder()), work, {});
  auto const base = cost(calls, device(), e, Execution::captured);
  CHECK(cost(calls, device(), e, Execution::eager).time_s >= base.time_s);
  auto slow = device();
  for (double& f : slow.flop_s) f *= 0.5;
  CHECK(cost(calls, slow, e, Execution::captured).time_s >= base.time_s);
  auto thin = device();
  thin.byte_s *= 0.5;
  CHECK(cost(calls, thin, e, Execution::captured).time_s >= base.time_s);
  double sum = 0;
  for (double s : base.class_s) sum += s;
  CHECK(sum == doctest::Approx(base.time_s));
  CHECK(base.compute_s + base.memory_s + base.overhead_s + base.link_s == doctest::Approx(base.time_s));
}

TEST_CASE("values of the calibration go round unchanged") {
  OperatorEfficiency e;
  e.gemm = 0.61, e.gap_s = 3e-6;
  auto const values = to_values(e);
  auto const back = from_values(values);
  CHECK(to_values(back) == values);
  for (std::size_t i = 0; i < kOperatorParameters; ++i) {
    auto const& p = operator_parameters()[i];
    CHECK(p.low <= p.start);
    CHECK(p.start <= p.high);
  }
}
