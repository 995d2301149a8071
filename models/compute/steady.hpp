#pragma once
// A replica in steady state at a constant batch: every step decodes all sequences, prompts replace the answers that end, so a
// step carries batch / output prompts on average. Closed form (reference: Little's law); no queue, no burst. Used for offline
// throughput, for planning and for watts; the closed loop adds the burst, the request simulator the arrivals.

#include "models/compute/step.hpp"

namespace aif::compute {

struct SteadyPoint {
  double out_token_s = 0;               // of the replica
  double tpot_s = 0, ttft_s = 0;        // ttft without a queue
  double prefill_frac = 0;              // share of a worker's time in prompts
  double batch = 0;                     // sequences of the replica
  bool fits = true;                     // batch within the cache
  double prefill_pool_frac = 0;         // disaggregated: load of the prefill pool; above 1 it binds and out_token_s is its rate
  Activity decode, prefill;             // rates of a decode (or aggregated) device within each kind of step; pools: prefill of its own devices
};
SteadyPoint steady(ReplicaDesign const& design, double input_token, double output_token, double batch, double clock_hz = 0);

// Watts of a device from its data sheet: shares of the rated power that the floor, a full HBM, full arithmetic and busy clocks take.
struct PowerShares {
  double floor_frac = 0.3, hbm_frac = 0.3, flop_frac = 0.8, clock_frac = 0.1;
};
PowerModel datasheet_power(Datasheet const& sheet, PowerShares const& shares);

// Mean watts of a device over both kinds of step, each held at the rated power.
double steady_w(PowerModel const& power, Datasheet const& sheet, SteadyPoint const& point);

}  // namespace aif::compute
