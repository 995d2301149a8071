#include "reports/packed_series.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace aif::reports {

std::vector<float> hourly(sim::SeriesGroup const* group, std::string_view variable, std::size_t entity) {
  sim::Variable const* v = group ? group->find(variable) : nullptr;
  if (!v || group->n_steps == 0 || v->values.empty()) return {};
  std::size_t const entities = v->values.size() / group->n_steps;
  if (entity >= entities) return {};
  auto const per_hour = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(3600.0 / group->step_s)));
  std::vector<float> means;
  means.reserve(group->n_steps / per_hour + 1);
  for (std::size_t first = 0; first < group->n_steps; first += per_hour) {
    std::size_t const last = std::min(first + per_hour, group->n_steps);
    double sum = 0;
    for (std::size_t i = first; i < last; ++i) sum += static_cast<double>(v->values[i * entities + entity]);
    means.push_back(static_cast<float>(sum / static_cast<double>(last - first)));
  }
  return means;
}

std::string base64(std::span<unsigned char const> bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::size_t const n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k) word = word << 8 | (k < n ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[word >> (18 - 6 * k) & 63u] : '=';
  }
  return out;
}

Json pack(std::span<float const> values) {
  constexpr double kSteps = 65534;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;
  for (float v : values)
    if (std::isfinite(v)) least = std::min(least, static_cast<double>(v)), greatest = std::max(greatest, static_cast<double>(v));
  if (!(least <= greatest)) least = greatest = 0;
  double const step = greatest > least ? (greatest - least) / kSteps : 1;
  std::vector<unsigned char> bytes;
  bytes.reserve(2 * values.size());
  for (float v : values) {
    auto const code = std::isfinite(v) ? static_cast<std::uint16_t>(std::lround((static_cast<double>(v) - least) / step)) : std::uint16_t{65535};
    bytes.push_back(static_cast<unsigned char>(code & 255u));
    bytes.push_back(static_cast<unsigned char>(code >> 8));
  }
  return {{"least", least}, {"step", step}, {"data", base64(bytes)}};
}

sim::SeriesGroup const* find_group(sim::Results const& results, std::string_view prefix, bool of_pods) {
  for (auto const& group : results.series)
    if (group.name.starts_with(prefix) && (group.name.find("_pods") != std::string::npos) == of_pods) return &group;
  return nullptr;
}

std::vector<std::string> labels_of(sim::SeriesGroup const* group, std::string const& dimension) {
  auto const it = group ? group->coordinates.find(dimension) : decltype(group->coordinates.end()){};
  return group && it != group->coordinates.end() ? it->second : std::vector<std::string>{};
}

}  // namespace aif::reports
