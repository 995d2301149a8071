#pragma once
// The clock: windows of equal length through a year, each solved by coupling.hpp, reduced as it goes into sums, peaks, hours by
// cause and columns. Sequential by nature (batteries, budgets, warm starts); cases and variants run in parallel, not windows.
// Interrupted runs return what they have with `next_window` set; resume() goes on from there and gives the same bits.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/interrupt.hpp"
#include "sim/coupling.hpp"
#include "sim/results.hpp"

namespace aif::sim {

enum class Calendar { steady, as_delivered };

// Sums over windows, each times dt; joules, tokens, kilograms.
struct GroupSums {
  double it_j = 0, idle_j = 0, dynamic_j = 0, leakage_j = 0, hosts_j = 0, fans_j = 0, supply_loss_j = 0;
  double out_token = 0, in_token = 0, cached_token = 0, good_token = 0, offered_token = 0, trained_token = 0;
  double reference_token = 0;
  double clock_s = 0, delivered_s = 0;  // clock x joules of IT; delivered share x seconds
  double node_s = 0;                    // server-seconds delivered
};

struct YearSums {
  double time_s = 0, it_j = 0, utility_j = 0, generator_j = 0, site_j = 0, battery_j = 0, network_j = 0, storage_j = 0;
  double rejected_j = 0, unmet_j = 0, water_kg = 0, evaporation_kg = 0, carbon_kg = 0, marginal_carbon_kg = 0, stranded_j = 0, reused_j = 0;
  double gas_j = 0, solar_j = 0, solar_unused_j = 0, fuel_m3 = 0, gas_fuel_j = 0, fuel_usd = 0;  // gas, solar: of generator_j, which is all own generation
  double curtailable_j = 0, curtailable_onsite_j = 0;
  std::array<double, power::kStages> loss_j{};
  std::array<double, cooling::kCoolingParts> cooling_j{};
  std::array<double, 12> month_it_j{}, month_site_j{};
  double peak_it_w = 0, peak_site_w = 0, peak_va = 0, least_power_factor = 1, worst_residual = 0, worst_ramp_w_s = 0;
  std::size_t peak_window = 0, unsolved = 0;
  std::vector<GroupSums> groups, workloads;  // a workload: its share of the groups that change their work by the clock
  std::vector<double> ttft_p50, ttft_p99, tpot_p50, tpot_p99, ttft_weight;  // by workload, weighted by output tokens
  // [cause]: hours and tokens lost; by component
  std::map<std::pair<int, std::string>, std::array<double, 2>> causes;
};

struct YearRun {
  Calendar calendar = Calendar::steady;
  std::size_t next_window = 0, n_windows = 0;
  FacilityState state;
  YearSums sums;
  SeriesGroup series;               // at the run's step, site and workload columns
  SeriesGroup hourly;               // hourly means of every group; the same as `series` when the step is an hour
  std::vector<double> site_w;       // of each window, for percentiles
  std::vector<double> utility_w;    // likewise, for the bill
  std::vector<RunEvent> events;     // first non-convergence, ...
  bool finished() const { return next_window >= n_windows; }
};

struct RunOptions {
  Calendar calendar = Calendar::steady;
  bool keep_series = true;
  bool keep_groups = true;  // also by group, in hours
};

// What a window asks of the site: weather, demand, delivery, events. `in` keeps its vectors between calls.
void window_inputs(Facility const& facility, Calendar calendar, double time_s, double dt_s, WindowInputs& in);
// The site in that window: itself, or what an outage event leaves of it.
Facility const& site_in(Facility const& facility, std::size_t hour);

YearRun start_year(Facility const& facility, RunOptions const& options);
// Runs to the end, or until control.should_stop(): then the run is left where it can go on.
void advance_year(Facility const& facility, YearRun& run, RunControl const& control);

// Mean good output (or trained) tokens per second of a finished run, devices-weighted products are not added: text only.
double good_token_rate(Facility const& facility, YearSums const& sums);

}  // namespace aif::sim
