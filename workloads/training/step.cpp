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

// max(a, b) with a rounded corner (fourth power): host and device overlap, but not perfectly.
double smooth_max(double a, double b) {
  double const most = std::max(a, b), r = most > 0 ? std::min(a, b) / most : 0, r2 = r * r;
  return most * std::sqrt(std::sqrt(1 + r2 * r2));
}

}  // namespace

TrainingDevice training_device(HardwareProfile const& profile) {
  TrainingDevice d{profile.datasheet.peak_flop_s, profile.datasheet.hbm_byte_s, profile.datasheet.hbm_byte, profile.datasheet.tdp_w, 1, 1};
  for (auto const& link : profile.datasheet.links)
    if (link.kind == "nvlink") d.scale_up_domain = std::max(d.scale_up_domain, link.domain);
  auto& peak = d.peak_flop_s;
  for (double& rate : peak) rate *= profile.sustained.matrix;
  d.hbm_byte_s *= profile.sustained.memory;
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

StepModel::StepModel(TrainingShape const& s, TrainingDevice const& d, TrainingEfficiency const& e, Precision p, CommTables const& c, TrainingSoftware sw)
    : shape(s), device(d), efficiency(e), precision(p), comm(&c), software(sw) {
  double const peak_16 = d.peak_flop_s[static_cast<std::size_t>(Precision::bf16)], own = d.peak_flop_s[static_cast<std::size_t>(p)];
  // Board power limits the clock of large products: the sustained share of peak follows the watts per peak FLOP/s.
  double const power = d.sustained * (d.tdp_w > 0 ? std::pow(d.tdp_w / peak_16 / 0.7e-12, e.power_exponent) : 1.0);
  bool const block = p == Precision::fp8_block, is_8 = p == Precision::fp8 || block, is_4 = p == Precision::fp4 || p == Precision::mxfp4;
  double const rate_16 = peak_16 * e.gemm_16 * power, rate = own > 0 && (is_8 || is_4) ? own * (is_4 ? e.gemm_4 : block ? e.gemm_8_block : e.gemm_8) * power : rate_16;
  release = software.fused_experts && s.gated_experts ? e.release_gain : 1.0;
  // A product of width w moves about 1/w bytes per FLOP and element: geometric mean of a layer's matrices.
  auto const traffic = [&](double width) { return width > 0 ? e.gemm_byte / (width * d.hbm_byte_s) : 0.0; };
  dense_s_per_flop = 1 / rate + traffic(std::sqrt(s.dense_params / (12 * s.layers)));
  head_s_per_flop = 1 / rate_16;
  expert_s_per_flop = s.experts > 0 ? (1 / (rate * e.expert_gemm) + traffic(std::sqrt(s.expert_params / (3 * s.experts * s.moe_layers)))) / release : 0;
  attention_flop_s = peak_16 * e.attention * power;
}

namespace {

// Seconds of one micro-batch on one stage.
struct MicroBatch {
  double gemm = 0, attention = 0, memory = 0, host = 0, tp = 0, cp = 0, ep = 0, pp = 0;
};

// Dispatch or combine of one expert layer: a token travels once to each rank, and over the fabric once to each domain, that holds
// any of its k experts (DeepSeek-V3 2024, section 3.2); n places draw n (1 - (1 - 1/n)^k) distinct ones.
double expert_exchange_s(StepModel const& model, TrainingLayout const& l, double own) {
  TrainingShape const& s = model.shape;
  int const inside = std::min(l.ep, model.device.scale_up_domain), domains = (l.ep + inside - 1) / inside;
  auto const message = [&](int places) {  // bytes as nccl-tests counts them: (n-1)/n of it leaves
    return 2 * s.moe_hidden * own * places * (1 - std::pow(1 - 1.0 / places, s.top_k));
  };
  double const in = inside > 1 ? model.comm->flat(CollectiveKind::all_to_all, inside, CommDomain::scale_up)(message(inside)) : 0;
  if (domains <= 1) return model.efficiency.ep_exposed * in;
  double const out = model.comm->flat(CollectiveKind::all_to_all, domains, CommDomain::scale_out)(message(domains));
  return std::max(model.efficiency.ep_exposed * in, model.efficiency.ep_out_exposed * out);
}

MicroBatch micro_batch(StepModel const& model, TrainingLayout const& l) {
  TrainingShape const& s = model.shape;
  TrainingEfficiency const& e = model.efficiency;
  CommTables const& comm = *model.comm;
  int const domain = model.device.scale_up_domain;
  double const token = s.seq / l.cp * l.micro_batch;  // on one context rank
  double const own = token / l.tp;                    // after sequence parallel
  // The slowest stage sets the pace: layers per virtual stage are whole.
  double const uneven = l.pp > 1 ? std::ceil(s.layers / (l.pp * l.vp)) * l.pp * l.vp / s.layers : 1;
  double const layers = s.layers / l.pp * uneven, moe_layers = s.moe_layers / l.pp * uneven;
  // Products per weight and token: forward, gradient of the input, gradient of the weight, forward again.
  double const flop = 2 * own / l.pp * uneven * (2 + (model.software.train_weights ? 1 : 0) + (l.recompute == Recompute::full ? 1 : 0)), passes = flop * l.pp / (6 * own * uneven);
  MicroBatch t;
  t.gemm = flop * (s.dense_params * model.dense_s_per_flop + s.head_params * model.head_s_per_flop);
  double const forwards = l.recompute == Recompute::none ? 0 : 1;
  t.attention = (3.5 + forwards) * s.attention_flop / l.pp * uneven * own / model.attention_flop_s;  // flash backward: 2.5 forwards
  if (!model.software.flash_attention) {
    // Bytes of a score: forward 13, backward 19, recomputed forward 13 (16-bit scores, softmax, dropout with its mask; Korthikanti et al. 2023).
    constexpr double kForward = 13, kBackward = 19;
    t.attention = 2 * (3 + forwards) * s.attention_flop / l.pp * uneven * own * model.head_s_per_flop +
                  (kForward + kBackward + kForward * forwards) * s.heads * s.seq * own * layers / model.device.hbm_byte_s;
  }
  // Without sequence parallelism 10 of 34 bytes of activation traffic are not split over the tensor ranks (Korthikanti et al. 2023).
  double const repeated = model.software.sequence_parallel ? 1.0 : (24 + 10.0 * l.tp) / 34;
  t.memory = e.memory_passes * s.hidden * own * layers * passes * repeated / model.device.hbm_byte_s;
  t.host = e.host_layer_s * layers * passes;
  if (s.experts > 0) {
    t.gemm += model.software.expert_imbalance * flop * s.expert_params * s.top_k / s.experts * model.expert_s_per_flop;
    t.memory += e.moe_passes * s.moe_hidden * own * s.top_k * moe_layers * passes / (model.device.hbm_byte_s * model.release);
    t.host = (t.host + e.host_moe_s * std::sqrt(s.experts / l.ep) * moe_layers * passes) / model.release;
  }
  double const hidden_byte = 2 * s.hidden * token;
  if (l.tp > 1)
    t.tp = e.tp_exposed * layers * (l.recompute == Recompute::full ? 6 : 4) * (comm.time_s(CollectiveKind::all_gather, hidden_byte, l.tp, domain) + comm.time_s(CollectiveKind::reduce_scatter, hidden_byte, l.tp, domain));
  if (l.cp > 1)
    t.cp = e.cp_exposed * layers * 3 * comm.time_s(CollectiveKind::all_gather, 2 * s.kv_element * token * l.cp / l.tp, l.cp, std::max(1, domain / l.tp));
  if (l.ep > 1) t.ep = model.software.expert_imbalance * 4 * moe_layers * expert_exchange_s(model, l, own);
  if (l.pp > 1) {
    auto const where = l.tp * l.cp * l.dp >= domain ? CommDomain::scale_out : CommDomain::scale_up;
    t.pp = e.pp_exposed * 2 * l.vp * comm.flat(CollectiveKind::point_to_point, 2, where)(hidden_byte / l.tp);
  }
  return t;
}

// Gradients and parameters of one step over the ranks that share them; fsdp gathers the parameters again in every micro-batch.
struct Exchange {
  double dense = 0, experts = 0;
};
Exchange data_parallel(StepModel const& model, TrainingLayout const& l, double m) {
  if (!model.software.train_weights) return {};
  TrainingShape const& s = model.shape;
  CommTables const& comm = *model.comm;
  int const domain = model.device.scale_up_domain;
  bool const fsdp = l.sharding == Sharding::fsdp;
  auto const exchange = [&](double params, int ranks, int inside) {
    if (ranks <= 1 || params <= 0) return 0.0;
    return (fsdp ? m : 1) * (comm.time_s(CollectiveKind::reduce_scatter, (fsdp ? 2 : 4) * params, ranks, inside) +
                             (fsdp ? 2 : 1) * comm.time_s(CollectiveKind::all_gather, 2 * params, ranks, inside));
  };
  return {exchange((s.dense_params + s.embedding_params) / (static_cast<double>(l.tp) * l.pp), l.dp * l.cp, std::max(1, domain / l.tp)),
          exchange(s.expert_params / (static_cast<double>(l.ep) * l.pp), std::max(1, l.tp * l.cp * l.dp / l.ep), std::max(1, domain / l.ep))};
}

}  // namespace

StepTime step_time(StepModel const& model, TrainingLayout const& l) {
  TrainingEfficiency const& e = model.efficiency;
  TrainingShape const& s = model.shape;
  double const m = l.micro_batches();
  MicroBatch const b = micro_batch(model, l);
  double const device = b.gemm + b.attention + b.memory, compute = smooth_max(device, b.host);
  double const micro = compute + b.tp + b.cp + b.ep;
  Exchange const x = data_parallel(model, l, m);
  double const exposed_x = e.dp_exposed * x.dense + e.dp_expert_exposed * x.experts, exchange = x.dense + x.experts;
  double const dense = (s.dense_params + s.embedding_params) / (static_cast<double>(l.tp) * l.pp), experts = s.expert_params / (static_cast<double>(l.ep) * l.pp);
  double const shard = l.sharding == Sharding::none ? dense + experts : dense / (l.dp * l.cp) + experts / std::max(1, l.tp * l.cp * l.dp / l.ep);

  StepTime t;
  auto const put = [&](StepBound bound, double seconds) { t.part_s[static_cast<std::size_t>(bound)] = seconds; };
  put(StepBound::gemm, m * b.gemm);
  put(StepBound::attention, m * b.attention);
  put(StepBound::memory, m * b.memory);
  put(StepBound::overhead, m * (compute - device) + e.step_overhead_s);
  put(StepBound::tensor_parallel, m * b.tp);
  put(StepBound::context_parallel, m * b.cp);
  put(StepBound::expert_parallel, m * b.ep);
  put(StepBound::pipeline, m * b.pp + (l.pp - 1.0) / l.vp * micro);
  put(StepBound::data_parallel, std::max(exposed_x, exchange - m * micro));
  // Adam reads and writes fp32 master and moments and reads the gradient: 30 bytes a parameter.
  put(StepBound::optimizer, model.software.train_weights ? 30 * shard / model.device.hbm_byte_s : 0);
  // One slow node among those of the job holds up all: E[max] of a mix of two speeds.
  constexpr double kDevicesPerNode = 8;
  double const any_slow = model.software.slow_node_frac > 0 ? 1 - std::pow(1 - model.software.slow_node_frac, l.devices() / kDevicesPerNode) : 0.0;
  put(StepBound::straggler, any_slow * (model.software.slow_node_factor - 1) * (m + (l.pp - 1.0) / l.vp) * compute);
  for (double part : t.part_s) t.time_s += part;
  t.hidden_s = std::max(0.0, exchange - t[StepBound::data_parallel]);
  return t;
}

}  // namespace aif::workloads
