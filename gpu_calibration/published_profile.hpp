#pragma once
// Profiles from published kernel tables, and priors for devices without any: a prior borrows the surfaces of its sibling, reads
// its own data sheet in the physics form, and widens the band by how far the dies are apart.

#include <string>
#include <vector>

#include "gpu_calibration/gpu_sheet.hpp"
#include "gpu_calibration/kernel_tables.hpp"

namespace aif::calibration {

// sd of log time of a transferred surface (docs/theory/calibration.md): same die, or across generations.
inline constexpr double kSameDieLogSd = 0.09, kOtherDieLogSd = 0.25;

// Rules of a die that complete the identity of a surface and hold what its data cannot identify.
Surface identify(Surface identity, GpuSheet const& sheet);
std::vector<FixedParameter> fixed_parameters(Surface const& identity, GpuSheet const& sheet);

// Fits every surface of `device` whose rows are in `rows` (all metrics; leave rows out by passing fewer). Surfaces with too few rows are skipped.
std::vector<Surface> fit_surfaces(GpuEntry const& device, std::vector<KernelRow> const& rows);

// The measured device whose surfaces suit `target` best: one of the same die, else the nearest in memory and matrix rate with the
// same kind of link. Null when `measured` has none with surfaces.
HardwareProfile const* nearest_donor(HardwareProfile const& target, std::span<HardwareProfile const> measured);

// `target` with the surfaces of `donor` as a prior, and with what its sheet lacks (multiprocessors, cache, clock, watts, limits).
HardwareProfile prior_profile(HardwareProfile target, HardwareProfile const& donor);

// All profiles of the library: measured ones first fitted, then priors. In the order of `devices`.
std::vector<HardwareProfile> build_profiles(std::vector<GpuEntry> const& devices, std::vector<KernelRow> const& rows);

}  // namespace aif::calibration
