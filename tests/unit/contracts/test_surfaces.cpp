#include <doctest/doctest.h>

#include <filesystem>

#include "contracts/profile_json.hpp"
#include "contracts/surfaces/predict.hpp"
#include "core/csv.hpp"
#include "core/diagnostics.hpp"
#include "tests/support/refused.hpp"

using namespace aif;

namespace {

std::string const kProfiles = std::string(AIF_SOURCE_DIR) + "/library/profiles/";

Surface const& surface_of(HardwareProfile const& p, OpClass op, Precision precision) {
  auto const* s = find_surface(p, op, precision);
  REQUIRE(s);
  return *s;
}

// Physics alone, at its own parameters.
template <class Shape>
double physics_s(HardwareProfile const& p, Surface const& s, Shape const& shape, double clock_frac = 1) {
  return surface_time_s(s.params, surface_device(s, p.datasheet, clock_frac), shape);
}

}  // namespace

TEST_CASE("no kernel is faster than the data sheet allows where nothing can sit in a cache") {
  for (char const* id : {"a100_sxm80", "h100_sxm", "h200_sxm", "b200_sxm", "gb200_nvl72", "l40s", "rtxpro6000_se"}) {
    auto const p = read_profile(kProfiles + id + ".json");
    auto const& s = surface_of(p, OpClass::gemm, Precision::bf16);
    double const n = 32768, m = 8192;
    CHECK(predict_time_s(s, p.datasheet, GemmShape{m, n, n}) > 0.95 * 2 * m * n * n / p.datasheet.peak_flop_s[static_cast<std::size_t>(Precision::bf16)]);
    CHECK(predict_time_s(s, p.datasheet, GemmShape{1, n, n}) > 0.95 * 2 * n * n / p.datasheet.hbm_byte_s);
  }
}

TEST_CASE("the physics of every form rises with its sizes and falls with the clock") {
  auto const p = read_profile(kProfiles + "h200_sxm.json");
  auto const& gemm = surface_of(p, OpClass::gemm, Precision::bf16);
  auto const& prefill = surface_of(p, OpClass::attention_prefill, Precision::bf16);
  auto const& decode = surface_of(p, OpClass::attention_decode, Precision::bf16);
  for (double size = 256; size < 32768; size *= 2) {
    CHECK(physics_s(p, gemm, GemmShape{2 * size, 4096, 4096}) > physics_s(p, gemm, GemmShape{size, 4096, 4096}));
    CHECK(physics_s(p, prefill, PrefillShape{1, 2 * size, 32, 8, 128}) > physics_s(p, prefill, PrefillShape{1, size, 32, 8, 128}));
    CHECK(physics_s(p, decode, DecodeShape{64, 2 * size, 64, 8, 128}) > physics_s(p, decode, DecodeShape{64, size, 64, 8, 128}));
  }
  CHECK(physics_s(p, gemm, GemmShape{8192, 8192, 8192}, 0.5) > 1.8 * physics_s(p, gemm, GemmShape{8192, 8192, 8192}));
  // Memory-bound: the core clock does not matter.
  CHECK(physics_s(p, decode, DecodeShape{256, 8192, 64, 8, 128}, 0.7) == doctest::Approx(physics_s(p, decode, DecodeShape{256, 8192, 64, 8, 128})).epsilon(0.05));
}

TEST_CASE("far from the probes the residual fades and the badge says extrapolated") {
  auto const p = read_profile(kProfiles + "h100_sxm.json");
  auto const& s = surface_of(p, OpClass::gemm, Precision::fp8);
  GemmShape const far{1 << 22, 1 << 20, 1 << 20};
  auto const at = predict(s, p.datasheet, far);
  CHECK(at.validity == Validity::extrapolated);
  CHECK(at.time_s == doctest::Approx(physics_s(p, s, far)).epsilon(0.01));
  auto const near = predict(s, p.datasheet, GemmShape{64, 4096, 4096});
  CHECK(near.validity == Validity::interpolated);
  CHECK(near.low_s < near.time_s);
  CHECK(near.time_s < near.high_s);
}

TEST_CASE("a prior is wider than its donor and says so") {
  auto const donor = read_profile(kProfiles + "b200_sxm.json"), prior = read_profile(kProfiles + "b300_sxm.json"), far = read_profile(kProfiles + "mi355x.json");
  GemmShape const shape{512, 8192, 8192};
  auto const width = [&](HardwareProfile const& p) {
    auto const t = predict(surface_of(p, OpClass::gemm, Precision::bf16), p.datasheet, shape);
    return t.high_s / t.low_s;
  };
  CHECK(width(prior) > width(donor));
  CHECK(width(far) > width(prior));
  CHECK(predict(surface_of(prior, OpClass::gemm, Precision::bf16), prior.datasheet, shape).validity == Validity::prior);
}

TEST_CASE("the fast path and the banded path give the same time") {
  auto const p = read_profile(kProfiles + "l40s.json");
  auto const& s = surface_of(p, OpClass::attention_decode, Precision::bf16);
  DecodeShape const shape{16, 2048, 32, 8, 128};
  CHECK(predict_time_s(s, p.datasheet, shape) == doctest::Approx(predict(s, p.datasheet, shape).time_s).epsilon(1e-12));
}

TEST_CASE("expert loads conserve tokens and are never less skewed than even") {
  auto const even = moe_load(512, 8, 256, 8, 0);
  CHECK(even.slots == doctest::Approx(512.0 * 8 / 8));
  CHECK(even.active_experts == 32);
  for (double alpha : {1.01, 1.2}) {
    auto const skewed = moe_load(512, 8, 256, 8, alpha);
    CHECK(skewed.slots >= even.slots);
    CHECK(skewed.slots <= 512.0 * 8);
    CHECK(skewed.active_experts <= 32);
    CHECK(moe_load(512, 8, 256, 1, alpha).slots == doctest::Approx(512.0 * 8));
  }
  CHECK(moe_load(1, 8, 256, 1, 0).active_experts == 8);
}

TEST_CASE("collectives: one rank is free, more bytes take longer, bandwidth tends to the fitted share of the link") {
  auto const p = read_profile(kProfiles + "h100_sxm.json");
  auto const* s = find_surface(p, OpClass::collective, Precision::bf16, "nccl/all_reduce");
  REQUIRE(s);
  CHECK(predict_time_s(*s, p.datasheet, CollectiveShape{CollectiveKind::all_reduce, 1, 1e6}) == 0);
  double last = 0;
  for (double byte = 1024; byte < 1e10; byte *= 4) {
    double const t = physics_s(p, *s, CollectiveShape{CollectiveKind::all_reduce, 8, byte});
    CHECK(t > last);
    last = t;
  }
  double const byte = 1e12, t = physics_s(p, *s, CollectiveShape{CollectiveKind::all_reduce, 8, byte});
  CHECK(collective_traffic(CollectiveKind::all_reduce, 8) * byte / t == doctest::Approx(s->params[7] * 450e9).epsilon(0.02));
}

TEST_CASE("a profile reads back as it was written, and a broken one is refused with a code") {
  auto const p = read_profile(kProfiles + "h100_sxm.json");
  std::string const text = profile_to_json(p);
  CHECK(profile_to_json(profile_from_json(text, "again")) == text);
  CHECK(text == read_file(kProfiles + "h100_sxm.json"));
  auto code_of = [](std::string const& broken) { return aif::test::code_of([&] { profile_from_json(broken, "broken.json"); }); };
  CHECK(code_of(text.substr(0, text.size() / 2)) == "AF4710");
  CHECK(code_of("{}") == "AF4711");
  std::string wrong = text;
  wrong.replace(wrong.find("gemm_tiles"), 10, "gemm_tilez");
  CHECK(code_of(wrong) == "AF4712");
  CHECK_THROWS_AS(write_profile(p, "/proc/nowhere/x.json"), InputError);
}

TEST_CASE("find_surface tells kernels and cache formats apart") {
  auto const p = read_profile(kProfiles + "h100_sxm.json");
  CHECK(find_surface(p, OpClass::gemm, Precision::fp4) == nullptr);
  CHECK(find_surface(p, OpClass::gemm, Precision::bf16, "vllm")->kernel == "vllm/gemm");
  CHECK(find_surface(p, OpClass::attention_decode, Precision::bf16, "trtllm", Precision::fp8)->state_precision == Precision::fp8);
  CHECK(find_surface(p, OpClass::gemm, Precision::bf16, "vll") == nullptr);
}
