#include "models/cooling/performance_table.hpp"

#include <algorithm>

#include "core/grid_table.hpp"
#include "models/cooling/problem.hpp"

namespace aif::cooling {
namespace {

bool rises(std::vector<double> const& v) {
  return std::adjacent_find(v.begin(), v.end(), [](double a, double b) { return b <= a; }) == v.end();
}

}  // namespace

PerformanceTable::Sized::Sized(PerformanceTable const& p, double) : table(p) {
  auto const& n = p.outdoor_c;
  bool const falling = std::is_sorted(p.capacity_w.rbegin(), p.capacity_w.rend());
  if (n.empty() || p.capacity_w.size() != n.size() || p.power_w.size() != n.size() || !rises(n) || !falling)
    refuse("AF2214", "cooling.plant.heat_rejection.model", "a performance table needs as many capacities and powers as outdoor temperatures, these rising and capacities not",
           "copy one column of the vendor's table, sorted by outdoor temperature");
  if (p.load_frac.empty() || p.power_frac.size() != p.load_frac.size() || !rises(p.load_frac) || p.load_frac.back() != 1)
    refuse("AF2214", "cooling.plant.heat_rejection.model", "a part-load curve needs pairs of load and power with loads rising to 1", "for fans: 0, 0.5, 1 with 0, 0.13, 1");
}

RejectionOutputs PerformanceTable::Sized::reject(int units, RejectionInputs const& in) const {
  RejectionOutputs out;
  out.outlet_c = in.inlet_c;
  double const wanted = in.loop_w_per_k * (in.inlet_c - in.target_c);
  if (units <= 0 || wanted <= 0) {
    out.fan_ratio = wanted > 0 ? in.fan_limit_frac : 0;
    return out;
  }
  double const outdoor = table.basis == OutdoorBasis::dry_bulb ? in.weather.dry_bulb_c : in.weather.wet_bulb_c;
  // A coil cannot cool below the outdoor temperature, whatever the end of the table says.
  auto const capacity = [&](double leaving) { return leaving <= outdoor ? 0.0 : in.fan_limit_frac * units * interpolate(table.outdoor_c, table.capacity_w, outdoor - (leaving - table.leaving_c)); };
  double leaving = in.target_c, heat = wanted;
  if (double const at_target = capacity(in.target_c); at_target < wanted) {
    auto const surplus = [&](double x) { return capacity(x) - in.loop_w_per_k * (in.inlet_c - x); };
    leaving = rising_root(surplus, in.target_c, at_target - wanted, in.inlet_c, std::max(capacity(in.inlet_c), 1e-9), 1e-9 * wanted, 200);
    heat = in.loop_w_per_k * (in.inlet_c - leaving);
  }
  double const available = std::max(capacity(leaving), 1e-9);
  out.fan_ratio = in.fan_limit_frac * std::min(heat / available, 1.0);
  out.outlet_c = leaving, out.heat_w = heat;
  out.fan_w = heat > 0 ? units * interpolate(table.outdoor_c, table.power_w, outdoor) * interpolate(table.load_frac, table.power_frac, out.fan_ratio) : 0;
  return out;
}

}  // namespace aif::cooling
