#include "gpu_calibration/fit_surface.hpp"

#include <fmt/format.h>

#include <cmath>

#include "core/diagnostics.hpp"
#include "core/fields.hpp"
#include "core/robust_fit.hpp"
#include "core/statistics.hpp"
#include "gpu_calibration/fit_residual.hpp"

namespace aif::calibration {
namespace {

constexpr double kFeatureGrid = 1e4;  // features are stored with four decimals of an octave

// Scale of the loss in log time: about the noise of the published tables (docs/theory/calibration.md).
double loss_scale(std::string_view form) {
  if (form == MoeShape::form) return 0.10;
  if (form == CollectiveShape::form) return 0.08;
  return 0.05;
}

FitBox box_of(std::span<FormParameter const> parameters, std::span<FixedParameter const> fixed) {
  FitBox box;
  box.starts.resize(2);
  for (auto const& p : parameters) {
    double low = p.low, high = p.high;
    for (auto const& f : fixed)
      if (f.name == p.name) low = high = f.value;
    box.low.push_back(low), box.high.push_back(high);
    box.starts[0].push_back(p.start), box.starts[1].push_back(p.other_start);
  }
  return box;
}

// A group size that was not measured takes its constants from the others: latency by the number of steps, bandwidth as it was.
std::vector<FixedParameter> unmeasured_groups(std::span<SurfaceSample const> samples) {
  bool seen[3] = {};
  for (auto const& s : samples)
    if (auto const* c = std::get_if<CollectiveShape>(&s.shape))
      for (int i = 0; i < 3; ++i) seen[i] = seen[i] || c->group == (2 << i);
  std::vector<FixedParameter> fixed;
  for (int i = 0; i < 3; ++i)
    if (!seen[i]) fixed.push_back({fmt::format("alpha_{}_s", 2 << i), 0}), fixed.push_back({fmt::format("bandwidth_{}", 2 << i), 1});
  return fixed;
}
void extend_groups(std::vector<double>& p, std::span<SurfaceSample const> samples) {
  for (auto const& f : unmeasured_groups(samples)) {
    if (f.name == "alpha_8_s") p[3] = p[2] + std::max(0.0, p[2] - p[1]) * 2.0;  // 4 more steps after the 2 from 2 to 4 ranks
    if (f.name == "bandwidth_8") p[7] = p[6];
  }
}

// Neighbouring group sizes of one collective are alike: a weak pull that settles what a size with few messages leaves open.
constexpr double kGroupTie = 0.15;
constexpr std::size_t kGroupTies = 4;
void tie_groups(std::span<double const> p, std::span<double> residuals) {
  auto const tie = [](double a, double b) { return a > 0 && b > 0 ? kGroupTie * std::log(a / b) : 0.0; };
  residuals[0] = tie(p[1], p[2]), residuals[1] = tie(p[2], p[3]), residuals[2] = tie(p[5], p[6]), residuals[3] = tie(p[6], p[7]);
}

std::vector<double> relative_covariance(FitResult const& fit) {
  std::size_t const n = fit.params.size();
  std::vector<double> out(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      if (fit.params[i] > 0 && fit.params[j] > 0) out[i * n + j] = fit.covariance[i * n + j] / (fit.params[i] * fit.params[j]);
  return out;
}

void add_features(Surface& surface, SurfaceDevice const& device, std::span<SurfaceSample const> samples, std::vector<double>& x) {
  for (auto const& sample : samples)
    std::visit(
        [&](auto const& shape) {
          for (double v : surface_features(device, shape)) x.push_back(std::round(v * kFeatureGrid) / kFeatureGrid);
        },
        sample.shape);
  std::size_t const d = x.size() / samples.size();
  surface.valid_low.assign(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(d));
  surface.valid_high = surface.valid_low;
  for (std::size_t i = 0; i < x.size(); ++i) {
    surface.valid_low[i % d] = std::min(surface.valid_low[i % d], x[i]);
    surface.valid_high[i % d] = std::max(surface.valid_high[i % d], x[i]);
  }
}

void require(bool ok, Surface const& s, std::string const& what, std::size_t n) {
  if (ok) return;
  throw InputError(Diagnostic{"AF4701", Severity::error,
                              fmt::format("no surface can be fitted for {} {} `{}`: {}", enum_name(s.op), enum_name(s.precision), s.kernel, what), "", {},
                              fmt::format("it has {} samples of form `{}`; measure more shapes", n, s.form)});
}

}  // namespace

double median_abs_log(std::span<double const> values) {
  std::vector<double> a;
  for (double v : values) a.push_back(std::abs(v));
  return median(a);
}

Surface fit_surface(Surface surface, Datasheet const& sheet, std::span<SurfaceSample const> samples, std::span<FixedParameter const> fixed) {
  auto const parameters = form_parameters(surface.form);
  require(!parameters.empty(), surface, "unknown form", samples.size());
  require(2 * samples.size() >= parameters.size(), surface, "too few samples", samples.size());
  SurfaceDevice const device = surface_device(surface, sheet);
  std::vector<double> log_time;
  for (auto const& s : samples) log_time.push_back(std::log(s.time_s));
  auto physics = [&](std::span<double const> p, SurfaceSample const& sample) {
    return std::visit([&](auto const& shape) { return surface_time_s(p, device, shape); }, sample.shape);
  };
  std::vector<FixedParameter> held(fixed.begin(), fixed.end());
  if (surface.form == CollectiveShape::form)
    for (auto& f : unmeasured_groups(samples)) held.push_back(std::move(f));
  FitOptions options;
  options.loss_scale = loss_scale(surface.form);
  options.max_iterations = 60;
  options.tolerance = 1e-6;
  options.jacobian_step = 1e-3;  // the tile search has kinks: a step that is too short sees only one side
  std::size_t const ties = surface.form == CollectiveShape::form ? kGroupTies : 0;
  auto fit = robust_fit(
      [&](std::span<double const> p, std::span<double> r) {
        for (std::size_t i = 0; i < samples.size(); ++i) r[i] = std::log(physics(p, samples[i])) - log_time[i];
        if (ties > 0) tie_groups(p, r.subspan(samples.size()));
      },
      samples.size() + ties, box_of(parameters, held), options);
  if (surface.form == CollectiveShape::form) extend_groups(fit.params, samples);
  surface.covariance = relative_covariance(fit);
  surface.params = std::move(fit.params);

  std::vector<double> x, ratio;
  for (std::size_t i = 0; i < samples.size(); ++i) ratio.push_back(log_time[i] - std::log(physics(surface.params, samples[i])));
  add_features(surface, device, samples, x);
  std::size_t const n_features = x.size() / samples.size();
  auto residual = fit_residual(std::move(x), n_features, ratio);
  surface.residual = std::move(residual.residual);
  surface.band = {};
  surface.band.quantile = residual.band_quantile;
  surface.band_log = residual.typical_half_width;
  surface.residual_log_sd = 1.4826 * median_abs_log(residual.left_out);
  surface.n_rows = static_cast<int>(samples.size());
  return surface;
}

}  // namespace aif::calibration
