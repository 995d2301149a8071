#pragma once
// What can fail, and what is left when it has. Each room lists its outages and applies a set of them to its own parameters:
//   std::vector<Outage> list_outages(RoomParams const&);
//   RoomParams apply(RoomParams const&, std::span<Outage const>);   // multiplicity N becomes k failed and N - k healthy
// Applying an outage twice gives what applying it once gives. Parts that are alike count from 0: "power.ups/3" is the fourth module.

#include <string>
#include <vector>

#include "core/calendar.hpp"
#include "core/fields.hpp"

namespace aif {


// Failures of one unit while it is in service (exponential), and the mean time until it is back.
struct FailureLaw {
  double rate_per_s = 0, repair_s = 0;
  std::string source;
  static constexpr auto fields() {
    return FieldList{field("rate", &FailureLaw::rate_per_s, Kind::per_time, 0, 1, "How often one unit fails.", "see `source`"),
                      field("repair", &FailureLaw::repair_s, Kind::duration, 0, 3.2e8, "Mean time until it is back in service, with the part at hand.", "see `source`"),
                      field("source", &FailureLaw::source, "Where the two figures come from.")};
  }
};
inline FailureLaw failure_law(double per_year, double repair_h, char const* source) { return {per_year / kYear, repair_h * 3600, source}; }

struct Outage {
  std::string component;  // scenario id of the failed part, with its number where it is one of several: "power.ups/3"
  std::string kind;       // failure, maintenance, restart
  double rate_per_year = 0, repair_s = 0;  // of one unit
  double capacity_after_frac = 0;          // of the component that is hit
  std::string common_cause;                // outages of one group strike together; empty: independent
  std::string source;                      // of rate and repair time
  int units = 1;                           // parts alike that this entry stands for; those of a room that lists every part: 1
};

struct RideThrough {
  double seconds_to_throttle_s = 0, seconds_to_trip_s = 0;  // infinite when never
  std::vector<std::string> tripped, shed;
  double good_token_s_after = 0;
};

}  // namespace aif
