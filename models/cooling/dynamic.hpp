#pragma once
// The seconds after something stops: one rack group with its loops as a few well-mixed volumes. Same exchangers as the quasi-steady
// model; flows follow pump coast-down and restart, temperatures are ordinary differential equations, integrated by the L-stable
// Rosenbrock-W method ROS2 (Verwer et al. 1999) with error control and steps that end at events. Energy is a linear invariant: the
// residual is published. Neglected: reverse flow, boiling, spread between racks. Volumes and masses: assumption where no rack states them.

#include <array>
#include <limits>
#include <string_view>
#include <vector>

#include "contracts/outage.hpp"
#include "core/fields.hpp"
#include "models/cooling/fluids.hpp"

namespace aif::cooling {

// One rack group and its share of the plant, at the state before the event. Per rack unless it says otherwise.
struct TransientParams {
  double liquid_w = 115e3, air_w = 17e3;
  Fluid fluid = Fluid::pg25;
  double coolant_kg_s = 2.6, supply_set_c = 40;
  int devices = 72;
  double r_fixed_k_per_w = 0.016, r_flow_k_per_w = 7.5e-4, r_flow_exponent = 0.6;
  double coolant_kg = 40, plate_j_k = 25e3;           // in the rack: fluid, cold plates with manifolds
  double loop_kg = 60, facility_kg = 150, buffer_kg = 0;  // outside: technology loop, facility water, tank on its supply
  double cdu_approach_k = 3.5, ambient_c = 30, rejection_approach_k = 6;
  double throttle_case_c = 85, trip_case_c = 100, throttled_power_frac = 0.5, throttle_tau_s = 2;
  double room_air_j_k = 60e3, room_mass_j_k = 900e3, room_mass_w_k = 600, air_set_c = 27, air_trip_c = 45;
  double chilled_kg = 40, chilled_set_c = 20;
  bool pumps_on_ups = true, air_fans_on_ups = false, facility_pumps_on_ups = false;
  double standby_start_s = 8, chiller_restart_s = 180;

  static constexpr auto fields() {
    using T = TransientParams;
    return FieldList{
        field("coolant_mass", &T::coolant_kg, Kind::mass, 0.1, 1e4, "Coolant inside one rack.", "assumption: 40 kg for an NVL72 rack"),
        field("plate_heat_capacity", &T::plate_j_k, Kind::heat_capacity, 1, 1e8, "Cold plates and manifolds of one rack.", "assumption: 65 kg of copper"),
        field("loop_mass", &T::loop_kg, Kind::mass, 0.1, 1e6, "Technology-loop coolant outside, per rack.", "assumption"),
        field("facility_mass", &T::facility_kg, Kind::mass, 0.1, 1e6, "Facility water, per rack.", "assumption"),
        field("buffer_mass", &T::buffer_kg, Kind::mass, 0, 1e7, "Buffer tank or tower basin on the facility supply, per rack.", "assumption: none"),
        field("chilled_mass", &T::chilled_kg, Kind::mass, 0.1, 1e7, "Chilled water with its tank, per rack.", "assumption: pipes alone"),
        field("throttle_case", &T::throttle_case_c, Kind::temperature, 30, 150, "Case temperature at which devices slow down.", "assumption: 80-87 degC junction less the rise to the case"),
        field("trip_case", &T::trip_case_c, Kind::temperature, 30, 200, "Case temperature at which devices switch off.", "assumption"),
        field("throttled_power", &T::throttled_power_frac, Kind::fraction, 0, 1, "Power when throttled.", "assumption"),
        field("air_trip", &T::air_trip_c, Kind::temperature, 25, 80, "Hall temperature at which air-cooled devices switch off.", "ASHRAE TC 9.9 class A4: 45 degC"),
        field("standby_start", &T::standby_start_s, Kind::duration, 0, 600, "From the loss of a pump to its standby on duty.", "assumption: 5-15 s with drives"),
        field("chiller_restart", &T::chiller_restart_s, Kind::duration, 0, 3600, "From power back to a chiller on load.", "assumption: 60-300 s"),
        field("pumps_on_ups", &T::pumps_on_ups, "Distribution-unit pumps are on the UPS."),
        field("air_fans_on_ups", &T::air_fans_on_ups, "Air fans are on the UPS."),
        field("facility_pumps_on_ups", &T::facility_pumps_on_ups, "Facility-water pumps are on the UPS.")};
  }
};

// loop_shut: the technology loop is isolated (a leak, a valve): its flow stops at once, where a tripped pump runs down.
enum class CoolingFault { cdu_pump_trip, facility_pump_trip, rejection_trip, chiller_trip, power_loss, control_failure, air_fan_trip, loop_shut };
constexpr auto enum_names(CoolingFault) {
  return std::array<std::string_view, 8>{"cdu_pump_trip", "facility_pump_trip", "rejection_trip", "chiller_trip", "power_loss", "control_failure", "air_fan_trip", "loop_shut"};
}

// `lost_frac` of the running units stop at `at_s`; they (or their standby) are back at `back_s`, if ever.
struct FaultEvent {
  CoolingFault fault = CoolingFault::cdu_pump_trip;
  double at_s = 0, lost_frac = 1, back_s = std::numeric_limits<double>::infinity();
};

struct TransientSample {
  double time_s = 0, case_c = 0, coolant_out_c = 0, supply_c = 0, facility_supply_c = 0, air_c = 0, flow_frac = 1, power_frac = 1;
};

struct TransientResult {
  RideThrough ride_through;             // from the first event
  std::vector<TransientSample> course;  // every `sample_s`
  double highest_case_c = 0, highest_air_c = 0;
  double rack_warming_k_s = 0;          // fastest rise of cold plates and coolant of a rack together
  double balance_residual = 0;          // (stored - in + out) / heat in
  int steps = 0;
};

// Throws InputError: AF2212 for a fraction or a time that cannot be, AF3202 when the steps shrink to nothing.
TransientResult run_transient(TransientParams const& params, std::vector<FaultEvent> const& events, double duration_s, double sample_s);

}  // namespace aif::cooling
