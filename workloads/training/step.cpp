#include "workloads/training/step.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace aif::workloads {
namespace {

constexpr double kFirstByte = 256, kNoTable = -1;

std::size_t slot(CollectiveKind kind, int domain, int log) {
  return (static_cast<std::size_t>(kind) * 2 + static_cast<std::size_t>(domain)) * 21 + static_cast<std::size_t>(log);
}
int log2_up(int n) { return n <= 1 ? 0 : std::bit_width(static_cast<unsigned>(n - 1)); }

double peak_of(StepModel const& m) {
  double const own = m.device.peak_flop_s[static_cast<std::size_t>(m.precision)];
  return own > 0 ? own : m.device.peak_flop_s[static_cast<std::size_t>(Precision::bf16)];
}
double gemm_efficiency(StepModel const& m) {
  switch (m.precision) {
    case Precision::fp8:
    case Precision::fp8_block: return m.efficiency.gemm_fp8;
    case Precision::fp4:
    case Precision::mxfp4: return m.efficiency.gemm_fp4;
    default: return m.efficiency.gemm_bf16;
  }
}

}  // namespace

TrainingDevice training_device(HardwareProfile const& profile) {
  TrainingDevice d{profile.datasheet.peak_flop_s, profile.datasheet.hbm_byte_s, profile.datasheet.hbm_byte, 1};
  for (auto const& link : profile.datasheet.links)
    if (link.kind == "nvlink") d.scale_up_domain = std::max(d.scale_up_domain, link.domain);
  auto& peak = d.peak_flop_s;
  peak[static_cast<std::size_t>(Precision::fp8_block)] = std::max(peak[static_cast<std::size_t>(Precision::fp8_block)], peak[static_cast<std::size_t>(Precision::fp8)]);
  return d;
}

double CommTables::Curve::operator()(double byte) const {
  double const x = std::max(byte, kFirstByte) / kFirstByte;
  auto const i = std::min<std::size_t>(static_cast<std::size_t>(std::ilogb(x)), time_s.size() - 2);
  double const low = std::ldexp(1.0, static_cast<int>(i));
  return time_s[i] + (time_s[i + 1] - time_s[i]) * (x / low - 1);
}

CommTables::CommTables(std::span<CollectiveTable const> tables) {
  index_.fill(-1);
  curves_.emplace_back();  // nothing to say: no time
  for (auto const& t : tables) {
    int const domain = t.key.domain == CommDomain::scale_out ? 1 : 0;
    if (domain == 1 && t.key.per_domain != 1) continue;  // hierarchy is composed here
    int& at = index_[slot(t.key.kind, domain, std::min(kMaxLog, log2_up(t.key.group)))];
    if (at >= 0) continue;
    at = static_cast<int>(curves_.size());
    auto& curve = curves_.emplace_back();
    for (std::size_t i = 0; i < curve.time_s.size(); ++i) curve.time_s[i] = collective_time_s(t, std::ldexp(kFirstByte, static_cast<int>(i)));
  }
  for (int kind = 0; kind < kKinds; ++kind)  // fill the gaps from the next larger group, beyond the largest from the largest
    for (int domain = 0; domain < kDomains; ++domain) {
      auto const k = static_cast<CollectiveKind>(kind);
      for (int log = kMaxLog - 1; log >= 1; --log)
        if (index_[slot(k, domain, log)] < 0) index_[slot(k, domain, log)] = index_[slot(k, domain, log + 1)];
      for (int log = 1; log <= kMaxLog; ++log)
        if (index_[slot(k, domain, log)] < 0) index_[slot(k, domain, log)] = index_[slot(k, domain, log - 1)];
    }
}

CommTables::Curve const& CommTables::flat(CollectiveKind kind, int group, CommDomain domain) const {
  int const at = group <= 1 ? -1 : index_[slot(kind, domain == CommDomain::scale_out ? 1 : 0, std::min(kMaxLog, log2_up(group)))];
  return curves_[static_cast<std::size_t>(std::max(at, 0))];
}

double CommTables::time_s(CollectiveKind kind, double byte, int group, int inside) const {
  inside = std::min(inside, group);
  int const across = (group + inside - 1) / inside;
  if (across <= 1) return flat(kind, group, CommDomain::scale_up)(byte);
  if (inside <= 1) return flat(kind, group, CommDomain::scale_out)(byte);
  if (kind == CollectiveKind::all_to_all) {
    double const in = byte / across;  // the rest leaves the domain
    return std::max(flat(kind, inside, CommDomain::scale_up)(in), flat(kind, across, CommDomain::scale_out)(byte));
  }
  return flat(kind, inside, CommDomain::scale_up)(byte) + flat(kind, across, CommDomain::scale_out)(byte / inside);
}

StepBound StepTime::binding() const {
  return static_cast<StepBound>(std::max_element(part_s.begin(), part_s.end()) - part_s.begin());
}

StepTime step_time(StepModel const& model, TrainingLayout const& l) {
  TrainingShape const& s = model.shape;
  TrainingEfficiency const& e = model.efficiency;
  CommTables const& comm = *model.comm;
  int const domain = model.device.scale_up_domain;
  double const token = s.seq / l.cp * l.micro_batch;         // of a micro-batch on one context rank
  double const own = token / l.tp;                           // after sequence parallel
  double const layers = s.layers / l.pp, moe_layers = s.moe_layers / l.pp;
  double const m = l.micro_batches();
  double const peak = peak_of(model), bf16 = model.device.peak_flop_s[static_cast<std::size_t>(Precision::bf16)];
  double const again = l.recompute == Recompute::full ? 4.0 / 3.0 : 1.0;  // one more forward on top of three

  // Compute of one micro-batch on one stage, forward and backward.
  double const rate = peak * gemm_efficiency(model);
  double const fill = 1 + e.gemm_half_token / (token * s.hidden / 4096 / l.tp);
  double const gemm = 6 * s.dense_params / l.pp * own * again / rate * fill + 6 * s.head_params / l.pp * own / (bf16 * e.gemm_bf16);
  double const per_expert = s.experts > 0 ? own * s.top_k * l.ep / s.experts : 1;
  double const expert = s.experts > 0 ? 6 * s.expert_params * s.top_k / s.experts / l.pp * own * again / (rate * e.expert_gemm) * (1 + e.gemm_half_token / (4 * per_expert)) : 0;
  double const attention = 3.5 * s.attention_flop / l.pp * own * (l.recompute == Recompute::none ? 1.0 : 4.5 / 3.5) / (bf16 * e.attention);
  double const memory = e.memory_passes * s.hidden * own * (layers + s.top_k * moe_layers / 3) * again / model.device.hbm_byte_s;
  double const overhead = e.layer_overhead_s * (layers + moe_layers) * again;
  double const compute = gemm + expert + attention + memory + overhead;

  // Exposed communication of one micro-batch on one stage.
  double const hidden_byte = 2 * s.hidden * token;
  double const tp = l.tp > 1 ? layers * 4 * (comm.time_s(CollectiveKind::all_gather, hidden_byte, l.tp, domain) + comm.time_s(CollectiveKind::reduce_scatter, hidden_byte, l.tp, domain)) : 0;
  double const cp = l.cp > 1 ? layers * 3 * comm.time_s(CollectiveKind::all_gather, 2 * s.kv_element * token * l.cp / l.tp, l.cp, std::max(1, domain / l.tp)) : 0;
  double const ep = l.ep > 1 ? moe_layers * 4 * comm.time_s(CollectiveKind::all_to_all, 2 * s.hidden * own * s.top_k, l.ep, domain) : 0;
  int const stage_ranks = l.tp * l.cp * l.dp;
  double const pp = l.pp > 1 ? 2 * l.vp * comm.flat(CollectiveKind::point_to_point, 2, stage_ranks >= domain ? CommDomain::scale_out : CommDomain::scale_up)(hidden_byte / l.tp) : 0;

  // Gradients and parameters of one step.
  int const dense_ranks = l.dp * l.cp, expert_ranks = std::max(1, stage_ranks / l.ep);
  double const dense = (s.dense_params + s.embedding_params) / (static_cast<double>(l.tp) * l.pp), experts = s.expert_params / (static_cast<double>(l.ep) * l.pp);
  double const passes = l.sharding == Sharding::fsdp ? m : 1;  // parameters are gathered again for every micro-batch, twice
  auto const reduce = [&](double params, int ranks, int inside) {
    if (ranks <= 1) return 0.0;
    return passes * (comm.time_s(CollectiveKind::reduce_scatter, (l.sharding == Sharding::fsdp ? 2 : 4) * params, ranks, inside) +
                     (l.sharding == Sharding::fsdp ? 2 : 1) * comm.time_s(CollectiveKind::all_gather, 2 * params, ranks, inside));
  };
  double const dp = reduce(dense, dense_ranks, std::max(1, domain / l.tp)) + reduce(experts, expert_ranks, std::max(1, domain / l.ep));
  double const shard = l.sharding == Sharding::none ? dense + experts : dense / dense_ranks + experts / expert_ranks;
  double const optimizer = 30 * shard / model.device.hbm_byte_s;  // read and write fp32 master, moments, gradient; write bf16

  StepTime t;
  auto const put = [&](StepBound b, double seconds) { t.part_s[static_cast<std::size_t>(b)] = seconds; };
  double const straggler = 1 + e.straggler * std::log(std::max(1, l.devices()));
  put(StepBound::gemm, m * (gemm + expert) * straggler);
  put(StepBound::attention, m * attention * straggler);
  put(StepBound::memory, m * memory * straggler);
  put(StepBound::overhead, m * overhead * straggler + e.step_overhead_s);
  put(StepBound::tensor_parallel, m * tp * e.tp_exposed);
  put(StepBound::context_parallel, m * cp * e.cp_exposed);
  put(StepBound::expert_parallel, m * ep * e.ep_exposed);
  double const micro = compute * straggler + tp * e.tp_exposed + cp * e.cp_exposed + ep * e.ep_exposed;
  put(StepBound::pipeline, m * pp * e.pp_exposed + (l.pp - 1.0) / l.vp * micro);
  put(StepBound::data_parallel, std::max(dp * e.dp_exposed, dp - m * micro));
  put(StepBound::optimizer, optimizer);
  for (double part : t.part_s) t.time_s += part;
  t.hidden_s = m * (tp * (1 - e.tp_exposed) + cp * (1 - e.cp_exposed) + ep * (1 - e.ep_exposed) + pp * (1 - e.pp_exposed)) + dp - t[StepBound::data_parallel];
  return t;
}

}  // namespace aif::workloads
