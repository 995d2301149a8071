#pragma once
// 90 % bands of the serving suite: 5 and 95 % quantiles of measured over predicted, by what is known of a run before it is made. Rows of one
// group (device, model, format) share hidden options and err together, so a large group counts as kBandGroupRows of them: the question is
// how far off the next group will be (conformal prediction by class, Vovk 2012; groups as the exchangeable unit, Dunn et al. 2023).

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "validation/serving_points.hpp"

namespace aif::validation {

using BandTable = std::map<std::string, std::array<double, 2>>;  // by class: low, high

// Every class of a band, as it is named in the fitted file.
std::span<std::string_view const> band_classes();

// "burst", "staggered" (users start one by one: request counts unknown), "guessed" (aggregated label, pools behind it), "disaggregated".
std::string band_class(ServedRow const& row);
// "hopper" or "blackwell": by the arithmetic that the die has.
std::string band_class_of_die(HardwareProfile const& profile);
// "known" or "new": with or without served points in the fit.
std::string band_class_of_device(HardwareProfile const& profile);

struct BandSample {
  std::string group;
  double ratio = 1;  // measured over predicted
};
// Quantiles with equal weight of groups of kBandGroupRows and more; {1, 1} when empty.
std::array<double, 2> band_of(std::vector<BandSample> samples);

}  // namespace aif::validation
