#pragma once
// The contract of a heat-rejection plant (the types of plants.hpp): cool a loop towards a set point against the weather.
//
//   struct Plant { static constexpr std::string_view type_name; static constexpr auto fields();
//                  double rated_heat() const;      // W of one unit at its rating point
//                  double rated_approach() const;  // K between the fluid that leaves and what cools it, there
//                  struct Sized { Sized(Plant const&, double altitude_m); RejectionOutputs reject(int units, RejectionInputs const&) const; }; };
//
// `Sized` holds what follows from the rating once (UA, air flow at altitude); `reject` is pure and allocates nothing. N units share the
// flow equally and run alike, so N copies equal multiplicity N. Fans run no faster than the set point asks and the limit allows.

#include <concepts>

#include "models/cooling/moist_air.hpp"

namespace aif::cooling {

struct RejectionInputs {
  double loop_w_per_k = 0;       // mass flow x heat capacity of the whole loop
  double inlet_c = 40;           // loop fluid from the hall
  double target_c = 32;          // loop fluid wanted back
  WeatherPoint weather;
  bool water_allowed = true;     // false when the site's water budget is spent
  double fan_limit_frac = 1;     // highest fan speed (noise limits); pumps are indoors
};

struct RejectionOutputs {
  double outlet_c = 0, heat_w = 0;                                    // heat_w >= 0, to the ambient
  double fan_w = 0, pump_w = 0;                                       // pump: spray and tower pumps, whose heat leaves with the plant
  double evaporation_kg_s = 0, drift_kg_s = 0;
  double fan_ratio = 0;                                               // at the limit: nothing left to give
  bool wet = false;
};

template <class P>
concept RejectionPlant = requires(P const& params, typename P::Sized const& sized, RejectionInputs const& in) {
  { params.rated_heat() } -> std::same_as<double>;
  { params.rated_approach() } -> std::same_as<double>;
  { sized.reject(1, in) } -> std::same_as<RejectionOutputs>;
};

// Root of a rising function on [low, high] by regula falsi with the Illinois rule (Dowell & Jarratt 1971), to a tolerance in its value.
template <class F>
double rising_root(F&& f, double low, double f_low, double high, double f_high, double value_tolerance, int max_iterations = 60) {
  double x = high;
  int side = 0;
  for (int i = 0; i < max_iterations; ++i) {
    x = (low * f_high - high * f_low) / (f_high - f_low);
    double const y = f(x);
    if (y < value_tolerance && y > -value_tolerance) break;
    if (y > 0) {
      high = x, f_high = y;
      if (side == 1) f_low *= 0.5;
      side = 1;
    } else {
      low = x, f_low = y;
      if (side == -1) f_high *= 0.5;
      side = -1;
    }
  }
  return x;
}

}  // namespace aif::cooling
