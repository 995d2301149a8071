#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "core/diagnostics.hpp"
#include "models/power/swing.hpp"

using namespace aif::power;

namespace {

aif::SwingProfile square(double period_s, int racks = 100) {
  aif::SwingProfile p;
  p.period_s = period_s;
  p.segments = {{0.7 * period_s, 1.0}, {0.3 * period_s, 0.4}};
  p.n_coherent_racks = racks;
  p.jitter_sd_s = 0.01;
  return p;
}

SwingParams base() {
  SwingParams p;
  p.rack_w = 120e3;
  p.base_w = 2e6;
  return p;
}

std::vector<BandLimit> const kMask{{0.1, 20, 0.5e6}};

}  // namespace

TEST_CASE("a sine has its own amplitude in the spectrum") {
  std::vector<double> series;
  for (int k = 0; k < 4096; ++k) series.push_back(5 + 3 * std::sin(2 * std::numbers::pi * 64 * k / 4096.0));
  auto const a = amplitude_spectrum(series);
  CHECK(a[64] == doctest::Approx(3).epsilon(1e-9));
  CHECK(a[200] < 1e-9);
}

TEST_CASE("without smoothing the interconnection sees the racks: mean, range and fundamental") {
  auto const r = simulate_swing(square(2), base(), kMask);
  double const full = 100 * 120e3;
  CHECK(r.mean_w == doctest::Approx(2e6 + full * (0.7 + 0.3 * 0.4)).epsilon(0.01));
  CHECK(r.peak_w == doctest::Approx(2e6 + full).epsilon(1e-3));
  CHECK(r.lowest_w == doctest::Approx(2e6 + 0.4 * full).epsilon(1e-3));
  // First harmonic of a pulse of duty 0.7: 2 a / pi sin(pi 0.7).
  CHECK(r.band_amplitude_w[0] == doctest::Approx(0.6 * full * 2 / std::numbers::pi * std::sin(0.7 * std::numbers::pi)).epsilon(0.05));
  CHECK_FALSE(r.within_limits);
  CHECK(r.wasted_w == 0);
  CHECK(r.largest_ramp_w_s > 1e7);
}

TEST_CASE("a floor costs energy and narrows the swing in proportion") {
  auto p = base();
  p.device.floor_frac = 0.8;
  auto const r = simulate_swing(square(2), p, kMask), plain = simulate_swing(square(2), base(), kMask);
  CHECK(r.wasted_frac == doctest::Approx(0.3 * 0.4 / 0.82).epsilon(0.02));
  CHECK(r.band_amplitude_w[0] / plain.band_amplitude_w[0] == doctest::Approx(0.2 / 0.6).epsilon(0.03));
  CHECK(r.mean_w - plain.mean_w == doctest::Approx(r.wasted_w).epsilon(0.03));
}

TEST_CASE("ramp limits bound the ramp and withhold work") {
  auto p = base();
  p.device.ramp_up_frac_s = 0.5;
  p.device.ramp_down_frac_s = 0.5;
  auto const r = simulate_swing(square(4), p);
  CHECK(r.largest_ramp_w_s <= 0.5 * 100 * 120e3 * 1.001);
  CHECK(r.slowdown_frac > 0.05);
}

TEST_CASE("stores and batteries flatten, and their energy is accounted for") {
  auto p = base();
  p.supply = {60e3, 0.5};
  auto const store = simulate_swing(square(0.5), p, kMask), plain = simulate_swing(square(0.5), base(), kMask);
  CHECK(store.band_amplitude_w[0] < 0.3 * plain.band_amplitude_w[0]);
  CHECK(std::abs(store.residual_w) < 1e-6 * store.mean_w);
  p = base();
  p.battery = {8e6, 8e6 * 600.0};
  auto const flat = simulate_swing(square(2), p, kMask);
  CHECK(flat.band_amplitude_w[0] < 0.3 * simulate_swing(square(2), base(), kMask).band_amplitude_w[0]);
  CHECK(flat.battery_loss_w > 0);
  CHECK(std::abs(flat.residual_w) < 1e-6 * flat.mean_w);
}

TEST_CASE("jitter between racks softens the high frequencies only") {
  auto sharp = square(2), soft = square(2);
  sharp.jitter_sd_s = 0.001, soft.jitter_sd_s = 0.05;
  std::vector<BandLimit> const bands{{0.4, 0.6, 1e9}, {5, 20, 1e9}};
  auto const a = simulate_swing(sharp, base(), bands), b = simulate_swing(soft, base(), bands);
  CHECK(b.band_amplitude_w[0] == doctest::Approx(a.band_amplitude_w[0]).epsilon(0.05));
  CHECK(b.band_amplitude_w[1] < 0.5 * a.band_amplitude_w[1]);
}

TEST_CASE("segments that do not fill the period are refused") {
  auto p = square(2);
  p.segments[0].duration_s = 1;
  CHECK_THROWS_AS(simulate_swing(p, base()), aif::InputError);
}
