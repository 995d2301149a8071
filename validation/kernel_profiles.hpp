#pragma once
// The devices of library/gpus and the profiles of library/profiles: read, and made anew from the kernel tables.

#include <string>
#include <vector>

#include "gpu_calibration/published_profile.hpp"

namespace aif::validation {

std::vector<calibration::GpuEntry> library_gpus();                            // in order of id
std::vector<calibration::KernelRow> kernel_rows(std::string const& data_dir);  // gemm, attention, moe, comm; a table that is absent adds none

// Fits every profile from the shipped tables and writes DIR/ID.json; the same bytes every time.
void refit_profiles(std::string const& out_dir);

}  // namespace aif::validation
