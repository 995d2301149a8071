#pragma once
// A set of parallel variable-speed pumps that holds a share of its head at the far branch and lets the rest fall with the square of the flow:
//   P = V dp / eta,  dp = head (c + (1 - c) f^2), f = flow over rated flow (system curve with a differential-pressure set point).
// Wire-to-water efficiency is taken constant (staging keeps running pumps near their best point). The full network: hydraulics.hpp.
// Source: Gulich 2014 (affinity laws); heads and efficiencies: assumption, tender practice.

#include <algorithm>
#include <string>

#include "core/fields.hpp"

namespace aif::cooling {

struct PumpSet {
  double head_pa = 200e3, efficiency = 0.62, control_head_frac = 0.3, min_flow_frac = 0.3;
  int units = 3, spares = 1;

  static constexpr auto fields() {
    using P = PumpSet;
    return FieldList{
        field("head", &P::head_pa, Kind::pressure, 0, 2e6, "Differential pressure at rated flow.", "assumption: technology loop 200-300 kPa, facility loop 150-250 kPa"),
        field("efficiency", &P::efficiency, Kind::fraction, 0.1, 0.95, "Wire to water: pump x motor x drive.", "assumption: 0.72 x 0.93 x 0.95"),
        field("control_head", &P::control_head_frac, Kind::fraction, 0, 1, "Share of the head that is held at the far branch at any flow.", "assumption"),
        field("min_flow", &P::min_flow_frac, Kind::fraction, 0, 1, "Lowest flow over rated flow.", "assumption"),
        field("units", &P::units, Kind::number, 1, 1000, "Pumps in parallel, spares included; of one distribution unit where it is the pump set of such units.", "assumption"),
        field("spares", &P::spares, Kind::number, 0, 1000, "Of those, how many may be out with the rated flow kept.", "assumption: N+1")};
  }

  // Share of the rated flow with `out` pumps out of service: the others run at rated speed.
  double flow_left_frac(int out) const {
    int const needed = std::max(units - spares, 1);
    return std::clamp(static_cast<double>(units - out) / needed, 0.0, 1.0);
  }

  double power_w(double rated_m3_s, double flow_frac) const {
    return rated_m3_s * flow_frac * head_pa * (control_head_frac + (1 - control_head_frac) * flow_frac * flow_frac) / efficiency;
  }
};

}  // namespace aif::cooling
