#pragma once
// All profiles of the library from its data sheets and the published kernel tables: measured devices fitted first, then priors.

#include <vector>

#include "gpu_calibration/held_out.hpp"

namespace aif::calibration {

struct LibraryProfiles {
  std::vector<HardwareProfile> profiles;  // in the order of the devices
  TransferSds transfers;
};

// Devices whose sheet names no sibling, with surfaces; those without rows stay bare.
std::vector<HardwareProfile> measured_profiles(std::vector<GpuEntry> const& devices, std::vector<KernelRow> const& rows, std::map<OpClass, SurfaceBand> const& bands);

LibraryProfiles build_profiles(std::vector<GpuEntry> const& devices, std::vector<KernelRow> const& rows);

}  // namespace aif::calibration
