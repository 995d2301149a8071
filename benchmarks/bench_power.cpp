// Power flow at the sizes that planners run; networks and loads as validation/data/power_ref_dc_* declares them. One thread.

#include <benchmark/benchmark.h>

#include <cmath>

#include "models/power/event.hpp"
#include "models/power/newton_solver.hpp"
#include "models/power/radial_series.hpp"
#include "models/power/row_reduction.hpp"
#include "models/power/site.hpp"
#include "tests/support/dc_network.hpp"
#include "tests/support/meshed_case.hpp"

namespace {

using namespace aif::power;
using aif::power::testing::DcNetwork;

double sum(std::vector<double> const& v) {
  double s = 0;
  for (double x : v) s += x;
  return s;
}

void report(benchmark::State& state, SeriesResult const& result, std::size_t steps) {
  state.counters["checksum"] = sum(result.source_p);
  state.counters["residual"] = result.worst_residual;
  state.SetItemsProcessed(static_cast<std::int64_t>(steps) * state.iterations());
  state.SetLabel("1 thread");
}

void powerflow_dc2323_year(benchmark::State& state) {
  DcNetwork const dc;
  auto const ordered = level_order(dc.net);
  std::vector<std::size_t> at;
  for (int n : dc.load_node) at.push_back(static_cast<std::size_t>(ordered.position[static_cast<std::size_t>(n)]) * kLanes);
  SeriesResult result;
  for (auto _ : state) {
    result = solve_series(ordered.net, 8760, 1e-8, [&](std::size_t step, std::size_t lane_k, double* p, double* q) {
      double const day = testing::diurnal(static_cast<double>(step));
      for (std::size_t i = 0; i < at.size(); ++i) {
        double const w = dc.rack_w / 1e6 * testing::load_factor(step, i, at.size(), day);
        p[at[i] + lane_k] = w;
        q[at[i] + lane_k] = w * dc.tan_phi;
      }
    });
    benchmark::DoNotOptimize(result.source_p.data());
  }
  report(state, result, 8760);
}
BENCHMARK(powerflow_dc2323_year)->Unit(benchmark::kMillisecond);

void powerflow_two_level_minute_year(benchmark::State& state) {
  DcNetwork const dc;
  std::vector<double> p(dc.net.size(), 0.0), q(dc.net.size(), 0.0);
  for (int n : dc.load_node) p[static_cast<std::size_t>(n)] = 0.8 * dc.rack_w / 1e6, q[static_cast<std::size_t>(n)] = p[static_cast<std::size_t>(n)] * dc.tan_phi;
  auto const reduced = reduce_rows(dc.net, dc.board_node, p, q);
  double const row_w = dc.rack_w / 1e6 * dc.racks;
  constexpr std::size_t kMinutes = 525'600;
  SeriesResult result;
  for (auto _ : state) {
    result = solve_series(
        reduced.net, kMinutes, 1e-8,
        [&](std::size_t step, std::size_t lane_k, double* load_p, double* load_q) {
          double const day = testing::diurnal(static_cast<double>(step) / 60);
          for (std::size_t i = 0; i < reduced.rows.size(); ++i) {
            double const w = row_w * testing::load_factor(step, i, reduced.rows.size(), day);
            auto const at = static_cast<std::size_t>(reduced.rows[i].node) * kLanes + lane_k;
            load_p[at] = w;
            load_q[at] = w * dc.tan_phi;
          }
        },
        [&](RadialState<Lanes> const& s) { return lowest_u(reduced, s); });
    benchmark::DoNotOptimize(result.source_p.data());
  }
  report(state, result, kMinutes);
}
BENCHMARK(powerflow_two_level_minute_year)->Unit(benchmark::kMillisecond);

// One power flow of a 2,869-bus transmission case from the DC start, topology and symbolic factorisation kept.
void powerflow_case2869(benchmark::State& state) {
  auto const c = testing::load_case(AIF_SOURCE_DIR "/validation/data/power_ref_case2869pegase", 1313, ".gz");
  NewtonSolver solver(c.graph, c.magnitude[1313], 0);
  NewtonResult result;
  for (auto _ : state) {
    result = solver.solve(c.graph.p, c.graph.q);
    benchmark::DoNotOptimize(result.magnitude.data());
  }
  state.counters["checksum"] = sum(result.magnitude);
  state.counters["residual"] = result.mismatch;
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("1 thread");
}
BENCHMARK(powerflow_case2869)->Unit(benchmark::kMillisecond);

// Ten minutes of an outage with UPS, generators and walk-in at 5 ms.
void ups_generator_event_600s(benchmark::State& state) {
  EventParams params;
  params.blocks = 4, params.usable_blocks = 3, params.ups_modules = 6;
  params.it_w = 26e6, params.mechanical_w = 3e6;
  params.generators = 12;
  EventScript script;
  script.utility = {{10, 300, 0}};
  EventResult result;
  for (auto _ : state) {
    result = simulate_event(params, script, 0.005);
    benchmark::DoNotOptimize(result.source_j);
  }
  state.counters["checksum"] = result.source_j;
  state.counters["residual"] = std::abs(result.residual_j) / result.source_j;
  state.SetLabel("1 thread");
}
BENCHMARK(ups_generator_event_600s)->Unit(benchmark::kMillisecond);

// The window of the coupled year: a 72 MW site with four blocks and two rack groups.
void site_power_windows(benchmark::State& state) {
  PowerParams params;
  params.utility.capacity_w = 72e6;
  params.plant.blocks.count = 4;
  params.plant.blocks.it_capacity_w = 18e6;
  params.plant.blocks.redundancy = "4N/3";
  params.plant.main_transformer.count = 2;
  std::vector<RackGroupLoad> const groups{{"nvl", 320, 16, 132e3, 0.98, 0}, {"pcie", 64, 16, 40e3, 0.97, 1}};
  SitePower const site = build_site_power(params, groups);
  std::vector<SitePowerInputs> in(64);
  for (std::size_t k = 0; k < in.size(); ++k) {
    for (std::size_t g = 0; g < 2; ++g) in[k].it_rack_w[g] = groups[g].rated_rack_w * (0.6 + 0.005 * static_cast<double>(k)), in[k].delivered_frac[g] = 1;
    in[k].mechanical_w = 4e6;
  }
  std::vector<SitePowerOutputs> out(in.size());
  double checksum = 0;
  for (auto _ : state) {
    auto s = initial_state(site);
    if (state.range(0)) solve_block(site, s, in, 60, out);
    else
      for (std::size_t k = 0; k < in.size(); ++k) out[k] = solve_window(site, s, in[k], 60);
    benchmark::DoNotOptimize(out.data());
  }
  double residual = 0;
  for (auto const& o : out) checksum += o.utility_w, residual = std::max(residual, std::abs(o.residual_w));
  state.counters["checksum"] = checksum;
  state.counters["residual"] = residual;
  state.SetItemsProcessed(static_cast<std::int64_t>(in.size()) * state.iterations());
}
BENCHMARK(site_power_windows)->Arg(0)->Arg(1);

}  // namespace
