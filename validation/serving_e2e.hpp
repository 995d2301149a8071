#pragma once
// Rows of inference_e2e.csv with metric e2e_throughput: offline runs of TensorRT-LLM's own benchmark (lengths and layout given) and
// MLPerf offline (layout free, mean lengths by data set). Offline means that the batch is as large as the cache and the engine
// allow; where the layout is free the best one that fits is taken.

#include <string>
#include <vector>

#include "models/compute/serving_parameters.hpp"
#include "models/compute/steady.hpp"
#include "validation/kernel_devices.hpp"
#include "validation/names.hpp"
#include "validation/serving_adjust.hpp"

namespace aif::validation {

struct OfflineRow {
  std::string id, hardware, model, engine, refusal;
  compute::EngineFamily family = compute::EngineFamily::trtllm;
  compute::ReplicaDesign design;
  double input_token = 0, output_token = 0, out_token_s = 0;  // measured rate of all devices
  int devices = 1, fold = 0;
  bool free_layout = false;
};
std::vector<OfflineRow> load_offline_rows(std::string const& dir, Names const& names, KernelDevices& devices);
double predict(OfflineRow const& row, compute::ServingFit const& fit, EngineAdjust const& server);  // tokens/s of all devices; NaN when nothing fits

}  // namespace aif::validation
