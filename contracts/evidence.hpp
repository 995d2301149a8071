#pragma once
// How far a number can be trusted: the evidence of an input, the validity of a result.

#include <algorithm>
#include <array>
#include <string_view>

namespace aif {

enum class Evidence { measured, published, datasheet_prior, assumption };
constexpr auto enum_names(Evidence) {
  return std::array<std::string_view, 4>{"measured", "published", "datasheet_prior", "assumption"};
}

constexpr Evidence evidence_of(std::string_view word) {  // assumption when it is no such word
  auto const names = enum_names(Evidence{});
  auto const at = std::find(names.begin(), names.end(), word);
  return at == names.end() ? Evidence::assumption : static_cast<Evidence>(at - names.begin());
}

// Ordered from best to worst, so that the validity of a result is the worst along its chain. no_band: no interval was computed.
enum class Validity { calibrated, interpolated, extrapolated, prior, no_band };
constexpr auto enum_names(Validity) {
  return std::array<std::string_view, 5>{"calibrated", "interpolated", "extrapolated", "prior", "no_band"};
}
constexpr Validity worst(Validity a, Validity b) { return std::max(a, b); }
constexpr Evidence worst(Evidence a, Evidence b) { return std::max(a, b); }

struct Estimate {
  double value = 0, low = 0, high = 0;  // low..high holds the truth with 90 %
  Evidence evidence = Evidence::assumption;
};

}  // namespace aif
