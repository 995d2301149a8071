#include "models/power/busway.hpp"

#include <cmath>
#include <complex>
#include <vector>

namespace aif::power {

RunSolution solve_run(BuswayParams const& busway, int racks, double rack_w, double power_factor) {
  using Complex = std::complex<double>;
  auto const n = static_cast<std::size_t>(racks);
  // Per phase, in volts and amperes; the sweep is that of Shirmohammadi et al. (1988) on a chain.
  double const phase_v = busway.voltage_v / std::sqrt(3.0);
  Complex const s = Complex(rack_w, rack_w * std::sqrt(1 / (power_factor * power_factor) - 1)) / 3.0;
  Complex const z_per_m(busway.resistance_hot_ohm_per_m(), busway.reactance_ohm_per_m);
  std::vector<Complex> v(n, phase_v), j(n);
  RunSolution out;
  for (int sweep = 0; sweep < 60; ++sweep) {
    Complex sum = 0;
    for (std::size_t i = n; i-- > 0;) j[i] = sum += std::conj(s / v[i]);
    Complex upstream = phase_v;
    double change = 0;
    out.loss_w = 0;
    for (std::size_t i = 0; i < n; ++i) {
      Complex const z = z_per_m * (i == 0 ? busway.lead_m : busway.pitch_m);
      Complex const next = upstream - z * j[i];
      out.loss_w += 3 * z.real() * std::norm(j[i]);
      change = std::max(change, std::abs(next - v[i]));
      upstream = v[i] = next;
    }
    out.end_voltage_pu = std::abs(upstream) / phase_v;
    out.collapsed = !(out.end_voltage_pu > 0.5) || !std::isfinite(out.loss_w);
    if (out.collapsed || change < 1e-12 * phase_v) break;
  }
  return out;
}

RowCurve fit_row(BuswayParams const& busway, int racks, double power_factor) {
  return through_half_and_full(std::sqrt(3.0) * busway.voltage_v * busway.rating_a * power_factor, [&](double total_w) {
    auto const run = solve_run(busway, racks, total_w / racks, power_factor);
    return std::pair{run.loss_w, 1 - run.end_voltage_pu};
  });
}

}  // namespace aif::power
