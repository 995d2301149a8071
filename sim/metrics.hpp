#pragma once
// The one catalogue of headline figures. Ids are stable; `workload.<id>.<suffix>` metrics come from the second list.

#include <span>
#include <string>

#include "contracts/metric.hpp"

namespace aif::sim {

std::span<Metric const> site_metrics();
std::span<Metric const> workload_metrics();  // id is the suffix after workload.<id>.

// Entry of "pue" or of "workload.chat.tokens.out.rate"; null when unknown.
Metric const* find_metric(std::string_view id);

}  // namespace aif::sim
