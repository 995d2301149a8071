#include "sim/facility/build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/facility/delivery.hpp"
#include "sim/facility/outages.hpp"
#include "sim/facility/placement.hpp"
#include "sim/facility/product_groups.hpp"
#include "sim/facility/reference_token.hpp"
#include "sim/facility/serving_groups.hpp"
#include "sim/facility/training_groups.hpp"
#include "sim/facility/trust.hpp"
#include "sim/group_point.hpp"
#include "sim/io/vendor_table.hpp"

namespace aif::sim {
namespace {

constexpr double kRoomRackW = 20e3;  // of a rack that holds switches or storage servers (assumption: sizes their feeds only)

void problem(DiagnosticList& problems, std::string code, std::string path, std::string message, std::string hint) {
  problems.add({std::move(code), Severity::error, std::move(message), std::move(path), {}, std::move(hint), 1});
}

// Collects what a room refuses instead of stopping at the first room.
template <class F>
void collect(DiagnosticList& problems, F&& build) {
  try {
    build();
  } catch (InputError const& e) {
    problems.append(e.diagnostics());
  }
}

std::vector<RackGroup> make_groups(Scenario const& s, Assets& assets, double utc_offset_h, BuildLog& log, DiagnosticList& problems) {
  std::vector<RackGroup> groups;
  std::set<std::string> seen;
  for (auto const& hall : s.halls)
    for (auto const& pod : hall.pods) {
      RackGroup g;
      g.id = pod.id;
      g.hall = hall.id;
      g.rack = pod.rack;
      g.racks = pod.count;
      g.per_row = pod.per_row;
      g.priority = pod.priority;
      g.utilisation_frac = pod.utilisation_frac;
      if (std::any_of(groups.begin(), groups.end(), [&](auto const& other) { return other.id == pod.id; }))
        problem(problems, "AF2801", fmt::format("halls.{}.pods.{}", hall.id, pod.id), fmt::format("two pods have the id `{}`", pod.id), "ids of pods are unique in the site");
      if (!pod.power.empty()) collect(problems, [&] {
        log.assets.push_back(assets.library.asset_path(pod.power));
        g.measured_w = assets.hourly(log.assets.back(), Kind::power, utc_offset_h)->values;
        for (double& w : g.measured_w) w /= std::max(1, pod.count);
        if (std::any_of(g.measured_w.begin(), g.measured_w.end(), [](double w) { return w < 0; }))
          problem(problems, "AF2805", "pods." + pod.id + ".power", "the measured power of the pod is negative at times", "power into the racks, zero or more");
      });
      if (!pod.rack.device.empty()) collect(problems, [&] {
        std::string const path = assets.library.asset_path(pod.rack.device);
        if (seen.insert(path).second) log.assets.push_back(path);
        g.profile = assets.serving_profile(path);
        g.lowest_clock_frac = std::clamp(g.profile->datasheet.clock_min_hz / std::max(1.0, g.profile->datasheet.clock_max_hz), 0.2, 1.0);
      });
      groups.push_back(std::move(g));
    }
  return groups;
}

std::vector<network::NetworkGroup> network_groups(std::vector<RackGroup> const& groups) {
  std::vector<network::NetworkGroup> out;
  for (auto const& g : groups) {
    network::NetworkGroup n;
    n.id = g.id;
    n.racks = g.racks;
    n.devices_per_rack = std::max(g.rack.devices, g.rack.nodes);  // racks without accelerators: their servers
    n.nics_per_device = g.rack.devices > 0 ? g.rack.nics_per_device : 0;
    n.nic_byte_s = g.rack.nic_byte_s > 0 ? g.rack.nic_byte_s : n.nic_byte_s;
    n.nvlink_byte_s = 0;
    n.scale_up_domain = 1;
    if (g.profile)
      for (auto const& link : g.profile->datasheet.links) {
        if (link.kind == "nvlink") n.nvlink_byte_s = link.byte_s_per_direction, n.scale_up_domain = link.domain;
        else if (link.kind == "pcie" || link.kind == "host") n.pcie_byte_s = link.byte_s_per_direction;
      }
    n.frontend_nics_per_rack = std::max(1, g.rack.nodes);
    out.push_back(n);
  }
  return out;
}

// The vendor's table of a performance_table plant, read from its file.
cooling::CoolingParams with_vendor_table(cooling::CoolingParams params, Assets& assets, BuildLog& log) {
  auto* table = std::get_if<cooling::PerformanceTable>(&params.plant.heat_rejection.model);
  if (!table || table->file.empty()) return params;
  log.assets.push_back(assets.library.asset_path(table->file));
  read_performance_table(log.assets.back(), *table);
  return params;
}

// Racks of switches and of storage servers: groups of their own that draw what the rooms say.
RackGroup room_racks(std::string id, Duty duty, double max_w) {
  RackGroup g;
  g.id = std::move(id);
  g.hall = "network_storage";
  g.duty = duty;
  g.priority = 0;  // without them nothing else works
  g.racks = std::max(1, static_cast<int>(std::ceil(max_w / kRoomRackW)));
  g.rack.title = g.id;
  g.rack.design_power_w = std::max(1.0, max_w / g.racks);
  return g;
}

void build_rooms(Scenario const& s, Assets& assets, Facility& f, BuildLog& log, DiagnosticList& problems) {
  std::vector<cooling::CoolingGroup> cooled;
  for (auto const& g : f.groups) {
    double const liquid_w = g.rack.design_power_w * g.rack.liquid_fraction;
    cooling::CoolingGroup c;
    c.id = g.id;
    c.racks = g.racks;
    c.racks_per_row = g.per_row;
    c.rated_liquid_w = liquid_w;
    c.rated_air_w = g.rack.design_power_w - liquid_w;
    c.coolant_flow_kg_s_rated = g.rack.coolant_m3_s_per_w * liquid_w * 1020.0;  // kg/m3 of PG25 near 40 degC (ASHRAE Handbook Fundamentals 2021, ch. 31)
    c.devices_per_rack = std::max(1, g.rack.devices);
    c.r_fixed_k_per_w = g.rack.r_case_a_k_per_w;
    c.r_flow_k_per_w = g.rack.r_case_b;
    c.r_flow_exponent = g.rack.r_case_n;
    cooled.push_back(c);
    f.design_it_w += g.racks * g.rack.design_power_w;
    f.racks_usd += g.racks * g.rack.price_usd;
    f.devices += g.devices();
  }
  collect(problems, [&] { f.power = power::build_site_power({s.site.utility, s.power, s.site.onsite}, power_loads(f.groups)); });
  collect(problems, [&] { f.cooling = cooling::build_site_cooling(with_vendor_table(s.cooling, assets, log), cooled, f.weather.altitude_m); });
}

// Every hour of a plant, from the radiation of the weather file.
void add_solar(power::SolarParams const& plant, Facility& f, DiagnosticList& problems) {
  auto const& w = f.weather;
  if (w.radiation.empty()) {
    problem(problems, "AF2113", "site.onsite." + plant.id, fmt::format("`{}` has no solar radiation for solar plant `{}`", w.source, plant.id), "an EPW file with global, direct and diffuse radiation");
    return;
  }
  f.solar_w.resize(w.radiation.size(), 0.0);
  for (std::size_t h = 0; h < w.radiation.size(); ++h)
    f.solar_w[h] += power::solar_ac_w(plant, power::tracker_w_m2(w.radiation[h], static_cast<int>(h), w.latitude_deg, w.longitude_deg, w.utc_offset_h, plant.albedo_frac), w.hours[h].dry_bulb_c);
}

void load_series(Scenario const& s, Assets& assets, Facility& f, BuildLog& log, DiagnosticList& problems) {
  auto path_of = [&](std::string const& reference) {
    log.assets.push_back(assets.library.asset_path(reference));
    return log.assets.back();
  };
  collect(problems, [&] {
    f.weather = *assets.weather(path_of(s.site.weather.source));
    if (s.site.weather.offset_k != 0) f.weather = morph(std::move(f.weather), {s.site.weather.offset_k, 0, 0, 0});
    log.warnings.append(f.weather.notes);
    log.notes.push_back(fmt::format("Weather: {}.", f.weather.place.empty() ? f.weather.source : f.weather.place));
  });
  collect(problems, [&] {
    if (s.site.tariff.price_source.empty()) return;
    auto const series = assets.hourly(path_of(s.site.tariff.price_source), Kind::money_per_energy, f.weather.utc_offset_h);
    log.notes.push_back(fmt::format("Electricity price: {}, {}.", series->source, series->year));
    f.price_usd_j = series->values;
  });
  f.carbon_kg_j.assign(8760, s.site.carbon.flat_kg_per_j);
  collect(problems, [&] {
    if (s.site.carbon.source.empty()) return;
    auto const series = assets.hourly(path_of(s.site.carbon.source), Kind::carbon_intensity, f.weather.utc_offset_h);
    log.notes.push_back(fmt::format("Carbon intensity: {}, {}{}.", series->source, series->year, series->bridged_hours > 0 ? fmt::format(" ({} missing hours bridged)", series->bridged_hours) : ""));
    f.carbon_kg_j = series->values;
  });
  collect(problems, [&] {
    if (s.site.carbon.marginal_source.empty()) return;
    auto const series = assets.hourly(path_of(s.site.carbon.marginal_source), Kind::carbon_intensity, f.weather.utc_offset_h);
    log.notes.push_back(fmt::format("Marginal carbon intensity: {}, {}.", series->source, series->year));
    f.marginal_kg_j = series->values;
  });
  for (auto const& source : s.site.onsite)
    if (auto const* plant = std::get_if<power::SolarParams>(&source)) add_solar(*plant, f, problems);
  log.notes.push_back("Weather, price and carbon intensity are not of one year: hot hours and dear hours do not coincide as they would.");
}

}  // namespace

Facility build_facility(Scenario const& s, Library const& library, BuildOptions const& options, BuildLog& log) {
  if (!options.assets) {
    Assets own(library);
    BuildOptions mine = options;
    mine.assets = &own;
    return build_facility(s, library, mine, log);
  }
  Assets& assets = *options.assets;
  DiagnosticList problems;
  Facility f;
  f.step_s = s.simulation.step_s;
  f.duration_s = s.simulation.duration_s;
  f.year_start = first_of_january(s.simulation.start);
  if (std::fmod(3600.0, f.step_s) != 0.0)
    problem(problems, "AF2802", "simulation.step", fmt::format("a step of {} does not divide an hour", format_quantity(f.step_s, Kind::duration)), "1 min, 5 min, 10 min, 15 min, 30 min or 1 h");
  load_series(s, assets, f, log, problems);
  f.groups = make_groups(s, assets, f.weather.utc_offset_h, log, problems);
  f.storage = s.storage;
  collect(problems, [&] { f.network = network::build_site_network(s.network, network_groups(f.groups)); });
  f.scale_out_rated_byte_s = f.network.scale_out.bisection_byte_s;
  if (problems.has_errors()) throw InputError(std::move(problems));

  add_serving(s, options, f, log, problems);
  collect(problems, [&] { add_training(s, f, log, problems); });
  std::vector<ClockedWork> clocked;
  add_products(s, library, options, f, clocked, log, problems);
  auto const settle_clocks = [&](RackGroup& group) {
    group.top_clock_frac = rated_clock(group);
    group.efficient_clock_frac = efficient_clock(group);
  };
  if (!options.check_only) {
    for (auto& group : f.groups) settle_clocks(group);
    for (auto& work : clocked) settle_clocks(work.work);
  }
  f.groups.push_back(room_racks("network", Duty::network, network::network_power_w(f.network, 1.0)));
  if (!s.storage.tiers.empty()) f.groups.push_back(room_racks("storage", Duty::storage, storage::storage_power_w(s.storage, 1.0)));
  for (auto const& tier : storage::tier_tables(s.storage)) f.storage_byte += tier.capacity_byte;
  if (f.groups.size() > power::kMaxGroups)
    problem(problems, "AF2803", "halls", fmt::format("{} groups of racks; at most {} are allowed", f.groups.size(), power::kMaxGroups), "join pods of equal racks");
  else
    build_rooms(s, assets, f, log, problems);
  f.delivery = make_delivery(s, f.groups, problems);
  if (problems.has_errors()) throw InputError(std::move(problems));
  add_reliability(s.reliability, f, problems);
  if (problems.has_errors()) throw InputError(std::move(problems));
  for (auto const& w : f.power.warnings) log.warnings.add(w);
  collect(problems, [&] { f.reference_j_of_group = reference_token_joules(f.groups, assets); });
  collect(problems, [&] { set_trust(f, s, assets); });
  if (problems.has_errors()) throw InputError(std::move(problems));
  finish_day_parts(f, clocked);
  collect(problems, [&] { add_events(s, f, problems); });
  if (problems.has_errors()) throw InputError(std::move(problems));
  return f;
}

Facility build_facility(LoadedScenario const& loaded, Library const& library, BuildOptions const& options, BuildLog& log) {
  try {
    Facility f = build_facility(loaded.value, library, options, log);
    locate(loaded, log.warnings);
    return f;
  } catch (InputError const& e) {
    DiagnosticList problems = e.diagnostics();
    locate(loaded, problems);
    throw InputError(std::move(problems));
  }
}

}  // namespace aif::sim
