#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "core/diagnostics.hpp"
#include "models/power/event.hpp"
#include "models/power/site.hpp"

using namespace aif::power;

namespace {

// Four blocks of six 1.5 MW modules at 75 %, ten 3 MW generators of which nine carry the site.
EventParams site() {
  EventParams p;
  p.blocks = 4, p.usable_blocks = 3, p.ups_modules = 6;
  p.it_w = 4 * 0.75 * 9e6 * 0.98;
  p.hold_up_design_w = p.it_w;
  p.mechanical_w = 3e6;
  p.generators = 12;
  p.generator.power_w = 3e6;
  return p;
}

EventScript outage(double duration_s, double run_s = 600) {
  EventScript s;
  s.utility = {{10, duration_s, 0}};
  s.duration_s = run_s;
  return s;
}

void check_balance(EventResult const& r) {
  CHECK(r.source_j > 0);
  CHECK(std::abs(r.residual_j) < 1e-6 * r.source_j);
}

}  // namespace

TEST_CASE("a sag shorter than hold-up is ridden through without a UPS, a longer one is not") {
  EventParams p = site();
  p.ups_modules = 0, p.generators = 0;
  EventScript s;
  s.duration_s = 20;
  s.utility = {{5, 0.016, 0.3}};
  auto const brief = simulate_event(p, s, 0.001);
  CHECK(brief.survived);
  CHECK(brief.longest_gap_s > 0.01);
  check_balance(brief);
  s.utility = {{5, 0.060, 0.3}};
  auto const longer = simulate_event(p, s, 0.001);
  CHECK_FALSE(longer.survived);
  CHECK(longer.first_trip_s == doctest::Approx(5 + p.hold_up_s).epsilon(0.001));
  CHECK(longer.tripped_frac == doctest::Approx(1));
  check_balance(longer);
  s.utility = {{5, 0.5, 0.9}};  // within the supplies' input range
  CHECK(simulate_event(p, s, 0.001).survived);
}

TEST_CASE("less load than design holds longer") {
  EventParams p = site();
  p.ups_modules = 0, p.generators = 0;
  p.hold_up_design_w = p.it_w;
  p.it_w *= 0.5;
  EventScript s;
  s.duration_s = 10;
  s.utility = {{5, 1, 0}};
  CHECK(simulate_event(p, s, 0.001).first_trip_s == doctest::Approx(5 + 2 * p.hold_up_s).epsilon(0.001));
}

TEST_CASE("an outage is carried by the UPS, then by the generators, and handed back") {
  auto const r = simulate_event(site(), outage(120, 1200));
  CHECK(r.survived);
  CHECK(r.transfers >= 1);
  CHECK(r.on_generator_s == doctest::Approx(10 + 1 + 10).epsilon(0.01));
  CHECK(r.lowest_battery_frac < 1);
  CHECK(r.lowest_battery_frac > 0.5);
  CHECK(r.lowest_hz < 60);
  CHECK(r.lowest_hz > 57);
  CHECK(r.cooling_gap_s > 10);
  check_balance(r);
}

TEST_CASE("a spared generator may fail to start; too few run the batteries down") {
  EventParams p = site();
  p.generators_that_fail = 1;
  CHECK(simulate_event(p, outage(500, 600)).survived);
  p.generators_that_fail = 12;
  auto const none = simulate_event(p, outage(1000, 1000));
  CHECK_FALSE(none.survived);
  // 300 s of battery at rating, loaded at 73.5 % and with the converters' loss.
  CHECK(none.first_trip_s > 300);
  CHECK(none.first_trip_s < 10 + 300 / 0.735);
  check_balance(none);
  p.generators_that_fail = 7;  // 15 MW for 29 MW: the walk-in stops at what they can give, batteries bridge the rest until empty
  auto const few = simulate_event(p, outage(1800, 1800));
  CHECK_FALSE(few.survived);
  CHECK(few.first_trip_s > none.first_trip_s);
  check_balance(few);
}

TEST_CASE("rows are switched off in their order until the generators carry the rest") {
  EventParams p = site();
  p.generators_that_fail = 4;  // 24 MW for 29 MW
  for (int row = 0; row < 20; ++row) p.shed.push_back({"row " + std::to_string(row), p.it_w / 20});
  auto const r = simulate_event(p, outage(1800, 1800));
  CHECK(r.survived);  // of what is left, nothing falls
  CHECK(r.shed_w > 0);
  CHECK(r.shed_w < 0.5 * p.it_w);
  CHECK(p.it_w - r.shed_w + p.mechanical_w < 8 * 3e6);
  REQUIRE(r.ride_through.shed.size() >= 2);
  for (std::size_t i = 0; i < r.ride_through.shed.size(); ++i) CHECK(r.ride_through.shed[i] == p.shed[i].name);
  check_balance(r);
  p.generators_that_fail = 0;
  CHECK(simulate_event(p, outage(1800, 1800)).shed_w == 0);
}

TEST_CASE("what happened is told in order: battery, call, speed, move, walk-in, line, pumps") {
  auto const r = simulate_event(site(), outage(1000, 600));
  std::vector<EventWord> const order{EventWord::on_battery, EventWord::generators_called, EventWord::generators_ready, EventWord::on_generator, EventWord::walk_in, EventWord::on_line,
                                     EventWord::mechanical_back};
  double last = 10;
  for (auto const word : order) {
    auto const at = std::find_if(r.notes.begin(), r.notes.end(), [&](auto const& n) { return n.word == word; });
    CAPTURE(static_cast<int>(word));
    REQUIRE(at != r.notes.end());
    CHECK(at->time_s >= last - 1e-9);
    last = at->time_s;
  }
  CHECK(r.mechanical_back_s == doctest::Approx(last));
}

TEST_CASE("a lost block of 4N/3 is carried by the other three; of N its racks go dark") {
  EventParams p = site();
  EventScript s;
  s.block_lost_at_s = 20, s.duration_s = 900;
  auto const spared = simulate_event(p, s);
  CHECK(spared.survived);
  CHECK_FALSE(spared.overload_trip);
  CHECK(spared.longest_gap_s > 0);
  check_balance(spared);
  p.usable_blocks = 4;
  auto const lost = simulate_event(p, s);
  CHECK(lost.tripped_frac == doctest::Approx(0.25));
  check_balance(lost);
  p.usable_blocks = 3, p.it_w *= 1.3;  // survivors at 127 %: their protection trips
  auto const overloaded = simulate_event(p, s);
  CHECK(overloaded.overload_trip);
  CHECK_FALSE(overloaded.survived);
}

TEST_CASE("three sags in a minute lock the UPS on battery, two do not") {
  EventParams p = site();
  p.generators = 0;
  p.ups.retransfer_s = 2, p.ups.walk_in_s = 2;
  EventScript s;
  s.duration_s = 300;
  s.utility = {{10, 0.1, 0.5}, {25, 0.1, 0.5}};
  auto const two = simulate_event(p, s);
  CHECK_FALSE(two.locked_out);
  CHECK(two.survived);
  s.utility.push_back({40, 0.1, 0.5});
  auto const three = simulate_event(p, s);
  CHECK(three.locked_out);
  CHECK(three.lowest_battery_frac < two.lowest_battery_frac - 0.3);
  check_balance(three);
}

TEST_CASE("eco mode leaves a gap that the racks' hold-up bridges") {
  EventParams p = site();
  p.ups.mode = UpsMode::eco;
  auto const r = simulate_event(p, outage(60), 0.001);
  CHECK(r.survived);
  CHECK(r.longest_gap_s == doctest::Approx(p.ups.eco_transfer_s).epsilon(0.3));
  p.hold_up_s = 0.002;
  CHECK_FALSE(simulate_event(p, outage(60), 0.001).survived);
}

TEST_CASE("a bigger block load dips the frequency deeper, more inertia less") {
  EventParams p = site();
  p.mechanical_restart_s = 0.1;
  p.it_w = 1e6;  // so that the motors' step makes the dip, not the walk-in
  auto const base = simulate_event(p, outage(300));
  p.mechanical_w *= 2;
  auto const heavier = simulate_event(p, outage(300));
  CHECK(heavier.lowest_hz < base.lowest_hz);
  p.generator.inertia_s *= 4;
  CHECK(simulate_event(p, outage(300)).lowest_hz > heavier.lowest_hz);
}

TEST_CASE("results do not depend on the step beyond 1 %") {
  auto const fine = simulate_event(site(), outage(200), 0.001), coarse = simulate_event(site(), outage(200), 0.02);
  CHECK(coarse.lowest_battery_frac == doctest::Approx(fine.lowest_battery_frac).epsilon(0.01));
  CHECK(coarse.source_j == doctest::Approx(fine.source_j).epsilon(0.01));
  CHECK(coarse.lowest_hz == doctest::Approx(fine.lowest_hz).epsilon(0.01));
  CHECK(coarse.on_generator_s == doctest::Approx(fine.on_generator_s).epsilon(0.01));
}

TEST_CASE("ITIC: what must be ridden through") {
  auto const itic = itic_envelope();
  CHECK(must_ride_through(itic, 0.0, 0.019));
  CHECK_FALSE(must_ride_through(itic, 0.0, 0.05));
  CHECK(must_ride_through(itic, 0.75, 0.3));
  CHECK_FALSE(must_ride_through(itic, 0.75, 2));
  CHECK(must_ride_through(itic, 0.92, 1e5));
  CHECK_FALSE(must_ride_through(itic, 1.3, 0.1));
}

TEST_CASE("the envelope is judged by simulation: supplies alone meet ITIC up to their input range, a UPS meets all of it") {
  EventParams p = site();
  p.generators = 0;
  auto const failures = [&](double dt_s) {
    std::vector<EnvelopePoint> out;
    for (auto const& v : judge_points(p, itic_envelope(), dt_s))
      if (!v.survived()) out.push_back(v.point);
    return out;
  };
  CHECK(failures(0.002).empty());
  p.ups_modules = 0;
  auto const failed = failures(0.0005);
  REQUIRE(failed.size() == 2);  // 0.7 for half a second and 0.8 for ten are below what these supplies take
  CHECK(failed[0].low_pu == 0.7);
  p.hold_up_voltage_pu = 0.7;
  CHECK(failures(0.0005).empty());
  p.hold_up_s = 0.010;
  CHECK_FALSE(failures(0.0005).empty());
}

TEST_CASE("a UPS saves the racks and takes their load off the grid; supplies that ride through do not") {
  EventParams p = site();
  p.generators = 0;
  auto const with_ups = judge_points(p, {"one dip", {{0.2, 0.5, 2}}});
  REQUIRE(with_ups.size() == 1);
  CHECK(with_ups[0].survived());
  CHECK(with_ups[0].off_grid_w > 0.8 * p.it_w);               // on battery until it has seen a healthy input for long enough
  CHECK(with_ups[0].back_after_s > p.ups.retransfer_s);
  CHECK(with_ups[0].back_after_s < p.ups.retransfer_s + p.ups.walk_in_s + p.mechanical_restart_s + 1);
  p.ups_modules = 0, p.hold_up_voltage_pu = 0.4;
  auto const without = judge_points(p, {"one dip", {{0.2, 0.5, 2}}});
  CHECK(without[0].survived());
  CHECK(without[0].off_grid_w < 0.3 * p.it_w);                 // pumps and fans alone
}

TEST_CASE("the longest outage is the battery's energy over the load, and grows with it") {
  EventParams p = site();
  p.generators = 0;
  double const once = longest_outage_s(p);
  double const stored_j = p.blocks * p.ups_modules * p.ups.battery_energy_j;
  CHECK(once > 0.85 * stored_j / p.it_w);
  CHECK(once < 1.02 * stored_j / p.it_w + p.hold_up_s);
  p.ups.battery_energy_j *= 2;
  CHECK(longest_outage_s(p) == doctest::Approx(2 * once).epsilon(0.05));
}

TEST_CASE("an event takes blocks, modules and generators from the site") {
  PowerParams power;
  power.utility.capacity_w = 72e6;
  power.plant.blocks = {4, 9e6, "4N/3"};
  GeneratorParams g;
  g.id = "gen", g.units = 12, g.redundancy = "N+2";
  power.onsite = {g};
  std::vector<RackGroupLoad> const racks{{"a", 200, 16, 125e3, 0.98, 0}};
  auto const whole = event_params(build_site_power(power, racks), 24e6, 3e6);
  CHECK(whole.blocks == 4);
  CHECK(whole.ups_modules == 6);
  CHECK(whole.usable_blocks == doctest::Approx(3));
  CHECK(whole.generators == 12);
  CHECK(whole.generators_that_fail == 0);
  CHECK(simulate_event(whole, outage(300)).survived);
  for (int k = 0; k < 12; ++k) power.plant.out_of_service.push_back("site.onsite.gen/" + std::to_string(k));
  auto const none = event_params(build_site_power(power, racks), 24e6, 3e6);
  CHECK_FALSE(simulate_event(none, outage(900, 900)).survived);
}

TEST_CASE("bad steps and ratings are refused") {
  CHECK_THROWS_AS(simulate_event(site(), outage(10), 0.5), aif::InputError);
  EventParams p = site();
  p.generator.power_w = 0;
  CHECK_THROWS_AS(simulate_event(p, outage(10)), aif::InputError);
}
