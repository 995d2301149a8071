#include "validation/training_bands.hpp"

#include <cmath>
#include <limits>

#include "core/robust_fit.hpp"
#include "core/statistics.hpp"

namespace aif::validation {

namespace wl = aif::workloads;

wl::TrainingBand fit_training_band(std::vector<TrainingError> const& errors) {
  constexpr double kRidge = 5;      // rows that a slope of one standard deviation of its input weighs
  constexpr double kFloor = 0.01;   // errors below it are luck
  constexpr double kShare = 0.90;
  wl::TrainingBand band;
  std::size_t const n = errors.size(), inputs = wl::kBandInputs;
  if (n < 20) return band;
  wl::BandInputs sd{};
  for (std::size_t i = 0; i < inputs; ++i) {
    std::vector<double> column;
    for (auto const& e : errors) column.push_back(e.inputs[i]);
    band.mean[i] = mean(column);
    for (double v : column) sd[i] += (v - band.mean[i]) * (v - band.mean[i]) / static_cast<double>(n);
    sd[i] = std::sqrt(sd[i]);
  }
  FitBox box{{std::vector<double>(inputs + 1, 0.0)}, std::vector<double>(inputs + 1, -10.0), std::vector<double>(inputs + 1, 10.0)};
  FitOptions options;
  options.loss_scale = std::numeric_limits<double>::infinity();
  auto const fit = robust_fit(
      [&](std::span<double const> x, std::span<double> out) {
        for (std::size_t r = 0; r < n; ++r) {
          double value = x[inputs];
          for (std::size_t i = 0; i < inputs; ++i) value += sd[i] > 0 ? x[i] * (errors[r].inputs[i] - band.mean[i]) / sd[i] : 0.0;
          out[r] = value - std::log(errors[r].log_error + kFloor);
        }
        for (std::size_t i = 0; i < inputs; ++i) out[n + i] = std::sqrt(kRidge) * x[i];
      },
      n + inputs, box, options);
  for (std::size_t i = 0; i < inputs; ++i) band.slope[i] = sd[i] > 0 ? fit.params[i] / sd[i] : 0.0;
  std::vector<double> scaled;
  for (auto const& e : errors) scaled.push_back(e.log_error / band.scale(e.inputs));
  band.half = quantile(scaled, kShare);
  return band;
}

}  // namespace aif::validation
