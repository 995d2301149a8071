#include "models/cooling/moist_air.hpp"

#include <algorithm>
#include <cmath>

namespace aif::cooling {
namespace {

constexpr double kZeroK = 273.15, kTripleC = 0.01, kGasConstantDryAir = 287.042, kMoleRatio = 0.621945, kLowestHumidity = 1e-9;

double log_saturation_pressure(double t_c) {  // ASHRAE eqs 5 (ice) and 6 (water)
  double const t = t_c + kZeroK;
  if (t_c <= kTripleC)
    return -5.6745359e3 / t + 6.3925247 + t * (-9.677843e-3 + t * (6.2215701e-7 + t * (2.0747825e-9 - 9.484024e-13 * t))) + 4.1635019 * std::log(t);
  return -5.8002206e3 / t + 1.3914993 + t * (-4.8640239e-2 + t * (4.1764768e-5 - 1.4452093e-8 * t)) + 6.5459673 * std::log(t);
}

double log_saturation_slope(double t_c) {  // d ln p / dT
  double const t = t_c + kZeroK;
  if (t_c <= kTripleC)
    return 5.6745359e3 / (t * t) - 9.677843e-3 + t * (2 * 6.2215701e-7 + t * (3 * 2.0747825e-9 - 4 * 9.484024e-13 * t)) + 4.1635019 / t;
  return 5.8002206e3 / (t * t) - 4.8640239e-2 + t * (2 * 4.1764768e-5 - 3 * 1.4452093e-8 * t) + 6.5459673 / t;
}

// Humidity ratio of air at (dry bulb, wet bulb): ASHRAE eqs 33 (water) and 35 (ice on the bulb).
double humidity_ratio_at_wet_bulb(double dry_bulb_c, double wet_bulb, double pressure_pa) {
  double const saturated = saturation_humidity_ratio(wet_bulb, pressure_pa), depression = dry_bulb_c - wet_bulb;
  if (wet_bulb >= 0) return ((2501 - 2.326 * wet_bulb) * saturated - 1.006 * depression) / (2501 + 1.86 * dry_bulb_c - 4.186 * wet_bulb);
  return ((2830 - 0.24 * wet_bulb) * saturated - 1.006 * depression) / (2830 + 1.86 * dry_bulb_c - 2.1 * wet_bulb);
}

}  // namespace

double saturation_pressure_pa(double dry_bulb_c) { return std::exp(log_saturation_pressure(dry_bulb_c)); }

double humidity_ratio_from_pressure(double vapour_pa, double pressure_pa) {
  return kMoleRatio * vapour_pa / std::max(pressure_pa - vapour_pa, 1e-3 * pressure_pa);
}

double humidity_ratio(double dry_bulb_c, double relative_humidity, double pressure_pa) {
  return humidity_ratio_from_pressure(relative_humidity * saturation_pressure_pa(dry_bulb_c), pressure_pa);
}

double saturation_humidity_ratio(double dry_bulb_c, double pressure_pa) { return humidity_ratio(dry_bulb_c, 1.0, pressure_pa); }

double moist_air_enthalpy_j_per_kg(double t_c, double w) { return kAirHeatCapacity * t_c + w * (kVaporisationJPerKg + 1860.0 * t_c); }

double moist_air_density_kg_m3(double t_c, double w, double pressure_pa) {
  return pressure_pa * (1 + w) / (kGasConstantDryAir * (t_c + kZeroK) * (1 + 1.607858 * w));
}

double dew_point_c(double dry_bulb_c, double relative_humidity) {
  double const wanted = log_saturation_pressure(dry_bulb_c) + std::log(std::clamp(relative_humidity, kLowestHumidity, 1.0));
  double t = dry_bulb_c;
  // ln p is concave in T and we start above the root, so Newton overshoots below it once and then climbs.
  for (int i = 0; i < 50; ++i) {
    double const step = (log_saturation_pressure(t) - wanted) / log_saturation_slope(t);
    t = std::max(t - step, -99.0);
    if (std::abs(step) < 1e-9) break;
  }
  return std::min(t, dry_bulb_c);
}

double wet_bulb_c(double dry_bulb_c, double w, double pressure_pa) {
  // The humidity ratio at a trial wet bulb rises with it, with a small jump at 0 degC (ice): bisect to stay safe there.
  double high = dry_bulb_c, low = dry_bulb_c - 60.0;
  double t = high, value = humidity_ratio_at_wet_bulb(dry_bulb_c, t, pressure_pa) - w;
  if (value <= 0) return dry_bulb_c;
  for (int i = 0; i < 80 && high - low > 1e-9; ++i) {
    double const delta = 1e-4;
    double const slope = (humidity_ratio_at_wet_bulb(dry_bulb_c, t, pressure_pa) - humidity_ratio_at_wet_bulb(dry_bulb_c, t - delta, pressure_pa)) / delta;
    double const newton = t - value / slope;
    t = newton > low && newton < high ? newton : 0.5 * (low + high);
    value = humidity_ratio_at_wet_bulb(dry_bulb_c, t, pressure_pa) - w;
    (value > 0 ? high : low) = t;
    if (std::abs(value) < 1e-13) break;
  }
  return t;
}

double standard_pressure_pa(double altitude_m) { return kStandardPressurePa * std::pow(1 - 2.25577e-5 * altitude_m, 5.2559); }

WeatherPoint make_weather_point(double dry_bulb_c, double relative_humidity, double pressure_pa) {
  double const humidity = std::clamp(relative_humidity, kLowestHumidity, 1.0);
  double const w = humidity_ratio(dry_bulb_c, humidity, pressure_pa);
  return {dry_bulb_c, wet_bulb_c(dry_bulb_c, w, pressure_pa), dew_point_c(dry_bulb_c, humidity), humidity, pressure_pa};
}

}  // namespace aif::cooling
