// Moist air against psychrolib 2.5, water and PG25 against CoolProp 8.0, over the whole range that the headers state and the weather reader lets in
// (validation/data/properties_grid.csv).
#include <doctest/doctest.h>

#include <cmath>

#include "core/csv.hpp"
#include "models/cooling/fluids.hpp"
#include "models/cooling/moist_air.hpp"

using namespace aif::cooling;

namespace {
aif::CsvTable grid() { return aif::CsvTable::load(std::string(AIF_SOURCE_DIR) + "/validation/data/properties_grid.csv"); }
}  // namespace

TEST_CASE("moist air is psychrolib's from -60 to 70 degC, 31 to 120 kPa") {
  auto const t = grid();
  auto const temperature = t.numbers("t_c"), humidity = t.numbers("relative_humidity"), pressure = t.numbers("pressure_pa"), ratio = t.numbers("humidity_ratio"), wet = t.numbers("wet_bulb_c"),
             dew = t.numbers("dew_point_c"), enthalpy = t.numbers("enthalpy_j_kg"), density = t.numbers("density_kg_m3");
  int rows = 0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    if (t.at(i, "substance") != "moist_air") continue;
    CAPTURE(temperature[i]);
    CAPTURE(humidity[i]);
    CAPTURE(pressure[i]);
    double const w = humidity_ratio(temperature[i], humidity[i], pressure[i]);
    CHECK(w == doctest::Approx(ratio[i]).epsilon(1e-3));
    CHECK(moist_air_density_kg_m3(temperature[i], w, pressure[i]) == doctest::Approx(density[i]).epsilon(1e-3));
    CHECK(std::abs(moist_air_enthalpy_j_per_kg(temperature[i], w) - enthalpy[i]) < 1e-3 * std::abs(enthalpy[i]) + 5);
    WeatherPoint const p = make_weather_point(temperature[i], humidity[i], pressure[i]);
    // Just around 0 degC a bulb of ice and a bulb of water both fulfil the equation, up to 0.6 K apart in thin air; which one is found is chance.
    CHECK(std::abs(p.wet_bulb_c - wet[i]) < (std::abs(wet[i]) < 0.6 ? 0.6 : 0.01));
    CHECK(std::abs(p.dew_point_c - dew[i]) < 0.01);
    CHECK(p.dew_point_c <= p.wet_bulb_c + 0.1);  // frost points stand below the wet bulb over ice but for the two formulas' difference
    CHECK(p.wet_bulb_c <= p.dry_bulb_c + 1e-9);
    ++rows;
  }
  CHECK(rows > 200);
}

TEST_CASE("water and PG25 are CoolProp's within 0.5 %") {
  auto const t = grid();
  auto const temperature = t.numbers("t_c"), density = t.numbers("density_kg_m3"), heat = t.numbers("heat_capacity_j_kg_k"), viscosity = t.numbers("viscosity_pa_s"), conductivity = t.numbers("conductivity_w_m_k");
  int rows = 0;
  for (std::size_t i = 0; i < t.rows(); ++i) {
    if (t.at(i, "substance") == "moist_air") continue;
    Fluid const f = t.at(i, "substance") == "water" ? Fluid::water : Fluid::pg25;
    CAPTURE(t.at(i, "substance"));
    CAPTURE(temperature[i]);
    CHECK(density_kg_m3(f, temperature[i]) == doctest::Approx(density[i]).epsilon(5e-3));
    CHECK(heat_capacity_j_kg_k(f, temperature[i]) == doctest::Approx(heat[i]).epsilon(5e-3));
    CHECK(viscosity_pa_s(f, temperature[i]) == doctest::Approx(viscosity[i]).epsilon(5e-3));
    CHECK(conductivity_w_m_k(f, temperature[i]) == doctest::Approx(conductivity[i]).epsilon(5e-3));
    ++rows;
  }
  CHECK(rows >= 40);
}
