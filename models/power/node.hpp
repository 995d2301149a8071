#pragma once
// Watts of a server node at its inlet: devices, host (processors, memory, network cards, switches on the baseboard), fans, power supplies.
//   dc = devices + host_idle + (host_active - host_idle) activity;   with fans dc (1 + fan_frac);   inlet = dc + loss(dc)
// For devices known from the data sheet only, training draws TDP min(1, floor + slope MFU): spinning in collectives costs about half the
// board's rating, arithmetic the rest (form: Patel et al., "POLCA", 2024). Neglected: fan curves against inlet temperature.

#include <algorithm>

#include "core/fields.hpp"
#include "models/power/converter.hpp"

namespace aif::power {

struct NodeParams {
  double host_idle_w = 1000, host_active_w = 1800;
  double fan_frac = 0.12;               // of the DC power of everything else
  double supply_rating_w = 12e3;        // of the installed supplies that share the load
  double loss_a0 = 0.008, loss_a1 = 0.010, loss_a2 = 0.020;
  double power_factor = 0.98;
  static constexpr auto fields() {
    using T = NodeParams;
    return FieldList{
        field("host_idle", &T::host_idle_w, Kind::power, 0, 1e5, "Processors, memory, network cards and baseboard switches at rest.", "assumption: eight-device node"),
        field("host_active", &T::host_active_w, Kind::power, 0, 1e5, "The same under load.", "assumption: DGX H100 10.2 kW less devices, fans and losses"),
        field("fan_frac", &T::fan_frac, Kind::fraction, 0, 0.5, "Fans, of the other DC power; nearly 0 with cold plates or immersion.", "assumption: 10-16 % in air-cooled nodes"),
        field("supply_rating", &T::supply_rating_w, Kind::power, 100, 1e6, "Rating of the supplies that share the load.", "assumption: half of an N+N set"),
        field("loss_a0", &T::loss_a0, Kind::fraction, 0, 0.1, "No-load loss of the supplies.", "80 PLUS Titanium minimum at 10, 20, 50, 100 %, fitted"),
        field("loss_a1", &T::loss_a1, Kind::fraction, 0, 0.2, "Proportional loss.", "80 PLUS Titanium minimum, fitted"),
        field("loss_a2", &T::loss_a2, Kind::fraction, 0, 0.2, "Square-law loss.", "80 PLUS Titanium minimum, fitted"),
        field("power_factor", &T::power_factor, Kind::fraction, 0.5, 1, "At the inlet.", "assumption: 0.98-0.99 at load")};
  }
  LossCurve curve() const { return {loss_a0, loss_a1, loss_a2}; }
};

inline double node_dc_w(NodeParams const& p, double devices_w, double activity_frac) {
  return (devices_w + p.host_idle_w + (p.host_active_w - p.host_idle_w) * activity_frac) * (1 + p.fan_frac);
}
inline double node_inlet_w(NodeParams const& p, double devices_w, double activity_frac) {
  double const dc = node_dc_w(p, devices_w, activity_frac);
  return dc + converter_loss_w(p.curve(), p.supply_rating_w, dc);
}

struct TrainingDraw {
  double floor_frac = 0.45, slope = 1.7;  // of TDP; slope on the share of the dense 8-bit peak
};
inline double training_device_w(TrainingDraw const& d, double tdp_w, double mfu_frac) { return tdp_w * std::min(1.0, d.floor_frac + d.slope * mfu_frac); }

}  // namespace aif::power
