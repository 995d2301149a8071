#include "models/power/swing.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "core/diagnostics.hpp"

namespace aif::power {
namespace {

// In-place radix-2 transform (Cooley and Tukey 1965).
void transform(std::vector<std::complex<double>>& a) {
  std::size_t const n = a.size();
  for (std::size_t i = 1, j = 0; i < n; ++i) {
    std::size_t bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(a[i], a[j]);
  }
  for (std::size_t length = 2; length <= n; length <<= 1)
    for (std::size_t i = 0; i < n; i += length)
      for (std::size_t k = 0; k < length / 2; ++k) {
        auto const w = std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(length));
        auto const u = a[i + k], v = a[i + k + length / 2] * w;
        a[i + k] = u + v;
        a[i + k + length / 2] = u - v;
      }
}

// Power of the coherent racks at a phase of the period, per rack at full activity 1: segments with edges smeared by the jitter. An
// edge between levels a and b at time t_e gives a + (b - a) Phi((t - t_e) / sd).
double profile_frac(SwingProfile const& p, double t) {
  double const phase = std::fmod(t, p.period_s), sd = std::max(p.jitter_sd_s, 1e-6);
  auto const n = p.segments.size();
  double value = p.segments.front().power_frac;  // the level after the first edge; edges before it have passed, the others are to come
  for (int cycle = -1; cycle <= 1; ++cycle) {
    double edge = cycle * p.period_s;
    for (std::size_t i = 0; i < n; ++i) {
      double const before = p.segments[(i + n - 1) % n].power_frac, after = p.segments[i].power_frac;
      double const step = 0.5 * std::erfc(-(phase - edge) / (sd * std::numbers::sqrt2));
      double const reference = cycle < 0 || (cycle == 0 && i == 0) ? 1.0 : 0.0;
      value += (after - before) * (step - reference);
      edge += p.segments[i].duration_s;
    }
  }
  return value;
}

}  // namespace

std::vector<double> amplitude_spectrum(std::span<double const> series) {
  std::size_t n = 1;
  while (2 * n <= series.size()) n *= 2;  // the last n samples: transients of the start are left out
  auto const tail = series.last(n);
  double mean = 0;
  for (double v : tail) mean += v;
  mean /= static_cast<double>(n);
  std::vector<std::complex<double>> a(n);
  for (std::size_t i = 0; i < n; ++i) a[i] = (tail[i] - mean) * 0.5 * (1 - std::cos(2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(n)));
  transform(a);
  std::vector<double> out(n / 2);
  for (std::size_t k = 0; k < n / 2; ++k) out[k] = 2 * std::abs(a[k]) / (0.5 * static_cast<double>(n));  // 0.5: mean of the window
  return out;
}

SwingResult simulate_swing(SwingProfile const& profile, SwingParams const& params, std::span<BandLimit const> limits) {
  double covered = 0;
  for (auto const& s : profile.segments) covered += s.duration_s;
  if (profile.segments.empty() || !(profile.period_s > 0) || std::abs(covered - profile.period_s) > 1e-6 * profile.period_s || !(params.dt_s >= 0.0005 && params.dt_s <= 0.02) ||
      !(params.rack_w > 0) || profile.n_coherent_racks < 1) {
    Diagnostic d;
    d.code = "AF2141";
    d.message = "a swing needs racks, segments that fill the period, and a step of 0.5 to 20 ms";
    d.path = "workloads.training.swing";
    d.hint = "durations of the segments add up to the period";
    throw InputError(std::move(d));
  }
  double const dt = params.dt_s, racks = profile.n_coherent_racks;
  double const duration = params.duration_s > 0 ? params.duration_s : std::max(120.0, 64 * profile.period_s);
  auto const n = static_cast<std::size_t>(duration / dt);
  auto const& device = params.device;
  auto const& battery = params.battery;

  SwingResult out;
  std::vector<double> grid_w(n);
  double rack_frac = profile_frac(profile, 0), supplied_w = params.rack_w * std::max(rack_frac, device.floor_frac), store_j = 0.5 * params.supply.energy_j;
  double target_w = 0, battery_w = 0, energy_j = 0.5 * battery.energy_j, idle_s = 0, asked_j = 0, given_j = 0, wasted_j = 0, balance_j = 0;
  double const store_start_j = store_j, energy_start_j = energy_j;
  for (std::size_t k = 0; k < n; ++k) {
    double const t = static_cast<double>(k) * dt;
    double wish = profile_frac(profile, t);
    auto const& check = profile.checkpoint;
    if (check.every_s > 0 && std::fmod(t, check.every_s + check.duration_s) >= check.every_s) wish = check.power_frac;
    asked_j += racks * params.rack_w * wish * dt;
    // Device: the floor holds while the job was active within hold_s; ramps bound the change.
    idle_s = wish > device.floor_frac ? 0 : idle_s + dt;
    bool const floor_on = device.floor_frac > 0 && (device.hold_s <= 0 || idle_s <= device.hold_s);
    double next = floor_on ? std::max(wish, device.floor_frac) : wish;
    if (device.ramp_up_frac_s > 0) next = std::min(next, rack_frac + device.ramp_up_frac_s * dt);
    if (device.ramp_down_frac_s > 0) next = std::max(next, rack_frac - device.ramp_down_frac_s * dt);
    rack_frac = next;
    wasted_j += racks * params.rack_w * std::max(next - wish, 0.0) * dt;
    given_j += racks * params.rack_w * std::min(next, wish) * dt;
    double const rack_w = params.rack_w * rack_frac;
    // Supply store: the inlet follows the rack with a lag while the store has energy, and hands over when it is full or empty.
    double inlet_w = rack_w;
    if (params.supply.energy_j > 0) {
      double const smooth = supplied_w + (rack_w - supplied_w) * dt / (params.supply.time_constant_s + dt);
      double const recentre = (0.5 * params.supply.energy_j - store_j) / (20 * params.supply.time_constant_s);
      inlet_w = std::max(smooth + recentre, 0.0);
      double const after = store_j + (inlet_w - rack_w) * dt;
      if (after < 0) inlet_w -= after / dt;
      if (after > params.supply.energy_j) inlet_w -= (after - params.supply.energy_j) / dt;
      store_j += (inlet_w - rack_w) * dt;
      supplied_w = smooth;
    }
    double const site_w = racks * inlet_w + params.base_w;
    // Battery: takes the difference from the running mean, within power, lag and energy; a slow term keeps it half full.
    if (k == 0) target_w = site_w;
    target_w += (site_w - target_w) * dt / (battery.mean_s + dt);
    if (battery.power_w > 0) {
      double const centre = battery.energy_j > 0 ? (energy_j - 0.5 * battery.energy_j) / (10 * battery.mean_s) : 0;
      double const request = std::clamp(site_w - target_w + centre, -battery.power_w, battery.power_w);
      battery_w += (request - battery_w) * dt / (battery.lag_s + dt);
      double draw_w = battery_w >= 0 ? battery_w / battery.one_way_efficiency_frac : battery_w * battery.one_way_efficiency_frac;
      if (energy_j - draw_w * dt < 0 || energy_j - draw_w * dt > battery.energy_j) battery_w = draw_w = 0;
      energy_j -= draw_w * dt;
      out.battery_loss_w += (draw_w - battery_w) * dt;
      out.battery_lowest_frac = std::min(out.battery_lowest_frac, battery.energy_j > 0 ? energy_j / battery.energy_j : 1.0);
    }
    grid_w[k] = site_w - battery_w;
    balance_j += (grid_w[k] - racks * rack_w - params.base_w) * dt;
  }
  double const total_s = static_cast<double>(n) * dt;
  balance_j -= racks * (store_j - store_start_j) + (energy_j - energy_start_j) + out.battery_loss_w;
  out.residual_w = balance_j / total_s;
  out.battery_loss_w /= total_s;
  out.wasted_w = wasted_j / total_s;
  out.wasted_frac = asked_j > 0 ? wasted_j / asked_j : 0;
  out.slowdown_frac = asked_j > 0 ? 1 - given_j / asked_j : 0;

  // Verdicts on the last part, when filters have settled.
  std::size_t const from = n / 4;
  out.peak_w = out.lowest_w = grid_w[from];
  double sum = 0;
  auto const window = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(0.1 / dt)));
  for (std::size_t k = from; k < n; ++k) {
    out.peak_w = std::max(out.peak_w, grid_w[k]);
    out.lowest_w = std::min(out.lowest_w, grid_w[k]);
    sum += grid_w[k];
    if (k >= from + window) out.largest_ramp_w_s = std::max(out.largest_ramp_w_s, std::abs(grid_w[k] - grid_w[k - window]) / (static_cast<double>(window) * dt));
  }
  out.mean_w = sum / static_cast<double>(n - from);
  auto const amplitude = amplitude_spectrum(grid_w);
  double const df = 1 / (2 * static_cast<double>(amplitude.size()) * dt);
  out.band_amplitude_w.assign(limits.size(), 0.0);
  for (std::size_t k = 1; k < amplitude.size(); ++k) {
    double const hz = static_cast<double>(k) * df;
    if (hz >= 0.02 && hz <= 50) out.frequency_hz.push_back(hz), out.amplitude_w.push_back(amplitude[k]);
    for (std::size_t b = 0; b < limits.size(); ++b)
      if (hz >= limits[b].low_hz && hz <= limits[b].high_hz) out.band_amplitude_w[b] = std::max(out.band_amplitude_w[b], amplitude[k]);
  }
  for (std::size_t b = 0; b < limits.size(); ++b) out.within_limits = out.within_limits && out.band_amplitude_w[b] <= limits[b].amplitude_w;
  return out;
}

}  // namespace aif::power
