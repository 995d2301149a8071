#pragma once
// Times as tables write them.

#include <string_view>

namespace aif::sim {

// "2023-11-16 18:17:03.97", "2023-11-16T18:17", "2023-11-16": seconds since 1970 in the table's own clock; NaN when it is no time.
double seconds_of(std::string_view text);

// Hour of a 365-day year at such a second; -1 on 29 February.
int hour_of_year(double seconds);

}  // namespace aif::sim
