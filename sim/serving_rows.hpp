#pragma once
// Rows of a serving run: its time line, and its requests by class.

#include "sim/serving_run.hpp"

namespace aif::sim {

// n windows of equal width over the span; answers count where they end, time to first token and goodput where requests were released.
std::vector<ServingWindow> serving_windows(workloads::RequestTable const& table, workloads::RequestResults const& results, workloads::SloParams const& slo, double span_s, std::size_t n);

// By priority where the trace has them, else thirds by length. Joules of a request: the devices' in proportion to its prompt tokens computed and
// its answer, each at the cost of its phase (`run`), times `scale` = all watts over the watts of the phases.
std::vector<ServingClass> serving_classes(workloads::RequestTable const& table, workloads::RequestResults const& results, workloads::SloParams const& slo, ServingRunResult const& run, double scale);

}  // namespace aif::sim
