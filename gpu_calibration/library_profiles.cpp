#include "gpu_calibration/library_profiles.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/diagnostics.hpp"

namespace aif::calibration {
namespace {

HardwareProfile const& donor_of(GpuEntry const& device, std::vector<HardwareProfile> const& measured) {
  auto const donor = std::find_if(measured.begin(), measured.end(), [&](auto const& p) { return p.id == device.sheet.sibling; });
  if (donor != measured.end() && !donor->surfaces.empty()) return *donor;
  throw InputError(Diagnostic{"AF4705", Severity::error, fmt::format("device `{}` names the sibling `{}`, which has no measured surfaces", device.id, device.sheet.sibling),
                              "", {}, "name a device of library/gpus without a sibling of its own", 1, {}, {}});
}

}  // namespace

std::vector<HardwareProfile> measured_profiles(std::vector<GpuEntry> const& devices, std::vector<KernelRow> const& rows, std::map<OpClass, SurfaceBand> const& bands) {
  std::vector<HardwareProfile> out;
  for (auto const& device : devices) {
    if (!device.sheet.sibling.empty()) continue;
    HardwareProfile p = device.profile;
    p.surfaces = fit_surfaces(device, rows);
    if (!p.surfaces.empty()) p.evidence = Evidence::published;
    for (auto& s : p.surfaces)
      if (auto const band = bands.find(s.op); band != bands.end() && !s.residual.weights.empty()) s.band = band->second;
    out.push_back(std::move(p));
  }
  return out;
}

LibraryProfiles build_profiles(std::vector<GpuEntry> const& devices, std::vector<KernelRow> const& rows) {
  LibraryProfiles out;
  auto const measured = measured_profiles(devices, rows, fit_bands(rows, predict_by_fold(devices, rows)));
  out.transfers = fit_transfers(measured, rows);
  auto next = measured.begin();
  for (auto const& device : devices) out.profiles.push_back(device.sheet.sibling.empty() ? *next++ : prior_profile(device.profile, donor_of(device, measured), out.transfers));
  return out;
}

}  // namespace aif::calibration
