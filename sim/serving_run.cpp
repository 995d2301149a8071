#include "sim/serving_run.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "contracts/profile_json.hpp"
#include "models/compute/serving_parameters.hpp"
#include "sim/facility/placement.hpp"
#include "sim/io/traces.hpp"
#include "workloads/arrivals/arrivals.hpp"
#include "workloads/serving/design.hpp"

namespace aif::sim {

using namespace workloads;

namespace {

RequestTable requests_of(ServingRunParams const& p, Library const& library) {
  if (p.workload.tokens.trace.empty()) {
    double const rate = p.requests_s > 0 ? p.requests_s : p.workload.demand.mean_per_s > 0 ? p.workload.demand.mean_per_s : 1.0;
    return with_rate(synthesise_requests(p.workload.tokens, p.requests, p.seed), rate, p.requests);
  }
  RequestTable table = read_trace(library.asset_path(p.workload.tokens.trace));
  if (!table.next_begin.empty()) return table;  // sessions have no rate to stretch and no end to cut
  std::size_t const n = std::min(p.requests, table.size());
  double const span_s = table.arrival_s[n - 1] - table.arrival_s.front();
  double const own = span_s > 0 ? static_cast<double>(n) / span_s : 1.0;
  return with_rate(table, p.requests_s > 0 ? p.requests_s : own, n);
}

// All requests at once: the rate between the fifth and the fourth fifth of the finishes is what the replicas can do.
double capacity_s(RequestTable table, Deployment const& deployment, RunControl const& control) {
  if (!table.next_begin.empty()) return 0.0;  // a closed loop offers no more than it is served
  std::fill(table.arrival_s.begin(), table.arrival_s.end(), 0.0);
  std::vector<double> ends;
  for (double e : simulate(table, deployment, {}, control).requests.e2e_s)
    if (!std::isnan(e)) ends.push_back(e);
  if (ends.size() < 10) return 0.0;
  std::sort(ends.begin(), ends.end());
  std::size_t const from = ends.size() / 5, to = ends.size() * 4 / 5;
  return static_cast<double>(to - from) / std::max(1e-9, ends[to] - ends[from]);
}

std::vector<ServingWindow> time_line(RequestTable const& table, RequestResults const& r, SloParams const& slo, double span_s, std::size_t n) {
  std::vector<ServingWindow> windows(n);
  if (n == 0) return windows;
  double const width_s = std::max(span_s, 1e-9) / static_cast<double>(n);
  std::vector<double> released(n), done(n), good(n);
  auto window = [&](double at_s) { return static_cast<std::size_t>(std::clamp(at_s / width_s, 0.0, static_cast<double>(n) - 1.0)); };
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (std::isnan(r.released_s[i])) continue;
    std::size_t const w = window(r.released_s[i]);
    released[w] += 1;
    if (std::isnan(r.e2e_s[i])) continue;
    windows[w].ttft_mean_s += r.ttft_s[i];
    good[w] += is_good(slo, r.ttft_s[i], r.tpot_s[i], r.e2e_s[i]);
    std::size_t const end = window(r.released_s[i] + r.e2e_s[i]);
    done[end] += 1;
    windows[end].out_token_s += table.output_token[i] / width_s;
  }
  double inside = 0;
  for (std::size_t w = 0; w < n; ++w) {
    inside += released[w] - done[w];
    windows[w].from_s = width_s * static_cast<double>(w);
    windows[w].offered_s = released[w] / width_s;
    windows[w].done_s = done[w] / width_s;
    windows[w].in_system = inside;
    windows[w].ttft_mean_s = released[w] > 0 ? windows[w].ttft_mean_s / released[w] : 0.0;
    windows[w].good_frac = released[w] > 0 ? good[w] / released[w] : 1.0;
  }
  return windows;
}

}  // namespace

ServingRunResult run_serving(ServingRunParams const& p, Library const& library, RunControl const& control) {
  auto const model = [&] {
    auto m = library.load_as<compute::ModelArchitecture>(p.workload.model);
    m.id = p.workload.model;
    return m;
  }();
  HardwareProfile const profile = read_profile(library.asset_path(p.profile));
  auto const fit = compute::read_serving_fit(library.asset_path("lib:engines/serving_fit"));
  auto const placement = choose_placement(p.workload, model, profile, fit, p.devices, p.devices);
  compute::ReplicaDesign design = placement.design;
  design.workers *= p.replicas;
  design.prefill_workers *= p.replicas;
  double const clock_hz = p.clock_frac * profile.datasheet.clock_max_hz;
  Deployment deployment = deployment_of(design, clock_hz);
  deployment.routing = p.routing;
  double const kv_byte = compute::kv_byte_per_token_device(design) * design.worker.devices();
  deployment.serve.scheduler.tiers[0] = {p.host_kv_byte / kv_byte, kv_byte / std::max(1.0, p.host_kv_byte_s), 1e-4};

  RequestTable const table = requests_of(p, library);
  SimulationResult const result = simulate(table, deployment, {}, control);
  if (result.done == 0)
    throw InputError(Diagnostic{"AF2504", Severity::error, "no request fits the KV memory of the replica", "", {}, "give it more devices, or shorter contexts", 1});
  ServingRunResult out;
  out.design = placement.text;
  out.devices = compute::devices(design);
  out.requests = table.size();
  out.done = result.done;
  out.refused = result.refused;
  out.span_s = result.end_s;
  out.measures = measure(table, result, deployment, p.workload.slo, 0.0, result.end_s);
  double const capacity = capacity_s(table, deployment, control);
  double const arrivals_s = table.next_begin.empty() ? table.arrival_s.back() - table.arrival_s.front() : 0.0;
  if (capacity > 0 && arrivals_s > 0) out.offered_over_capacity = static_cast<double>(table.size()) / arrivals_s / capacity;
  out.device_w = profile.power.idle_w + device_mean(design, result, clock_hz).dynamic_w;
  double const out_token = result.serve.out_token + result.decode.out_token;
  out.j_per_out_token = out.device_w * out.devices * result.measured_s / std::max(1.0, out_token);
  out.cache_hit_frac = result.serve.cached_token / std::max(1.0, result.serve.in_token);
  out.reloaded_frac = result.serve.reloaded_token / std::max(1.0, result.serve.in_token);
  out.windows = time_line(table, result.requests, p.workload.slo, result.end_s, p.windows);
  return out;
}

std::string to_json(ServingRunResult const& r) {
  using nlohmann::ordered_json;
  auto percentile = [](Percentiles const& p) { return ordered_json{{"mean", p.mean}, {"p50", p.p50}, {"p90", p.p90}, {"p95", p.p95}, {"p99", p.p99}}; };
  auto const& m = r.measures;
  ordered_json j{{"schema", "aifactory/serving_run/v1"}, {"design", r.design}, {"devices", r.devices}, {"requests", r.requests}, {"done", r.done}, {"refused", r.refused},
                 {"span", r.span_s}, {"ttft", percentile(m.ttft_s)}, {"tpot", percentile(m.tpot_s)}, {"e2e", percentile(m.e2e_s)}, {"good_share", m.good_frac},
                 {"meets_slo", m.meets_slo}, {"requests_rate", m.requests_s}, {"good_requests_rate", m.good_requests_s}, {"tokens_out_rate", m.out_token_s},
                 {"tokens_in_rate", m.in_token_s}, {"tokens_cached_rate", m.cached_token_s}, {"tokens_out_good_rate", m.good_out_token_s}, {"mean_batch", m.mean_batch},
                 {"kv_used_share", m.kv_used_frac}, {"busy_share", m.busy_frac}, {"preemptions", m.preemptions}, {"offered_over_capacity", r.offered_over_capacity},
                 {"device_power", r.device_w}, {"energy_per_token_out", r.j_per_out_token}, {"cache_hit_share", r.cache_hit_frac}, {"reloaded_share", r.reloaded_frac}};
  for (auto const& w : r.windows)
    j["windows"].push_back({{"from", w.from_s}, {"offered_rate", w.offered_s}, {"done_rate", w.done_s}, {"tokens_out_rate", w.out_token_s}, {"in_system", w.in_system},
                            {"ttft_mean", w.ttft_mean_s}, {"good_share", w.good_frac}});
  return j.dump(2) + "\n";
}

}  // namespace aif::sim
