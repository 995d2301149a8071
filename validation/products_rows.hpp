#pragma once
// Rows of images, speech, folding, robots, recommendation and graphs as calls on a device: the product of the library that the
// row's model belongs to, with what the row's conditions change (size, steps, precision, devices, execution).

#include <string>
#include <vector>

#include "models/compute/networks/network.hpp"
#include "models/compute/operator_cost.hpp"
#include "validation/names.hpp"
#include "validation/suite.hpp"
#include "workloads/stages/stage.hpp"

namespace aif::validation {

// What a predicted time becomes: seconds or milliseconds of one job, units a second and device, device-seconds, times real time.
enum class RowUnit { seconds, milliseconds, per_second, device_seconds, times_real_time };

struct ProductCall {
  compute::NetworkPart part;
  compute::PartWork work;
  compute::Format format;
  compute::Execution execution = compute::Execution::captured;
  double times = 1;
};

struct ProductRow {
  Row row;
  std::string file, metric, hardware, model, fold_key;
  compute::OperatorDevice device;
  std::vector<ProductCall> calls;        // of one job, one after another
  std::vector<compute::Layout> layouts;  // the row's one, or those that it leaves open
  double most_batch = 1;                 // jobs that may share a call
  std::vector<double> batches{1};        // those that fit the memory
  double units_per_job = 1;              // 63.5 tokens of a window
  double audio_s = 0;                    // of one job
  double requests = 0;                   // passes of the host pipeline for a job
  int devices = 1;
  RowUnit unit = RowUnit::seconds;
};

// Every `predict` row of both tables, in order. Refusals stand in row.refusal.
std::vector<ProductRow> load_product_rows(Options const& options);

// In the row's own unit.
double predict(ProductRow const& row, compute::OperatorEfficiency const& efficiency);
compute::CallCost cost_of(ProductRow const& row, compute::Layout const& layout, double batch, compute::OperatorEfficiency const& efficiency);

}  // namespace aif::validation
