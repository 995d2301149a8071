#pragma once
// Moist air: saturation pressure, humidity ratio, wet bulb, dew point, enthalpy and density of a mixture of ideal gases.
// Source: ASHRAE Handbook of Fundamentals 2017, chapter 1 (Hyland-Wexler saturation pressure, equations 5, 6, 20-36).
// Neglected: the enhancement factor (below 0.5 %). Valid -60..70 degC, 31..120 kPa, checked against psychrolib there; pressure and temperature
// are clamped by nobody: the weather reader refuses what lies outside.

namespace aif::cooling {

inline constexpr double kStandardPressurePa = 101325.0;
inline constexpr double kAirHeatCapacity = 1006.0;      // J/kg/K of dry air, ASHRAE eq. 28
inline constexpr double kVaporisationJPerKg = 2.501e6;  // of water at 0 degC, ASHRAE eq. 30

double saturation_pressure_pa(double dry_bulb_c);  // over ice below the triple point
double humidity_ratio_from_pressure(double vapour_pa, double pressure_pa);
double humidity_ratio(double dry_bulb_c, double relative_humidity, double pressure_pa);
double saturation_humidity_ratio(double dry_bulb_c, double pressure_pa);
double moist_air_enthalpy_j_per_kg(double dry_bulb_c, double humidity_ratio);  // per kg of dry air, 0 at 0 degC dry
double moist_air_density_kg_m3(double dry_bulb_c, double humidity_ratio, double pressure_pa);

// Both to 1e-9 K by Newton on a convex function; relative humidity 0 is read as 1e-9.
double dew_point_c(double dry_bulb_c, double relative_humidity);
double wet_bulb_c(double dry_bulb_c, double humidity_ratio, double pressure_pa);

double standard_pressure_pa(double altitude_m);  // ASHRAE eq. 3

// Outdoor air of one window. The wet bulb is the costly part, so it is computed once, when the weather is read.
struct WeatherPoint {
  double dry_bulb_c = 20, wet_bulb_c = 13.8, dew_point_c = 9.3, relative_humidity = 0.5, pressure_pa = kStandardPressurePa;
};
WeatherPoint make_weather_point(double dry_bulb_c, double relative_humidity, double pressure_pa);

}  // namespace aif::cooling
