#pragma once
// Watts at the inlet of one rack from the watts of its accelerators: hosts rise linearly with the share of time that the
// accelerators are busy, server fans follow the air-cooled heat, the power supply loses a0 + a1 x + a2 x^2 of its rating.
// Neglected: fan speed control against inlet temperature, sharing between shelves. Inverse in closed form, for caps.

#include <algorithm>
#include <cmath>

#include "sim/scenario/rack.hpp"

namespace aif::sim {

struct RackPower {
  double it_w = 0;       // at the inlet
  double devices_w = 0, hosts_w = 0, fans_w = 0, supply_loss_w = 0;
};

inline double fan_factor(RackParams const& rack) { return 1.0 + rack.fan_frac * (1.0 - rack.liquid_fraction); }

inline RackPower rack_power(RackParams const& rack, double devices_w, double active_frac) {
  RackPower p;
  p.devices_w = devices_w;
  p.hosts_w = rack.fixed_w + rack.nodes * (rack.host_idle_w + (rack.host_active_w - rack.host_idle_w) * active_frac);
  double const inside_w = devices_w + p.hosts_w;
  p.fans_w = inside_w * (fan_factor(rack) - 1.0);
  double const out_w = inside_w + p.fans_w, x = out_w / rack.design_power_w;
  p.supply_loss_w = rack.design_power_w * (rack.supply_a0_frac + rack.supply_a1_frac * x + rack.supply_a2_frac * x * x);
  p.it_w = out_w + p.supply_loss_w;
  return p;
}

// Accelerator watts that bring the rack to `it_w`: the inverse of rack_power at the same active share.
inline double devices_w_at(RackParams const& rack, double it_w, double active_frac) {
  double const rating = rack.design_power_w, a = rack.supply_a2_frac / rating, b = 1.0 + rack.supply_a1_frac, c = rack.supply_a0_frac * rating - it_w;
  double const out_w = a > 0 ? (-b + std::sqrt(std::max(0.0, b * b - 4 * a * c))) / (2 * a) : -c / b;
  return out_w / fan_factor(rack) - (rack.fixed_w + rack.nodes * (rack.host_idle_w + (rack.host_active_w - rack.host_idle_w) * active_frac));
}

}  // namespace aif::sim
