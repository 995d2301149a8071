#pragma once
// Time of one operator on a profile: physics form x exp(residual), with a 90 % interval. The residual is a Gaussian process on
// log(measured / physics) over the probe points (Matern-3/2, Rasmussen and Williams 2006 section 4.2); away from the probes it
// fades and the physics remains. The interval is conformal and local (Lei et al. 2018): its scale follows the process, the errors
// left out at neighbouring probes, what bounds the kernel and how far the nearest probe is (SurfaceBand).
//
//   Surface const* s = find_surface(profile, OpClass::gemm, Precision::fp8);      // null: no such surface
//   SurfacePrediction t = predict(*s, profile.datasheet, GemmShape{64, 8192, 4096});
//   double fast_s = predict_time_s(*s, profile.datasheet, GemmShape{64, 8192, 4096}, 0.8);  // at 80 % clock, no interval

#include <variant>

#include "contracts/surfaces/attention_decode.hpp"
#include "contracts/surfaces/attention_prefill.hpp"
#include "contracts/surfaces/collective.hpp"
#include "contracts/surfaces/gemm.hpp"
#include "contracts/surfaces/moe.hpp"
#include "contracts/surfaces/stream.hpp"

namespace aif {

using SurfaceShape = std::variant<GemmShape, PrefillShape, DecodeShape, MoeShape, CollectiveShape, StreamShape>;

struct SurfacePrediction {
  double time_s = 0, low_s = 0, high_s = 0;  // low..high: 90 %
  Validity validity = Validity::no_band;     // interpolated inside the probed box, extrapolated outside, prior when transferred
};

// The shape must be that of surface.form.
SurfacePrediction predict(Surface const& surface, Datasheet const& sheet, SurfaceShape const& shape, double clock_frac = 1.0);
double predict_time_s(Surface const& surface, Datasheet const& sheet, SurfaceShape const& shape, double clock_frac = 1.0);

// Parameters of a form by its name; empty when there is no such form.
std::span<FormParameter const> form_parameters(std::string_view form);

// Residual process at a point of feature space.
struct ResidualEstimate {
  double mean = 0, variance = 0;
};
double residual_mean(SurfaceResidual const& residual, std::span<double const> features);
ResidualEstimate residual_estimate(SurfaceResidual const& residual, std::span<double const> features);
// Mean score around a point of feature space, drawn towards the mean of all; `skip` leaves one probe out.
double local_score(SurfaceResidual const& residual, std::span<double const> features, std::size_t skip = static_cast<std::size_t>(-1));
double residual_kernel(SurfaceResidual const& residual, std::span<double const> a, std::span<double const> b);

// What the width of an interval depends on, and that width in log; `transfer_log_sd` comes on top in predict().
struct BandInputs {
  double sd = 0, score = 1, compute = 0, memory = 0, distance = 0;
};
BandInputs band_inputs(Surface const& surface, Datasheet const& sheet, SurfaceShape const& shape);
double band_scale(SurfaceBand const& band, BandInputs const& inputs);     // unbounded
double band_half_log(SurfaceBand const& band, BandInputs const& inputs);  // never below what timers repeat to
void factor_residual(SurfaceResidual& residual);  // fills `cholesky` from x, length, scale and noise

}  // namespace aif
