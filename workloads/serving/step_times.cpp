#include "workloads/serving/step_times.hpp"

#include <algorithm>
#include <cmath>

namespace aif::workloads {

std::int64_t steps_to_cover(StepTimes const& times, std::size_t b, double context, double grow, double wait_s, std::int64_t most) {
  // n c + d n (n - 1) / 2 >= wait with c the first step and d its growth from step to step.
  double const c = times.base_s[b] + times.per_token_s[b] * context;
  double const d = times.per_token_s[b] * grow;
  double const half = c - 0.5 * d;
  double const root = d > 1e-15 * c ? (std::sqrt(half * half + 2.0 * d * wait_s) - half) / d : wait_s / c;
  auto n = static_cast<std::int64_t>(std::clamp(std::floor(root), 1.0, static_cast<double>(most)));
  while (n > 1 && times.decode_s(b, context, static_cast<double>(n - 1), grow) >= wait_s) --n;
  while (n < most && times.decode_s(b, context, static_cast<double>(n), grow) < wait_s) ++n;
  return n;
}

StepTimes simple_step_times(std::size_t max_batch, double base_s, double each_s, double per_context_s, double per_prompt_token_s) {
  StepTimes times;
  for (std::size_t b = 0; b <= max_batch; ++b) {
    times.base_s.push_back(base_s + each_s * static_cast<double>(b));
    times.per_token_s.push_back(per_context_s);
  }
  times.chunk_token = {0.0, 1.0};
  times.chunk_s = {0.0, per_prompt_token_s};
  times.alone_s = base_s;
  return times;
}

}  // namespace aif::workloads
