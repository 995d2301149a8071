#include "gpu_calibration/probe_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/fields.hpp"
#include "core/robust_fit.hpp"
#include "core/statistics.hpp"
#include "gpu_calibration/fit_surface.hpp"

namespace aif::calibration {
namespace {

constexpr std::size_t kFolds = 5;
constexpr double kDistrustMedian = 0.10;  // a surface that misses more than this on unseen probes is named

struct Group {
  Surface identity;
  std::vector<SurfaceSample> samples;
};

std::string name_of(Surface const& s) { return fmt::format("{} {} {}", s.kernel, enum_name(s.op), enum_name(s.precision)); }

std::vector<Group> group_results(std::vector<ProbeResult> const& results) {
  std::vector<Group> groups;
  for (auto const& r : results) {
    Surface identity;
    identity.op = r.op, identity.precision = r.precision, identity.state_precision = r.state_precision, identity.kernel = r.kernel;
    identity.form = std::visit([](auto const& s) { return std::string(s.form); }, r.shape);
    identity.evidence = Evidence::measured;
    auto home = std::find_if(groups.begin(), groups.end(), [&](Group const& g) {
      return g.identity.op == r.op && g.identity.precision == r.precision && g.identity.state_precision == r.state_precision && g.identity.kernel == r.kernel;
    });
    if (home == groups.end()) home = groups.insert(groups.end(), Group{identity, {}});
    home->samples.push_back({r.shape, r.time_s});
  }
  return groups;
}

// What the data of one device cannot identify: efficiency beside the exponentials, and the kind of collective kernel.
std::vector<FixedParameter> fixed_of(Surface const& s) {
  if (s.form == PrefillShape::form) return {{"matrix_efficiency", 1.0}};
  if (s.form == CollectiveShape::form) return {{"one_shot", s.kernel.find("/custom_") == std::string::npos ? 0.0 : 1.0}};
  return {};
}

void judge_held_out(Group const& g, Datasheet const& sheet, HeldOut& out, std::vector<double>& all) {
  std::vector<double> errors;
  std::size_t covered = 0;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<SurfaceSample> seen;
    for (std::size_t i = 0; i < g.samples.size(); ++i)
      if (i % kFolds != fold) seen.push_back(g.samples[i]);
    Surface const s = fit_surface(g.identity, sheet, seen, fixed_of(g.identity));
    for (std::size_t i = fold; i < g.samples.size(); i += kFolds) {
      auto const p = predict(s, sheet, g.samples[i].shape);
      double const measured = g.samples[i].time_s;
      errors.push_back(std::abs(p.time_s / measured - 1.0));
      covered += measured >= p.low_s && measured <= p.high_s ? 1 : 0;
    }
  }
  out = {name_of(g.identity), errors.size(), median(errors), quantile(errors, 0.9), static_cast<double>(covered) / static_cast<double>(errors.size())};
  all.insert(all.end(), errors.begin(), errors.end());
}

void take_sheet(Datasheet& d, Datasheet const& measured) {
  auto take = [](auto& v, auto from) {
    if (from > 0) v = from;
  };
  for (std::size_t i = 0; i < kPrecisions; ++i)
    if (!(d.peak_flop_s[i] > 0)) d.peak_flop_s[i] = measured.peak_flop_s[i];  // a vendor's peak stands: efficiencies are relative to it
  if (!(d.hbm_byte_s > 0)) d.hbm_byte_s = measured.hbm_byte_s;
  take(d.hbm_byte, measured.hbm_byte), take(d.l2_byte, measured.l2_byte), take(d.tdp_w, measured.tdp_w), take(d.sm_count, measured.sm_count);
  take(d.clock_max_hz, measured.clock_max_hz), take(d.exp_per_sm_clock, measured.exp_per_sm_clock);
  if (d.die.empty()) d.die = measured.die;
}

}  // namespace

PowerModel fit_power(std::vector<PowerReading> const& readings, PowerModel start, double clock_max_hz) {
  constexpr std::size_t kColumns = 6;  // idle, floor, clock, energies per operation by bf16-equivalents, per byte, per link byte
  if (readings.size() < 4) return start;
  std::vector<double> a, b;
  for (auto const& r : readings) {
    double const clock_frac = clock_max_hz > 0 && r.sm_clock_hz > 0 ? r.sm_clock_hz / clock_max_hz : 1.0;
    double const v = std::max(start.v_min, start.v0 + start.v1 * clock_frac), v2 = v * v;
    double const own = start.e_flop_j[static_cast<std::size_t>(r.precision)], reference = start.e_flop_j[static_cast<std::size_t>(Precision::bf16)];
    double const equivalents = r.flop_s * (own > 0 && reference > 0 ? own / reference : 1.0);
    double const leak = start.leak_w * std::exp((r.temperature_c - start.t_ref_c) / start.leak_scale_k);
    double const scale = 1.0 / r.power_w;  // relative errors
    for (double x : {1.0, r.active_frac, r.active_frac * clock_frac * v2, 1e-12 * equivalents * v2, 1e-9 * r.byte_s * v2, 1e-9 * r.link_byte_s * v2}) a.push_back(x * scale);
    b.push_back((r.power_w - leak) * scale);
  }
  auto const x = nonnegative_least_squares(a, b, kColumns);
  PowerModel p = start;
  p.evidence = Evidence::measured;
  p.idle_w = x[0], p.active_floor_w = x[1], p.c_clock_w = x[2];
  double const reference = start.e_flop_j[static_cast<std::size_t>(Precision::bf16)];
  if (x[3] > 0)
    for (double& e : p.e_flop_j) e = reference > 0 ? e * 1e-12 * x[3] / reference : 1e-12 * x[3];
  if (x[4] > 0) p.e_hbm_j_per_byte = 1e-9 * x[4];
  if (x[5] > 0) p.e_link_j_per_byte = 1e-9 * x[5];
  return p;
}

ProbeFit fit_probes(ProbeReport const& report, HardwareProfile base) {
  ProbeFit fit;
  fit.profile = std::move(base);
  fit.profile.evidence = Evidence::measured;
  fit.profile.environment = report.environment;
  fit.profile.surfaces.clear();
  take_sheet(fit.profile.datasheet, report.sheet);
  std::vector<double> all;
  for (auto const& g : group_results(report.results)) {
    if (2 * g.samples.size() < form_parameters(g.identity.form).size()) {
      fit.distrust.push_back(fmt::format("{}: {} probes are too few, no surface", name_of(g.identity), g.samples.size()));
      continue;
    }
    fit.profile.surfaces.push_back(fit_surface(g.identity, fit.profile.datasheet, g.samples, fixed_of(g.identity)));
    if (g.samples.size() < 2 * kFolds) continue;
    judge_held_out(g, fit.profile.datasheet, fit.held_out.emplace_back(), all);
    auto const& h = fit.held_out.back();
    if (h.median > kDistrustMedian) fit.distrust.push_back(fmt::format("{}: {:.0f} % median error on unseen probes", h.surface, 100 * h.median));
  }
  fit.held_out_median = median(all);
  fit.profile.power = fit_power(report.power, fit.profile.power, fit.profile.datasheet.clock_max_hz);
  if (report.power.size() < 4) fit.distrust.push_back("watts were not measured: power coefficients are those of the data sheet or assumptions");
  for (auto const& f : report.failures) fit.distrust.push_back(fmt::format("probe {} failed: {}", f.probe, f.why));
  for (auto const& d : fit.distrust) fit.profile.note += (fit.profile.note.empty() ? "" : "; ") + d;
  return fit;
}

std::vector<DriftRow> compare_with_profile(ProbeReport const& report, HardwareProfile const& profile) {
  std::vector<DriftRow> rows;
  for (auto const& g : group_results(report.results)) {
    Surface const* s = nullptr;
    for (auto const& x : profile.surfaces)
      if (x.op == g.identity.op && x.precision == g.identity.precision && x.state_precision == g.identity.state_precision && x.kernel == g.identity.kernel) s = &x;
    if (!s) continue;
    std::vector<double> ratios, widths;
    for (auto const& sample : g.samples) {
      auto const p = predict(*s, profile.datasheet, sample.shape);
      ratios.push_back(sample.time_s / p.time_s), widths.push_back(std::log(p.high_s / p.time_s));
    }
    rows.push_back({name_of(g.identity), median(ratios), median(widths), g.samples.size()});
  }
  return rows;
}

}  // namespace aif::calibration
