#pragma once
// The devices of library/gpus and the profiles of library/profiles: read, and made anew from the kernel tables.

#include <string>
#include <vector>

#include "gpu_calibration/library_profiles.hpp"

namespace aif::validation {

std::vector<calibration::GpuEntry> library_gpus();                            // in order of id
std::vector<calibration::KernelRow> kernel_rows(std::string const& data_dir);  // gemm, attention, moe, comm; a table that is absent adds none

// What a transfer to another device costs: library/fits/kernel_transfer.csv.
calibration::TransferSds shipped_transfers();

// Fits every profile from the shipped tables and writes DIR/library/profiles/ID.json and the transfer table; the same bytes every time.
void refit_profiles(std::string const& out_dir);

}  // namespace aif::validation
