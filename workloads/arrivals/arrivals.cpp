#include "workloads/arrivals/arrivals.hpp"

#include <algorithm>
#include <cmath>

#include "core/random.hpp"

namespace aif::workloads {

namespace {

constexpr double kNormalQuantile95 = 1.6448536269514722;
constexpr double kLongest_token = 1 << 20;

std::int32_t draw_length(RandomStream const& random, std::uint64_t entity, std::uint64_t step, LengthParams const& length) {
  double const ratio = length.p95_token > 0 ? length.p95_token / length.p50_token : 3.5;
  double const sigma = std::log(ratio) / kNormalQuantile95;
  return static_cast<std::int32_t>(std::clamp(std::round(length.p50_token * std::exp(sigma * random.normal(entity, step))), 1.0, kLongest_token));
}

}  // namespace

double gamma_draw(std::uint64_t seed, std::uint64_t entity, double shape) {
  RandomStream const random(seed, Stream::arrivals);
  if (shape == 1.0) return random.exponential(entity, 0, 1.0);
  double const k = shape < 1.0 ? shape + 1.0 : shape;
  double const d = k - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
  for (std::uint64_t step = 1;; step += 2) {
    double const x = random.normal(entity, step), u = random.uniform(entity, step + 1);
    double const v = std::pow(1.0 + c * x, 3);
    if (v <= 0.0 || std::log(u) >= 0.5 * x * x + d - d * v + d * std::log(v)) continue;
    double const boost = shape < 1.0 ? std::pow(random.uniform(entity, 0), 1.0 / shape) : 1.0;
    return d * v * boost / shape;
  }
}

RequestTable synthesise_requests(TokenParams const& tokens, std::size_t n, std::uint64_t seed) {
  RequestTable table;
  RandomStream const lengths(seed, Stream::lengths);
  double const shape = 1.0 / (tokens.burstiness * tokens.burstiness);
  double at_s = 0;
  for (std::size_t i = 0; i < n; ++i) {
    at_s += gamma_draw(seed, i, shape);
    table.add(at_s, draw_length(lengths, i, 0, tokens.input), draw_length(lengths, i, 1, tokens.output));
    if (tokens.cache_hit_frac > 0) table.cached_token.push_back(static_cast<std::int32_t>(tokens.cache_hit_frac * table.input_token.back()));
  }
  return table;
}

RequestTable with_rate(RequestTable const& table, double requests_per_s, std::size_t n) {
  std::size_t const have = table.size();
  double const span_s = have > 1 ? (table.arrival_s.back() - table.arrival_s.front()) * static_cast<double>(have) / static_cast<double>(have - 1) : 1.0;
  double const scale = static_cast<double>(have) / (span_s * requests_per_s);
  RequestTable out;
  out.block_token = table.block_token;
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t const j = i % have;
    double const at_s = table.arrival_s[j] - table.arrival_s.front() + span_s * static_cast<double>(i / have);
    out.add(at_s * scale, table.input_token[j], table.output_token[j]);
    if (!table.cached_token.empty()) out.cached_token.push_back(table.cached_token[j]);
    if (!table.priority.empty()) out.priority.push_back(table.priority[j]);
    if (!table.session.empty()) out.session.push_back(table.session[j]);
  }
  if (n <= have && !table.block_begin.empty()) {
    out.block_begin.assign(table.block_begin.begin(), table.block_begin.begin() + static_cast<std::ptrdiff_t>(n) + 1);
    out.blocks.assign(table.blocks.begin(), table.blocks.begin() + out.block_begin.back());
  }
  return out;
}

}  // namespace aif::workloads
