#pragma once
// Heat exchangers by effectiveness and number of transfer units. Neglected: fouling over time, conduction along the wall, two-phase sides.
// Sources: Kays & London 1984 (counterflow); Incropera et al. 2007 eq. 11.32 (crossflow, both unmixed); off-design film coefficients
// scale with flow to a power (Dittus & Boelter 1930: 0.8 turbulent; finned air side 0.5-0.6).

#include <algorithm>
#include <cmath>

namespace aif::cooling {

inline double counterflow_effectiveness(double ntu, double capacity_ratio) {
  if (capacity_ratio > 1 - 1e-9) return ntu / (1 + ntu);
  double const e = std::exp(-ntu * (1 - capacity_ratio));
  return (1 - e) / (1 - capacity_ratio * e);
}

inline double crossflow_effectiveness(double ntu, double capacity_ratio) {
  if (ntu <= 0) return 0;
  if (capacity_ratio < 1e-9) return 1 - std::exp(-ntu);
  double const log_ntu = std::log(ntu);
  return 1 - std::exp(std::exp(0.22 * log_ntu) / capacity_ratio * (std::exp(-capacity_ratio * std::exp(0.78 * log_ntu)) - 1));
}

// Transfer units that give `effectiveness`: closed form for counterflow, bisection for crossflow (sizing only, never in a loop).
inline double counterflow_ntu(double effectiveness, double capacity_ratio) {
  if (capacity_ratio > 1 - 1e-9) return effectiveness / (1 - effectiveness);
  return std::log((1 - effectiveness * capacity_ratio) / (1 - effectiveness)) / (1 - capacity_ratio);
}
inline double crossflow_ntu(double effectiveness, double capacity_ratio) {
  double low = 0, high = 60;
  for (int i = 0; i < 100; ++i) {
    double const middle = 0.5 * (low + high);
    (crossflow_effectiveness(middle, capacity_ratio) < effectiveness ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

// UA off design: two films in series, the share `first_share` of the rated resistance on the first side; flows relative to rating.
inline double off_design_ua(double rated_ua, double first_share, double first_flow_frac, double first_exponent, double second_flow_frac,
                            double second_exponent) {
  double const first = first_share * std::pow(std::max(first_flow_frac, 1e-6), -first_exponent);
  double const second = (1 - first_share) * std::pow(std::max(second_flow_frac, 1e-6), -second_exponent);
  return rated_ua / (first + second);
}

}  // namespace aif::cooling
