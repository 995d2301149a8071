#include "models/power/dc_row.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/diagnostics.hpp"

namespace aif::power {
namespace {

void check(DcNetwork const& net) {
  DiagnosticList problems;
  auto add = [&](char const* code, std::string message, char const* hint) {
    Diagnostic d;
    d.code = code;
    d.message = std::move(message);
    d.hint = hint;
    problems.add(std::move(d));
  };
  for (std::size_t i = 1; i < net.parent.size(); ++i) {
    if (net.parent[i] < 0 || net.parent[i] >= static_cast<int>(i)) add("AF2133", fmt::format("DC node {} has no parent before it", i), "every node hangs below an earlier one");
    if (!(net.resistance_ohm[i] >= 0)) add("AF2131", fmt::format("DC branch into node {} has a resistance of {} ohm", i, net.resistance_ohm[i]), "a resistance is not negative");
  }
  if (problems.has_errors()) throw InputError(std::move(problems));
}

// Sweeps at `scale` times the loads; false when it does not settle.
bool sweep(DcNetwork const& net, double source_v, double scale, DcResult& out) {
  std::size_t const n = net.parent.size();
  out.voltage_v.assign(n, source_v);
  out.current_a.assign(n, 0.0);
  for (int k = 0; k < 5000; ++k) {
    for (std::size_t i = 0; i < n; ++i) out.current_a[i] = scale * net.load_w[i] / out.voltage_v[i];
    for (std::size_t i = n - 1; i > 0; --i) out.current_a[static_cast<std::size_t>(net.parent[i])] += out.current_a[i];
    double change = 0;
    for (std::size_t i = 1; i < n; ++i) {
      double const v = out.voltage_v[static_cast<std::size_t>(net.parent[i])] - net.resistance_ohm[i] * out.current_a[i];
      change = std::max(change, std::abs(v - out.voltage_v[i]));
      out.voltage_v[i] = v;
      if (!(v > 0.3 * source_v)) return false;  // below the lowest stable point of any constant-power row
    }
    if (change < 1e-12 * source_v) return true;
  }
  return false;
}

}  // namespace

DcResult solve_dc(DcNetwork const& net, RectifierParams const& rectifier) {
  check(net);
  DcResult out;
  out.solved = sweep(net, rectifier.voltage_v, 1.0, out);
  // The margin by bisection on a common factor: the edge of solvability.
  double total = 0;
  for (double w : net.load_w) total += w;
  if (total > 0) {
    DcResult trial;
    double low = out.solved ? 1.0 : 0.0, high = 2 * std::max(low, 0.5);
    while (high < 1e6 && sweep(net, rectifier.voltage_v, high, trial)) low = high, high *= 2;
    for (int k = 0; k < 40; ++k) {
      double const middle = 0.5 * (low + high);
      (sweep(net, rectifier.voltage_v, middle, trial) ? low : high) = middle;
    }
    out.collapse_margin = low;
  } else {
    out.collapse_margin = std::numeric_limits<double>::infinity();
  }
  if (!out.solved) return out;
  for (std::size_t i = 1; i < net.parent.size(); ++i) out.loss_w += net.resistance_ohm[i] * out.current_a[i] * out.current_a[i];
  out.rectifier_w = rectifier.voltage_v * out.current_a[0];
  out.ac_input_w = out.rectifier_w + rectifier.units * converter_loss_w(rectifier.curve(), rectifier.rated_power_w, out.rectifier_w / rectifier.units);
  return out;
}

DcNetwork dc_run(BuswayParams const& busway, int racks, double rack_w) {
  DcNetwork net{{-1}, {0.0}, {0.0}};
  double const pole_ohm_per_m = busway.resistance_hot_ohm_per_m();
  for (int i = 0; i < racks; ++i) {
    net.parent.push_back(i);
    net.resistance_ohm.push_back(2 * pole_ohm_per_m * (i == 0 ? busway.lead_m : busway.pitch_m));
    net.load_w.push_back(rack_w);
  }
  return net;
}

RowCurve fit_dc_row(BuswayParams const& busway, RectifierParams const& rectifier, int racks) {
  auto const at = [&](double total_w) {
    auto const r = solve_dc(dc_run(busway, racks, total_w / racks), rectifier);
    if (r.solved) return std::pair{r.loss_w, 1 - r.voltage_v.back() / rectifier.voltage_v};
    Diagnostic d;
    d.code = "AF2128";
    d.message = fmt::format("a DC run of {} racks has no voltage at its rated current of {:.0f} A", racks, busway.rating_a);
    d.path = "power.distribution.busway";
    d.hint = "shorter runs, more copper or a higher voltage";
    throw InputError(std::move(d));
  };
  return through_half_and_full(rectifier.voltage_v * busway.rating_a, at);
}

}  // namespace aif::power
