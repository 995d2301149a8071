// The interval of the training step: a scale by what is known of a run, and a quantile over it.
#include <doctest/doctest.h>

#include <cmath>

#include "core/random.hpp"
#include "validation/training_bands.hpp"

using namespace aif;
using namespace aif::validation;

namespace {

// Errors whose spread is three times as wide with experts, and does not depend on the rest.
std::vector<TrainingError> errors(std::uint64_t seed, std::size_t n) {
  RandomStream const random(seed, Stream::arrivals);
  std::vector<TrainingError> out;
  for (std::size_t i = 0; i < n; ++i) {
    auto const [u, v] = random.uniform_pair(i, 0);
    double const experts = u < 0.5 ? 1.0 : 0.0, normal = std::sqrt(-2 * std::log(1 - random.uniform_pair(i, 1)[0])) * std::cos(6.283185307179586 * random.uniform_pair(i, 2)[0]);
    out.push_back({{experts, v < 0.3 ? 1.0 : 0.0, 9 + 3 * v, 2 * u}, std::abs(normal) * (experts > 0 ? 0.15 : 0.05)});
  }
  return out;
}

double covered(workloads::TrainingBand const& band, std::vector<TrainingError> const& rows, double experts) {
  double in = 0, n = 0;
  for (auto const& r : rows)
    if (r.inputs[0] == experts) in += r.log_error <= band.half_log(r.inputs), n += 1;
  return in / n;
}

}  // namespace

TEST_CASE("a spread that depends on an input is found, and new errors are held in each class") {
  auto const band = fit_training_band(errors(1, 400));
  CHECK(std::exp(band.slope[0]) == doctest::Approx(3.0).epsilon(0.4));
  auto const fresh = errors(2, 4000);
  for (double experts : {0.0, 1.0}) {
    CHECK(covered(band, fresh, experts) > 0.84);
    CHECK(covered(band, fresh, experts) < 0.96);
  }
}

TEST_CASE("few errors fit no scale; a class far from all others is wide or narrow within reason") {
  auto const none = fit_training_band(errors(1, 10));
  for (double s : none.slope) CHECK(s == 0);
  auto band = fit_training_band(errors(1, 400));
  band.slope[2] = 5;
  CHECK(band.scale({0, 0, 1000, 0}) == doctest::Approx(std::exp(1.5)));
  CHECK(band.scale({0, 0, -1000, 0}) == doctest::Approx(std::exp(-1.5)));
}

TEST_CASE("the shipped interval is wider with experts, on a new die, for few active parameters and small micro-batches") {
  auto const band = workloads::fitted_band();
  CHECK(band.half > 0.05);
  workloads::BandInputs const at = band.mean;
  for (auto const& [input, sign] : {std::pair{0, 1.0}, {1, 1.0}, {2, -1.0}, {3, -1.0}}) {
    auto moved = at;
    moved[static_cast<std::size_t>(input)] += 1;
    CHECK(sign * (band.half_log(moved) - band.half_log(at)) > 0);
  }
}
