// Cooling at the sizes that planners run: loops of distribution units, a measured day, years of a plant, a pump that stops. One thread.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "models/cooling/dynamic.hpp"
#include "models/cooling/hydraulics.hpp"
#include "sim/io/weather.hpp"
#include "tests/support/cdu_ladder.hpp"
#include "tests/support/cooling_cases.hpp"

namespace {

using namespace aif::cooling;

void finish(benchmark::State& state, double checksum, double residual, std::int64_t items) {
  state.counters["checksum"] = checksum;
  state.counters["residual"] = residual;
  state.SetItemsProcessed(items * state.iterations());
  state.SetLabel("1 thread");
}

// Warm: from the flows of the same network at 2 % other pressure.
void ladder(benchmark::State& state, int n) {
  auto const network = testing::make_cdu_ladder(n);
  auto nearby = network;
  nearby.net.fixed_pa[0] = 5.04e5;
  HydraulicSolver solver(network.net);
  HydraulicState warm, now;
  solver.solve(nearby.net, warm);
  HydraulicResult result;
  for (auto _ : state) {
    now = warm;
    result = solver.solve(network.net, now);
    benchmark::DoNotOptimize(now.flow_kg_s.data());
  }
  double total = 0;
  for (auto k : network.branch) total += now.flow_kg_s[k];
  finish(state, total, result.balance_kg_s, n);
}
void ladder25_warm(benchmark::State& state) { ladder(state, 25); }
void ladder100_warm(benchmark::State& state) { ladder(state, 100); }
BENCHMARK(ladder25_warm)->Unit(benchmark::kMicrosecond);
BENCHMARK(ladder100_warm)->Unit(benchmark::kMicrosecond);

void frontier_day_15s(benchmark::State& state) {
  auto const day = testing::FrontierDay::load(AIF_SOURCE_DIR);
  auto const groups = testing::FrontierDay::groups();
  SiteCooling const site = build_site_cooling(testing::FrontierDay::params(), groups, 270);
  double energy = 0, residual = 0;
  for (auto _ : state) {
    SiteCoolingState cooling = make_state(site);
    std::vector<GroupHeat> heat(groups.size());
    energy = residual = 0;
    for (std::size_t i = 0; i < day.heat_w.size(); ++i) {
      day.fill(i, heat);
      auto const out = solve_window(site, cooling, day.weather[i], {heat}, 15);
      energy += out.electric_w() * 15, residual = std::max(residual, std::abs(out.balance_residual));
    }
    benchmark::DoNotOptimize(energy);
  }
  finish(state, energy, residual, static_cast<std::int64_t>(day.heat_w.size()));
}
BENCHMARK(frontier_day_15s)->Unit(benchmark::kMillisecond);

std::string virginia() { return std::string(AIF_SOURCE_DIR) + "/library/weather/USA_VA_Sterling-Washington.Dulles.Intl.AP.724030_TMY3.epw.gz"; }

// The load swings by the day, as a served factory does.
double load_at(double hour) { return 0.75 + 0.2 * std::sin(hour * 0.2617993877991494); }

void plant_year(benchmark::State& state, CoolingParams const& params, std::vector<CoolingGroup> const& groups, double step_s) {
  auto const weather = aif::sim::load_weather(virginia());
  SiteCooling const site = build_site_cooling(params, groups, weather.altitude_m);
  auto const steps = static_cast<std::int64_t>(8760 * 3600 / step_s);
  double energy = 0, residual = 0;
  for (auto _ : state) {
    SiteCoolingState cooling = make_state(site);
    std::vector<GroupHeat> heat(groups.size());
    energy = residual = 0;
    for (std::int64_t i = 0; i < steps; ++i) {
      double const t_s = static_cast<double>(i) * step_s, load = load_at(t_s / 3600);
      for (std::size_t g = 0; g < groups.size(); ++g) heat[g] = {load * groups[g].rated_liquid_w, load * groups[g].rated_air_w, static_cast<double>(groups[g].racks)};
      auto const out = solve_window(site, cooling, weather.mean_over(t_s, step_s), {heat}, step_s);
      energy += out.electric_w() * step_s, residual = std::max(residual, std::abs(out.balance_residual));
    }
    benchmark::DoNotOptimize(energy);
  }
  finish(state, energy, residual, steps);
}
void plant_year_hourly(benchmark::State& state) { plant_year(state, testing::chiller_tower_economiser(), testing::air_hall(), 3600); }
void plant_year_minutely(benchmark::State& state) { plant_year(state, {}, testing::reference_groups(), 60); }
BENCHMARK(plant_year_hourly)->Unit(benchmark::kMillisecond);
BENCHMARK(plant_year_minutely)->Unit(benchmark::kMillisecond);

void pump_trip_600s(benchmark::State& state) {
  TransientResult result;
  for (auto _ : state) {
    result = run_transient({}, {{CoolingFault::cdu_pump_trip, 10, 1, 40}}, 600, 1);
    benchmark::DoNotOptimize(result.course.data());
  }
  finish(state, result.highest_case_c, result.balance_residual, 600);
}
BENCHMARK(pump_trip_600s)->Unit(benchmark::kMillisecond);

}  // namespace
