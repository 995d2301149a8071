#pragma once
// Battery plant on the medium-voltage bus: power and energy limits, one-way efficiencies, a reserve kept for ride-through, fade with
// calendar time and throughput. Powers are at the AC terminals; a positive power discharges. Energy: E' = E + eta_c P_c dt - P_d dt / eta_d.
// Neglected: voltage and temperature of the cells, efficiency against power. Valid for steps of seconds to hours.

#include <algorithm>
#include <string>
#include <vector>

#include "core/fields.hpp"

namespace aif::power {

enum class BatteryRole { ride_through, smoothing, peak_shaving };
constexpr auto enum_names(BatteryRole) { return std::array<std::string_view, 3>{"ride_through", "smoothing", "peak_shaving"}; }

struct BatteryParams {
  static constexpr std::string_view type_name = "battery";
  std::string id;
  double power_w = 0, energy_j = 0;
  double charge_efficiency_frac = 0.948, discharge_efficiency_frac = 0.948;
  double soc_min_frac = 0.1, soc_max_frac = 0.95, soc_start_frac = 0.9, reserve_frac = 0.0;
  std::vector<BatteryRole> role;
  double peak_target_w = 0;
  double calendar_fade_per_s = 0.02 / 31.536e6, cycle_fade_frac = 0.2 / 5000;
  static constexpr auto fields() {
    using T = BatteryParams;
    return FieldList{
        field("id", &T::id, "Name of the plant."),
        field("power", &T::power_w, Kind::power, 0, 1e10, "Rated AC power, both ways.").required(),
        field("energy", &T::energy_j, Kind::energy, 0, 1e15, "Energy between empty and full.").required(),
        field("charge_efficiency", &T::charge_efficiency_frac, Kind::fraction, 0.5, 1, "AC to store.", "NREL REopt defaults: round trip 0.899"),
        field("discharge_efficiency", &T::discharge_efficiency_frac, Kind::fraction, 0.5, 1, "Store to AC.", "NREL REopt defaults: round trip 0.899"),
        field("soc_min", &T::soc_min_frac, Kind::fraction, 0, 1, "Lowest state of charge in operation.", "assumption: lithium iron phosphate practice"),
        field("soc_max", &T::soc_max_frac, Kind::fraction, 0, 1, "Highest state of charge in operation.", "assumption: lithium iron phosphate practice"),
        field("soc_start", &T::soc_start_frac, Kind::fraction, 0, 1, "State of charge at the start.", "assumption"),
        field("reserve", &T::reserve_frac, Kind::fraction, 0, 1, "Energy kept for outages, of the whole; dispatch never goes below it.", "assumption"),
        field("role", &T::role, "What it is for: ride_through, smoothing, peak_shaving."),
        field("peak_target", &T::peak_target_w, Kind::power, 0, 1e11, "Import held at or below this by discharge; rises for the month when it cannot be. 0: no shaving."),
        field("calendar_fade", &T::calendar_fade_per_s, Kind::relative_rate, 0, 1, "Capacity lost with time.", "assumption: 2 %/year"),
        field("cycle_fade", &T::cycle_fade_frac, Kind::fraction, 0, 0.1, "Capacity lost in one full cycle.", "assumption: 20 % in 5,000 cycles")};
  }
  bool has(BatteryRole r) const { return std::find(role.begin(), role.end(), r) != role.end(); }
};

struct BatteryState {
  double energy_j = 0;
  double capacity_frac = 1;       // after fade
  double throughput_j = 0;        // discharged so far, from the store
};

inline BatteryState initial_state(BatteryParams const& p) { return {p.soc_start_frac * p.energy_j, 1.0, 0.0}; }

struct BatteryOutputs {
  double ac_w = 0;     // > 0 discharge
  double loss_w = 0;   // conversion, both ways
  double store_w = 0;  // mean rate at which the store gives energy (< 0 while charging); ac_w + loss_w == store_w
};

// Follows a requested AC power as far as power, energy and reserve allow. reserve_open: an outage may use the reserve.
inline BatteryOutputs step(BatteryParams const& p, BatteryState& s, double request_w, double dt_s, bool reserve_open = false) {
  double const capacity_j = p.energy_j * s.capacity_frac;
  double const floor_j = capacity_j * (reserve_open ? p.soc_min_frac : std::max(p.soc_min_frac, p.reserve_frac));
  BatteryOutputs out;
  if (request_w >= 0) {
    out.store_w = std::min(std::min(request_w, p.power_w) / p.discharge_efficiency_frac, std::max(s.energy_j - floor_j, 0.0) / dt_s);
    out.ac_w = out.store_w * p.discharge_efficiency_frac;
    s.throughput_j += out.store_w * dt_s;
    s.capacity_frac -= p.energy_j > 0 ? p.cycle_fade_frac * out.store_w * dt_s / p.energy_j : 0.0;
  } else {
    double const room_j = std::max(capacity_j * p.soc_max_frac - s.energy_j, 0.0);
    out.store_w = -std::min(std::min(-request_w, p.power_w) * p.charge_efficiency_frac, room_j / dt_s);
    out.ac_w = out.store_w / p.charge_efficiency_frac;
  }
  out.loss_w = out.store_w - out.ac_w;
  s.energy_j -= out.store_w * dt_s;
  s.capacity_frac = std::max(s.capacity_frac - p.calendar_fade_per_s * dt_s, 0.0);
  return out;
}

}  // namespace aif::power
