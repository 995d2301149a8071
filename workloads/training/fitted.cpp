#include "workloads/training/fitted.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/csv.hpp"

namespace aif {
extern char const* const kTrainingEfficiencyCsv;  // library/training/efficiency.csv, built in
}

namespace aif::workloads {
namespace {

using E = TrainingEfficiency;

constexpr std::array<EfficiencyTerm, 21> kTerms{{
    {"gemm_16", &E::gemm_16, 0.3, 0.95, 0.2}, {"gemm_8", &E::gemm_8, 0.2, 0.95, 0.3}, {"gemm_8_block", &E::gemm_8_block, 0.2, 0.95, 0.3},
    {"gemm_4", &E::gemm_4, 0.1, 0.95, 0.3}, {"power_exponent", &E::power_exponent, 0.01, 1, 0.5}, {"expert_gemm", &E::expert_gemm, 0.2, 1.2, 0.3},
    {"gemm_byte", &E::gemm_byte, 0.01, 100, 0.7}, {"attention", &E::attention, 0.1, 0.9, 0.2}, {"memory_passes", &E::memory_passes, 5, 1000, 0.7},
    {"moe_passes", &E::moe_passes, 1, 400, 0.7}, {"host_layer", &E::host_layer_s, 1e-5, 2e-2, 0.7}, {"host_moe", &E::host_moe_s, 1e-5, 2e-2, 0.7},
    {"release_gain", &E::release_gain, 1, 4, 0.3}, {"tp_exposed", &E::tp_exposed, 0.01, 1.5, 0.5}, {"cp_exposed", &E::cp_exposed, 0.01, 1.5, 0.5},
    {"ep_exposed", &E::ep_exposed, 0.01, 1.5, 0.5}, {"ep_out_exposed", &E::ep_out_exposed, 0.05, 10, 0.7}, {"pp_exposed", &E::pp_exposed, 0.01, 1.5, 0.5},
    {"dp_exposed", &E::dp_exposed, 0.01, 1.5, 0.5}, {"dp_expert_exposed", &E::dp_expert_exposed, 0.01, 3, 0.5}, {"step_overhead", &E::step_overhead_s, 1e-3, 1.0, 0.7},
}};

CsvTable const& fitted_table() {
  static CsvTable const table = CsvTable::parse(kTrainingEfficiencyCsv, "library/training/efficiency.csv");
  return table;
}

double fitted_value(std::string const& name, double otherwise) {
  CsvTable const& t = fitted_table();
  for (std::size_t i = 0; i < t.rows(); ++i)
    if (t.at(i, "name") == name) return t.numbers("value")[i];
  return otherwise;
}

}  // namespace

std::span<EfficiencyTerm const> efficiency_terms() { return kTerms; }

TrainingEfficiency fitted_efficiency() {
  TrainingEfficiency e;
  for (auto const& term : kTerms) e.*(term.member) = fitted_value(term.name, e.*(term.member));
  return e;
}

double fitted_sustained(std::string const& device_id) { return fitted_value("sustained." + device_id, 1.0); }

// Dies with 4-bit arithmetic are the newest that published runs are of; experts, few active parameters and small micro-batches hang on links,
// launches and loads that no row prints.
std::array<std::string_view, kBandInputs> band_input_names() { return {"experts", "new_die", "log10_active", "log2_micro_batch"}; }

BandInputs band_inputs(TrainingShape const& shape, TrainingDevice const& device, TrainingLayout const& layout) {
  return {shape.experts > 0 ? 1.0 : 0.0, device.peak_flop_s[static_cast<std::size_t>(Precision::fp4)] > 0 ? 1.0 : 0.0, std::log10(std::max(1e6, shape.active_params)),
          std::log2(std::max(1.0, static_cast<double>(layout.micro_batch)))};
}

double TrainingBand::scale(BandInputs const& inputs) const {
  constexpr double kReach = 1.5;  // a class that the fit has not seen is at most 4.5 times as wide or narrow
  double log_scale = 0;
  for (std::size_t i = 0; i < kBandInputs; ++i) log_scale += slope[i] * (inputs[i] - mean[i]);
  return std::exp(std::clamp(log_scale, -kReach, kReach));
}

TrainingBand fitted_band() {
  TrainingBand band;
  band.half = fitted_value("band.half", band.half);
  for (std::size_t i = 0; i < kBandInputs; ++i) {
    std::string const name = "band." + std::string(band_input_names()[i]);
    band.slope[i] = fitted_value(name, 0.0);
    band.mean[i] = fitted_value(name + ".mean", 0.0);
  }
  return band;
}

}  // namespace aif::workloads
