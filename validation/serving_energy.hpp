#pragma once
// Rows of power_ml_energy_llm.csv (vLLM, batch and layout given) as steady points: tokens, watts and joules. Prompt lengths are
// not in the file; assumed by task: chat 250, science questions 350, code completion 500 tokens.

#include <string>
#include <vector>

#include "models/compute/serving_parameters.hpp"
#include "models/compute/steady.hpp"
#include "validation/kernel_devices.hpp"
#include "validation/names.hpp"
#include "validation/serving_adjust.hpp"

namespace aif::validation {

struct EnergyRow {
  std::string id, hardware, model, refusal;
  compute::ReplicaDesign design;
  double input_token = 0, output_token = 0, batch = 0;
  double out_token_s = 0, device_w = 0, joule_per_token = 0;  // measured
  int devices = 1, fold = 0;
};
std::vector<EnergyRow> load_energy_rows(std::string const& dir, Names const& names, KernelDevices& devices);
compute::SteadyPoint predict(EnergyRow const& row, compute::ServingFit const& fit, EngineAdjust const& server);

// Fitted power shares, models/compute/serving_parameters.hpp.
using compute::kPowerParameters;
struct FittedPower {
  compute::PowerValues values = compute::power_start();
  std::array<double, kPowerParameters> log_sd{};
};
FittedPower fit_power(std::vector<EnergyRow> const& rows, std::vector<compute::SteadyPoint> const& points);

}  // namespace aif::validation
