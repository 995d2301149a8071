#include "validation/kernel_devices.hpp"

#include <cmath>

#include "contracts/profile_json.hpp"
#include "sim/scenario/library.hpp"
#include "validation/kernel_profiles.hpp"

namespace aif::validation {
namespace {

constexpr double kOtherKernelLogSd = 0.15, kOtherFormatLogSd = 0.25;  // assumption: spread between kernels of one operator in the shipped tables

// Figures that a folder's own catalogue states differently from the shipped one win over the library.
void take_changes(Datasheet& sheet, Datasheet const& own, Datasheet const& shipped) {
  auto take = [](double& v, double a, double b) {
    if (a > 0 && a != b) v = a;
  };
  for (std::size_t i = 0; i < kPrecisions; ++i) take(sheet.peak_flop_s[i], own.peak_flop_s[i], shipped.peak_flop_s[i]);
  take(sheet.hbm_byte_s, own.hbm_byte_s, shipped.hbm_byte_s), take(sheet.hbm_byte, own.hbm_byte, shipped.hbm_byte), take(sheet.tdp_w, own.tdp_w, shipped.tdp_w);
}

}  // namespace

KernelDevices::KernelDevices(std::string const& data_dir) : names_(data_dir), transfers_(shipped_transfers()) {
  sim::Library const library;
  Names const shipped("");
  for (auto const& reference : library.references()) {
    if (!reference.starts_with("profiles/")) continue;
    auto profile = read_profile(library.asset_path("lib:" + reference));
    auto const* a = names_.profile(profile.id);
    auto const* b = shipped.profile(profile.id);
    if (a && b) take_changes(profile.datasheet, a->datasheet, b->datasheet);
    if (profile.evidence == Evidence::published) measured_.push_back(profile);
    shipped_.emplace(profile.id, std::move(profile));
  }
}

HardwareProfile const* KernelDevices::find(std::string const& device) {
  if (auto const it = shipped_.find(device); it != shipped_.end()) return &it->second;
  if (auto const it = made_.find(device); it != made_.end()) return &it->second;
  auto const* row = names_.profile(device);
  if (!row) return nullptr;
  auto const* donor = calibration::nearest_donor(*row, measured_);
  return donor ? &made_.emplace(device, calibration::prior_profile(*row, *donor, transfers_)).first->second : nullptr;
}

Surface nearest_surface(HardwareProfile const& profile, Surface const& identity) {
  auto framework = [](Surface const& s) { return std::string_view(s.kernel).substr(0, s.kernel.find('/')); };
  Surface const* best = nullptr;
  int best_rank = 0;
  for (auto const& s : profile.surfaces) {
    if (s.op != identity.op || s.form != identity.form) continue;
    bool const formats = s.precision == identity.precision && s.state_precision == identity.state_precision;
    int const rank = 1 + (s.kernel == identity.kernel ? 2 : framework(s) == framework(identity) ? 1 : 0) + (formats ? 4 : 0);
    if (rank > best_rank) best = &s, best_rank = rank;
  }
  if (!best) return {};
  Surface s = *best;
  if (best_rank == 7) return s;
  s.transfer_log_sd = std::hypot(s.transfer_log_sd, best_rank >= 5 ? kOtherKernelLogSd : kOtherFormatLogSd);
  if (best_rank < 5) s.precision = identity.precision, s.state_precision = identity.state_precision, s.math_precision.reset();
  return s;
}

bool is_large(calibration::KernelRow const& row) {
  if (auto const* g = std::get_if<GemmShape>(&row.sample.shape)) return g->m * g->n * g->k >= 2048.0 * 4096.0 * 4096.0;
  if (auto const* p = std::get_if<PrefillShape>(&row.sample.shape)) return p->batch * p->heads * p->tokens * p->tokens >= 2.0 * 32 * 2048 * 2048;
  if (auto const* d = std::get_if<DecodeShape>(&row.sample.shape)) return 4.0 * d->batch * d->context * d->kv_heads * d->head_dim >= 250e6;
  if (auto const* m = std::get_if<MoeShape>(&row.sample.shape)) return m->tokens >= 1024;
  return true;
}

}  // namespace aif::validation
