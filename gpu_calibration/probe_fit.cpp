#include "gpu_calibration/probe_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/fields.hpp"
#include "core/robust_fit.hpp"
#include "core/statistics.hpp"
#include "gpu_calibration/fit_surface.hpp"
#include "gpu_calibration/published_profile.hpp"

namespace aif::calibration {
namespace {

constexpr std::size_t kProbeFolds = 5;
constexpr double kDistrustMedian = 0.10;  // a surface that misses more than this on unseen probes is named

struct Group {
  Surface identity;
  std::vector<SurfaceSample> samples;
  std::vector<double> low_s, high_s;  // of each sample's statistic
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
    if (home == groups.end()) home = groups.insert(groups.end(), Group{identity, {}, {}, {}});
    home->samples.push_back({r.shape, r.time_s});
    home->low_s.push_back(r.low_s), home->high_s.push_back(r.high_s);
  }
  return groups;
}

// What the data of one device cannot identify: efficiency beside the exponentials, and the kind of collective kernel.
std::vector<FixedParameter> fixed_of(Surface const& s) {
  if (s.form == PrefillShape::form) return {{"matrix_efficiency", 1.0}};
  if (s.form == CollectiveShape::form) return collective_fixed(s.kernel);
  return {};
}

std::string in_words(SurfaceShape const& shape) {
  struct Words {
    std::string operator()(GemmShape const& s) const { return fmt::format("m {:.0f}, n {:.0f}, k {:.0f}", s.m, s.n, s.k); }
    std::string operator()(PrefillShape const& s) const { return fmt::format("{:.0f} x {:.0f} tokens, {:.0f} heads", s.batch, s.tokens, s.heads); }
    std::string operator()(DecodeShape const& s) const { return fmt::format("{:.0f} x {:.0f} cached, {:.0f} heads of {:.0f}", s.batch, s.context, s.kv_heads, s.heads); }
    std::string operator()(MoeShape const& s) const { return fmt::format("{:.0f} tokens, {:.0f} of {:.0f} experts, {:.0f} x {:.0f}", s.tokens, s.top_k, s.experts, s.hidden, s.inter); }
    std::string operator()(CollectiveShape const& s) const { return fmt::format("{} of {:.0f}, {:.0f} byte", enum_name(s.kind), s.group, s.message_byte); }
    std::string operator()(StreamShape const& s) const { return fmt::format("{:.0f} byte", s.byte); }
  };
  return std::visit(Words{}, shape);
}

HeldOut judge_held_out(Group const& g, Datasheet const& sheet, Surface const& whole, std::vector<double>& all) {
  HeldOut out{name_of(g.identity), g.samples.size(), 0, 0, 0, {}};
  std::vector<double> errors;
  std::size_t covered = 0;
  out.probes.resize(g.samples.size());
  for (std::size_t fold = 0; fold < kProbeFolds; ++fold) {
    std::vector<SurfaceSample> seen;
    for (std::size_t i = 0; i < g.samples.size(); ++i)
      if (i % kProbeFolds != fold) seen.push_back(g.samples[i]);
    Surface const s = fit_surface(g.identity, sheet, seen, fixed_of(g.identity));
    for (std::size_t i = fold; i < g.samples.size(); i += kProbeFolds) {
      auto const p = predict(s, sheet, g.samples[i].shape);
      double const measured = g.samples[i].time_s;
      errors.push_back(std::abs(p.time_s / measured - 1.0));
      covered += measured >= p.low_s && measured <= p.high_s ? 1 : 0;
      out.probes[i] = {in_words(g.samples[i].shape), measured, g.low_s[i], g.high_s[i], predict_time_s(whole, sheet, g.samples[i].shape), p.time_s, p.low_s, p.high_s};
    }
  }
  out.median = median(errors), out.p90 = quantile(errors, 0.9), out.coverage_90 = static_cast<double>(covered) / static_cast<double>(errors.size());
  all.insert(all.end(), errors.begin(), errors.end());
  return out;
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

// This machine over the published device: large products against its product surfaces, large copies against what such devices reach.
Sustained compare_with_published(std::vector<ProbeResult> const& results, HardwareProfile const& published) {
  constexpr double kLargeFlop = 2.0 * 2048 * 4096 * 4096, kLargeByte = 5e8;
  constexpr double kCopyShare = 0.90;  // of the data sheet: 4.3 of 4.8 TB/s on an H200 (device copy, read plus written)
  std::vector<double> matrix, memory;
  for (auto const& r : results) {
    if (auto const* g = std::get_if<GemmShape>(&r.shape); g && r.op == OpClass::gemm && 2 * g->m * g->n * g->k >= kLargeFlop)
      if (Surface const* s = find_surface(published, OpClass::gemm, r.precision)) matrix.push_back(predict_time_s(*s, published.datasheet, *g) / r.time_s);
    if (auto const* b = std::get_if<StreamShape>(&r.shape); b && r.op == OpClass::stream && r.kernel.find("copy") != std::string::npos && b->byte >= kLargeByte)
      memory.push_back(b->byte / r.time_s / (kCopyShare * published.datasheet.hbm_byte_s));
  }
  return {matrix.empty() ? 1.0 : median(matrix), memory.empty() ? 1.0 : median(memory)};
}

// Rounded corners of the leakage column: exp of a difference that may be large in a broken report.
double leakage_shape(PowerModel const& p, double temperature_c) { return std::exp(std::clamp((temperature_c - p.t_ref_c) / p.leak_scale_k, -20.0, 20.0)); }

}  // namespace

PowerModel fit_power(std::vector<PowerReading> const& readings, PowerModel start, double clock_max_hz) {
  if (readings.size() < 4) return start;
  auto const [coldest, hottest] = std::minmax_element(readings.begin(), readings.end(), [](auto const& a, auto const& b) { return a.temperature_c < b.temperature_c; });
  bool const leakage_seen = hottest->temperature_c - coldest->temperature_c >= kLeakageSpanK;
  std::size_t const columns = leakage_seen ? 7 : 6;  // idle, floor, clock, energies per operation by bf16-equivalents, per byte, per link byte, leakage
  std::vector<double> a, b;
  for (auto const& r : readings) {
    double const clock_frac = clock_max_hz > 0 && r.sm_clock_hz > 0 ? r.sm_clock_hz / clock_max_hz : 1.0;
    double const v = std::max(start.v_min, start.v0 + start.v1 * clock_frac), v2 = v * v;
    double const own = start.e_flop_j[static_cast<std::size_t>(r.precision)], reference = start.e_flop_j[static_cast<std::size_t>(Precision::bf16)];
    double const equivalents = r.flop_s * (own > 0 && reference > 0 ? own / reference : 1.0), leak = leakage_shape(start, r.temperature_c);
    double const scale = 1.0 / r.power_w;  // relative errors
    for (double x : {1.0, r.active_frac, r.active_frac * clock_frac * v2, 1e-12 * equivalents * v2, 1e-9 * r.byte_s * v2, 1e-9 * r.link_byte_s * v2}) a.push_back(x * scale);
    if (leakage_seen) a.push_back(leak * scale);
    b.push_back((r.power_w - (leakage_seen ? 0.0 : start.leak_w * leak)) * scale);
  }
  auto const x = nonnegative_least_squares(a, b, columns);
  PowerModel p = start;
  p.evidence = Evidence::measured;
  p.idle_w = x[0], p.active_floor_w = x[1], p.c_clock_w = x[2];
  double const reference = start.e_flop_j[static_cast<std::size_t>(Precision::bf16)];
  if (x[3] > 0)
    for (double& e : p.e_flop_j) e = reference > 0 ? e * 1e-12 * x[3] / reference : 1e-12 * x[3];
  if (x[4] > 0) p.e_hbm_j_per_byte = 1e-9 * x[4];
  if (x[5] > 0) p.e_link_j_per_byte = 1e-9 * x[5];
  if (leakage_seen) p.leak_w = x[6];
  return p;
}

CaseResistance fit_case_resistance(std::span<CoolantReading const> readings) {
  CaseResistance best;
  std::vector<double> r, flow;
  for (auto const& x : readings)
    if (x.power_w > 0 && x.flow_kg_s > 0 && x.case_c > x.coolant_c) r.push_back((x.case_c - x.coolant_c) / x.power_w), flow.push_back(x.flow_kg_s);
  if (r.empty()) return best;
  auto const [least, most] = std::minmax_element(flow.begin(), flow.end());
  best.a_k_per_w = mean(r);
  if (r.size() < 4 || *most < 1.2 * *least) return best;
  double least_squares = 1e300;
  for (int i = 0; i <= 14; ++i) {  // the exponent on a grid, the rest by non-negative least squares
    double const n = 0.3 + 0.05 * i;
    std::vector<double> a, b;
    for (std::size_t k = 0; k < r.size(); ++k) a.insert(a.end(), {1 / r[k], std::pow(flow[k], -n) / r[k]}), b.push_back(1.0);
    auto const x = nonnegative_least_squares(a, b, 2);
    double squares = 0;
    for (std::size_t k = 0; k < r.size(); ++k) {
      double const error = (x[0] + x[1] * std::pow(flow[k], -n)) / r[k] - 1;
      squares += error * error;
    }
    if (squares < least_squares) least_squares = squares, best = {x[0], x[1], n};
  }
  return best;
}

ProbeFit fit_probes(ProbeReport const& report, HardwareProfile base) {
  ProbeFit fit;
  fit.profile = std::move(base);
  fit.profile.sustained = compare_with_published(report.results, fit.profile);
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
    if (g.samples.size() < 2 * kProbeFolds) continue;
    fit.held_out.push_back(judge_held_out(g, fit.profile.datasheet, fit.profile.surfaces.back(), all));
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
