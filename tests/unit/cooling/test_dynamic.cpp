#include <doctest/doctest.h>

#include <cmath>

#include "core/diagnostics.hpp"
#include "models/cooling/dynamic.hpp"

using namespace aif::cooling;

namespace {
TransientResult after(std::vector<FaultEvent> const& events, TransientParams const& p = {}, double duration_s = 300) { return run_transient(p, events, duration_s, 1); }
}  // namespace

TEST_CASE("nothing happens when nothing happens") {
  auto const r = after({});
  CHECK(r.course.back().case_c == doctest::Approx(r.course.front().case_c).epsilon(1e-4));
  CHECK(r.course.back().supply_c == doctest::Approx(40).epsilon(1e-4));
  CHECK(r.course.back().air_c == doctest::Approx(27).epsilon(1e-4));
  CHECK(std::isinf(r.ride_through.seconds_to_throttle_s));
  CHECK(std::abs(r.balance_residual) < 1e-6);
}

TEST_CASE("flow stops: an NVL72 rack warms by about 0.7 K/s and throttles within a minute") {
  TransientParams p;
  p.throttle_case_c = 140, p.trip_case_c = 200;  // watch the free rise
  auto const r = after({{CoolingFault::cdu_pump_trip, 5}}, p, 60);
  // Closed form: heat over the heat capacity of rack coolant and plates, once the pump has run down.
  double const heat_capacity = p.coolant_kg * heat_capacity_j_kg_k(p.fluid, 50) + p.plate_j_k;
  double const measured = (r.course[45].case_c - r.course[35].case_c) / 10;
  CHECK(measured < p.liquid_w / heat_capacity * 1.15);
  CHECK(measured > 0.3 * p.liquid_w / heat_capacity);  // coasting pumps still carry some
  auto const limited = after({{CoolingFault::cdu_pump_trip, 5}});
  CHECK(limited.ride_through.seconds_to_throttle_s > 5);
  CHECK(limited.ride_through.seconds_to_throttle_s < 60);
  CHECK(limited.ride_through.seconds_to_trip_s > limited.ride_through.seconds_to_throttle_s);
  CHECK(std::abs(limited.balance_residual) < 1e-6);
}

TEST_CASE("a loop that is shut: no pump runs down, the rack takes all its heat: 115 kW over 180 kJ/K") {
  TransientParams p;
  double const adiabatic = p.liquid_w / (p.coolant_kg * heat_capacity_j_kg_k(p.fluid, 45) + p.plate_j_k);
  CHECK(adiabatic == doctest::Approx(0.65).epsilon(0.05));  // 0.7 K/s with the coolant alone
  auto const shut = after({{CoolingFault::loop_shut, 5}}, p), trip = after({{CoolingFault::cdu_pump_trip, 5}}, p);
  CHECK(shut.rack_warming_k_s == doctest::Approx(adiabatic).epsilon(0.1));
  CHECK(shut.ride_through.seconds_to_throttle_s < trip.ride_through.seconds_to_throttle_s);
  CHECK(shut.ride_through.seconds_to_throttle_s > 1);  // plates warm before cases do
  CHECK(shut.ride_through.seconds_to_trip_s < 75);
  CHECK(std::abs(shut.balance_residual) < 1e-6);
  CHECK(after({{CoolingFault::loop_shut, 5, 1, 8}}, p).ride_through.tripped.empty());
}

TEST_CASE("what buys seconds: a standby pump, more coolant, a buffer tank, pumps on the UPS") {
  TransientParams p;
  double const alone = after({{CoolingFault::cdu_pump_trip, 5}}, p).ride_through.seconds_to_throttle_s;
  CHECK(after({{CoolingFault::cdu_pump_trip, 5, 1, 8}}, p).highest_case_c < after({{CoolingFault::cdu_pump_trip, 5}}, p).highest_case_c);
  TransientParams heavy = p;
  heavy.coolant_kg *= 2;
  CHECK(after({{CoolingFault::cdu_pump_trip, 5}}, heavy).ride_through.seconds_to_throttle_s > alone);
  CHECK(after({{CoolingFault::cdu_pump_trip, 5, 0.5}}, p).highest_case_c < p.trip_case_c);  // one of two pumps: warmer, alive

  TransientParams tank = p;
  tank.buffer_kg = 600;
  double const bare_s = after({{CoolingFault::rejection_trip, 5}}, p, 1200).ride_through.seconds_to_throttle_s;
  CHECK(after({{CoolingFault::rejection_trip, 5}}, tank, 1200).ride_through.seconds_to_throttle_s > bare_s + 30);

  TransientParams on_ups = p, off_ups = p;
  on_ups.facility_pumps_on_ups = true, off_ups.pumps_on_ups = false;
  double const ups_s = after({{CoolingFault::power_loss, 5}}, on_ups, 1200).ride_through.seconds_to_throttle_s;
  CHECK(ups_s > after({{CoolingFault::power_loss, 5}}, off_ups, 1200).ride_through.seconds_to_throttle_s);
  auto const restarted = after({{CoolingFault::power_loss, 5, 1, 25}}, on_ups, 600);
  CHECK(std::isinf(restarted.ride_through.seconds_to_trip_s));
}

TEST_CASE("a hall without chillers or fans warms slowly, but it warms") {
  auto const r = after({{CoolingFault::chiller_trip, 5}}, {}, 600);
  CHECK(r.highest_air_c > 29);
  CHECK((r.highest_air_c - 27) / 595 < 0.1);  // K/s
  CHECK(r.course[60].case_c == doctest::Approx(r.course[0].case_c).epsilon(1e-3));  // the liquid side does not notice
}

TEST_CASE("events that cannot be are refused") {
  auto const code = [](FaultEvent e) -> std::string {
    try {
      after({e});
    } catch (aif::InputError const& error) {
      return error.diagnostics().items().front().code;
    }
    return "";
  };
  CHECK(code({CoolingFault::cdu_pump_trip, 5, 1.5}) == "AF2212");
  CHECK(code({CoolingFault::cdu_pump_trip, 5, 1, 2}) == "AF2212");
  CHECK(code({CoolingFault::cdu_pump_trip, 5, 1, 20}) == "");
}
