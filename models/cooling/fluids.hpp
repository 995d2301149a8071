#pragma once
// Density, heat capacity, viscosity and conductivity of water and of 25 % (by mass) propylene glycol in water, at loop pressure.
// Polynomials in (T - 40 degC) / 50 K. Water: fitted by us to IAPWS-95 (Wagner & Pruss 2002, CoolProp 6) at 300 kPa, 0.5..95 degC, worst
// error 0.05 %. PG25: Melinder 2010 (IIR) polynomial as in CoolProp's MPG, at 25 %, -8..90 degC. Outside the range: clamped.

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace aif::cooling {

enum class Fluid { water, pg25 };
constexpr auto enum_names(Fluid) { return std::array<std::string_view, 2>{"water", "pg25"}; }

struct FluidRange {
  double freezing_c, highest_c;
};
// Freezing point of PG25: Melinder 2010 (-10.0 degC for 25 % by mass).
constexpr FluidRange fluid_range(Fluid f) { return f == Fluid::water ? FluidRange{0.0, 95.0} : FluidRange{-10.0, 90.0}; }

namespace detail {
template <std::size_t N>
inline double polynomial(std::array<double, N> const& c, double x) {
  double y = c[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) y = y * x + c[i];
  return y;
}
inline double scaled(Fluid f, double t_c) {
  return f == Fluid::water ? (std::clamp(t_c, 0.5, 95.0) - 40.0) / 50.0 : (std::clamp(t_c, -8.0, 90.0) - 40.0) / 50.0;
}
}  // namespace detail

inline double density_kg_m3(Fluid f, double t_c) {
  double const x = detail::scaled(f, t_c);
  return f == Fluid::water ? detail::polynomial(std::array{992.3111, -19.185967, -9.4086358, 2.5300605, -0.84462723}, x)
                           : detail::polynomial(std::array{1009.9094, -26.387327, -6.6998305, 1.7932165}, x);
}
inline double heat_capacity_j_kg_k(Fluid f, double t_c) {
  double const x = detail::scaled(f, t_c);
  return f == Fluid::water ? detail::polynomial(std::array{4178.9908, 5.2509288, 26.328573, -22.07954, 27.581487, -11.250594}, x)
                           : detail::polynomial(std::array{3968.6495, 119.46267, -3.5099401, -2.5730128}, x);
}
inline double viscosity_pa_s(Fluid f, double t_c) {
  double const x = detail::scaled(f, t_c);
  return std::exp(f == Fluid::water ? detail::polynomial(std::array{-7.3342257, -0.93905136, 0.27544871, -0.10334133, 0.054395306, -0.018525348}, x)
                                    : detail::polynomial(std::array{-6.6054217, -1.2543733, 0.49814055, -0.16179682}, x));
}
inline double conductivity_w_m_k(Fluid f, double t_c) {
  double const x = detail::scaled(f, t_c);
  return f == Fluid::water ? detail::polynomial(std::array{0.62862628, 0.065070217, -0.024791777, 0.006818541, -0.0028191405}, x)
                           : detail::polynomial(std::array{0.48583982, 0.044319003, -0.0019485671, -0.00081194618}, x);
}

// Coolant that carries `heat_w` with a rise of `rise_k` around `mean_c`.
inline double coolant_flow_m3_s(Fluid f, double heat_w, double rise_k, double mean_c) {
  return heat_w / (density_kg_m3(f, mean_c) * heat_capacity_j_kg_k(f, mean_c) * rise_k);
}

}  // namespace aif::cooling
