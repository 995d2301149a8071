#pragma once
// Years of a long synchronous job by Monte Carlo: node failures (two rates), failures of shared domains that take their nodes along
// (a CDU, a PDU, a leaf switch), detection, restart, lost work since the last checkpoint, a pool of spares and a repair queue.
// Rates: RSC-1 and RSC-2 (Meta 2024), Llama 3 (2024), 504 x B200 (2025): hardware failures 2.3-6.5 per 1000 node-days, three of four
// fleets within 10 % of 6.3; every cause that stops a job: 3.6 times as many (RSC-1 measured 21-24). Times are exponential.
// Neglected: ageing, planned maintenance, several jobs sharing the spares. Exact cross-check: goodput.hpp.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace aif::workloads {

// Equal shared components: `count` of them fail independently at this rate and each takes `nodes` nodes down.
struct FailureDomain {
  std::string common_cause;     // group of the facility graph
  int count = 1, nodes = 1;
  double rate_per_s = 0;        // of one
  double repair_s = 4 * 3600;
};

struct FailureYearParams {
  int nodes = 128, spares = 4;
  double hardware_per_node_s = 6.3e-3 / 86400;  // needs a repair
  double other_per_node_s = 15.7e-3 / 86400;    // software, hangs, flaps: a restart suffices
  double lemon_frac = 0.012, lemon_factor = 5;  // share of nodes that fail more often (RSC: 1.2 % of the fleet)
  double detect_s = 120, restart_s = 480;
  double repair_s = 2 * 86400;                  // of a node, back into the pool
  double checkpoint_s = 30, interval_s = 1800;
  std::vector<FailureDomain> domains;
};

struct FailureYears {
  double goodput = 0, goodput_low = 0, goodput_high = 0;  // mean and 90 % interval over years
  double failures_per_year = 0;
  double waiting_frac = 0;      // of the time without enough nodes
  double lost_frac = 0;         // work since the last checkpoint
};
FailureYears simulate_failure_years(FailureYearParams const& params, int years, std::uint64_t seed);

// Goodput against the size of the spare pool: how many spares pay.
std::vector<double> goodput_by_spares(FailureYearParams params, std::span<int const> spares, int years, std::uint64_t seed);

}  // namespace aif::workloads
