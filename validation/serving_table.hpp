#pragma once
// The fitted numbers of the serving suite and the file that keeps them, library/engines/serving_fit.csv: one row a number with its
// value, its interval, the rows that carry it, and the values of the five folds, each fitted without its rows.

#include <array>
#include <string>
#include <vector>

#include "validation/serving_bands.hpp"
#include "validation/serving_e2e.hpp"
#include "validation/serving_energy.hpp"
#include "validation/serving_fit.hpp"

namespace aif::validation {

inline constexpr int kFolds = 5;

struct ServingData {
  std::vector<ServedRow> served;
  std::vector<EnergyRow> energy;
  std::vector<OfflineRow> offline;
};
ServingData load_serving_data(std::string const& dir, Names const& names, KernelDevices& devices);  // both outlive the data

// One fit of everything.
struct ServingSet {
  FittedServing serving;
  EngineAdjust energy, offline;
  FittedPower power;
  BandTable bands;
};
ServingSet fit_serving_set(ServingData const& data, int left_out_fold);  // -1: all rows

// Predictions of every row; NaN where refused.
struct ServingPredictions {
  std::vector<double> tpot_s, ttft_s, energy_token_s, energy_w, offline_token_s;
};
// Row by row with the set of its fold, or with `sets[0]` when there is one only.
ServingPredictions predict_all(ServingData const& data, std::vector<ServingSet> const& sets);
// Bands from the rows outside `left_out_fold`.
BandTable bands_of(ServingData const& data, ServingPredictions const& predictions, int left_out_fold);

// [0]: all rows; [1..5]: folds. write makes the same bytes for the same data.
void write_serving_sets(std::string const& path, std::vector<ServingSet> const& sets);
std::vector<ServingSet> read_serving_sets(std::string const& path);
std::string serving_fit_path();

}  // namespace aif::validation
