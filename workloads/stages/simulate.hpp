#pragma once
// Jobs through the pools of a plan, event by event: Poisson arrivals, stages in the order of their graph, servers that take what
// waits up to their batch, replicas that slow down as they fill, cores and people that may be fewer than one for a cell.
//
// A cell is a group of devices whose pools hold whole servers in about the right proportion; a pod is many cells.
// The same seed gives the same jobs at every rate. Neglects: failures, stragglers, priorities between jobs.

#include <cstdint>

#include "workloads/stages/plan.hpp"

namespace aif::workloads {

struct Cell {
  int devices = 0;
  std::vector<StagePool> pools;        // servers of the cell
  std::vector<double> speed;      // of a pool's servers: below 1 where the cell owns less than one
  double jobs_s = 0;              // that its pools can do
};
// The smallest that leaves least idle, as often as it goes into `most_devices`: queues are shared within.
Cell choose_cell(ProductPlan const& plan, Machine const& machine, int most_devices = 64);

struct StageRunOptions {
  double jobs_s = 1;
  std::size_t jobs = 2000;
  double warm_up = 0.2;           // share of the jobs that only fill the pools
  std::uint64_t seed = 1;
};

struct StageRun {
  double jobs_s = 0;              // finished in the measured span
  double latency_p50_s = 0, latency_p90_s = 0, latency_p95_s = 0, latency_p99_s = 0, good_frac = 1;
  double busy_frac = 0;           // of the cell's devices
  compute::CallCost work;         // of all devices in the span
  double span_s = 0;
  std::vector<double> pool_busy;  // by pool
};
StageRun simulate_stages(ProductParams const& product, ProductPlan const& plan, Cell const& cell, StageRunOptions const& options);

}  // namespace aif::workloads
