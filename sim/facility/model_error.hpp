#pragma once
// What the models of a built facility may be wrong by, as factors drawn once a run and family. Each group has intervals of its own, from
// the out-of-sample errors of validation (docs/validation): an operating map carries those of its times, a training plan that of its
// step, a rack group that of its watts. One draw places all groups at the same quantile of their intervals, the cautious end for sums.
//
// Times of an engine (tpot) stretch the replica: rates fall, times rise, watts stay; exact for the simulator, in which only promises and
// arrivals have a clock of their own. Goodput then follows from the map's table of targets. ttft moves the first token alone. An error
// of a part (a kernel, a collective) that a validated whole contains is not drawn again.

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/facility/facility.hpp"

namespace aif::sim {

enum class ErrorFamily { tpot, ttft, power_gpu, step_time };
inline constexpr std::size_t kErrorFamilies = 4;
constexpr auto enum_names(ErrorFamily) { return std::array<std::string_view, kErrorFamilies>{"tpot", "ttft", "power_gpu", "step_time"}; }

// Quantile of each group's own interval, or one factor for all when the scenario gives the distribution.
struct ErrorDraw {
  double u = 0.5;
  std::optional<double> factor;
};
using ErrorDraws = std::array<ErrorDraw, kErrorFamilies>;

// The widest interval of any group, for tables; nothing when no group has this family.
std::optional<Estimate> error_interval(Facility const& facility, ErrorFamily family);

// Changes maps, curves, watts and clock limits of the groups, in every part of the day and every outage as well. Draws at the median leave every bit as it is.
void apply_model_error(Facility& facility, ErrorDraws const& draws);

}  // namespace aif::sim
