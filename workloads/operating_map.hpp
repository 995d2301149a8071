#pragma once
// A replica under a workload as a table over (offered load, clock): each point is a run of the request simulator with the
// workload's own burstiness and lengths, the same requests at every load. The coupled year interpolates in it. Load 1 is the
// highest rate at full clock that meets the latency targets, found by search. Loads are refined where interpolation is worst.
// Neglected: queues carried from one window to the next (facility state, step_backlog), start-up of the batch (first fifth of
// the requests is not measured). Deterministic for any number of threads; cached by the hash of everything that goes in.

#include <cstdint>
#include <string>
#include <vector>

#include "contracts/phase.hpp"
#include "core/interrupt.hpp"
#include "models/compute/replica.hpp"
#include "workloads/serving/cluster.hpp"
#include "workloads/serving/workload.hpp"

namespace aif::workloads {

struct MapOptions {
  std::vector<double> loads{0.05, 0.2, 0.4, 0.6, 0.75, 0.9, 1.0, 1.1, 1.3};
  std::vector<double> clocks{0.5, 0.55, 0.63, 0.72, 0.81, 0.9, 1.0};  // memory slows below 0.55
  std::size_t requests = 6000;           // of one point
  std::size_t most_loads = 20;           // refinement stops there
  double tolerance = 0.02;               // wanted miss along the loads; the centres of cells, reported, miss about twice that
  std::uint64_t seed = 1;
  std::string cache_dir;                 // empty: no cache
  RequestTable const* sample = nullptr;  // arrivals and lengths of a trace in place of the workload's quantiles
};

// Throws InputError: AF2401 .. AF2409 a design that cannot run, AF2503 axes that do not rise or leave out 1, AF2504 no request fits.
OperatingMap build_operating_map(compute::ReplicaDesign const& design, ServingWorkloadParams const& workload, MapOptions const& options,
                                 RunControl const& control = {});

// All values of a map at one place, bilinear, clamped to its edges.
struct MapValues {
  double out_token_s = 0, in_token_s = 0, cached_token_s = 0, good_frac = 0;
  double ttft_p50_s = 0, ttft_p90_s = 0, ttft_p99_s = 0, tpot_p50_s = 0, tpot_p90_s = 0, tpot_p99_s = 0, e2e_p50_s = 0, e2e_p90_s = 0, e2e_p99_s = 0;
  double dynamic_w = 0, hbm_byte_s = 0, link_byte_s = 0, flop_s = 0, active_frac = 0, kv_used_frac = 0;
};
MapValues look_up(OperatingMap const& map, double load_frac, double clock_frac);

// Cache file of a map: whole or not there. load_map returns false when there is none; a damaged file is rebuilt.
std::string map_cache_path(std::string const& cache_dir, std::string const& key);
bool load_map(std::string const& path, OperatingMap& map);
void save_map(std::string const& path, OperatingMap const& map);

}  // namespace aif::workloads
