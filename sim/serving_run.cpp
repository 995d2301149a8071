#include "sim/serving_run.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "contracts/profile_json.hpp"
#include "models/compute/serving_parameters.hpp"
#include "sim/facility/placement.hpp"
#include "sim/io/traces.hpp"
#include "sim/serving_rows.hpp"
#include "workloads/arrivals/arrivals.hpp"
#include "workloads/serving/capacity.hpp"
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

[[noreturn]] void refuse_search(std::string message, std::string hint) {
  throw InputError(Diagnostic{"AF2509", Severity::error, std::move(message), "search", {}, std::move(hint), 1});
}

// The highest rate of the same requests, stretched in time, that keeps every target.
double sustained_rate(RequestTable const& table, Deployment const& deployment, SloParams const& slo, double saturated_s, RunControl const& control) {
  if (!table.next_begin.empty()) refuse_search("sessions have no rate to search: each call waits for the one before it", "take a trace of requests, or drawn ones");
  if (slo.ttft_p95_s <= 0 && slo.tpot_p95_s <= 0 && slo.e2e_p95_s <= 0) refuse_search("a search needs a target to keep", "give a target: time to first token, per output token, or of the whole request");
  return highest_rate(saturated_s, [&](double rate) {
    RequestTable const at = with_rate(table, rate, table.size());
    return measure(at, simulate(at, deployment, {}, control), deployment, slo, 0.0, std::numeric_limits<double>::infinity()).meets_slo;
  });
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
  deployment.events = p.events;
  deployment.autoscaler = p.autoscaler;
  double const kv_byte = compute::kv_byte_per_token_device(design) * design.worker.devices();
  for (std::size_t t = 0; t < std::min(p.kv_stores.size(), deployment.serve.scheduler.tiers.size()); ++t)
    deployment.serve.scheduler.tiers[t] = {p.kv_stores[t].byte / kv_byte, kv_byte / std::max(1.0, p.kv_stores[t].byte_s), p.kv_stores[t].latency_s};

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
  Deployment healthy = deployment;
  healthy.events.clear();
  healthy.autoscaler = {};
  double const capacity = table.next_begin.empty() && result.done >= 10 ? saturated_rate(table, healthy, control) : 0.0;
  double const arrivals_s = table.next_begin.empty() ? table.arrival_s.back() - table.arrival_s.front() : 0.0;
  if (capacity > 0 && arrivals_s > 0) out.offered_over_capacity = static_cast<double>(table.size()) / arrivals_s / capacity;
  if (p.search) out.sustained_s = sustained_rate(table, healthy, p.workload.slo, capacity, control);
  out.replica_s = result.replica_s;
  auto const mean = device_mean(design, result, clock_hz);
  out.device_w = profile.power.idle_w + mean.dynamic_w;
  out.prompt_w = mean.prompt_w;
  out.answer_w = mean.answer_w;
  double const out_token = result.serve.out_token + result.decode.out_token;
  out.j_per_out_token = out.device_w * out.devices * result.measured_s / std::max(1.0, out_token);
  double const device_s = out.devices * result.measured_s, new_token = result.serve.new_token + result.decode.new_token;
  out.j_per_prompt_token = out.prompt_w * device_s / std::max(1.0, new_token);
  out.j_per_answer_token = out.answer_w * device_s / std::max(1.0, out_token);
  double const phases_w = out.prompt_w + out.answer_w;
  out.classes = serving_classes(table, result.requests, p.workload.slo, out, phases_w > 0 ? out.device_w / phases_w : 0.0);
  out.cache_hit_frac = result.serve.cached_token / std::max(1.0, result.serve.in_token);
  out.reloaded_frac = result.serve.reloaded_token / std::max(1.0, result.serve.in_token);
  out.windows = serving_windows(table, result.requests, p.workload.slo, result.end_s, p.windows);
  return out;
}

}  // namespace aif::sim
