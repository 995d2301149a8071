// Sessions of a trace on one replica: how many keep their targets, with and without a tier for sleeping KV.
#include <algorithm>
#include <cmath>

#include "contracts/profile_json.hpp"
#include "models/compute/serving_parameters.hpp"
#include "sim/claims/agents.hpp"
#include "sim/facility/placement.hpp"
#include "sim/facility/serving_groups.hpp"
#include "sim/io/traces.hpp"
#include "workloads/serving/design.hpp"
#include "workloads/serving/measures.hpp"

namespace aif::sim {
namespace {

using namespace workloads;

constexpr int kSteps = 6;               // of the bisection over the number of sessions
constexpr double kWarmUp = 0.3;         // share of the span in which the machine fills

struct Replay {
  Percentiles ttft, tpot;
  double hit = 0, span_s = 0, dynamic_w = 0;
  bool ran = false;
};

Replay replay(RequestTable const& table, Deployment const& deployment, compute::ReplicaDesign const& design, double clock_hz, RunControl const& control) {
  auto const result = simulate(table, deployment, {}, control);
  Replay r;
  if (result.done == 0) return r;
  r.ran = true;
  double const from = kWarmUp * result.end_s;
  r.ttft = percentiles(result.requests.ttft_s, result.requests.released_s, from, result.end_s);
  r.tpot = percentiles(result.requests.tpot_s, result.requests.released_s, from, result.end_s);
  r.hit = result.serve.cached_token / std::max(1.0, result.serve.in_token);
  r.span_s = result.end_s;
  r.dynamic_w = device_mean(design, result, clock_hz).dynamic_w;
  return r;
}

}  // namespace

SessionCapacity session_capacity(AgentsStudy const& s, AgentMachineParams const& machine, AgentModelParams const& params, bool with_tier, Library const& library, RunControl const& control) {
  SessionCapacity out;
  auto const model = library.load_as<compute::ModelArchitecture>(params.model);
  HardwareProfile profile = read_profile(library.asset_path(machine.rack.device));
  auto const fit = compute::read_serving_fit(library.asset_path(kServingFit));
  profile.power = compute::serving_power(fit, profile);
  ServingWorkloadParams w;
  w.id = params.id;
  w.precision = params.precision;
  w.tokens.input = {s.context_token, s.context_token};
  w.tokens.output = {s.output_token, s.output_token};
  w.tokens.cache_hit_frac = std::min(0.999, 1 - s.new_token / s.context_token);
  w.slo.tpot_p95_s = s.tpot_s;
  w.placement.engine = SchedulerKind::vllm;
  compute::ReplicaDesign design;
  try {
    auto const placement = choose_placement(w, model, profile, fit, machine.rack.devices, scale_up_domain(profile, machine.rack.devices));
    design = placement.design;
    out.design = placement.text;
  } catch (InputError const& e) {
    out.refusal = e.diagnostics().items().front().message;
    return out;
  }
  out.device = compute::devices(design);
  double const clock_hz = profile.datasheet.clock_max_hz;
  Deployment deployment = deployment_of(design, clock_hz);
  double const kv_byte = compute::kv_byte_per_token_device(design) * design.worker.devices();
  double host_byte_s = 50e9;
  for (auto const& link : profile.datasheet.links)
    if (link.kind == "host") host_byte_s = link.byte_s_per_direction;
  double const tier_byte = with_tier ? machine.tier_byte_per_device * out.device : 0;
  deployment.serve.scheduler.tiers[0] = {tier_byte / kv_byte, kv_byte / (host_byte_s * out.device), 1e-4};

  std::string const path = library.asset_path(s.trace);
  auto const all = read_session_trace(path, 0.0, static_cast<std::size_t>(s.sessions));
  double const calls = static_cast<double>(all.requests.size());
  double const length_s = std::max(60.0, s.period_s * calls / static_cast<double>(std::max<std::size_t>(1, all.sessions)));  // mean of a session

  auto const at = [&](double active) {
    auto const trace = read_session_trace(path, length_s / active, static_cast<std::size_t>(s.sessions));
    return replay(trace.requests, deployment, design, clock_hz, control);
  };
  auto const keeps = [&](Replay const& r) { return r.ran && r.ttft.p95 <= s.ttft_s && r.tpot.p95 <= s.tpot_s; };
  double low = 0, high = std::max(2.0, 0.6 * s.sessions);  // more at once than the replay holds cannot be seen
  Replay best;
  for (int i = 0; i < kSteps && !control.should_stop(); ++i) {
    double const active = low > 0 ? std::sqrt(low * high) : std::max(1.0, high / 4);
    auto const r = at(active);
    if (keeps(r)) low = active, best = r;
    else high = active;
    if (low == 0 && high <= 1) break;
  }
  out.sessions = low;
  out.cache_hit_frac = best.hit;
  out.ttft_p95_s = best.ttft.p95;
  out.device_w = profile.power.idle_w + best.dynamic_w;
  if (low == 0) out.refusal = "not one session keeps its targets";
  return out;
}

}  // namespace aif::sim
