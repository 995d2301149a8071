#pragma once
// Kernel times predicted by fits that have not seen them: by fold of the shape on the device's own surface, or with the whole device
// left out and the surface of the nearest other one carried over. Validation reports these errors; bands are cut to them.

#include <map>
#include <vector>

#include "gpu_calibration/fit_band.hpp"
#include "gpu_calibration/published_profile.hpp"

namespace aif::calibration {

inline constexpr int kFolds = 5;
int shape_fold(KernelRow const& row);  // FNV-1a of the shape mod 5

struct HeldOutRow {
  double time_s = 0, in_sample_s = 0;  // prediction; 0: the rest of its surface is too small for a fit, or the device is unknown
  BandInputs inputs;
};
// One for each row, in order.
std::vector<HeldOutRow> predict_by_fold(std::vector<GpuEntry> const& devices, std::vector<KernelRow> const& rows);

// Bands by operator, from the errors outside one fold (kFolds: from all).
std::map<OpClass, SurfaceBand> fit_bands(std::vector<KernelRow> const& rows, std::vector<HeldOutRow> const& held_out, int left_out = kFolds);

// `measured`: profiles with surfaces of their own. Pairs of devices that end at `left_out` are not used.
TransferSds fit_transfers(std::vector<HardwareProfile> const& measured, std::vector<KernelRow> const& rows, std::string const& left_out = {});

}  // namespace aif::calibration
