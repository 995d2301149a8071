// Lengths of time in seconds. A simulated year has 8,760 hours: the 29th of February is left out where a series has one.
#pragma once
#include <cstddef>

namespace aif {

inline constexpr double kHour = 3600, kDay = 24 * kHour, kWeek = 7 * kDay;
inline constexpr std::size_t kHoursPerYear = 8760;
inline constexpr double kYear = 8760 * kHour;

}  // namespace aif
