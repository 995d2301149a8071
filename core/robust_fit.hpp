#pragma once
// Bounded robust least squares for the small fits of the project (kernel surfaces, serving and cooling constants): minimises
// the sum of pseudo-Huber losses of residuals that the caller computes. Levenberg-Marquardt with Marquardt's diagonal scaling,
// iteratively reweighted, numeric forward Jacobian, projection on box bounds with the bound variables held while their gradient
// points outward. Not for more than about 50 parameters: normal equations are dense. Deterministic: no threads, no randomness.
// Sources: Marquardt 1963 (SIAM J. 11), Holland and Welsch 1977 (reweighting), Charbonnier et al. 1997 (the loss).

#include <functional>
#include <span>
#include <vector>

namespace aif {

// Writes residuals (usually log predicted - log measured) for a set of parameters. A value that is not finite counts as a large misfit.
using ResidualFunction = std::function<void(std::span<double const> params, std::span<double> residuals)>;

struct FitOptions {
  double loss_scale = 0.05;      // residuals far above it count linearly; infinite: plain least squares
  int max_iterations = 100;
  double jacobian_step = 1e-4;   // relative to max(|parameter|, 0.01 x its range), one-sided into the box
  double tolerance = 1e-9;       // relative fall of the cost that counts as converged
};

// Box and starting points; every start is clipped into the box, the best end point wins (first one on a tie).
struct FitBox {
  std::vector<std::vector<double>> starts;
  std::vector<double> low, high;
};

struct FitResult {
  std::vector<double> params;
  std::vector<double> covariance;  // row-major; rows of parameters on a bound are zero
  std::vector<bool> on_bound;      // not identified by the data
  double cost = 0;                 // sum of losses
  double residual_sd = 0;          // robust spread of the residuals
  int iterations = 0;
  bool converged = false;
};

FitResult robust_fit(ResidualFunction const& residuals, std::size_t n_residuals, FitBox const& box, FitOptions const& options = {});

// Least squares with x >= 0 (Lawson and Hanson 1974), rows x columns of `a` row-major: power coefficients and other mixtures.
std::vector<double> nonnegative_least_squares(std::span<double const> a, std::span<double const> b, std::size_t n_columns);

}  // namespace aif
