#pragma once
// Profiles from published kernel tables, and priors for devices without any: a prior borrows the surfaces of its sibling, reads
// its own data sheet in the physics form, and widens the band by how far the dies are apart.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gpu_calibration/gpu_sheet.hpp"
#include "gpu_calibration/kernel_tables.hpp"

namespace aif::calibration {

// What carrying a surface to another device costs, as sd of log time (docs/theory/calibration.md): fitted by operator (held_out.hpp),
// the assumption where there was nothing to fit.
inline constexpr double kSameDieLogSd = 0.09, kOtherDieLogSd = 0.25;
struct TransferSds {
  std::map<OpClass, double> same_die, other_die;
  double of(OpClass op, bool is_same_die) const;
};

// Rules of a die that complete the identity of a surface and hold what its data cannot identify.
Surface identify(Surface identity, GpuSheet const& sheet);
std::vector<FixedParameter> fixed_parameters(Surface const& identity, GpuSheet const& sheet);
std::vector<FixedParameter> collective_fixed(std::string_view kernel);  // a library's, or an engine's own ("vllm/custom_all_reduce")

// Fits every surface of `device` whose rows are in `rows` (all metrics; leave rows out by passing fewer). Surfaces with too few rows are skipped.
std::vector<Surface> fit_surfaces(GpuEntry const& device, std::vector<KernelRow> const& rows);

bool same_die(Datasheet const& a, Datasheet const& b);

// The measured device whose surfaces suit `target` best: one of the same die, else the nearest in memory and matrix rate with the
// same kind of link. Null when `measured` has none with surfaces.
HardwareProfile const* nearest_donor(HardwareProfile const& target, std::span<HardwareProfile const> measured);

// `target` with the surfaces of `donor` as a prior, and with what its sheet lacks (multiprocessors, cache, clock, watts, limits).
HardwareProfile prior_profile(HardwareProfile target, HardwareProfile const& donor, TransferSds const& transfers);

}  // namespace aif::calibration
