#include "validation/serving_fit.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/robust_fit.hpp"

namespace aif::validation {
namespace {

using compute::kServingParameters;
using compute::LoopCosts;

constexpr double kTpotScale = 0.12, kTtftScale = 0.22, kTtftWeight = 0.6;  // expected log errors; TTFT carries more hidden options
constexpr double kSecondTtftWeight = 0.3;   // request counts of the second campaign are unknown
constexpr double kGroupRows = 15;
constexpr double kPriorStrength = 3;        // priors count as nine rows each: left-out groups are predicted better, seen ones a little worse
constexpr double kStep = 0.02;              // relative step of the sensitivities
constexpr double kRoundReach = 0.7;         // farthest move of a parameter in a round, log units
constexpr std::size_t kCosts = 5;

std::array<double, kCosts> costs_of(LoopCosts const& p) { return {p.decode_s, p.decode_sequence_s, p.prompt_token_s, p.launch_s, p.prompt_step_s}; }

// A row simulated once: predictions and their log-slopes in the costs.
struct Linear {
  std::array<double, kCosts> costs{}, tpot_slope{}, ttft_slope{};
  double tpot_s = 0, loop_ttft_s = 0;
};

Linear linearise(ServedRow const& row, compute::LoopKernels& kernels, compute::LoopWorkspace& workspace) {
  LoopCosts const base = compute::loop_costs(row.design, row.load, kernels);
  auto run = [&](LoopCosts const& p) {
    auto const r = compute::run_loop(p, row.load, workspace);
    return std::pair{std::log(r.tpot_s), std::log(std::max(1e-6, r.ttft_s - p.request_s))};
  };
  auto const [tpot, ttft] = run(base);
  Linear linear{costs_of(base), {}, {}, std::exp(tpot), std::exp(ttft)};
  for (std::size_t j = 0; j < kCosts; ++j) {
    LoopCosts moved = base;
    double* const cost[kCosts] = {&moved.decode_s, &moved.decode_sequence_s, &moved.prompt_token_s, &moved.launch_s, &moved.prompt_step_s};
    double const beside = j == 1 ? base.decode_s / row.load.users : j == 4 ? base.prompt_token_s * row.load.input_token : 0.0;
    double const step = kStep * std::max({*cost[j], beside, 1e-9});
    *cost[j] += step;
    auto const [t, f] = run(moved);
    linear.tpot_slope[j] = (t - tpot) / step;
    linear.ttft_slope[j] = (f - ttft) / step;
  }
  return linear;
}

struct Predicted {
  double tpot_log, ttft_log;
};
Predicted from_linear(Linear const& at, LoopCosts const& p) {
  double tpot = 0, ttft = 0;
  auto const costs = costs_of(p);
  for (std::size_t j = 0; j < kCosts; ++j) {
    tpot += at.tpot_slope[j] * (costs[j] - at.costs[j]);
    ttft += at.ttft_slope[j] * (costs[j] - at.costs[j]);
  }
  return {std::log(at.tpot_s) + std::clamp(tpot, -1.5, 1.5), std::log(at.loop_ttft_s * std::exp(std::clamp(ttft, -1.5, 1.5)) + p.request_s)};
}

ServingValues values_of(std::span<double const> x) {
  ServingValues values{};
  for (std::size_t i = 0; i < kServingParameters; ++i) values[i] = std::exp(x[i]);
  return values;
}

// Rows share the engine numbers of their (family, device, latent?) group.
void set_engines(std::vector<ServedRow>& rows, ServingValues const& values) {
  std::map<std::tuple<int, HardwareProfile const*, compute::ModelArchitecture const*>, compute::EngineParams> engines;
  for (auto& row : rows) {
    auto const key = std::tuple{static_cast<int>(row.family), row.design.profile, row.design.model};
    auto it = engines.find(key);
    if (it == engines.end()) it = engines.emplace(key, compute::engine_params(values, row.family, *row.design.profile, *row.design.model)).first;
    with_parameters(row, it->second, values);
  }
}

void residuals(std::vector<ServedRow>& rows, std::vector<compute::LoopKernels>& kernels, std::vector<Linear> const& linear, std::vector<double> const& weights, std::span<double const> x, std::span<double> out) {
  set_engines(rows, values_of(x));
  auto const info = compute::serving_parameters();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    auto const p = from_linear(linear[r], compute::loop_costs(rows[r].design, rows[r].load, kernels[r]));
    double const weight = rows[r].warm_up ? 0.0 : kTtftWeight * (rows[r].second_campaign ? kSecondTtftWeight : 1.0) * kTpotScale / kTtftScale;
    out[2 * r] = weights[r] * (p.tpot_log - std::log(rows[r].tpot_s));
    out[2 * r + 1] = weights[r] * weight * (p.ttft_log - std::log(rows[r].ttft_s));
  }
  for (std::size_t i = 0; i < kServingParameters; ++i)
    out[2 * rows.size() + i] = kPriorStrength * kTpotScale * (x[i] - std::log(info[i].start)) / info[i].prior_width;
}

// Rows of one group (device, model, engine, precision) share their hidden options, so a large group counts as kGroupRows of them.
std::vector<double> group_weights(std::vector<ServedRow> const& rows) {
  using Key = std::tuple<std::string, std::string, int, int, std::string>;
  auto key = [](ServedRow const& r) { return Key{r.hardware, fold_model(r.model), static_cast<int>(r.family), static_cast<int>(r.design.weights), r.mode}; };
  std::map<Key, double> count;
  for (auto const& r : rows) count[key(r)] += 1;
  std::vector<double> weights;
  for (auto const& r : rows) weights.push_back(std::sqrt(std::min(1.0, kGroupRows / count[key(r)])));
  return weights;
}

std::size_t carried(std::vector<ServedRow>& rows, std::vector<compute::LoopKernels>& kernels, std::vector<Linear> const& linear, std::vector<double> const& weights, std::vector<double> x, std::size_t i) {
  std::vector<double> before(2 * rows.size() + kServingParameters), after(before.size());
  residuals(rows, kernels, linear, weights, x, before);
  x[i] += 0.05;
  residuals(rows, kernels, linear, weights, x, after);
  std::size_t count = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) count += std::abs(after[2 * r] - before[2 * r]) + std::abs(after[2 * r + 1] - before[2 * r + 1]) > 1e-4 ? 1 : 0;
  return count;
}

}  // namespace

compute::ServedPoint predict(ServedRow& row, ServingValues const& values, compute::LoopWorkspace& workspace) {
  with_parameters(row, compute::engine_params(values, row.family, *row.design.profile, *row.design.model), values);
  return compute::serve(row.design, row.load, workspace);
}

FittedServing fit_serving_rows(std::vector<ServedRow> rows, int rounds) {
  auto const info = compute::serving_parameters();
  std::vector<double> x(kServingParameters);
  for (std::size_t i = 0; i < kServingParameters; ++i) x[i] = std::log(info[i].start);
  compute::LoopWorkspace workspace;
  std::vector<Linear> linear(rows.size());
  std::vector<compute::LoopKernels> kernels;
  set_engines(rows, values_of(x));
  for (auto const& row : rows) kernels.push_back(compute::loop_kernels(row.design, row.load));
  auto const weights = group_weights(rows);
  FitResult fit;
  for (int round = 0; round < rounds; ++round) {
    set_engines(rows, values_of(x));
    for (std::size_t r = 0; r < rows.size(); ++r) linear[r] = linearise(rows[r], kernels[r], workspace);
    FitBox box{{x}, x, x};
    for (std::size_t i = 0; i < kServingParameters; ++i) {
      double const top = std::log(info[i].high), center = std::log(info[i].start);
      box.low[i] = std::max(x[i] - kRoundReach, center - 4 * info[i].prior_width);
      box.high[i] = std::min({x[i] + kRoundReach, center + 4 * info[i].prior_width, top});
    }
    FitOptions options;
    options.loss_scale = kTpotScale;
    options.max_iterations = 6;
    options.jacobian_step = 2e-3;
    options.tolerance = 1e-5;
    fit = robust_fit([&](std::span<double const> at, std::span<double> out) { residuals(rows, kernels, linear, weights, at, out); }, 2 * rows.size() + kServingParameters, box, options);
    x = fit.params;
  }
  FittedServing result;
  result.values = values_of(x);
  for (std::size_t i = 0; i < kServingParameters; ++i) {
    double const variance = fit.covariance.empty() ? 0.0 : fit.covariance[i * kServingParameters + i];
    result.log_sd[i] = variance > 0 ? std::sqrt(variance) : info[i].prior_width;  // on a bound: the prior's
    result.rows[i] = carried(rows, kernels, linear, weights, x, i);
  }
  return result;
}

}  // namespace aif::validation
