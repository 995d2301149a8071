#include "contracts/surfaces/predict.hpp"

#include <cmath>
#include <numbers>
#include <vector>

namespace aif {
namespace {

constexpr double kNormal90 = 1.645;          // half width of a normal 90 % interval in sd
constexpr double kNeighbourReach = 1.0;      // feature units (octaves, weighted): probes within it share their scores
constexpr double kPriorNeighbours = 2.0;     // weight of the mean of all probes
constexpr double kFarthest = 3.0;            // feature units: beyond it the distance to the nearest probe says nothing more
constexpr double kLeastScore = 0.05;         // a neighbourhood that happened to fit is not that good
constexpr double kLeastHalfWidth = 0.02;     // sd: kernel timers do not repeat better (kernel tables, two runs of one shape)

std::span<double const> point(SurfaceResidual const& r, std::size_t i) {
  auto const d = static_cast<std::size_t>(r.n_features);
  return {r.x.data() + i * d, d};
}

double squared_distance(std::span<double const> a, std::span<double const> b) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) square += (a[i] - b[i]) * (a[i] - b[i]);
  return square;
}

double nearest_probe(SurfaceResidual const& r, std::span<double const> x) {
  double least = kFarthest * kFarthest;
  for (std::size_t i = 0; i < r.weights.size(); ++i) least = std::min(least, squared_distance(x, point(r, i)));
  return std::sqrt(least);
}

// Outside the probed box: features beyond it by more than a twentieth of an octave.
bool inside(Surface const& surface, std::span<double const> x) {
  for (std::size_t i = 0; i < x.size(); ++i)
    if (i >= surface.valid_low.size() || x[i] < surface.valid_low[i] - 0.05 || x[i] > surface.valid_high[i] + 0.05) return false;
  return true;
}

// Share of the time that follows a rate: elasticity by a small step of the device.
constexpr double kStep = 1.05;
SurfaceDevice faster_matrix(SurfaceDevice d) {
  d.peak_flop_s *= kStep, d.half_flop_s *= kStep, d.clock_hz *= kStep, d.clock_frac *= kStep;
  return d;
}
SurfaceDevice faster_memory(SurfaceDevice d) {
  d.byte_s *= kStep, d.link_byte_s *= kStep;
  return d;
}

template <class Shape>
BandInputs inputs_at(Surface const& surface, SurfaceDevice const& device, Shape const& shape, double physics_s, std::span<double const> x, double variance) {
  auto const share = [&](SurfaceDevice const& faster) {
    double const stepped_s = surface_time_s(surface.params, faster, shape);
    return physics_s > 0 && stepped_s > 0 ? std::clamp(std::log(physics_s / stepped_s) / std::log(kStep), 0.0, 1.0) : 0.0;
  };
  return {std::sqrt(variance), local_score(surface.residual, x), share(faster_matrix(device)), share(faster_memory(device)), nearest_probe(surface.residual, x)};
}

}  // namespace

double residual_kernel(SurfaceResidual const& r, std::span<double const> a, std::span<double const> b) {
  double square = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    double const step = (a[i] - b[i]) / r.lengths[i];
    square += step * step;
  }
  double const d = std::numbers::sqrt3 * std::sqrt(square);
  return r.scale * r.scale * (1.0 + d) * std::exp(-d);
}

double residual_mean(SurfaceResidual const& r, std::span<double const> x) {
  double sum = 0;
  for (std::size_t i = 0; i < r.weights.size(); ++i) sum += r.weights[i] * residual_kernel(r, x, point(r, i));
  return sum;
}

ResidualEstimate residual_estimate(SurfaceResidual const& r, std::span<double const> x) {
  std::size_t const n = r.weights.size();
  ResidualEstimate e{0, r.scale * r.scale + r.noise * r.noise};
  if (r.cholesky.size() != n * (n + 1) / 2) return {residual_mean(r, x), e.variance};
  std::vector<double> v(n);  // L v = k(x), by forward substitution
  double const* row = r.cholesky.data();
  for (std::size_t i = 0; i < n; ++i) {
    double const k = residual_kernel(r, x, point(r, i));
    e.mean += r.weights[i] * k;
    double sum = k;
    for (std::size_t j = 0; j < i; ++j) sum -= row[j] * v[j];
    v[i] = sum / row[i];
    e.variance -= v[i] * v[i];
    row += i + 1;
  }
  e.variance = std::max(e.variance, r.noise * r.noise);
  return e;
}

double local_score(SurfaceResidual const& r, std::span<double const> x, std::size_t skip) {
  double total = 0, weighted = 0, weight = 0, count = 0;
  for (std::size_t i = 0; i < r.scores.size(); ++i) {
    if (i == skip) continue;
    double const w = std::exp(-0.5 * squared_distance(x, point(r, i)) / (kNeighbourReach * kNeighbourReach));
    total += r.scores[i], count += 1, weighted += w * r.scores[i], weight += w;
  }
  return count > 0 ? (weighted + kPriorNeighbours * total / count) / (weight + kPriorNeighbours) : 1.0;
}

void factor_residual(SurfaceResidual& r) {
  std::size_t const n = r.n_features > 0 ? r.x.size() / static_cast<std::size_t>(r.n_features) : 0;
  r.cholesky.assign(n * (n + 1) / 2, 0.0);
  auto row = [&](std::size_t i) { return r.cholesky.data() + i * (i + 1) / 2; };
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = residual_kernel(r, point(r, i), point(r, j)) + (i == j ? r.noise * r.noise : 0.0);
      for (std::size_t k = 0; k < j; ++k) sum -= row(i)[k] * row(j)[k];
      row(i)[j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / row(j)[j];
    }
}

double band_scale(SurfaceBand const& b, BandInputs const& in) {
  return b.quantile * std::pow(in.sd, b.sd_power) * std::pow(std::max(in.score, kLeastScore), b.score_power) *
         std::exp(b.compute * in.compute + b.memory * in.memory + b.distance * in.distance);
}

double band_half_log(SurfaceBand const& band, BandInputs const& inputs) { return std::max(band_scale(band, inputs), kNormal90 * kLeastHalfWidth); }

BandInputs band_inputs(Surface const& surface, Datasheet const& sheet, SurfaceShape const& shape) {
  SurfaceDevice const device = surface_device(surface, sheet);
  return std::visit(
      [&](auto const& s) {
        auto const x = surface_features(device, s);
        return inputs_at(surface, device, s, surface_time_s(surface.params, device, s), x, residual_estimate(surface.residual, x).variance);
      },
      shape);
}

SurfacePrediction predict(Surface const& surface, Datasheet const& sheet, SurfaceShape const& shape, double clock_frac) {
  SurfaceDevice const device = surface_device(surface, sheet, clock_frac);
  return std::visit(
      [&](auto const& s) {
        auto const x = surface_features(device, s);
        double const physics_s = surface_time_s(surface.params, device, s);
        ResidualEstimate const residual = residual_estimate(surface.residual, x);
        double const time_s = physics_s * std::exp(residual.mean);
        double const own = band_half_log(surface.band, inputs_at(surface, device, s, physics_s, x, residual.variance));
        double const half = std::hypot(own, kNormal90 * surface.transfer_log_sd);
        Validity const validity = surface.transfer_log_sd > 0 ? Validity::prior : inside(surface, x) ? Validity::interpolated : Validity::extrapolated;
        return SurfacePrediction{time_s, time_s * std::exp(-half), time_s * std::exp(half), validity};
      },
      shape);
}

double predict_time_s(Surface const& surface, Datasheet const& sheet, SurfaceShape const& shape, double clock_frac) {
  SurfaceDevice const device = surface_device(surface, sheet, clock_frac);
  return std::visit(
      [&](auto const& s) { return surface_time_s(surface.params, device, s) * std::exp(residual_mean(surface.residual, surface_features(device, s))); },
      shape);
}

std::span<FormParameter const> form_parameters(std::string_view form) {
  std::span<FormParameter const> found;
  auto look = [&]<class Shape>(Shape) {
    if (form == Shape::form) found = Shape::parameters;
  };
  look(GemmShape{}), look(PrefillShape{}), look(DecodeShape{}), look(MoeShape{}), look(CollectiveShape{}), look(StreamShape{});
  return found;
}

}  // namespace aif
