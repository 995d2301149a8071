// Contract of every plant in the list: a new plant gets these by standing in plants.hpp.
#include <doctest/doctest.h>

#include <cmath>
#include <tuple>

#include "models/cooling/plants.hpp"

using namespace aif::cooling;

namespace {

template <class Variant>
struct AsTuple;
template <class... P>
struct AsTuple<std::variant<P...>> {
  using type = std::tuple<P...>;
};
using PlantTypes = AsTuple<HeatRejection>::type;

template <class P>
double loop_of(P const& plant, int units) {  // W/K at a 10 K range
  return units * plant.rated_heat() / 10.0;
}

}  // namespace

TEST_CASE_TEMPLATE_DEFINE("plant contract", P, plant_contract) {
  P const params;
  typename P::Sized const plant(params, 100);
  int const units = 4;

  SUBCASE("energy balance, nothing negative, nothing undefined at the corners") {
    for (double dry_bulb : {-40.0, -10.0, 0.0, 15.0, 26.0, 35.0, 50.0})
      for (double humidity : {0.02, 0.5, 1.0})
        for (double inlet : {12.0, 30.0, 45.0, 65.0})
          for (double flow : {0.05, 0.4, 1.0})
            for (double target : {5.0, 25.0, 36.0, 60.0}) {
              RejectionInputs const in{flow * loop_of(params, units), inlet, target, make_weather_point(dry_bulb, humidity, 98e3), true};
              RejectionOutputs const out = plant.reject(units, in);
              CAPTURE(dry_bulb);
              CAPTURE(inlet);
              CAPTURE(flow);
              CAPTURE(target);
              CHECK(std::isfinite(out.outlet_c));
              CHECK(std::isfinite(out.fan_w + out.pump_w + out.evaporation_kg_s));
              CHECK(out.heat_w >= 0);
              CHECK(std::abs(out.heat_w - in.loop_w_per_k * (in.inlet_c - out.outlet_c)) <= 1e-9 * (1 + in.loop_w_per_k * std::abs(in.inlet_c)));
              CHECK(out.outlet_c >= std::min(target, inlet) - 1e-6);  // never colder than asked
              CHECK((out.fan_w >= 0 && out.pump_w >= 0 && out.evaporation_kg_s >= 0 && out.drift_kg_s >= 0));
              CHECK((out.fan_ratio >= 0 && out.fan_ratio <= 1 + 1e-9));
            }
  }
  SUBCASE("N units are N times one unit") {
    RejectionInputs in{loop_of(params, 1), 44, 34, make_weather_point(24, 0.5, 100e3), true};
    RejectionOutputs const one = plant.reject(1, in);
    in.loop_w_per_k *= 7;
    RejectionOutputs const seven = plant.reject(7, in);
    CHECK(seven.heat_w == doctest::Approx(7 * one.heat_w).epsilon(1e-9));
    CHECK(seven.fan_w == doctest::Approx(7 * one.fan_w).epsilon(1e-6));
    CHECK(seven.evaporation_kg_s == doctest::Approx(7 * one.evaporation_kg_s).epsilon(1e-6));
  }
  SUBCASE("at full fan the outlet rises with the inlet and with the wet bulb at fixed dry bulb") {
    double last = -1e9;
    for (double inlet = 20; inlet <= 60; inlet += 1) {
      double const outlet = plant.reject(units, {loop_of(params, units), inlet, -100, make_weather_point(18, 0.5, 100e3), true}).outlet_c;
      CHECK(outlet > last - 1e-6);
      last = outlet;
    }
    last = -1e9;
    for (double humidity = 0.05; humidity <= 1; humidity += 0.05) {
      double const outlet = plant.reject(units, {loop_of(params, units), 45, -100, make_weather_point(35, humidity, 100e3), true}).outlet_c;
      CHECK(outlet > last - 1e-6);
      last = outlet;
    }
  }
  SUBCASE("more heat never takes less fan speed in the same weather") {
    RejectionOutputs last;
    for (double inlet = 34; inlet <= 70; inlet += 0.5) {
      RejectionOutputs const out = plant.reject(units, {loop_of(params, units), inlet, 33.5, make_weather_point(20, 0.5, 100e3), true});
      if (out.wet == last.wet) CHECK(out.fan_ratio >= last.fan_ratio - 1e-6);  // wetting pads lets fans slow down
      CHECK(out.heat_w >= last.heat_w);
      last = out;
    }
  }
  SUBCASE("a limit on fan speed is kept, and takes heat and never adds any") {
    RejectionInputs in{loop_of(params, units), 46, 30, make_weather_point(26, 0.5, 100e3), true};
    double last = 1e300;
    for (double limit : {1.0, 0.9, 0.7, 0.5, 0.3, 0.12}) {
      in.fan_limit_frac = limit;
      RejectionOutputs const out = plant.reject(units, in);
      CAPTURE(limit);
      if constexpr (!std::is_same_v<P, DeepWater>) CHECK(out.fan_ratio <= limit + 1e-9);  // its pump stands indoors
      CHECK(out.heat_w <= last * (1 + 1e-9));
      CHECK(std::abs(out.heat_w - in.loop_w_per_k * (in.inlet_c - out.outlet_c)) <= 1e-9 * in.loop_w_per_k * in.inlet_c);
      last = out.heat_w;
    }
    if constexpr (!std::is_same_v<P, DeepWater>) CHECK(last < plant.reject(units, {loop_of(params, units), 46, 30, make_weather_point(26, 0.5, 100e3), true}).heat_w);
    in.target_c = 45.5, in.fan_limit_frac = 1;  // a limit that does not bind changes nothing
    RejectionOutputs const free = plant.reject(units, in);
    in.fan_limit_frac = 0.5 * (1 + free.fan_ratio);
    CHECK(plant.reject(units, in).heat_w == doctest::Approx(free.heat_w).epsilon(1e-6));
  }
  SUBCASE("pure: the same question has the same bits for an answer") {
    RejectionInputs const in{loop_of(params, units), 43.21, 33.3, make_weather_point(27, 0.4, 100e3), true};
    CHECK(plant.reject(units, in).heat_w == plant.reject(units, in).heat_w);
    CHECK(plant.reject(units, in).fan_w == plant.reject(units, in).fan_w);
  }
  SUBCASE("without water nothing evaporates") {
    RejectionOutputs const out = plant.reject(units, {loop_of(params, units), 45, 30, make_weather_point(35, 0.3, 100e3), false});
    CHECK(out.evaporation_kg_s == 0);
    CHECK(out.drift_kg_s == 0);
  }
  SUBCASE("the rating point is met") {
    CHECK(params.rated_heat() > 0);
    CHECK(plant.reject(0, {1e5, 40, 30, {}, true}).heat_w == 0);
  }
}
TEST_CASE_TEMPLATE_APPLY(plant_contract, PlantTypes);

TEST_CASE("a dry cooler gives its rated heat at its rating point") {
  DryCooler const p;
  DryCooler::Sized const s(p, 0);
  RejectionOutputs const out = s.reject(1, {p.rated_heat_w / (p.rated_inlet_c - p.rated_outlet_c), p.rated_inlet_c, -50, make_weather_point(p.rated_air_c, 0.5, kStandardPressurePa), true});
  CHECK(out.heat_w == doctest::Approx(p.rated_heat_w).epsilon(1e-6));
  CHECK(out.fan_w == doctest::Approx(p.fan_power_w));
}

TEST_CASE("a tower meets its rated approach, and its two laws meet at the edge of the polynomial") {
  CoolingTower const p;
  CoolingTower::Sized const s(p, 0);
  CHECK(s.approach_k(p.rated_wet_bulb_c, p.rated_range_k, 1, 1) == doctest::Approx(p.rated_approach_k).epsilon(1e-9));
  CHECK(s.outlet_c(p.rated_wet_bulb_c + p.rated_approach_k + p.rated_range_k, p.rated_wet_bulb_c, 1, 1) == doctest::Approx(p.rated_wet_bulb_c + p.rated_approach_k).epsilon(1e-6));
  for (double edge : {26.6667, -34.4}) CHECK(s.approach_k(edge - 1e-7, 5, 1, 1) == doctest::Approx(s.approach_k(edge + 1e-7, 5, 1, 1)).epsilon(1e-5));
  for (double edge : {1.1111, 22.2222}) CHECK(s.approach_k(20, edge - 1e-7, 1, 1) == doctest::Approx(s.approach_k(20, edge + 1e-7, 1, 1)).epsilon(1e-5));
  CHECK(s.approach_k(30, 5, 1, 1) < s.approach_k(25, 5, 1, 1));  // warm air carries more
}

TEST_CASE("evaporation of a tower is between the sensible-free and the all-latent bounds") {
  CoolingTower const p;
  CoolingTower::Sized const s(p, 0);
  auto const w = make_weather_point(30, 0.5, kStandardPressurePa);
  RejectionOutputs const out = s.reject(1, {p.rated_heat_w / 10, 42, 32, w, true});
  double const litres_per_kwh = out.evaporation_kg_s * 3.6e6 / out.heat_w;
  CHECK(litres_per_kwh > 1.0);
  CHECK(litres_per_kwh < 1.9);  // 3.6e6 / latent heat = 1.47 all latent; air that enters warmer than it leaves adds to it
}
