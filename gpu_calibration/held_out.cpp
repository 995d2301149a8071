#include "gpu_calibration/held_out.hpp"

#include <algorithm>
#include <cmath>

#include "core/hash.hpp"
#include "core/ordered_sum.hpp"

namespace aif::calibration {
namespace {

void predict_group(GpuEntry const& device, KernelGroup const& group, std::vector<KernelRow> const& rows, std::vector<HeldOutRow>& out) {
  Surface const identity = identify(group.identity, device.sheet);
  Datasheet const& sheet = device.profile.datasheet;
  auto const fewest = form_parameters(identity.form).size();
  std::vector<HeldOutRow> held_out(group.rows.size());
  for (int fold = 0; fold <= kFolds; ++fold) {  // the last one leaves nothing out
    std::vector<SurfaceSample> samples;
    for (auto i : group.rows)
      if (shape_fold(rows[i]) != fold) samples.push_back(rows[i].sample);
    if (2 * samples.size() < fewest) return;
    Surface const surface = fit_surface(identity, sheet, samples, fixed_parameters(identity, device.sheet));
    for (std::size_t k = 0; k < group.rows.size(); ++k) {
      KernelRow const& row = rows[group.rows[k]];
      if (fold == kFolds) held_out[k].in_sample_s = predict_time_s(surface, sheet, row.sample.shape);
      else if (shape_fold(row) == fold) held_out[k].time_s = predict_time_s(surface, sheet, row.sample.shape), held_out[k].inputs = band_inputs(surface, sheet, row.sample.shape);
    }
  }
  for (std::size_t k = 0; k < group.rows.size(); ++k) out[group.rows[k]] = held_out[k];
}

Surface const* same_surface_of(HardwareProfile const& profile, Surface const& identity) {
  auto const at = std::find_if(profile.surfaces.begin(), profile.surfaces.end(), [&](Surface const& s) { return same_surface(s, identity); });
  return at == profile.surfaces.end() ? nullptr : &*at;
}

}  // namespace

int shape_fold(KernelRow const& row) { return static_cast<int>(fnv1a(row.shape_key) % kFolds); }

std::vector<HeldOutRow> predict_by_fold(std::vector<GpuEntry> const& devices, std::vector<KernelRow> const& rows) {
  auto const groups = group_rows(rows);
  std::vector<HeldOutRow> out(rows.size());
  parallel_for(groups.size(), [&](std::size_t g) {
    auto const device = std::find_if(devices.begin(), devices.end(), [&](GpuEntry const& d) { return d.id == groups[g].device; });
    if (device != devices.end()) predict_group(*device, groups[g], rows, out);
  });
  return out;
}

std::map<OpClass, SurfaceBand> fit_bands(std::vector<KernelRow> const& rows, std::vector<HeldOutRow> const& held_out, int left_out) {
  std::map<OpClass, std::vector<BandSample>> samples;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (held_out[i].time_s > 0 && rows[i].use == "predict" && shape_fold(rows[i]) != left_out)
      samples[rows[i].identity.op].push_back({held_out[i].inputs, std::log(rows[i].sample.time_s / held_out[i].time_s)});
  std::map<OpClass, SurfaceBand> bands;
  for (auto const& [op, list] : samples) bands[op] = fit_band(list);
  return bands;
}

TransferSds fit_transfers(std::vector<HardwareProfile> const& measured, std::vector<KernelRow> const& rows, std::string const& left_out) {
  std::map<OpClass, std::vector<TransferSample>> same, other;
  for (auto const& group : group_rows(rows)) {
    auto const target = std::find_if(measured.begin(), measured.end(), [&](HardwareProfile const& p) { return p.id == group.device; });
    if (target == measured.end() || group.device == left_out) continue;
    HardwareProfile const* donor = nearest_donor(*target, measured);
    Surface const* surface = donor ? same_surface_of(*donor, group.identity) : nullptr;
    if (!surface) continue;
    auto& list = (same_die(target->datasheet, donor->datasheet) ? same : other)[group.identity.op];
    for (auto i : group.rows) {
      SurfaceShape const& shape = rows[i].sample.shape;
      list.push_back({band_half_log(surface->band, band_inputs(*surface, target->datasheet, shape)),
                      std::log(rows[i].sample.time_s / predict_time_s(*surface, target->datasheet, shape))});
    }
  }
  TransferSds sds;
  for (auto const& [op, list] : same) sds.same_die[op] = fit_transfer_log_sd(list);
  for (auto const& [op, list] : other) sds.other_die[op] = fit_transfer_log_sd(list);
  return sds;
}

}  // namespace aif::calibration
