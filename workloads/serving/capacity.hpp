#pragma once
// What a deployment can take: the rate at which saturated replicas finish, and the highest rate that keeps a promise.

#include <functional>

#include "workloads/serving/cluster.hpp"

namespace aif::workloads {

// Requests a second when all of them wait from the start, between the fifth and the fourth fifth of the finishes; 0 when none fits. The table
// must be without successors: a closed loop offers no more than it is served.
double saturated_rate(RequestTable table, Deployment const& deployment, RunControl const& control = {});

inline constexpr double kMostUsed = 0.97;  // of the saturated rate, where no latency target stops earlier: a queue stays finite

// Highest rate from 3 to 97 % of the saturated one at which `keeps` holds, all lower probes holding too; 0 when none does. Three rounds of
// eight rates, tried in parallel: to 0.3 %.
double highest_rate(double saturated_s, std::function<bool(double requests_s)> const& keeps);

}  // namespace aif::workloads
