#include "sim/design_day.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/power/site.hpp"

namespace aif::sim {
namespace {

constexpr std::array<double, 24> kShareOfRange{0.88, 0.92, 0.95, 0.98, 1.00, 0.98, 0.91, 0.74, 0.55, 0.38, 0.23, 0.13, 0.05, 0.00, 0.00, 0.06, 0.14, 0.24, 0.39, 0.50, 0.59, 0.68, 0.75, 0.82};
constexpr std::size_t kPeakHour = 14;
constexpr double kAssumedRangeK = 11;                      // where neither scenario nor file has one (assumption: temperate inland summers)
constexpr std::array<double, 4> kTanks_s{0, 60, 300, 900};  // seconds of flow in the tanks that are compared

[[noreturn]] void refuse_air(std::string message, std::string hint) { throw InputError(Diagnostic{"AF2881", Severity::error, std::move(message), "site.design_day", {}, std::move(hint), 1}); }

// Air at a dry and a wet bulb: the wet bulb rises with the humidity.
cooling::WeatherPoint air_of(double dry_bulb_c, double wet_bulb_c, double pressure_pa) {
  DesignConditions d;
  d.dry_bulb_0_4_c = dry_bulb_c, d.mean_wet_bulb_0_4_c = wet_bulb_c;
  return design_point(d, pressure_pa);
}

void choose_air(DesignDayParams const& p, Facility const& f, DesignDay& day) {
  double dry = p.dry_bulb_c, wet = p.wet_bulb_c, range = p.daily_range_k;
  auto const& file = f.weather.design;
  if (dry == 0 || wet == 0) {
    if (!file) refuse_air(fmt::format("the weather file `{}` has no design conditions", f.weather.place), "give site.design_day: { dry_bulb, wet_bulb }");
    std::array<double, 4> const dry_bulbs{file->dry_bulb_0_4_c, file->dry_bulb_1_c, file->dry_bulb_2_c, file->max_dry_bulb_20_year_c};
    if (dry == 0) dry = dry_bulbs[static_cast<std::size_t>(p.basis)];
    // The file has one mean wet bulb beside its dry bulbs that hardly differs from line to line.
    if (wet == 0) wet = std::min(file->mean_wet_bulb_0_4_c, dry);
    if (!std::isfinite(dry) || !std::isfinite(wet) || dry == 0) refuse_air(fmt::format("the weather file `{}` lacks the design conditions `{}`", f.weather.place, enum_name(p.basis)), "choose another basis or give dry_bulb and wet_bulb");
    day.basis = fmt::format("{} of {}", enum_name(p.basis), f.weather.place);
  } else {
    day.basis = "site.design_day of the scenario";
  }
  if (wet > dry) refuse_air(fmt::format("a wet bulb of {:g} degC stands above the dry bulb of {:g} degC", wet, dry), "exchange them");
  if (range == 0) range = file && std::isfinite(file->daily_range_k) ? file->daily_range_k : 0;
  day.daily_range_k = range > 0 ? range : kAssumedRangeK;
  day.peak = air_of(dry, wet, cooling::standard_pressure_pa(f.weather.altitude_m));
}

std::vector<cooling::GroupHeat> design_heat(cooling::SiteCooling const& site) {
  std::vector<cooling::GroupHeat> heat;
  for (auto const& g : site.groups) heat.push_back({g.data.rated_liquid_w, g.data.rated_air_w, static_cast<double>(g.data.racks)});
  return heat;
}

// What the grid has to give when the racks draw their design power and the plant `mechanical_w`.
void add_design_power(Facility const& f, double mechanical_w, DesignCase& c) {
  power::SitePowerInputs in;
  std::array<double, power::kMaxGroups> caps{};
  for (std::size_t g = 0; g < f.groups.size(); ++g) in.it_rack_w[g] = f.groups[g].rack.design_power_w, in.delivered_frac[g] = 1;
  in.mechanical_w = mechanical_w;
  power::SitePowerState state = power::initial_state(f.power);
  auto const out = power::solve_window(f.power, state, in, 3600);
  c.site_w = out.utility_w + out.generator_w + out.battery_w;
  c.site_va = std::hypot(c.site_w, out.utility_var);
  c.import_margin_frac = f.power.params.utility.capacity_w / c.site_w - 1;
  if (int const element = power::power_caps(f.power, in, caps); element >= 0) c.power_binding = power::element_name(f.power, element);
}

void add_design_hours(Facility const& f, DesignDay& day) {
  auto const& site = *f.cooling;
  auto const heat = design_heat(site);
  cooling::SiteCoolingState state = cooling::make_state(site);
  for (int h = 0; h < 24; ++h) {
    DesignHour hour;
    hour.hour = h;
    hour.weather = warmer(day.peak, -day.daily_range_k * kShareOfRange[static_cast<std::size_t>(h)]);
    cooling::SiteCoolingInputs in{heat};
    in.fan_limit_frac = site.params.plant.quiet.limit_frac(h * 3600.0);
    auto const out = cooling::solve_window(site, state, hour.weather, in, 3600);
    hour.cooling_w = out.electric_w(), hour.water_kg_s = out.water_kg_s(), hour.facility_supply_c = out.facility_supply_c;
    hour.liquid_cap_frac = out.liquid_cap_frac, hour.air_cap_frac = out.air_cap_frac;
    day.water_m3 += out.water_kg_s() * 3.6, day.blowdown_m3 += out.blowdown_kg_s * 3.6, day.cooling_j += out.electric_w() * 3600;
    day.hours.push_back(hour);
  }
}

void add_design_rides(Facility const& f, DesignDay& day) {
  using cooling::CoolingFault;
  auto const& site = *f.cooling;
  auto const heat = design_heat(site);
  cooling::SiteCoolingState state = cooling::make_state(site);
  auto const window = cooling::solve_window(site, state, day.peak, {heat}, 3600);
  for (std::size_t g = 0; g < site.groups.size(); ++g) {
    bool const liquid = site.groups[g].cdus > 0;
    if (site.groups[g].data.racks == 0 || (!liquid && heat[g].air_w <= 0)) continue;
    auto const params = cooling::transient_of(site, window, g, heat[g], day.peak, site.params.transient);
    auto const add = [&](CoolingFault fault) { day.rides.push_back({site.groups[g].data.id, std::string(enum_name(fault)), cooling::storage_worth(params, fault, kTanks_s)}); };
    if (liquid)
      for (auto fault : {CoolingFault::cdu_pump_trip, CoolingFault::facility_pump_trip, CoolingFault::rejection_trip}) add(fault);
    if (heat[g].air_w > 0)
      for (auto fault : {CoolingFault::chiller_trip, CoolingFault::air_fan_trip}) add(fault);
    add(CoolingFault::power_loss);
  }
}

}  // namespace

DesignDay design_day(Scenario const& scenario, Facility const& f) {
  DesignDay day;
  choose_air(scenario.site.design_day, f, day);
  for (auto const& g : f.groups) day.it_w += g.racks * g.rack.design_power_w;
  double const quiet = f.cooling->params.plant.quiet.limit_frac(kPeakHour * 3600.0);
  for (auto& plant : cooling::design_hour(*f.cooling, day.peak, quiet)) {
    DesignCase c;
    add_design_power(f, plant.electric_w, c);
    c.plant = std::move(plant);
    day.cases.push_back(std::move(c));
  }
  add_design_hours(f, day);
  add_design_rides(f, day);
  day.schedule = cooling::mechanical_schedule(*f.cooling);
  return day;
}

std::string design_cases_csv(DesignDay const& day) {
  std::string out = "out_of_service,site_w,site_va,cooling_w,import_margin,liquid_margin,air_margin,coolant_supply_c,facility_supply_c,air_supply_c,make_up_l_s,blowdown_l_s,racks_throttled,binding,power_binding\n";
  for (auto const& c : day.cases)
    out += fmt::format("{},{:.6g},{:.6g},{:.6g},{:.4g},{:.4g},{:.4g},{:.4g},{:.4g},{:.4g},{:.4g},{:.4g},{},{},{}\n", c.plant.out_of_service, c.site_w, c.site_va, c.plant.electric_w, c.import_margin_frac,
                       c.plant.liquid_margin_frac, c.plant.air_margin_frac, c.plant.coolant_supply_c, c.plant.facility_supply_c, c.plant.air_supply_c, c.plant.make_up_l_s, c.plant.blowdown_l_s, c.plant.racks_over_limit,
                       c.plant.binding, c.power_binding);
  return out;
}

std::string design_rides_csv(DesignDay const& day) {
  std::string out = "group,fault,tank_s,tank_kg_per_rack,seconds_to_throttle,seconds_to_trip\n";
  for (auto const& r : day.rides)
    for (auto const& t : r.tanks) out += fmt::format("{},{},{:g},{:.5g},{:.5g},{:.5g}\n", r.group, r.fault, t.tank_s, t.tank_kg, t.ride.seconds_to_throttle_s, t.ride.seconds_to_trip_s);
  return out;
}

}  // namespace aif::sim
