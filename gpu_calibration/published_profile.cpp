#include "gpu_calibration/published_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/diagnostics.hpp"
#include "core/ordered_sum.hpp"

namespace aif::calibration {

Surface identify(Surface s, GpuSheet const& sheet) {
  s.math_precision.reset();
  if (s.form == PrefillShape::form && s.state_precision == Precision::fp8 && sheet.fp8_cache_computes_in_fp8) s.math_precision = Precision::fp8;
  return s;
}

std::vector<FixedParameter> fixed_parameters(Surface const& s, GpuSheet const& sheet) {
  if (s.form == PrefillShape::form)
    return {{"matrix_efficiency", s.kernel.starts_with("vllm/") ? sheet.prefill_matrix_efficiency_vllm : sheet.prefill_matrix_efficiency}};
  if (s.form == CollectiveShape::form) return {{"one_shot", s.kernel.find("/custom_") == std::string::npos ? 0.0 : 1.0}};
  return {};
}

std::vector<Surface> fit_surfaces(GpuEntry const& device, std::vector<KernelRow> const& rows) {
  std::vector<KernelGroup> groups;
  for (auto& g : group_rows(rows))
    if (g.device == device.id) groups.push_back(std::move(g));
  std::vector<Surface> surfaces(groups.size());
  parallel_for(groups.size(), [&](std::size_t i) {
    std::vector<SurfaceSample> samples;
    for (auto r : groups[i].rows) samples.push_back(rows[r].sample);
    Surface const identity = identify(groups[i].identity, device.sheet);
    if (2 * samples.size() >= form_parameters(identity.form).size())
      surfaces[i] = fit_surface(identity, device.profile.datasheet, samples, fixed_parameters(identity, device.sheet));
  });
  std::erase_if(surfaces, [](Surface const& s) { return s.params.empty(); });
  return surfaces;
}

Surface transfer(Surface s, Datasheet const& donor, Datasheet const& target) {
  s.transfer_log_sd = donor.die == target.die && !donor.die.empty() ? kSameDieLogSd : kOtherDieLogSd;
  s.evidence = Evidence::datasheet_prior;
  s.covariance.clear();
  s.band_log = std::hypot(s.band_log, 1.645 * s.transfer_log_sd);
  return s;
}

HardwareProfile prior_profile(GpuEntry const& device, HardwareProfile const& donor) {
  HardwareProfile p = device.profile;
  p.evidence = Evidence::datasheet_prior;
  for (auto const& s : donor.surfaces)
    if (surface_device(s, p.datasheet).peak_flop_s > 0) p.surfaces.push_back(transfer(s, donor.datasheet, p.datasheet));
  std::string const how = fmt::format("No measurement of this device: kernel times are those of {} carried over by data sheet ({}).", donor.title,
                                      donor.datasheet.die == p.datasheet.die ? "same die" : "another die: wide bands");
  p.note = p.note.empty() ? how : how + " " + p.note;
  return p;
}

std::vector<HardwareProfile> build_profiles(std::vector<GpuEntry> const& devices, std::vector<KernelRow> const& rows) {
  std::vector<HardwareProfile> profiles(devices.size());
  for (std::size_t i = 0; i < devices.size(); ++i) {
    profiles[i] = devices[i].profile;
    if (!devices[i].sheet.sibling.empty()) continue;
    profiles[i].surfaces = fit_surfaces(devices[i], rows);
    if (!profiles[i].surfaces.empty()) profiles[i].evidence = Evidence::published;
  }
  for (std::size_t i = 0; i < devices.size(); ++i) {
    std::string const& sibling = devices[i].sheet.sibling;
    if (sibling.empty()) continue;
    auto const donor = std::find_if(profiles.begin(), profiles.end(), [&](auto const& p) { return p.id == sibling; });
    if (donor == profiles.end() || donor->surfaces.empty())
      throw InputError(Diagnostic{"AF4705", Severity::error, fmt::format("device `{}` names the sibling `{}`, which has no measured surfaces", devices[i].id, sibling),
                                  "", {}, "name a device of library/gpus without a sibling of its own", 1, {}, {}});
    profiles[i] = prior_profile(devices[i], *donor);
  }
  return profiles;
}

}  // namespace aif::calibration
