#include "sim/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/calendar.hpp"
#include "models/economics/tariff.hpp"
#include "sim/columns.hpp"
#include "sim/facility/map_sample.hpp"

namespace aif::sim {
namespace {

constexpr double kJudgedImport = 0.05;    // of the connection: below, its power factor says nothing (assumption)
constexpr std::size_t kCheckEvery = 256;  // windows between looks at the stop flag

}  // namespace

void window_inputs(Facility const& f, Calendar calendar, double time_s, double dt_s, WindowInputs& in) {
  in.offered_token_s.resize(f.workloads.size());
  in.delivered_frac.resize(f.groups.size());
  bool const steady = calendar == Calendar::steady;
  std::size_t const run_hour = static_cast<std::size_t>(time_s / 3600.0), first_hour = steady ? 0 : f.delivery.first_hour;
  double const year_s = std::fmod(time_s + 3600.0 * static_cast<double>(first_hour), 3600.0 * kHoursPerYear);
  in.hour = (first_hour + run_hour) % kHoursPerYear;
  in.dt_s = dt_s;
  in.weather = dt_s >= 3600 ? f.weather.hours[in.hour] : f.weather.mean_over(year_s, dt_s);
  for (std::size_t w = 0; w < f.workloads.size(); ++w)
    in.offered_token_s[w] = f.workloads[w].offered_out_token_s.empty() ? 0.0 : f.workloads[w].offered_out_token_s[in.hour];
  std::size_t const day = std::min<std::size_t>(run_hour / 24, 364);
  double ready_w = 0;  // design power of the racks in production
  in.arrived_rack_w = 0;
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    double const design_w = f.groups[g].racks * f.groups[g].rack.design_power_w;
    in.delivered_frac[g] = steady ? 1.0 : f.delivery.group_frac[g][day];
    in.arrived_rack_w += design_w * (steady ? 1.0 : f.delivery.arrived_frac[g][day]);
    ready_w += design_w * in.delivered_frac[g];
  }
  in.import_capacity_w = steady ? f.power.params.utility.capacity_w : f.delivery.import_capacity_w[day];
  in.stranded_rack_w = steady ? 0.0 : in.arrived_rack_w - std::min(ready_w, in.import_capacity_w);  // what the cooling needs of the import is left out
  in.is_energised = in.import_capacity_w > 0;
  if (EventConditions const* event = f.events.at(in.hour)) {
    in.import_capacity_w = std::min(in.import_capacity_w, event->import_limit_w);
    in.free_cooling = event->free_cooling;
    in.water_limit_kg_s = event->water_limit_kg_s;
    if (double const k = f.events.warmer_k(year_s + 0.5 * dt_s); k > 0) in.weather = warmer(in.weather, k);
  }
}

Facility const& site_in(Facility const& f, std::size_t hour) {
  EventConditions const* event = f.events.at(hour);
  Facility const& left = event && event->variant >= 0 ? *f.variants[static_cast<std::size_t>(event->variant)] : f;
  return left.at_hour(hour);
}

void add_point(GroupSums& t, RackGroup const& group, GroupPoint const& p, double reference_j, double dt) {
  double const racks_s = p.delivered_racks * dt, devices_s = racks_s * group.rack.devices, devices_j = (p.idle_w + p.dynamic_w + p.leakage_w) * devices_s;
  t.it_j += p.it_w * racks_s;
  t.idle_j += p.idle_w * devices_s;
  t.dynamic_j += p.dynamic_w * devices_s;
  t.leakage_j += p.leakage_w * devices_s;
  t.hosts_j += p.hosts_w * racks_s;
  t.fans_j += p.fans_w * racks_s;
  t.supply_loss_j += p.supply_loss_w * racks_s;
  t.out_token += p.out_token_s * dt;
  t.in_token += p.in_token_s * dt;
  t.cached_token += p.cached_token_s * dt;
  t.good_token += p.good_token_s * dt;
  t.offered_token += p.offered_token_s * dt;
  t.trained_token += p.trained_token_s * dt;
  if (reference_j > 0) t.reference_token += devices_j / reference_j;
  t.clock_s += p.clock_frac * p.it_w * racks_s;
  t.node_s += racks_s * group.rack.nodes;
  t.delivered_s += (group.racks > 0 ? p.delivered_racks / group.racks : 1.0) * dt;
}

namespace {

// Each group, and each workload over the groups that do it in this window.
void add_groups(Facility const& f, FacilityState const& s, double dt, YearSums& sums) {
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    add_point(sums.groups[g], f.groups[g], s.groups[g], f.reference_j_of_group[g], dt);
    if (f.groups[g].workload >= 0) add_point(sums.workloads[static_cast<std::size_t>(f.groups[g].workload)], f.groups[g], s.groups[g], f.reference_j_of_group[g], dt);
  }
}

void add_latencies(Facility const& f, FacilityState const& s, double dt, YearSums& sums) {
  for (std::size_t g = 0; g < f.groups.size(); ++g) {
    auto const& group = f.groups[g];
    auto const& p = s.groups[g];
    if (!group.map || p.out_token_s <= 0) continue;
    auto const w = static_cast<std::size_t>(group.workload);
    MapCell const cell = locate(*group.map, p.load_frac, p.clock_frac);
    double const weight = p.out_token_s * dt;
    sums.ttft_p50[w] += weight * cell(group.map->at.ttft_p50_s);
    sums.ttft_p99[w] += weight * cell(group.map->at.ttft_p99_s);
    sums.tpot_p50[w] += weight * cell(group.map->at.tpot_p50_s);
    sums.tpot_p99[w] += weight * cell(group.map->at.tpot_p99_s);
    sums.ttft_weight[w] += weight;
  }
}

void add_window(Facility const& f, YearRun& run, WindowInputs const& in, WindowOutputs const& out) {
  YearSums& t = run.sums;
  double const dt = in.dt_s, site_w = out.power.utility_w + out.power.generator_w;
  auto const month = static_cast<std::size_t>(economics::month_of_hour(static_cast<int>(in.hour)));
  t.time_s += dt;
  t.it_j += out.it_w * dt;
  t.utility_j += out.power.utility_w * dt;
  t.generator_j += out.power.generator_w * dt;
  t.site_j += site_w * dt;
  t.battery_j += out.power.battery_w * dt;
  t.network_j += out.network_w * dt;
  t.storage_j += out.storage_w * dt;
  t.rejected_j += out.cooling.rejected_w * dt;
  t.unmet_j += out.cooling.unmet_w * dt;
  t.reused_j += out.cooling.reused_w * dt;
  t.water_kg += out.cooling.water_kg_s() * dt;
  t.evaporation_kg += out.cooling.evaporation_kg_s * dt;
  t.carbon_kg += out.power.utility_w * dt * f.carbon_kg_j[in.hour] + out.power.fuel_kg;
  if (!f.marginal_kg_j.empty()) t.marginal_carbon_kg += out.power.utility_w * dt * f.marginal_kg_j[in.hour] + out.power.fuel_kg;
  t.gas_j += out.power.gas_w * dt, t.solar_j += out.power.solar_w * dt, t.solar_unused_j += out.power.solar_unused_w * dt;
  t.fuel_m3 += out.power.fuel_l / 1000, t.gas_fuel_j += out.power.gas_fuel_j, t.fuel_usd += out.power.fuel_usd;
  t.curtailable_j += out.curtailable_w * dt, t.curtailable_onsite_j += out.curtailable_onsite_w * dt;
  for (std::size_t i = 0; i < power::kStages; ++i) t.loss_j[i] += out.power.loss_w[i] * dt;
  for (std::size_t i = 0; i < cooling::kCoolingParts; ++i) t.cooling_j[i] += out.cooling.power_w[i] * dt;
  t.month_it_j[month] += out.it_w * dt;
  t.month_site_j[month] += site_w * dt;
  double const va = std::hypot(out.power.utility_w, out.power.utility_var);
  if (site_w > t.peak_site_w) t.peak_site_w = site_w, t.peak_window = run.next_window;
  t.peak_it_w = std::max(t.peak_it_w, out.it_w);
  t.peak_va = std::max(t.peak_va, va);
  if (out.power.utility_w > kJudgedImport * f.power.params.utility.capacity_w) t.least_power_factor = std::min(t.least_power_factor, std::abs(out.power.utility_w) / va);
  t.worst_residual = std::max(t.worst_residual, std::abs(out.balance_residual));
  t.worst_ramp_w_s = std::max(t.worst_ramp_w_s, std::abs(out.power.import_ramp_w_s));
  add_groups(f, run.state, dt, t);
  add_latencies(f, run.state, dt, t);

  Cause cause = out.binding.cause;
  std::string component = out.binding.component;
  if (!out.converged) {
    if (t.unsolved++ == 0)
      run.events.push_back({static_cast<double>(run.next_window) * dt, "not_converged", component.empty() ? "coupling" : component,
                            fmt::format("AF3801: the window did not settle: residual {:.2e} after {} sweeps", out.residual, out.sweeps)});
    cause = Cause::unsolved;
  }
  auto& entry = t.causes[{static_cast<int>(cause), component}];
  entry[0] += dt / 3600.0;
  entry[1] += out.lost_token_s * dt;
}

}  // namespace

YearRun start_year(Facility const& f, RunOptions const& options) {
  YearRun run;
  run.calendar = options.calendar;
  run.n_windows = static_cast<std::size_t>(std::llround(f.duration_s / f.step_s));
  run.state = initial_state(f);
  run.sums.groups.resize(f.groups.size());
  run.sums.workloads.resize(f.workloads.size());
  for (auto* v : {&run.sums.ttft_p50, &run.sums.ttft_p99, &run.sums.tpot_p50, &run.sums.tpot_p99, &run.sums.ttft_weight}) v->assign(f.workloads.size(), 0.0);
  run.site_w.reserve(run.n_windows);
  run.utility_w.reserve(run.n_windows);
  if (options.keep_series) {
    std::string const prefix = options.calendar == Calendar::steady ? "ts" : "as_delivered";
    bool const hourly = f.step_s >= 3600;
    run.series = make_site_columns(f, hourly ? prefix + "_1h" : fmt::format("{}_{:g}min", prefix, f.step_s / 60), f.step_s, run.n_windows);
    if (options.keep_groups) run.hourly = make_group_columns(f, prefix + "_pods_1h", static_cast<std::size_t>(std::ceil(f.duration_s / 3600.0)));
    if (options.calendar == Calendar::as_delivered) run.series.start = run.hourly.start = f.delivery.start;
  }
  return run;
}

void advance_year(Facility const& f, YearRun& run, RunControl const& control) {
  WindowInputs in;
  Workspace workspace;
  bool const keep = !run.series.variables.empty();
  for (; run.next_window < run.n_windows; ++run.next_window) {
    if (run.next_window % kCheckEvery == 0) {
      if (control.should_stop()) return;
      control.report(run.calendar == Calendar::steady ? "steady year" : "as delivered", static_cast<double>(run.next_window) / static_cast<double>(run.n_windows));
    }
    window_inputs(f, run.calendar, static_cast<double>(run.next_window) * f.step_s, f.step_s, in);
    Facility const& now = site_in(f, in.hour);
    WindowOutputs const out = solve_window(now, run.state, in, workspace);
    add_window(now, run, in, out);
    run.sums.stranded_j += in.stranded_rack_w * in.dt_s;
    run.site_w.push_back(out.power.utility_w + out.power.generator_w);
    run.utility_w.push_back(out.power.utility_w);
    if (keep) {
      append_site(run.series, now, run.state, in, out);
      if (!run.hourly.variables.empty())
        add_to_hour(run.hourly, static_cast<std::size_t>(static_cast<double>(run.next_window) * f.step_s / 3600.0), in.dt_s / 3600.0, f, run.state);
    }
  }
}

double good_token_rate(Facility const& f, YearSums const& sums) {
  double token = 0;
  for (std::size_t w = 0; w < f.workloads.size(); ++w)
    if (f.workloads[w].makes_text) token += sums.workloads[w].good_token;
  return sums.time_s > 0 ? token / sums.time_s : 0.0;
}

}  // namespace aif::sim
