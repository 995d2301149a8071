// Synthetic truth: times made from known parameters, with noise and outliers, must give them back.
#include <doctest/doctest.h>

#include <cmath>

#include "core/diagnostics.hpp"
#include "core/random.hpp"
#include "core/statistics.hpp"
#include "gpu_calibration/fit_band.hpp"
#include "gpu_calibration/fit_residual.hpp"
#include "gpu_calibration/fit_surface.hpp"

using namespace aif;
using namespace aif::calibration;

namespace {

Datasheet sheet() {
  Datasheet d;
  d.peak_flop_s.fill(1e15);
  d.hbm_byte_s = 4e12, d.l2_byte = 50e6, d.sm_count = 132, d.clock_max_hz = 1.8e9;
  d.links.push_back({"nvlink", 450e9, 2e-6, 8});
  return d;
}

std::vector<SurfaceShape> shapes_of(std::string_view form) {
  std::vector<SurfaceShape> out;
  if (form == GemmShape::form)
    for (double m : {1, 8, 32, 64, 128, 192, 256, 512, 1024, 4096, 8192})
      for (double n : {1024, 4096, 8192, 16384})
        for (double k : {2048, 4096, 8192}) out.push_back(GemmShape{m, n, k});
  for (double s : {128, 256, 512, 1024, 2048, 4096, 8192, 16384})
    for (double b : {1, 2, 4, 16, 64}) {
      if (form == PrefillShape::form) out.push_back(PrefillShape{b, s, 32, 8, 128});
      if (form == DecodeShape::form)
        for (double kv : {1, 8, 32}) out.push_back(DecodeShape{b, s, 32, kv, 128});
      if (form == MoeShape::form)
        for (double ranks : {1, 8}) out.push_back(MoeShape{b * s / 64, 8, 128, ranks, 4096, s / 4 + 256, 0, moe_load(b * s / 64, 8, 128, ranks, 0)});
    }
  for (double byte = 512; byte < 2e9; byte *= 2) {
    if (form == StreamShape::form) out.push_back(StreamShape{byte});
    if (form == CollectiveShape::form)
      for (double group : {2, 4, 8}) out.push_back(CollectiveShape{CollectiveKind::all_reduce, group, byte});
  }
  return out;
}

// Between the two starting points, inside the box: neither start is the answer.
std::vector<double> truth_of(std::string_view form) {
  std::vector<double> p;
  for (auto const& q : form_parameters(form)) p.push_back(std::clamp(0.35 * q.start + 0.65 * q.other_start, q.low, q.high));
  return p;
}

struct Synthetic {
  Surface identity;
  std::vector<SurfaceSample> samples;
  std::vector<double> truth;
};
Synthetic synthetic(std::string_view form, double noise, bool outliers) {
  Synthetic s;
  s.identity.form = std::string(form);
  s.identity.kernel = "test/synthetic";
  s.truth = truth_of(form);
  auto const device = surface_device(s.identity, sheet());
  RandomStream const random(1, Stream::probes);
  for (auto const& shape : shapes_of(form)) {
    double const t = std::visit([&](auto const& x) { return surface_time_s(s.truth, device, x); }, shape);
    auto const i = s.samples.size();
    s.samples.push_back({shape, t * std::exp(noise * random.normal(i, 0)) * (outliers && i % 17 == 5 ? 2.5 : 1.0)});
  }
  return s;
}

std::vector<FixedParameter> fixed_of(Synthetic const& s) {
  if (s.identity.form == CollectiveShape::form) return {{"one_shot", 0}};
  if (s.identity.form == PrefillShape::form) return {{"matrix_efficiency", s.truth[0]}};
  return {};
}

}  // namespace

TEST_CASE("every form: noise-free times are reproduced at shapes the fit has not seen") {
  for (std::string_view form : {GemmShape::form, PrefillShape::form, DecodeShape::form, MoeShape::form, CollectiveShape::form, StreamShape::form}) {
    CAPTURE(form);
    auto const all = synthetic(form, 0, false);
    auto train = all;
    train.samples.clear();
    for (std::size_t i = 0; i < all.samples.size(); ++i)
      if (i % 4 != 0) train.samples.push_back(all.samples[i]);
    auto const fit = fit_surface(train.identity, sheet(), train.samples, fixed_of(all));
    std::vector<double> errors;
    for (std::size_t i = 0; i < all.samples.size(); i += 4) errors.push_back(std::abs(predict_time_s(fit, sheet(), all.samples[i].shape) / all.samples[i].time_s - 1));
    CHECK(median(errors) < 0.02);
    CHECK(quantile(errors, 0.9) < 0.06);
  }
}

TEST_CASE("parameters that the data identify come back through noise and outliers") {
  struct Expected {
    std::string_view form, parameter;
    double tolerance;
  };
  for (auto const& e : {Expected{GemmShape::form, "launch_s", 0.15}, {GemmShape::form, "bandwidth", 0.1}, {DecodeShape::form, "launch_s", 0.15}, {DecodeShape::form, "bandwidth", 0.1},
                        {PrefillShape::form, "exponentials", 0.1}, {MoeShape::form, "bandwidth", 0.15}, {MoeShape::form, "launch_s", 0.15},
                        {CollectiveShape::form, "alpha_8_s", 0.1}, {CollectiveShape::form, "bandwidth_8", 0.1}, {StreamShape::form, "launch_s", 0.1}, {StreamShape::form, "bandwidth", 0.05}}) {
    CAPTURE(e.form);
    CAPTURE(e.parameter);
    auto const data = synthetic(e.form, 0.02, true);
    auto const fit = fit_surface(data.identity, sheet(), data.samples, fixed_of(data));
    auto const names = form_parameters(e.form);
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i].name == e.parameter) CHECK(fit.params[i] == doctest::Approx(data.truth[i]).epsilon(e.tolerance));
  }
}

TEST_CASE("the residual process learns a smooth misfit, and its band covers nine in ten") {
  RandomStream const random(9, Stream::probes);
  auto misfit = [](double x, double y) { return 0.15 * std::sin(1.3 * x) + 0.1 * std::cos(0.8 * y); };
  std::vector<double> x, ratio;
  for (std::size_t i = 0; i < 90; ++i) {
    double const a = 8 * random.uniform(i, 0), b = 8 * random.uniform(i, 1);
    x.insert(x.end(), {a, b});
    ratio.push_back(misfit(a, b) + 0.02 * random.normal(i, 2));
  }
  auto const fit = fit_residual(x, 2, ratio);
  std::size_t covered = 0;
  double const n = 400;
  double squared = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    std::vector<double> const at{8 * random.uniform(i, 5), 8 * random.uniform(i, 6)};
    auto const e = residual_estimate(fit.residual, at);
    double const truth = misfit(at[0], at[1]) + 0.02 * random.normal(i, 7), half = fit.band_quantile * local_score(fit.residual, at) * std::sqrt(e.variance);
    covered += std::abs(truth - e.mean) <= half ? 1 : 0;
    squared += (truth - e.mean) * (truth - e.mean);
  }
  CHECK(std::sqrt(squared / n) < 0.06);  // the misfit alone has 0.13
  CHECK(covered / n > 0.82);
  CHECK(covered / n < 0.98);
}

TEST_CASE("one wrong probe does not bend its neighbours") {
  std::vector<double> x, ratio;
  for (int i = 0; i < 40; ++i) x.push_back(0.25 * i), ratio.push_back(i == 20 ? 3.0 : 0.001 * (i % 3));
  auto const fit = fit_residual(x, 1, ratio);
  std::vector<double> const beside{0.25 * 22};
  CHECK(std::abs(residual_mean(fit.residual, beside)) < 0.05);
}

TEST_CASE("the fit is the same bits every time, and too little data is refused") {
  auto const data = synthetic(GemmShape::form, 0.03, true);
  auto const a = fit_surface(data.identity, sheet(), data.samples), b = fit_surface(data.identity, sheet(), data.samples);
  CHECK(a.params == b.params);
  CHECK(a.residual.weights == b.residual.weights);
  CHECK_THROWS_AS(fit_surface(data.identity, sheet(), std::span(data.samples).first(4)), InputError);
}

TEST_CASE("a group size without measurements extends the others") {
  auto data = synthetic(CollectiveShape::form, 0.01, false);
  std::erase_if(data.samples, [](SurfaceSample const& s) { return std::get<CollectiveShape>(s.shape).group == 8; });
  auto const fit = fit_surface(data.identity, sheet(), data.samples, fixed_of(data));
  CHECK(fit.params[3] >= fit.params[2]);
  CHECK(fit.params[7] == fit.params[6]);
}

TEST_CASE("a residual that varies along one feature only gets a longer length in the other") {
  RandomStream const random(4, Stream::probes);
  std::vector<double> x, ratio;
  for (std::size_t i = 0; i < 80; ++i) {
    double const a = 8 * random.uniform(i, 0), b = 8 * random.uniform(i, 1);
    x.insert(x.end(), {a, b});
    ratio.push_back(0.2 * std::sin(2 * a) + 0.01 * random.normal(i, 2));
  }
  auto const fit = fit_residual(x, 2, ratio);
  REQUIRE(fit.residual.lengths.size() == 2);
  CHECK(fit.residual.lengths[1] > 2 * fit.residual.lengths[0]);
}

namespace {
// Errors whose spread is known: 0.02 x exp(1.2 memory) x sd-power, normal.
std::vector<BandSample> known_spread(std::size_t n, bool heavy) {
  RandomStream const random(6, Stream::probes);
  std::vector<BandSample> out;
  for (std::size_t i = 0; i < n; ++i) {
    BandSample s;
    s.inputs = {0.02 + 0.08 * random.uniform(i, 0), 0.5 + random.uniform(i, 1), random.uniform(i, 2), random.uniform(i, 3), 2 * random.uniform(i, 4)};
    double const spread = 0.3 * s.inputs.sd * std::exp(1.2 * s.inputs.memory), z = random.normal(i, 5);
    s.error_log = spread * (heavy ? z * z * z : z);
    out.push_back(s);
  }
  return out;
}
}  // namespace

TEST_CASE("bands: the known spread comes back, the share asked for lies inside, and new errors are held as well") {
  auto const samples = known_spread(3000, false);
  SurfaceBand const band = fit_band(samples);
  CHECK(band.sd_power == doctest::Approx(1).epsilon(0.15));
  CHECK(band.memory == doctest::Approx(1.2).epsilon(0.15));
  CHECK(std::abs(band.compute) < 0.2);
  CHECK(std::abs(band.distance) < 0.15);
  CHECK(band.share <= kWantedShare);
  CHECK(band.share > kLeastShare);  // normal errors need 2.44 times their median for nine in ten, more than kWidest
  std::size_t inside = 0;
  for (auto const& s : samples) inside += std::abs(s.error_log) <= band_scale(band, s.inputs) ? 1 : 0;
  CHECK(static_cast<double>(inside) / static_cast<double>(samples.size()) == doctest::Approx(band.share).epsilon(0.01));
}

TEST_CASE("heavy tails get a narrower band with a smaller share, and it says so") {
  SurfaceBand const band = fit_band(known_spread(3000, true));
  CHECK(band.share < kWantedShare);
  CHECK(band.share >= kLeastShare);
}

TEST_CASE("what a transfer costs comes back from errors of a known spread") {
  RandomStream const random(8, Stream::probes);
  std::vector<TransferSample> samples;
  for (std::size_t i = 0; i < 4000; ++i) samples.push_back({1.645 * 0.03, std::hypot(0.03, 0.08) * random.normal(i, 0)});
  CHECK(fit_transfer_log_sd(samples) == doctest::Approx(0.08).epsilon(0.05));
}
