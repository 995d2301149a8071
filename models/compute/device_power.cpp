#include "models/compute/device_power.hpp"

#include <algorithm>
#include <cmath>

namespace aif::compute {

double voltage(PowerModel const& power, double clock_frac) { return std::max(power.v_min, power.v0 + power.v1 * clock_frac); }

double leakage_w(PowerModel const& power, double t_junction_c) { return power.leak_w * std::exp((t_junction_c - power.t_ref_c) / power.leak_scale_k); }

double dynamic_w(PowerModel const& power, Activity const& activity, double clock_frac) {
  double const v = voltage(power, clock_frac), v_full = voltage(power, 1.0);
  auto energy = [&](std::size_t p) {
    if (power.e_flop_j[p] > 0) return power.e_flop_j[p];
    for (Precision wider : {Precision::fp8, Precision::bf16, Precision::fp16, Precision::tf32, Precision::fp32})
      if (power.e_flop_j[static_cast<std::size_t>(wider)] > 0) return power.e_flop_j[static_cast<std::size_t>(wider)];
    return 0.0;
  };
  double work_w = power.c_clock_w * activity.active_frac * clock_frac + power.e_hbm_j_per_byte * activity.hbm_byte_s + power.e_link_j_per_byte * activity.link_byte_s;
  for (std::size_t p = 0; p < kPrecisions; ++p)
    if (activity.flop_s[p] > 0) work_w += energy(p) * activity.flop_s[p];
  double const busy = activity.active_frac > 0 || activity.hbm_byte_s > 0 ? 1.0 : 0.0;
  return power.active_floor_w * busy + work_w * (v * v) / (v_full * v_full);
}

double throughput_frac(ClockResponse const& r, double f) {
  double const rest = 1 - r.compute_frac - r.memory_frac;
  return 1.0 / (r.compute_frac / f + r.memory_frac * std::max(1.0, r.memory_knee_frac / f) + rest);
}

PowerCurve make_power_curve(PowerModel const& power, Activity const& activity, ClockResponse const& response, double clock_min_hz, double clock_max_hz) {
  PowerCurve curve;
  for (std::size_t i = 0; i < kPowerCurvePoints; ++i) {
    double const hz = clock_min_hz + (clock_max_hz - clock_min_hz) * static_cast<double>(i) / (kPowerCurvePoints - 1);
    double const f = hz / clock_max_hz, speed = throughput_frac(response, f);
    Activity at = activity;
    for (double& rate : at.flop_s) rate *= speed;
    at.hbm_byte_s *= speed;
    at.link_byte_s *= speed;
    curve.clock_hz[i] = hz;
    curve.throughput_frac[i] = speed;
    curve.dynamic_w[i] = dynamic_w(power, at, f);
  }
  return curve;
}

ClockPoint clock_for_cap(PowerCurve const& curve, double cap_w) {
  std::size_t const last = kPowerCurvePoints - 1;
  if (cap_w >= curve.dynamic_w[last]) return {curve.clock_hz[last], curve.dynamic_w[last], curve.throughput_frac[last], false, false};
  if (!(cap_w > curve.dynamic_w[0])) return {curve.clock_hz[0], curve.dynamic_w[0], curve.throughput_frac[0], true, cap_w < curve.dynamic_w[0]};
  auto const upper = std::upper_bound(curve.dynamic_w.begin(), curve.dynamic_w.end(), cap_w);
  auto const i = static_cast<std::size_t>(upper - curve.dynamic_w.begin()) - 1;
  double const w = (cap_w - curve.dynamic_w[i]) / (curve.dynamic_w[i + 1] - curve.dynamic_w[i]);
  auto between = [&](auto const& column) { return column[i] + w * (column[i + 1] - column[i]); };
  return {between(curve.clock_hz), cap_w, between(curve.throughput_frac), true, false};
}

JunctionPoint junction_c(PowerModel const& power, ThermalModel const& thermal, double power_w, double coolant_c, double r_case_coolant_k_per_w) {
  double const r = r_case_coolant_k_per_w + thermal.r_junction_case_k_per_w, hopeless_c = thermal.trip_c + 50;
  // Newton on g(T) = T - T_coolant - R (P + leak(T)): concave in T, so from the cold side it climbs to the lower, stable root.
  double t = coolant_c + r * power_w;
  for (int i = 0; i < 50; ++i) {
    double const leak = leakage_w(power, t), g = t - coolant_c - r * (power_w + leak), slope = 1 - r * leak / power.leak_scale_k;
    if (slope <= 0 || t > hopeless_c) return {hopeless_c, leakage_w(power, hopeless_c), true, true};
    double const step = -g / slope;
    t += step;
    if (std::abs(step) < 1e-10) break;
  }
  return {t, leakage_w(power, t), t >= thermal.slow_c, t > hopeless_c};
}

double thermal_clock_frac(ThermalModel const& thermal, double t_junction_c, double lowest_frac) {
  double const into = std::clamp((t_junction_c - thermal.slow_c) / std::max(1e-6, thermal.trip_c - thermal.slow_c), 0.0, 1.0);
  return 1.0 - into * (1.0 - lowest_frac);
}

}  // namespace aif::compute
