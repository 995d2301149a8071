#pragma once
// A user's own series: CSV with a header `time, NAME [UNIT], ...`, times in local standard time at the start of each interval, evenly spaced.
// Missing rows and empty cells stay NaN. A header may also end in the SI unit, as tables of this program do (`facility_power_w`).

#include <string>
#include <vector>

namespace aif::sim {

struct UserColumn {
  std::string name, unit;           // unit as written; "" for a bare number
  std::string si_unit;              // "W", "degC", "1 s-1", "1"
  std::vector<double> values;       // SI, one a step
};

struct UserTable {
  std::string source;               // path
  double start_s = 0, step_s = 0;   // seconds since 1970
  std::size_t n_steps = 0, missing_rows = 0;
  std::vector<UserColumn> columns;
  UserColumn const* find(std::string_view name) const;
};

// Throws InputError: AF4013 header or unit, AF4014 times that are none, repeat or do not fit the step, AF4004 no number.
UserTable read_user_table(std::string const& path);

}  // namespace aif::sim
