#pragma once
// Percentiles, goodput and rates of a run over the requests that were released in [from, to] (docs/theory/serving.md, measures).

#include "workloads/serving/cluster.hpp"
#include "workloads/serving/workload.hpp"

namespace aif::workloads {

struct Percentiles {
  double mean = 0, p50 = 0, p90 = 0, p95 = 0, p99 = 0;
};
// NaN and refused entries are left out; zeros when nothing is left.
Percentiles percentiles(std::vector<double> const& values, std::vector<double> const& released_s, double from_s, double to_s);

struct ServingMeasures {
  Percentiles ttft_s, tpot_s, e2e_s;
  double requests_s = 0, good_requests_s = 0, good_frac = 0;   // of the requests released in the window
  double out_token_s = 0, in_token_s = 0, cached_token_s = 0;  // of the tallies
  double good_out_token_s = 0;
  double busy_frac = 0, kv_used_frac = 0, mean_batch = 0;      // of the pool that decodes
  double preemptions = 0;
  bool meets_slo = false;                                      // every promised 95th percentile is kept
};

// Share of the requests released in [from, to] that are good when the targets are multiplied, in 1e-4, row-major [ttft][tpot]; the end-to-end
// target goes with tpot.
std::vector<std::uint16_t> good_at_targets(RequestTable const& requests, SimulationResult const& result, SloParams const& slo, double from_s, double to_s,
                                   std::vector<double> const& ttft_frac, std::vector<double> const& tpot_frac);

bool is_good(SloParams const& slo, double ttft_s, double tpot_s, double e2e_s);
ServingMeasures measure(RequestTable const& requests, SimulationResult const& result, Deployment const& deployment, SloParams const& slo,
                        double from_s, double to_s);

}  // namespace aif::workloads
