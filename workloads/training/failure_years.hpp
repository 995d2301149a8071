#pragma once
// Years of a long synchronous job by Monte Carlo: node failures (two rates), lemons that fail again, failures of shared domains that take
// their nodes along (a CDU, a PDU, a leaf switch), detection, hangs, restart, lost work since the last checkpoint, spoiled checkpoints, a pool
// of spares, a repair shop with a queue, and a job that waits for nodes or runs on with the replicas that are whole.
// Rates: RSC-1 and RSC-2 (Meta 2024), Llama 3 (2024), 504 x B200 (2025): hardware failures 2.3-6.5 per 1000 node-days, three of four
// fleets within 10 % of 6.3; every cause that stops a job: 3.6 times as many (RSC-1 measured 21-24). Times are exponential.
// Neglected: ageing, planned maintenance, several jobs sharing the spares, failures during a restart. Exact cross-check: goodput.hpp.

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
  int replica_nodes = 0;                        // of one data-parallel replica: without spares the job runs on with whole replicas; 0: it waits
  double hardware_per_node_s = 6.3e-3 / 86400;  // needs a repair
  double other_per_node_s = 15.7e-3 / 86400;    // software, hangs, flaps: a restart suffices
  double lemon_frac = 0.012, lemon_factor = 5;  // share of nodes that fail more often (RSC: 1.2 % of the fleet)
  int lemon_strikes = 0;                        // hardware failures after which a node is replaced for good; 0: never
  double hang_frac = 0, hang_detect_s = 1800;   // share of the other failures that hang until a collective times out (NCCL: 30 min)
  double spoiled_frac = 0;                      // share of hardware failures that had spoiled the last checkpoint, too: one more is lost
  double detect_s = 120, restart_s = 480;
  double repair_s = 2 * 86400;                  // of a node, back into the pool
  int repair_crews = 0;                         // repairs at a time; 0: as many as there are
  double checkpoint_s = 30, interval_s = 1800;
  std::vector<FailureDomain> domains;
};

struct FailureYears {
  double goodput = 0, goodput_low = 0, goodput_high = 0;  // mean and 90 % interval over years
  double failures_per_year = 0;
  double waiting_frac = 0;      // of the time without enough nodes to run at all
  double shrunk_frac = 0;       // of the work, not done because replicas were missing
  double lost_frac = 0;         // work since the last checkpoint
};
FailureYears simulate_failure_years(FailureYearParams const& params, int years, std::uint64_t seed);

// Years that a figure of about a tenth of a percent needs: fewer where failures are many.
int enough_years(FailureYearParams const& params);

// Goodput against the size of the spare pool: how many spares pay.
std::vector<double> goodput_by_spares(FailureYearParams params, std::span<int const> spares, int years, std::uint64_t seed);

// Spares with most useful work per node owned (job and spares together), up to `most`; and the checkpoint interval with most goodput.
struct BestSpares {
  int spares = 0;
  double goodput = 0, per_node = 0;  // per node: goodput x nodes / (nodes + spares)
};
BestSpares best_spares(FailureYearParams params, int most, std::uint64_t seed);
double best_simulated_interval_s(FailureYearParams params, std::uint64_t seed);

}  // namespace aif::workloads
