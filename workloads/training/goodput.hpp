#pragma once
// Useful share of wall time of a long synchronous job: failures arrive as a Poisson process, work since the last checkpoint is lost,
// a restart costs detection, rescheduling and loading. Exact for exponential failures (Daly 2006, eq. 13), with Young's (1974) and
// Daly's (2006) intervals. Neglected here: correlated and ageing failures, which failure_years.hpp simulates.

namespace aif::workloads {

struct FailureProcess {
  double rate_per_s = 0;        // job-stopping failures of the whole job
  double restart_s = 600;       // from failure to the next useful step, without the lost work
  double checkpoint_s = 30;     // step time lost to one checkpoint
};

double young_interval_s(FailureProcess const& p);
double daly_interval_s(FailureProcess const& p);

// Replicas that restart alone from their peers: no work is lost and nothing is read back, the job only waits for the restart.
double replica_restart_goodput_frac(FailureProcess const& p);

// Useful time over expected wall time at a checkpoint interval (useful seconds between checkpoints).
double goodput_frac(FailureProcess const& p, double interval_s);

// Interval that maximises goodput_frac.
double best_interval_s(FailureProcess const& p);

}  // namespace aif::workloads
