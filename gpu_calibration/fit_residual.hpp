#pragma once
// Residual process of a surface: hyperparameters by maximum likelihood over a small fixed grid, then a length for each feature where
// the data ask for it, and the conformal quantile of the leave-one-out residuals. Sources: Rasmussen and Williams 2006, sections 2.2, 4.2 and 5.4.2 (leave-one-out in closed form);
// Vovk, Gammerman and Shafer 2005 for the quantile ceil((n+1) 0.9).

#include <span>
#include <vector>

#include "contracts/hardware_profile.hpp"

namespace aif::calibration {

struct ResidualFit {
  SurfaceResidual residual;
  double band_quantile = 0;        // conformal 90 % quantile of |leave-one-out residual| / (its sd x local score)
  double typical_half_width = 0;   // median over the probes, in log
  std::vector<double> left_out;    // log(measured / predicted without that probe)
};

// x: points x n_features, row-major. log_ratio: log(measured / physics). Outliers are clipped at five robust sd for the
// process, but count in full for the quantile. Fewer than 8 points: no process, the spread of the ratios alone.
ResidualFit fit_residual(std::vector<double> x, std::size_t n_features, std::span<double const> log_ratio);

}  // namespace aif::calibration
