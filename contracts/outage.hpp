#pragma once
// What can fail, and what is left when it has. Each room lists its outages and applies a set of them to its own parameters:
//   std::vector<Outage> list_outages(RoomParams const&);
//   RoomParams apply(RoomParams const&, std::span<Outage const>);   // multiplicity N becomes k failed and N - k healthy
// Applying an outage twice gives what applying it once gives.

#include <string>
#include <vector>

namespace aif {

struct Outage {
  std::string component;  // scenario id of the failed part, with its number where it is one of several: "power.ups.a/3"
  std::string kind;       // failure, maintenance
  double rate_per_year = 0, repair_s = 0;
  double capacity_after_frac = 0;  // of the component that is hit
  std::string common_cause;        // outages of one group can strike together; empty: independent
  std::string source;              // of rate and repair time
};

struct RideThrough {
  double seconds_to_throttle_s = 0, seconds_to_trip_s = 0;  // infinite when never
  std::vector<std::string> tripped, shed;
  double good_token_s_after = 0;
};

}  // namespace aif
