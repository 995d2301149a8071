#include "gpu_calibration/published_profile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ordered_sum.hpp"

namespace aif::calibration {

std::vector<FixedParameter> collective_fixed(std::string_view kernel) {
  return {{"one_shot", kernel.find("/custom_") == std::string_view::npos ? 0.0 : 1.0}};
}

Surface identify(Surface s, GpuSheet const& sheet) {
  s.math_precision.reset();
  if (s.form == PrefillShape::form && s.state_precision == Precision::fp8 && sheet.fp8_cache_computes_in_fp8) s.math_precision = Precision::fp8;
  return s;
}

std::vector<FixedParameter> fixed_parameters(Surface const& s, GpuSheet const& sheet) {
  if (s.form == PrefillShape::form)
    return {{"matrix_efficiency", s.kernel.starts_with("vllm/") ? sheet.prefill_matrix_efficiency_vllm : sheet.prefill_matrix_efficiency}};
  if (s.form == CollectiveShape::form) return collective_fixed(s.kernel);
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

bool same_die(Datasheet const& a, Datasheet const& b) { return !a.die.empty() && a.die == b.die; }

namespace {

double peak(Datasheet const& d) { return d.peak_flop_s[static_cast<std::size_t>(Precision::bf16)]; }

// Distance of two sheets in log rates; another kind of link means another class of board and memory.
double sheet_distance(Datasheet const& a, Datasheet const& b) {
  auto link = [](Datasheet const& d) { return d.links.empty() ? std::string{} : d.links.front().kind; };
  return std::abs(std::log(a.hbm_byte_s / b.hbm_byte_s)) + std::abs(std::log(peak(a) / peak(b))) + (link(a) == link(b) ? 0.0 : 2.0);
}

// A multiprocessor of the donor's generation is assumed where the sheet does not count them.
void complete_sheet(Datasheet& d, Datasheet const& donor) {
  auto fill = [](double& v, double from) {
    if (!(v > 0)) v = from;
  };
  if (d.sm_count <= 0) d.sm_count = std::max(1, static_cast<int>(std::lround(donor.sm_count * peak(d) / peak(donor))));
  fill(d.l2_byte, donor.l2_byte), fill(d.l2_byte_s, donor.l2_byte_s), fill(d.clock_max_hz, donor.clock_max_hz);
  fill(d.clock_base_hz, donor.clock_base_hz), fill(d.clock_min_hz, donor.clock_min_hz);
}

// Watts of the donor in proportion to the power limit.
PowerModel scaled_power(PowerModel p, double factor) {
  for (double* w : {&p.idle_w, &p.active_floor_w, &p.c_clock_w, &p.leak_w}) *w *= factor;
  p.evidence = Evidence::assumption;
  p.covariance.clear();
  return p;
}

Surface transfer(Surface s, double log_sd) {
  s.transfer_log_sd = log_sd;
  s.evidence = Evidence::datasheet_prior;
  s.covariance.clear();
  s.band_log = std::hypot(s.band_log, 1.645 * log_sd);
  return s;
}

}  // namespace

HardwareProfile const* nearest_donor(HardwareProfile const& target, std::span<HardwareProfile const> measured) {
  HardwareProfile const* best = nullptr;
  auto rank = [&](HardwareProfile const& p) {
    return std::pair{same_die(p.datasheet, target.datasheet) ? 0 : 1, sheet_distance(p.datasheet, target.datasheet)};
  };
  for (auto const& p : measured)
    if (!p.surfaces.empty() && p.id != target.id && (!best || rank(p) < rank(*best))) best = &p;
  return best;
}

double TransferSds::of(OpClass op, bool is_same_die) const {
  auto const& fitted = is_same_die ? same_die : other_die;
  auto const at = fitted.find(op);
  return at != fitted.end() ? at->second : is_same_die ? kSameDieLogSd : kOtherDieLogSd;
}

HardwareProfile prior_profile(HardwareProfile target, HardwareProfile const& donor, TransferSds const& transfers) {
  bool const close = same_die(target.datasheet, donor.datasheet);
  complete_sheet(target.datasheet, donor.datasheet);
  target.evidence = Evidence::datasheet_prior;
  if (target.power.idle_w <= 0) {
    target.power = scaled_power(donor.power, target.datasheet.tdp_w > 0 ? target.datasheet.tdp_w / donor.datasheet.tdp_w : 1.0);
    target.thermal = donor.thermal;
  }
  target.surfaces.clear();
  for (auto const& s : donor.surfaces)
    if (surface_device(s, target.datasheet).peak_flop_s > 0) target.surfaces.push_back(transfer(s, transfers.of(s.op, close)));
  std::string const how = fmt::format("No measurement of this device: kernel times are those of {} carried over by data sheet ({}).", donor.title,
                                      close ? "same die" : "another die: wide bands");
  target.note = target.note.empty() ? how : how + " " + target.note;
  return target;
}

}  // namespace aif::calibration
