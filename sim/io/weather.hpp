#pragma once
// A year of outdoor air in local standard time, from EPW (.epw, .epw.gz), Open-Meteo JSON or a CSV of hours. Hourly values are means over
// the hour. Sub-hourly values come from one parabola an hour through the mid-values of neighbours: continuous, and the mean of each hour is
// kept. Wet bulbs are computed once, here. Radiation is read from EPW alone. Not read: rain, wind (no model of ours uses them).

#include <optional>
#include <string>
#include <vector>

#include "core/diagnostics.hpp"
#include "models/cooling/moist_air.hpp"
#include "models/power/solar.hpp"

namespace aif::sim {

// ASHRAE design conditions of an EPW header; percent of the hours of a year in which the value is exceeded.
struct DesignConditions {
  double dry_bulb_0_4_c = 0, mean_wet_bulb_0_4_c = 0, dry_bulb_1_c = 0, dry_bulb_2_c = 0, wet_bulb_0_4_c = 0, mean_dry_bulb_at_wet_c = 0;
  double heating_99_6_c = 0;
  double daily_range_k = 0;           // of the dry bulb in the hottest month
  double max_dry_bulb_20_year_c = 0;  // mean annual extreme with a return period of 20 years
};

// The design hour: dry bulb exceeded in 0.4 % of the hours with its mean wet bulb.
cooling::WeatherPoint design_point(DesignConditions const& design, double pressure_pa);

struct WeatherSeries {
  std::string source, place;
  double latitude_deg = 0, longitude_deg = 0, utc_offset_h = 0, altitude_m = 0;
  std::vector<cooling::WeatherPoint> hours;  // 8,760
  std::vector<power::Radiation> radiation;   // likewise, or empty: the file has none
  std::optional<DesignConditions> design;
  DiagnosticList notes;                      // what was filled in or left out

  // Mean over [t, t + dt) of the reconstructed course, t in s from 1 January 00:00, dt at most one hour and within it. Wraps at the year's end.
  cooling::WeatherPoint mean_over(double t_s, double dt_s) const;
};

// Throws InputError: AF4201 layout, AF4202 hours missing, doubled or out of order, AF4203 value out of range, AF4204 gap too long to fill.
WeatherSeries load_weather(std::string const& path);

// The same air, warmer, at its humidity ratio (never above saturation).
cooling::WeatherPoint warmer(cooling::WeatherPoint const& point, double k);

// Climate what-ifs: warmer air at the same humidity ratio (never above saturation), and a heat wave that rises and falls as a half sine.
struct WeatherMorph {
  double offset_k = 0;
  double wave_peak_k = 0, wave_start_h = 0, wave_duration_h = 0;
};
WeatherSeries morph(WeatherSeries series, WeatherMorph const& change);

namespace detail {
// Hours as read: NaN where the file has none. Fills gaps of up to 6 h by straight lines, notes it, makes points; throws AF4203, AF4204.
struct RawHours {
  std::vector<double> dry_bulb_c, relative_humidity, pressure_pa;
  std::vector<power::Radiation> radiation;  // empty: none
  std::vector<int> line;
};
void finish_series(WeatherSeries& series, RawHours raw);
[[noreturn]] void refuse_weather(std::string const& path, int line, std::string code, std::string message, std::string hint);
}  // namespace detail

}  // namespace aif::sim
