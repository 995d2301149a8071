#pragma once
// Arrivals and lengths when no trace is given: gamma-distributed gaps (coefficient of variation 1: Poisson) and log-normal
// lengths by two quantiles. Tables have unit mean rate; with_rate() stretches time, which keeps burstiness and order, so the
// same requests meet every load (common random numbers). Draws depend on (seed, index) only.

#include <cstdint>

#include "workloads/serving/requests.hpp"
#include "workloads/serving/workload.hpp"

namespace aif::workloads {

RequestTable synthesise_requests(TokenParams const& tokens, std::size_t n, std::uint64_t seed);

// The first n requests (repeated when there are fewer), with arrivals at the given mean rate. Blocks are kept only when
// nothing is repeated; successors never, for they have no rate of their own.
RequestTable with_rate(RequestTable const& table, double requests_per_s, std::size_t n);

// Gamma variate of mean 1 and shape k (Marsaglia and Tsang 2000); pure in (entity).
double gamma_draw(std::uint64_t seed, std::uint64_t entity, double shape);

}  // namespace aif::workloads
