#include "workloads/training/fitted.hpp"

#include <array>

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

int band_class(TrainingShape const& shape, int scale_up_domain) { return shape.experts < 1 ? 0 : scale_up_domain > 8 ? 1 : 2; }

double fitted_band_log(int band_class) { return fitted_value("band." + std::to_string(band_class), 0.35); }

}  // namespace aif::workloads
