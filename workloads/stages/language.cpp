#include "workloads/stages/language.hpp"

#include <algorithm>
#include <cmath>

#include "workloads/stages/plan.hpp"

namespace aif::workloads {
namespace {

constexpr double kHostByteS = 50e9;  // KV reload over PCIe 5 (assumption where the profile names no host link)

void add(compute::CallCost& out, PhaseCost const& step, double times) {
  for (std::size_t p = 0; p < kPrecisions; ++p) out.flop[p] += times * step.activity.flop_s[p] * step.time_s;
  out.hbm_byte += times * step.activity.hbm_byte_s * step.time_s;
  out.link_byte += times * step.activity.link_byte_s * step.time_s;
  double const kernels_s = times * step.time_s * step.activity.active_frac;
  (step.bound == Bound::compute ? out.compute_s : step.bound == Bound::communication ? out.link_s : out.memory_s) += kernels_s;
  out.overhead_s += times * step.time_s - kernels_s;
  out.time_s += times * step.time_s;
}

}  // namespace

LanguageCall language_call(LanguageStage const& s, compute::ReplicaDesign const& design, double clock_frac) {
  double const hz = clock_frac * design.profile->datasheet.clock_max_hz, accepted = std::max(1.0, design.accepted_per_step);
  LanguageCall out;
  out.recomputed_token = s.home == StateHome::none ? s.cached_token : 0;
  double const fresh = s.input_token + out.recomputed_token, kept = s.cached_token - out.recomputed_token, whole = s.input_token + s.cached_token + s.output_token;
  double const context = s.input_token + s.cached_token + 0.5 * s.output_token;
  out.state_byte = compute::kv_byte(*design.model, design.kv, whole);
  out.resident_byte = compute::weight_byte_per_device(design, design.worker);
  double host_byte_s = kHostByteS;
  for (auto const& link : design.profile->datasheet.links)
    if (link.kind == "host") host_byte_s = link.byte_s_per_direction;
  double const reload_s = s.home == StateHome::host || s.home == StateHome::tier ? compute::kv_byte(*design.model, design.kv, kept) / (host_byte_s * design.worker.tp) : 0;

  int const memory_slots = std::min(compute::sequence_slots(design, whole), design.max_batch);
  auto const call_at = [&](int n, double& tpot_s, double& first_s) {
    auto const decode = compute::iteration(design, {n, n * context, 0, 0, 1, 0}, hz);
    auto const mixed = compute::iteration(design, {n, n * context, fresh, kept, 1, 0}, hz);
    double const prompt_s = std::max(0.0, mixed.time_s - decode.time_s) + reload_s, steps = s.output_token / accepted;
    StageCall call;
    add(call.work, decode, steps - n);
    add(call.work, mixed, n);
    call.work.host_byte = n * reload_s * host_byte_s;
    call.work.link_s += n * reload_s;
    call.time_s = call.work.time_s = steps * decode.time_s + n * prompt_s;
    tpot_s = (call.time_s - prompt_s) / s.output_token;
    first_s = mixed.time_s + reload_s;
    out.bound = n * prompt_s > steps * decode.time_s ? mixed.bound : decode.bound;
    return call;
  };

  std::vector<int> sizes;
  for (int n = 1; n < memory_slots; n *= 2) sizes.push_back(n);
  if (memory_slots >= 1) sizes.push_back(memory_slots);
  for (int n : sizes) {
    double tpot_s = 0, first_s = 0;
    auto const bound_before = out.bound;
    auto call = call_at(n, tpot_s, first_s);
    // Sessions that sleep in device memory keep their slots.
    bool const room = s.home != StateHome::hbm || n * (call.time_s + s.gap_s) / call.time_s <= memory_slots;
    if (n > 1 && (!room || (s.tpot_s > 0 && tpot_s > s.tpot_s))) {
      out.bound = bound_before;
      break;
    }
    out.slots = n;
    out.tpot_s = tpot_s;
    out.first_token_s = first_s;
    out.by_occupancy.push_back(std::move(call));
  }
  return out;
}

}  // namespace aif::workloads
