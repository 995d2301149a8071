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

void check(SwingProfile const& profile, SwingParams const& params) {
  double covered = 0;
  for (auto const& s : profile.segments) covered += s.duration_s;
  bool const good = !profile.segments.empty() && profile.period_s > 0 && std::abs(covered - profile.period_s) <= 1e-6 * profile.period_s && params.dt_s >= 0.0005 &&
                    params.dt_s <= 0.02 && params.rack_w > 0 && profile.n_coherent_racks >= 1;
  if (good) return;
  Diagnostic d;
  d.code = "AF2141";
  d.message = "a swing needs racks, segments that fill the period, and a step of 0.5 to 20 ms";
  d.path = "workloads.training.swing";
  d.hint = "durations of the segments add up to the period";
  throw InputError(std::move(d));
}

struct SwingState {
  double rack_frac = 0, supplied_w = 0, store_j = 0;        // device and supply store, of one rack
  double target_w = 0, battery_w = 0, energy_j = 0;         // site battery
  double idle_s = 0, asked_j = 0, given_j = 0, wasted_j = 0, battery_loss_j = 0;
};

// Device: the floor holds while the job was active within hold_s; ramps bound the change. Power of one rack.
double device_w(SwingParams const& p, SwingState& s, double wish, double racks) {
  auto const& d = p.device;
  s.idle_s = wish > d.floor_frac ? 0 : s.idle_s + p.dt_s;
  bool const floor_on = d.floor_frac > 0 && (d.hold_s <= 0 || s.idle_s <= d.hold_s);
  double next = floor_on ? std::max(wish, d.floor_frac) : wish;
  if (d.ramp_up_frac_s > 0) next = std::min(next, s.rack_frac + d.ramp_up_frac_s * p.dt_s);
  if (d.ramp_down_frac_s > 0) next = std::max(next, s.rack_frac - d.ramp_down_frac_s * p.dt_s);
  s.rack_frac = next;
  double const racks_j = racks * p.rack_w * p.dt_s;
  s.asked_j += racks_j * wish;
  s.given_j += racks_j * std::min(next, wish);
  s.wasted_j += racks_j * std::max(next - wish, 0.0);
  return p.rack_w * next;
}

// Supply store: the inlet follows the rack with a lag while the store has energy, and hands over when it is full or empty.
double inlet_w(SwingParams const& p, SwingState& s, double rack_w) {
  if (p.supply.energy_j <= 0) return rack_w;
  double const smooth = s.supplied_w + (rack_w - s.supplied_w) * p.dt_s / (p.supply.time_constant_s + p.dt_s);
  double const recentre = (0.5 * p.supply.energy_j - s.store_j) / (20 * p.supply.time_constant_s);
  double const wanted_j = s.store_j + (std::max(smooth + recentre, 0.0) - rack_w) * p.dt_s;
  double const kept_j = std::clamp(wanted_j, 0.0, p.supply.energy_j);
  double const inlet = rack_w + (kept_j - s.store_j) / p.dt_s;
  s.store_j = kept_j;
  s.supplied_w = smooth;
  return inlet;
}

// Battery: takes the difference from the running mean, within power, lag and energy; a slow term keeps it half full.
double battery_w(SwingParams const& p, SwingState& s, double site_w) {
  auto const& b = p.battery;
  s.target_w += (site_w - s.target_w) * p.dt_s / (b.mean_s + p.dt_s);
  if (b.power_w <= 0) return 0;
  double const centre = (s.energy_j - 0.5 * b.energy_j) / (10 * b.mean_s);
  double const request = std::clamp(site_w - s.target_w + centre, -b.power_w, b.power_w);
  s.battery_w += (request - s.battery_w) * p.dt_s / (b.lag_s + p.dt_s);
  double draw_w = s.battery_w >= 0 ? s.battery_w / b.one_way_efficiency_frac : s.battery_w * b.one_way_efficiency_frac;
  if (s.energy_j - draw_w * p.dt_s < 0 || s.energy_j - draw_w * p.dt_s > b.energy_j) s.battery_w = draw_w = 0;
  s.energy_j -= draw_w * p.dt_s;
  s.battery_loss_j += (draw_w - s.battery_w) * p.dt_s;
  return s.battery_w;
}

// Verdicts on the last three quarters, when filters have settled.
void judge(std::vector<double> const& grid_w, double dt, std::span<BandLimit const> limits, SwingResult& out) {
  std::size_t const n = grid_w.size(), from = n / 4;
  auto const window = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(0.1 / dt)));
  out.peak_w = out.lowest_w = grid_w[from];
  double sum = 0;
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
  check(profile, params);
  double const dt = params.dt_s, racks = profile.n_coherent_racks;
  double const duration = params.duration_s > 0 ? params.duration_s : std::max(120.0, 64 * profile.period_s);
  auto const n = static_cast<std::size_t>(duration / dt);
  SwingState s;
  s.rack_frac = profile_frac(profile, 0);
  s.supplied_w = params.rack_w * std::max(s.rack_frac, params.device.floor_frac);
  s.store_j = 0.5 * params.supply.energy_j;
  s.energy_j = 0.5 * params.battery.energy_j;
  SwingState const begin = s;
  SwingResult out;
  std::vector<double> grid_w(n);
  double delivered_j = 0, imported_j = 0;
  for (std::size_t k = 0; k < n; ++k) {
    double const t = static_cast<double>(k) * dt;
    auto const& save = profile.checkpoint;
    bool const saving = save.every_s > 0 && std::fmod(t, save.every_s + save.duration_s) >= save.every_s;
    double const rack_w = device_w(params, s, saving ? save.power_frac : profile_frac(profile, t), racks);
    double const site_w = racks * inlet_w(params, s, rack_w) + params.base_w;
    if (k == 0) s.target_w = site_w;
    grid_w[k] = site_w - battery_w(params, s, site_w);
    if (params.battery.energy_j > 0) out.battery_lowest_frac = std::min(out.battery_lowest_frac, s.energy_j / params.battery.energy_j);
    delivered_j += (racks * rack_w + params.base_w) * dt;
    imported_j += grid_w[k] * dt;
  }
  double const total_s = static_cast<double>(n) * dt, into_stores_j = racks * (s.store_j - begin.store_j) + (s.energy_j - begin.energy_j);
  out.residual_w = (imported_j - delivered_j - into_stores_j - s.battery_loss_j) / total_s;
  out.battery_loss_w = s.battery_loss_j / total_s;
  out.wasted_w = s.wasted_j / total_s;
  out.wasted_frac = s.asked_j > 0 ? s.wasted_j / s.asked_j : 0;
  out.slowdown_frac = s.asked_j > 0 ? 1 - s.given_j / s.asked_j : 0;
  judge(grid_w, dt, limits, out);
  return out;
}

}  // namespace aif::power
