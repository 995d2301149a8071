#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/diagnostics.hpp"
#include "sim/io/hourly_series.hpp"

using aif::Kind;
using aif::sim::load_hourly;

TEST_CASE("shipped price and carbon tables are whole years in SI, turned to local time") {
  auto const utc = load_hourly("library/grid/price_US-MIDA-PJM_2023_hourly.csv.gz", Kind::money_per_energy, 0);
  auto const local = load_hourly("library/grid/price_US-MIDA-PJM_2023_hourly.csv.gz", Kind::money_per_energy, -5);
  REQUIRE(local.values.size() == 8760);
  CHECK(local.year == 2023);
  CHECK(utc.values[0] * 3.6e9 == doctest::Approx(21.957204));
  CHECK(local.values[100] == utc.values[105]);
  auto const carbon = load_hourly("library/grid/carbon_eia_PJM_2022_hourly.csv.gz", Kind::carbon_intensity, -5);
  int plausible = 0;  // kg/MWh; a handful of hours of the source stand near 45
  for (double c : carbon.values) plausible += c * 3.6e9 > 200 && c * 3.6e9 < 600;
  CHECK(plausible > 8740);
}

TEST_CASE("a gap, a repeated hour or an unknown unit is refused with its line") {
  auto const path = (std::filesystem::temp_directory_path() / "aif_series.csv").string();
  auto refused = [&](std::string const& text) {
    std::ofstream(path) << text;
    try {
      load_hourly(path, Kind::money_per_energy, 0);
    } catch (aif::InputError const& e) {
      return e.diagnostics().items()[0].code;
    }
    return std::string("accepted");
  };
  CHECK(refused("time,price [USD/MWh]\n2023-01-01 00:00,10\n") == "AF4012");
  CHECK(refused("time,price [USD/MWh]\n2023-01-01 00:00,10\n2023-01-01 00:00,10\n") == "AF4012");
  CHECK(refused("time,price [kg]\n2023-01-01 00:00,10\n") == "AF4011");
  CHECK(refused("a,b\n1,2\n") == "AF4011");
  CHECK(refused("time,price [USD/MWh]\n2023-01-01 00:00,ten\n") == "AF4004");
}
