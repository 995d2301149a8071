#pragma once
// What passes between compute, power and cooling in one coupled window, for each rack group of multiplicity n (values per rack).

#include <vector>

namespace aif {

// compute -> power, cooling. liquid_heat_w + air_heat_w == it_power_w.
struct RackDemand {
  int n = 0;
  double it_power_w = 0, peak_power_w = 0, power_factor = 1;
  double liquid_heat_w = 0, air_heat_w = 0;
};

// power, cooling -> compute.
struct RackSupply {
  double power_cap_w = 0;                               // at the rack inlet; infinite when nothing binds
  double coolant_supply_c = 0, coolant_kg_s = 0;        // into the rack manifold
  double r_case_coolant_k_per_w = 0;                    // of one device's cold plate or heat sink at that flow
  double air_supply_c = 0;
  double available_frac = 1;                            // share of the n racks that are delivered and up
};

// training -> power: the periodic swing of synchronous steps.
struct SwingProfile {
  struct Segment {
    double duration_s = 0, power_frac = 1;  // of the rack's power at full activity
  };
  struct Checkpoint {
    double every_s = 0, duration_s = 0, power_frac = 0;
  };
  double period_s = 0;
  std::vector<Segment> segments;
  int n_coherent_racks = 0;
  double jitter_sd_s = 0;
  Checkpoint checkpoint;
};

}  // namespace aif
