#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/csv.hpp"
#include "models/cooling/site.hpp"
#include "sim/io/epw.hpp"
#include "sim/io/weather.hpp"

using namespace aif;
using namespace aif::sim;

namespace {

std::string const kFolder = std::string(AIF_SOURCE_DIR) + "/library/weather/";

std::string virginia() { return read_file(kFolder + "USA_VA_Sterling-Washington.Dulles.Intl.AP.724030_TMY3.epw.gz"); }

std::string nth_line_replaced(std::string text, int line, std::string const& with) {
  std::size_t at = 0;
  for (int i = 1; i < line; ++i) at = text.find('\n', at) + 1;
  return text.replace(at, text.find('\n', at) - at, with);
}

Diagnostic refusal(std::string const& text) {
  try {
    parse_epw(text, "bad.epw");
  } catch (InputError const& e) {
    return e.diagnostics().items().front();
  }
  return {};
}

std::string record(int month, int day, int hour, char const* rest) { return fmt::format("1997,{},{},{},0,flags,{}", month, day, hour, rest); }

}  // namespace

TEST_CASE("every shipped weather file reads as a year of sane air") {
  for (char const* name : {"USA_AZ_Phoenix-Sky.Harbor.Intl.AP.722780_TMY3.epw.gz", "USA_CA_San.Francisco.Intl.AP.724940_TMY3.epw.gz",
                           "USA_CO_Golden-NREL.724666_TMY3.epw.gz", "USA_FL_Miami.Intl.AP.722020_TMY3.epw.gz", "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw.gz",
                           "USA_NV_Las.Vegas-McCarran.Intl.AP.723860_TMY3.epw.gz", "USA_VA_Sterling-Washington.Dulles.Intl.AP.724030_TMY3.epw.gz",
                           "openmeteo_DE-LU_2023.json.gz", "openmeteo_SG_2023.json.gz"}) {
    CAPTURE(name);
    WeatherSeries const w = load_weather(kFolder + name);
    REQUIRE(w.hours.size() == 8760);
    for (auto const& h : w.hours) {
      REQUIRE(h.wet_bulb_c <= h.dry_bulb_c + 1e-9);
      REQUIRE(h.dew_point_c <= h.wet_bulb_c + 0.05);  // over ice the definitions part by a little
    }
    if (std::string(name).ends_with("epw.gz")) {
      REQUIRE(w.design);
      double const hottest = std::max_element(w.hours.begin(), w.hours.end(), [](auto& a, auto& b) { return a.dry_bulb_c < b.dry_bulb_c; })->dry_bulb_c;
      CHECK(std::abs(w.design->dry_bulb_0_4_c - hottest) < 6);
      CHECK(w.design->max_dry_bulb_20_year_c > w.design->dry_bulb_0_4_c);
    }
  }
}

TEST_CASE("sub-hourly weather keeps the mean of each hour and has no steps") {
  WeatherSeries const w = parse_epw(virginia(), "va.epw");
  double last = w.mean_over(3600.0 * 8760 - 1, 1).dry_bulb_c;
  for (int hour = 0; hour < 200; ++hour) {
    double sum = 0;
    for (int minute = 0; minute < 60; ++minute) sum += w.mean_over(hour * 3600.0 + minute * 60.0, 60).dry_bulb_c;
    CHECK(sum / 60 == doctest::Approx(w.hours[static_cast<std::size_t>(hour)].dry_bulb_c).epsilon(1e-9));
    CHECK(std::abs(w.mean_over(hour * 3600.0, 1).dry_bulb_c - last) < 0.01);
    last = w.mean_over(hour * 3600.0 + 3599, 1).dry_bulb_c;
  }
}

TEST_CASE("bad weather is refused with its line") {
  std::string const good = virginia();
  auto const shuffled = refusal(nth_line_replaced(good, 12, record(1, 1, 7, "0.0,-5,66,101700")));
  CHECK(shuffled.code == "AF4202");
  CHECK(shuffled.pos.line == 12);
  std::string shorter = good;
  shorter.resize(shorter.size() - 3000);
  shorter.resize(shorter.rfind('\n'));
  CHECK(refusal(shorter).code == "AF4202");
  auto const absurd = refusal(nth_line_replaced(good, 20, record(1, 1, 12, "451.0,-5,66,101700")));
  CHECK(absurd.code == "");  // 99.9 and above is the missing code, bridged
  auto const cold = refusal(nth_line_replaced(good, 20, record(1, 1, 12, "-451.0,-5,66,101700")));
  CHECK(cold.code == "AF4203");
  CHECK(cold.pos.line == 20);
  CHECK(refusal("").code == "AF4201");
  CHECK(refusal("LOCATION,a,b\n").code == "AF4201");
  CHECK(refusal(nth_line_replaced(good, 8, "DATA PERIODS,1,0,Data,Sunday,1/1,12/31")).code == "AF4201");
}

TEST_CASE("missing codes are bridged and told; a long gap is refused") {
  std::string text = virginia();
  for (int hour = 10; hour <= 12; ++hour) text = nth_line_replaced(text, 8 + hour, record(1, 1, hour, "99.9,99.9,999,999999"));
  WeatherSeries const w = parse_epw(text, "gaps.epw");
  CHECK(w.notes.items().size() == 3);
  double const before = w.hours[8].dry_bulb_c, after = w.hours[12].dry_bulb_c;
  CHECK(w.hours[10].dry_bulb_c == doctest::Approx(0.5 * (before + after)));
  for (int hour = 13; hour <= 17; ++hour) text = nth_line_replaced(text, 8 + hour, record(1, 1, hour, "99.9,99.9,999,999999"));
  auto const d = refusal(text);
  CHECK(d.code == "AF4204");
  CHECK(d.pos.line == 18);
}

TEST_CASE("a leap day is left out, whatever the header says") {
  std::string text = virginia(), leap_day;
  for (int hour = 1; hour <= 24; ++hour) leap_day += record(2, 29, hour, "55.0,-5,66,101700") + "\n";
  std::size_t const march = text.find(",3,1,1,0,");
  text.insert(text.rfind('\n', march) + 1, leap_day);
  WeatherSeries const with = parse_epw(text, "leap.epw"), without = parse_epw(virginia(), "va.epw");
  REQUIRE(with.hours.size() == 8760);
  for (std::size_t i = 0; i < 8760; ++i) REQUIRE(with.hours[i].dry_bulb_c == without.hours[i].dry_bulb_c);
}

TEST_CASE("warming keeps the water in the air") {
  WeatherSeries const base = parse_epw(virginia(), "va.epw");
  WeatherSeries const warm = morph(base, {2, 8, 4800, 72});
  for (std::size_t i : {100u, 4836u, 8000u}) {
    double const extra = warm.hours[i].dry_bulb_c - base.hours[i].dry_bulb_c;
    CHECK(extra == doctest::Approx(i == 4836u ? 10 : 2).epsilon(1e-3));
    CHECK(warm.hours[i].dew_point_c == doctest::Approx(base.hours[i].dew_point_c).epsilon(1e-6));
  }
}

TEST_CASE("the design hour has the dry and the wet bulb of the header") {
  WeatherSeries const w = parse_epw(virginia(), "va.epw");
  auto const p = design_point(*w.design, 100e3);
  CHECK(p.dry_bulb_c == 34.1);
  CHECK(p.wet_bulb_c == doctest::Approx(23.9).epsilon(1e-6));
}

TEST_CASE("climates rank as physics demands; 45 degC water without help is told honestly") {
  using namespace cooling;
  CoolingGroup g;
  g.id = "nvl", g.racks = 100, g.rated_liquid_w = 115e3, g.rated_air_w = 17e3;
  std::vector<CoolingGroup> const groups{g};
  std::vector<GroupHeat> const heat{{115e3, 17e3, 100}};
  struct Year { double cooling_share; int short_hours; double water_kg; };
  auto const year = [&](char const* name, CoolingParams const& p) {
    WeatherSeries const w = load_weather(kFolder + name);
    SiteCooling const site = build_site_cooling(p, groups, w.altitude_m);
    SiteCoolingState state = make_state(site);
    Year out{};
    for (auto const& h : w.hours) {
      auto const o = solve_window(site, state, h, {heat}, 3600);
      out.cooling_share += o.electric_w() / (132e3 * 100 * 8760);
      out.short_hours += o.liquid_cap_frac < 1 ? 1 : 0, out.water_kg += o.water_kg_s() * 3600;
    }
    return out;
  };
  char const *golden = "USA_CO_Golden-NREL.724666_TMY3.epw.gz", *miami = "USA_FL_Miami.Intl.AP.722020_TMY3.epw.gz", *phoenix = "USA_AZ_Phoenix-Sky.Harbor.Intl.AP.722780_TMY3.epw.gz",
             *chicago = "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw.gz";
  CoolingParams tower;
  tower.plant.heat_rejection.model = CoolingTower{};
  double const cold = year(golden, tower).cooling_share, temperate = year(chicago, tower).cooling_share, humid = year(miami, tower).cooling_share;
  CHECK(cold < temperate);
  CHECK(temperate < humid);

  CoolingParams warm_water;
  DryCooler dry;  // sized for Virginia, without water
  warm_water.plant.heat_rejection.model = dry;
  warm_water.liquid.supply_c = 45, warm_water.liquid.return_max_c = 62;
  CHECK(year(chicago, warm_water).short_hours == 0);
  CHECK(year(chicago, warm_water).water_kg == 0);
  CoolingParams cooler_water = warm_water;
  cooler_water.liquid.supply_c = 32;
  CHECK(year(phoenix, cooler_water).short_hours > 1000);  // air warmer than the water that is wanted
  CHECK(year(phoenix, cooler_water).short_hours > year(phoenix, warm_water).short_hours);
}
