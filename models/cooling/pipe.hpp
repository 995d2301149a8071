#pragma once
// Darcy friction of a round pipe: laminar 64/Re, Colebrook & White 1937 when turbulent (Haaland 1983 as a start, Newton on 1/sqrt f), a straight blend
// in Re from 2300 to 4000.

#include <cmath>

namespace aif::cooling {

inline double turbulent_friction(double reynolds, double relative_roughness) {
  double x = -1.8 * std::log10(std::pow(relative_roughness / 3.7, 1.11) + 6.9 / reynolds);  // 1 / sqrt(f)
  double const a = relative_roughness / 3.7, b = 2.51 / reynolds;
  for (int i = 0; i < 3; ++i) {  // quadratic from within 2 %: exact to rounding
    double const argument = a + b * x;
    double const miss = x + 2 * std::log10(argument);
    x -= miss / (1 + 2 * b / (argument * 2.302585092994046));
  }
  return 1 / (x * x);
}

inline double darcy_friction(double reynolds, double relative_roughness) {
  if (reynolds < 1e-9) return 0;
  double const laminar = 64 / reynolds;
  if (reynolds <= 2300) return laminar;
  if (reynolds >= 4000) return turbulent_friction(reynolds, relative_roughness);
  double const weight = (reynolds - 2300) / 1700;
  return (1 - weight) * 64 / 2300 + weight * turbulent_friction(4000, relative_roughness);
}

// d ln f / d ln Re, from Colebrook by implicit differentiation; `f` is darcy_friction at the same place.
inline double friction_slope(double reynolds, double relative_roughness, double f) {
  if (reynolds <= 2300) return -1;
  if (reynolds < 4000) return (turbulent_friction(4000, relative_roughness) - 64.0 / 2300) / 1700 * reynolds / f;
  double const b = 2.51 / reynolds, s = 2 * b / ((relative_roughness / 3.7 + b / std::sqrt(f)) * 2.302585092994046);
  return -2 * s / (1 + s);
}

}  // namespace aif::cooling
