#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/site_sheets.hpp"
#include "core/write_file.hpp"
#include "sim/design_day.hpp"
#include "sim/facility/build.hpp"
#include "sim/run.hpp"
#include "sim/scenario/load_scenario.hpp"

namespace aif::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string percent_text(double frac) { return fmt::format("{:+.0f} %", 100 * frac); }
std::string margin_text(double frac) { return frac >= 0.499 ? "> +50 %" : percent_text(frac); }
std::string ride_text(double s) { return !std::isfinite(s) ? "rides through" : s < 100 ? fmt::format("{:.0f} s", s) : fmt::format("{:.1f} min", s / 60); }

std::string cases_text(sim::DesignDay const& d) {
  std::string out = fmt::format("  {:<44} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9} {:>9} {:>8} {:>8} {:>9}\n", "out of service", "MW", "MVA", "cooling", "import", "liquid", "air", "coolant", "facility", "air in", "make-up", "blowdown", "throttled");
  out += fmt::format("  {:<44} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9} {:>9} {:>8} {:>8} {:>9}\n", "", "", "", "MW", "margin", "margin", "margin", "degC", "degC", "degC", "L/s", "L/s", "racks");
  for (auto const& c : d.cases) {
    auto const& p = c.plant;
    out += fmt::format("  {:<44} {:>8.2f} {:>8.2f} {:>8.2f} {:>8} {:>8} {:>8} {:>9.1f} {:>9.1f} {:>9.1f} {:>8.2f} {:>8.2f} {:>9}{}\n", p.out_of_service.empty() ? "nothing" : p.out_of_service, c.site_w / 1e6, c.site_va / 1e6, p.electric_w / 1e6,
                       percent_text(c.import_margin_frac), margin_text(p.liquid_margin_frac), margin_text(p.air_margin_frac), p.coolant_supply_c, p.facility_supply_c, p.air_supply_c, p.make_up_l_s, p.blowdown_l_s, p.racks_over_limit,
                       p.binding.empty() ? "" : "  " + p.binding);
  }
  return out;
}

std::string schedule_text(sim::DesignDay const& d) {
  std::string out = fmt::format("  {:<34} {:>9} {:>7} {:>7} {:>11} {:>10} {:>9} {:>10} {:>9} {:>8}\n", "machine", "installed", "needed", "spares", "duty kW", "flow L/s", "head kPa", "motor kW", "approach", "loop m3");
  for (auto const& r : d.schedule) {
    auto const cell = [](double v, double per, int decimals) { return v > 0 ? fmt::format("{:.{}f}", v / per, decimals) : std::string("-"); };
    out += fmt::format("  {:<34} {:>9} {:>7} {:>7} {:>11} {:>10} {:>9} {:>10} {:>9} {:>8}\n", r.item, r.installed, r.needed, r.installed - r.needed, cell(r.capacity_w, 1e3, 0), cell(r.flow_l_s, 1, 1), cell(r.head_pa, 1e3, 0),
                       cell(r.motor_w, 1e3, 1), cell(r.approach_k, 1, 1), cell(r.volume_m3, 1, 0));
  }
  return out;
}

std::string rides_text(sim::DesignDay const& d) {
  std::string out = fmt::format("  {:<16} {:<20} {:>16} {:>16}", "racks", "what stops for good", "slow down after", "switch off after");
  for (std::size_t i = 1; i < d.rides.front().tanks.size(); ++i) out += fmt::format(" {:>16}", fmt::format("with {} of flow", ride_text(d.rides.front().tanks[i].tank_s)));
  out += "\n";
  for (auto const& r : d.rides) {
    out += fmt::format("  {:<16} {:<20} {:>16} {:>16}", r.group, r.fault, ride_text(r.tanks[0].ride.seconds_to_throttle_s), ride_text(r.tanks[0].ride.seconds_to_trip_s));
    for (std::size_t i = 1; i < r.tanks.size(); ++i) out += fmt::format(" {:>16}", ride_text(std::min(r.tanks[i].ride.seconds_to_throttle_s, r.tanks[i].ride.seconds_to_trip_s)));
    out += "\n";
  }
  return out;
}

std::string design_day_screen(sim::DesignDay const& d) {
  auto const worst = std::min_element(d.hours.begin(), d.hours.end(), [](auto const& a, auto const& b) { return std::min(a.liquid_cap_frac, a.air_cap_frac) < std::min(b.liquid_cap_frac, b.air_cap_frac); });
  double const carried = std::min(worst->liquid_cap_frac, worst->air_cap_frac);
  std::string out = fmt::format("Design air {:.1f} degC dry bulb, {:.1f} degC wet bulb ({}), daily range {:.1f} K; {:.2f} MW of racks at design power.\n", d.peak.dry_bulb_c, d.peak.wet_bulb_c, d.basis, d.daily_range_k, d.it_w / 1e6);
  out += fmt::format("Peak {:.2f} MW, {:.2f} MVA. The day takes {:.0f} m3 of water ({:.0f} m3 of it blowdown) and {:.1f} MWh for cooling. {}\n\n", d.cases.front().site_w / 1e6, d.cases.front().site_va / 1e6, d.water_m3,
                     d.blowdown_m3, d.cooling_j / 3.6e9, carried < 1 ? fmt::format("At {} h only {:.1f} % of the heat is carried.", worst->hour, 100 * carried) : "All heat is carried in every hour.");
  if (!d.cases.front().power_binding.empty()) out += fmt::format("At design power of all racks `{}` is overloaded.\n\n", d.cases.front().power_binding);
  return out + "The peak hour, and with one unit of each kind out\n" + cases_text(d) + "\nMechanical schedule\n" + schedule_text(d) + (d.rides.empty() ? "" : "\nAt the peak, everything on its UPS as designed; the last columns: the first of both with tanks\n" + rides_text(d));
}

std::string design_day_json(sim::DesignDay const& d, std::string const& name) {
  auto const number = [](double v) { return std::isfinite(v) ? Json(v) : Json(); };
  Json j{{"schema", "aifactory/design_day/v1"}, {"scenario", name}, {"basis", d.basis}, {"dry_bulb_c", d.peak.dry_bulb_c}, {"wet_bulb_c", d.peak.wet_bulb_c}, {"daily_range_k", d.daily_range_k}, {"it_w", d.it_w},
         {"water_m3", d.water_m3}, {"blowdown_m3", d.blowdown_m3}, {"cooling_j", d.cooling_j}};
  for (auto const& c : d.cases)
    j["cases"].push_back({{"out_of_service", c.plant.out_of_service}, {"site_w", c.site_w}, {"site_va", c.site_va}, {"cooling_w", c.plant.electric_w}, {"import_margin_frac", c.import_margin_frac},
                          {"liquid_margin_frac", c.plant.liquid_margin_frac}, {"air_margin_frac", c.plant.air_margin_frac}, {"coolant_supply_c", c.plant.coolant_supply_c}, {"facility_supply_c", c.plant.facility_supply_c},
                          {"air_supply_c", c.plant.air_supply_c}, {"make_up_l_s", c.plant.make_up_l_s}, {"blowdown_l_s", c.plant.blowdown_l_s}, {"racks_throttled", c.plant.racks_over_limit}, {"binding", c.plant.binding},
                          {"power_binding", c.power_binding}});
  for (auto const& h : d.hours)
    j["hours"].push_back({{"hour", h.hour}, {"dry_bulb_c", h.weather.dry_bulb_c}, {"wet_bulb_c", h.weather.wet_bulb_c}, {"cooling_w", h.cooling_w}, {"water_kg_s", h.water_kg_s}, {"facility_supply_c", h.facility_supply_c},
                          {"liquid_cap_frac", h.liquid_cap_frac}, {"air_cap_frac", h.air_cap_frac}});
  for (auto const& r : d.rides)
    for (auto const& t : r.tanks)
      j["ride_through"].push_back({{"group", r.group}, {"fault", r.fault}, {"tank_s", t.tank_s}, {"tank_kg_per_rack", t.tank_kg}, {"seconds_to_throttle", number(t.ride.seconds_to_throttle_s)}, {"seconds_to_trip", number(t.ride.seconds_to_trip_s)}});
  return j.dump(2) + "\n";
}

}  // namespace

int design_day_sheet(std::string const& file, sim::LoadOptions const& load, std::string const& out_dir, Frame const& frame) {
  auto const loaded = sim::load_scenario(file, load);
  frame.print(loaded.warnings);
  sim::Library const library(load.library_dirs);
  sim::BuildLog log;
  auto const facility = sim::build_facility(loaded, library, {.cache_dir = sim::default_cache_dir(), .control = frame.control(), .check_only = true}, log);
  auto const day = sim::design_day(loaded.value, facility);
  std::string const dir = results_folder(out_dir, loaded.value.name, loaded.sha256);
  std::string const json = design_day_json(day, loaded.value.name);
  write_file(dir + "/design_day.json", json);
  write_file(dir + "/design_day.csv", sim::design_cases_csv(day));
  write_file(dir + "/ride_through.csv", sim::design_rides_csv(day));
  write_file(dir + "/mechanical_schedule.csv", cooling::schedule_csv(day.schedule));
  if (frame.json) std::fputs(json.c_str(), stdout);
  else if (!frame.quiet) std::fputs(fmt::format("{}\n{}\n  tables  {}/design_day.csv  mechanical_schedule.csv  ride_through.csv\n", loaded.value.title, design_day_screen(day), dir).c_str(), stdout);
  return day.cases.front().plant.racks_over_limit > 0 ? kCheckFailed : kSuccess;
}

}  // namespace aif::cli
