#include "models/compute/plan_serving.hpp"

#include <algorithm>
#include <cmath>

namespace aif::compute {
namespace {

constexpr double kSecondsPerHour = 3600;
constexpr int kMostWorkers = 4;      // decode workers a pool of the search has
constexpr int kPrefillWidthMost = 8; // devices of a prefill worker of the search

// Layouts of one worker on up to `most` devices: tensor parallel, data-parallel attention for mixtures, two pipeline depths.
std::vector<WorkerLayout> layouts(ModelArchitecture const& model, int most) {
  std::vector<WorkerLayout> out;
  for (int stage = 1; stage <= most; stage *= 2)
    for (int ranks = 1; ranks <= (is_moe(model) ? stage : 1); ranks *= 2)
      for (int pp : {1, 2}) {
        if (stage * pp > most || model.q_heads % (stage / ranks) != 0) continue;
        out.push_back({stage / ranks, pp, 1, ranks});
        if (is_moe(model) && stage > 1) out.push_back({stage / ranks, pp, stage, ranks});
      }
  return out;
}

PlanPoint point_of(PlanRequest const& request, ReplicaDesign const& d, SteadyPoint const& s, PowerModel const& power) {
  auto const& sheet = request.profile->datasheet;
  PlanPoint p;
  p.worker = d.worker;
  p.prefill = d.prefill;
  p.workers = d.workers;
  p.prefill_workers = d.prefill_workers;
  p.devices = devices(d);
  p.batch = s.batch;
  p.tpot_s = s.tpot_s;
  p.ttft_s = s.ttft_s;
  p.user_token_s = 1 / s.tpot_s;
  p.out_token_s_device = s.out_token_s / p.devices;
  p.low = 1 / d.engine.tpot_high;
  p.high = 1 / d.engine.tpot_low;
  if (is_disaggregated(d)) {  // each pool at its own rates; the prefill pool rests for the rest of the time
    SteadyPoint decode = s, prefill = s;
    decode.prefill_frac = 0;
    prefill.prefill_frac = std::min(1.0, s.prefill_pool_frac);
    prefill.decode = {};
    double const n_prefill = d.prefill.devices() * d.prefill_workers;
    p.device_w = (steady_w(power, sheet, decode) * (p.devices - n_prefill) + steady_w(power, sheet, prefill) * n_prefill) / p.devices;
  } else {
    p.device_w = steady_w(power, sheet, s);
  }
  p.joule_per_token = p.device_w / p.out_token_s_device;
  p.token_s_mw = 1e6 / p.joule_per_token;
  p.usd_per_mtok = request.usd_per_device_hour / kSecondsPerHour / p.out_token_s_device * 1e6;
  return p;
}

// Batches of a replica: powers of two and one and a half times them, up to what the cache holds.
std::vector<double> batches(double most) {
  std::vector<double> out;
  for (double b = 1; b <= most; b *= 2) {
    out.push_back(b);
    if (b >= 2 && 1.5 * b <= most) out.push_back(1.5 * b);
  }
  return out;
}

class Search {
 public:
  explicit Search(PlanRequest const& request)
      : request_(request), power_(datasheet_power(request.profile->datasheet, power_shares(request.fit.power, *request.profile))) {}

  void try_design(ReplicaDesign d) {
    d.engine = engine_params(request_.fit, request_.family, *request_.profile, *request_.model, is_disaggregated(d));
    ++plan_.tried;
    if (auto const problems = feasible(d); problems.has_errors()) {
      if (last_refusal_.empty()) last_refusal_ = problems;
      return;
    }
    int const slots = sequence_slots(d, request_.input_token + request_.output_token) * d.workers;
    for (double const b : batches(slots)) {
      SteadyPoint const s = steady(d, request_.input_token, request_.output_token, b);
      if (request_.ttft_limit_s > 0 && s.ttft_s > request_.ttft_limit_s) continue;
      if (request_.tpot_limit_s > 0 && s.tpot_s > request_.tpot_limit_s) break;
      if (is_disaggregated(d) && s.prefill_pool_frac > 1) break;  // its queue would grow without end
      ++plan_.feasible;
      points_.push_back(point_of(request_, d, s, power_));
    }
  }

  ServingPlan finish() {
    std::sort(points_.begin(), points_.end(), [](PlanPoint const& a, PlanPoint const& b) {
      return a.user_token_s != b.user_token_s ? a.user_token_s > b.user_token_s : a.out_token_s_device > b.out_token_s_device;
    });
    double best = 0;
    for (auto const& p : points_)
      if (p.out_token_s_device > best) {
        best = p.out_token_s_device;
        plan_.front.push_back(p);
      }
    std::reverse(plan_.front.begin(), plan_.front.end());
    if (plan_.front.empty()) plan_.refusals = last_refusal_;
    return plan_;
  }

 private:
  PlanRequest const& request_;
  PowerModel power_;
  ServingPlan plan_;
  std::vector<PlanPoint> points_;
  DiagnosticList last_refusal_;
};

}  // namespace

ServingPlan plan_serving(PlanRequest const& request) {
  Search search(request);
  ReplicaDesign d;
  d.profile = request.profile;
  d.model = request.model;
  d.weights = request.weights;
  d.kv = request.kv;
  d.date_year = request.date_year;
  auto const workers = layouts(*request.model, request.max_devices);
  for (auto const& worker : workers) {
    d.worker = worker;
    search.try_design(d);
  }
  if (!request.pools) return search.finish();
  for (auto const& worker : workers)
    for (auto const& prefill : workers) {
      if (worker.pp > 1 || prefill.pp > 1 || prefill.devices() > kPrefillWidthMost) continue;
      for (int n = 1; n <= kMostWorkers; n *= 2)
        for (int m = 1; m <= kMostWorkers; ++m) {
          d.worker = worker;
          d.prefill = prefill;
          d.workers = n;
          d.prefill_workers = m;
          if (devices(d) <= request.max_devices) search.try_design(d);
        }
    }
  return search.finish();
}

}  // namespace aif::compute
