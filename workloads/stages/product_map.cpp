#include "workloads/stages/product_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/ordered_sum.hpp"
#include "models/compute/device_power.hpp"

namespace aif::workloads {
namespace {

constexpr double kMostUsed = 0.95;      // of what the pools can do, where no latency target stops earlier: a queue stays finite
constexpr double kGoodShare = 0.95;     // targets are 95th percentiles
constexpr int kSearchSteps = 9;

// One clock: the plan and its cell, with as many servers as at full clock.
struct AtClock {
  ProductPlan plan;
  Cell cell;
  double clock_frac = 1;
};

bool keeps(StageRun const& run, ProductParams const& product, double offered_jobs_s) {
  return run.jobs_s >= 0.9 * offered_jobs_s && (product.latency_p95_s <= 0 || run.good_frac >= kGoodShare);
}

double highest_rate(ProductParams const& product, AtClock const& at, ProductMapOptions const& options) {
  double low = 0, high = kMostUsed * at.cell.jobs_s;
  auto const holds = [&](double rate) { return keeps(simulate_stages(product, at.plan, at.cell, {rate, options.jobs, 0.2, options.seed}), product, rate); };
  if (holds(high)) return high;
  for (int i = 0; i < kSearchSteps; ++i) {
    double const middle = 0.5 * (low + high);
    (holds(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

Diagnostic refusal(ProductParams const& product, Machine const& machine, ProductPlan const& plan, std::string const& path) {
  return {"AF2550", Severity::error, fmt::format("{} cannot be made on {}: {}", product.title.empty() ? product.unit : product.title, machine.profile->id, plan.problem), path, {},
          "other devices, a wider pod, a narrower precision, a looser latency target, or what the message names", 1};
}

ProductMap build_product_map(ProductParams const& product, ModelShelf const& shelf, Machine const& machine, std::string const& path, ProductMapOptions const& options, RunControl const& control) {
  std::vector<AtClock> clocks(options.clocks.size());
  parallel_for(clocks.size(), [&](std::size_t i) {
    clocks[i].clock_frac = options.clocks[i];
    clocks[i].plan = plan_product(product, shelf, machine, options.clocks[i]);
    if (clocks[i].plan.fits) clocks[i].cell = choose_cell(clocks[i].plan, machine);
  });
  AtClock const& full = clocks.back();
  if (!full.plan.fits)
    throw InputError(refusal(product, machine, full.plan, path));

  ProductMap out;
  out.plan = full.plan;
  out.cell = full.cell;
  out.units_per_job = product.units_per_job;
  double const capacity = highest_rate(product, full, options);
  if (!(capacity > 0))
    throw InputError(Diagnostic{"AF2551", Severity::error, fmt::format("{} on {} misses its latency target of {:.3g} s at every load: unloaded it takes {:.3g} s", product.title, machine.profile->id, product.latency_p95_s, full.plan.latency_s),
                                path, {}, "a looser latency target or faster devices", 1});

  OperatingMap& map = out.map;
  map.load_frac = options.loads;
  map.clock_frac = options.clocks;
  map.capacity_out_token_s = capacity * product.units_per_job;
  map.devices = std::max(1, full.cell.devices);
  map.validity = Validity::calibrated;
  double const sd = machine.efficiency.log_sd, band = std::exp(1.645 * sd);
  map.tpot_error = map.ttft_error = {1.0, 1 / band, band, Evidence::measured};
  std::size_t const n_load = options.loads.size(), n = n_load * clocks.size();
  auto& layer = map.at;
  for (auto* v : {&layer.out_token_s, &layer.in_token_s, &layer.cached_token_s, &layer.good_frac, &layer.ttft_p50_s, &layer.ttft_p90_s, &layer.ttft_p99_s, &layer.tpot_p50_s, &layer.tpot_p90_s,
                  &layer.tpot_p99_s, &layer.e2e_p50_s, &layer.e2e_p90_s, &layer.e2e_p99_s, &layer.dynamic_w, &layer.hbm_byte_s, &layer.link_byte_s, &layer.flop_s, &layer.active_frac, &layer.kv_used_frac})
    v->assign(n, 0.0);
  parallel_for(n, [&](std::size_t i) {
    if (control.should_stop()) return;
    AtClock const& at = clocks[i / n_load];
    double const rate = options.loads[i % n_load] * capacity;
    if (!at.plan.fits) return;  // too slow at this clock to meet its target even alone: nothing is made
    // Cells at a lower clock may be cut otherwise: rates are compared for the same number of devices.
    double const cells = static_cast<double>(map.devices) / std::max(1, at.cell.devices);
    auto const run = simulate_stages(product, at.plan, at.cell, {rate / cells, options.jobs, 0.2, options.seed});
    double const devices = std::max(1, at.cell.devices);
    auto const activity = compute::activity_over(run.work, run.span_s * devices), busy = compute::activity_over(run.work, run.span_s * devices * std::max(1e-9, run.busy_frac));
    layer.out_token_s[i] = run.jobs_s * cells * product.units_per_job;
    // Without a target jobs are never late, but beyond what the pools do the queue has no end.
    layer.good_frac[i] = product.latency_p95_s > 0 || options.loads[i % n_load] <= 1 ? run.good_frac : 0.0;
    layer.ttft_p50_s[i] = layer.e2e_p50_s[i] = run.latency_p50_s;
    layer.ttft_p90_s[i] = layer.e2e_p90_s[i] = run.latency_p90_s;
    layer.ttft_p99_s[i] = layer.e2e_p99_s[i] = run.latency_p99_s;
    layer.dynamic_w[i] = run.busy_frac * compute::dynamic_w(machine.profile->power, busy, at.clock_frac);  // between jobs a device idles
    layer.hbm_byte_s[i] = activity.hbm_byte_s;
    layer.link_byte_s[i] = activity.link_byte_s;
    for (double f : activity.flop_s) layer.flop_s[i] += f;
    layer.active_frac[i] = run.busy_frac;
  });
  map.key = fmt::format("product {} on {}", path, machine.profile->id);
  return out;
}

}  // namespace aif::workloads
