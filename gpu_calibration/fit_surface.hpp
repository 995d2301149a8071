#pragma once
// Probe times of one operator, kernel and precision on one device -> a Surface: robust fit of the physics form on log time from
// two starting points, then the residual process and its conformal band. Deterministic bit for bit; no threads inside.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contracts/surfaces/predict.hpp"

namespace aif::calibration {

struct SurfaceSample {
  SurfaceShape shape;
  double time_s = 0;
};

// Parameters held at a value because the data of one surface cannot tell them from another.
struct FixedParameter {
  std::string name;
  double value = 0;
};

// `identity` carries op, precisions, kernel, form and evidence; everything else is filled. Throws InputError AF4701 when the
// form is unknown or there are fewer samples than half its parameters.
Surface fit_surface(Surface identity, Datasheet const& sheet, std::span<SurfaceSample const> samples, std::span<FixedParameter const> fixed = {});

double median_abs_log(std::span<double const> values);

}  // namespace aif::calibration
