#pragma once
// The catalogue entry of a headline figure; `explain METRIC` prints it. Values are SI.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "contracts/evidence.hpp"

namespace aif {

// What a figure's trust hangs on: tokens per second, accelerators' watts, electrical and cooling plant, prices.
enum class Link : std::size_t { rate, watts, plant, money };
inline constexpr std::size_t kLinks = 4;
constexpr auto enum_names(Link) { return std::array<std::string_view, kLinks>{"rate", "watts", "plant", "money"}; }

enum class Scope { site, hall, workload };
enum class Reduce { energy_weighted, mean, peak, p95, sum };
enum class Better { up, down };
constexpr auto enum_names(Scope) { return std::array<std::string_view, 3>{"site", "hall", "workload"}; }
constexpr auto enum_names(Reduce) { return std::array<std::string_view, 5>{"energy_weighted", "mean", "peak", "p95", "sum"}; }
constexpr auto enum_names(Better) { return std::array<std::string_view, 2>{"up", "down"}; }

struct Metric {
  std::string_view id, unit, definition;
  Scope scope = Scope::site;
  Reduce reduce = Reduce::mean;
  Better better = Better::up;
  std::array<bool, kLinks> links{};  // of Link: those that dominate its error
};

struct MetricValue {
  std::string id, unit, definition;
  double value = 0;
  std::optional<double> p10, p50, p90;  // absent with validity no_band: never invented
  Validity validity = Validity::no_band;
};

}  // namespace aif
