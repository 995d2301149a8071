#pragma once
// Served points as designs: the columns of inference_silicon_points.csv read as machines, engines and loads, with the repairs that
// the table needs (docs/validation/serving.md, "What the columns mean"):
//   widths that are tp x ep multiplied; two campaigns with different lengths and request counts; drafts, polling and waits that
//   only version and date betray. Every rule is stated here once and holds for unseen rows alike.

#include <string>
#include <vector>

#include "models/compute/closed_loop.hpp"
#include "models/compute/serving_parameters.hpp"
#include "validation/kernel_devices.hpp"
#include "validation/names.hpp"
#include "validation/serving_launch.hpp"

namespace aif::validation {

// How the machine of a row is known: from its label, from the launch script of its campaign, or guessed from a sum of devices.
enum class LayoutKnowledge { given, recipe, guessed };

struct ServedRow {
  std::string id, hardware, model, mode, refusal;  // ids; mode aggregated or disaggregated
  compute::EngineFamily family = compute::EngineFamily::trtllm;
  compute::ReplicaDesign design;                   // engine is filled by with_parameters
  compute::ServedLoad load;
  double ttft_s = 0, tpot_s = 0;                   // measured
  bool second_campaign = false, warm_up = false;   // warm_up: TTFT holds the compilation of kernels, not used in fits
  LayoutKnowledge layout = LayoutKnowledge::given;
  LaunchOptions options;
  int fold = 0;
};

// Rows to be predicted (use = predict), in file order. `names` and `devices` must outlive them.
std::vector<ServedRow> load_served_points(std::string const& dir, Names const& names, KernelDevices& devices);

// The row's design with fitted numbers and the options that its launch implies.
void with_parameters(ServedRow& row, compute::EngineParams const& engine, std::span<double const, compute::kServingParameters> values);

// DeepSeek R1, V3 and V3.1 are one model when folding.
std::string fold_model(std::string const& model);

}  // namespace aif::validation
