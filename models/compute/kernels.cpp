#include "models/compute/kernels.hpp"

#include <algorithm>
#include <cmath>

namespace aif::compute {
namespace {

// Between domains: ring over the slower link, one latency a step. NCCL on 400 Gb/s InfiniBand needs 20-25 us for small messages over two
// nodes (assumption).
constexpr double kBetweenLatency_s = 20e-6;
constexpr double kSquare = 8192;  // a product large enough to show the arithmetic rate
// Prior of the figures that a data sheet may lack: those of an H100.
constexpr double kPriorSmCount = 132, kPriorL2_byte = 50e6, kPriorClock_hz = 1.98e9;

template <class Params>
void copy_params(Params& to, std::span<double const> from) {
  std::copy_n(from.begin(), std::min(from.size(), to.size()), to.begin());
}
template <class Shape, class Params>
void start_params(Params& to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = Shape::parameters[i].start;
}

// The surface that `kernel` names ("trtllm/gemm", or a framework), else any of that operator.
Surface const* surface_of(HardwareProfile const& profile, OpClass op, Precision precision, std::string_view kernel) {
  if (auto const* s = find_surface(profile, op, precision, kernel)) return s;
  return op == OpClass::gemm ? find_surface(profile, op, precision) : nullptr;
}

SurfaceDevice device_of(HardwareProfile const& profile) {
  Surface const plain;
  SurfaceDevice d = surface_device(plain, profile.datasheet, 1.0);
  if (!(d.sm_count > 0)) d.sm_count = kPriorSmCount;
  if (!(d.l2_byte > 0)) d.l2_byte = kPriorL2_byte;
  if (!(d.clock_hz > 0)) d.clock_hz = kPriorClock_hz;
  return d;
}

}  // namespace

double peak_flop_s(HardwareProfile const& profile, Precision storage) {
  return profile.datasheet.peak_flop_s[static_cast<std::size_t>(compute_precision(profile, storage))];
}

DenseKernel dense_kernel(HardwareProfile const& profile, Precision storage, DeviceClock clock) {
  DenseKernel kernel;
  if (auto const* half = surface_of(profile, OpClass::gemm, Precision::bf16, "trtllm/gemm"))
    copy_params(kernel.params, half->params);
  else
    start_params<GemmShape>(kernel.params);
  kernel.launch_s = kernel.params[0];
  kernel.params[0] = 0;  // starts of kernels are counted with all others

  SurfaceDevice& d = kernel.device = device_of(profile);
  d.peak_flop_s = peak_flop_s(profile, storage);
  d.weight_byte = byte_per_element(storage);
  d.activation_byte = activation_byte(storage);
  Precision const arithmetic = compute_precision(profile, storage);
  auto const* own = find_surface(profile, OpClass::gemm, storage, "trtllm/gemm");
  if (!own) own = find_surface(profile, OpClass::gemm, arithmetic, "trtllm/gemm");
  if (own && own->precision != Precision::bf16) {
    auto params = own->params;
    params[0] = 0;
    SurfaceDevice const at = surface_device(*own, profile.datasheet, 1.0);
    double const form_s = kernel.time_s(kSquare, kSquare, kSquare), own_s = surface_time_s(params, at, GemmShape{kSquare, kSquare, kSquare});
    d.peak_flop_s *= std::min(1.0, form_s / own_s);
  }
  d.peak_flop_s *= clock.clock_frac;
  d.half_flop_s *= clock.clock_frac;
  d.byte_s *= clock.memory_frac;
  d.clock_frac = clock.clock_frac;
  d.clock_hz *= clock.clock_frac;
  return kernel;
}

double CollectiveKernel::time_s(double message_byte) const {
  if (group <= 1) return 0;
  double const inside = group > domains ? static_cast<double>(group) / domains : 1.0;
  CollectiveShape const shape{kind, inside, message_byte};
  double t = surface_time_s(library, device, shape);
  if (has_own) t = std::min(t, surface_time_s(own, device, shape));
  if (domains > 1) t += 2 * (domains - 1) * between_latency_s + collective_traffic(kind, domains) * message_byte / inside / between_byte_s;
  return t;
}

namespace {

CollectiveKernel collective_kernel(HardwareProfile const& profile, CollectiveKind kind, std::string_view library_name, int group) {
  CollectiveKernel c;
  c.kind = kind;
  c.group = std::max(1, group);
  c.device = device_of(profile);
  auto const inner = link_of_group(profile, 2), outer = link_of_group(profile, c.group);
  c.device.link_byte_s = inner.byte_s_per_direction;
  c.domains = (c.group + std::max(1, inner.domain) - 1) / std::max(1, inner.domain);
  c.between_latency_s = std::max(kBetweenLatency_s, outer.latency_s);
  c.between_byte_s = outer.byte_s_per_direction;
  if (auto const* s = find_surface(profile, OpClass::collective, Precision::bf16, library_name))
    copy_params(c.library, s->params);
  else
    start_params<CollectiveShape>(c.library);
  return c;
}

}  // namespace

CollectiveKernel all_reduce_kernel(HardwareProfile const& profile, EngineFamily family, int group) {
  CollectiveKernel c = collective_kernel(profile, CollectiveKind::all_reduce, "nccl/all_reduce", group);
  std::string const name = std::string(enum_name(family)) + "/custom_all_reduce";
  if (auto const* s = find_surface(profile, OpClass::collective, Precision::bf16, name)) {
    copy_params(c.own, s->params);
    c.has_own = true;
    // TensorRT-LLM keeps its own one- and two-shot kernels for every message of a decode step.
    if (family == EngineFamily::trtllm) c.library = c.own, c.has_own = false;
  }
  return c;
}

CollectiveKernel all_to_all_kernel(HardwareProfile const& profile, int group) {
  return collective_kernel(profile, CollectiveKind::all_to_all, "nccl/alltoall", group);
}

bool is_block_scaled(ModelArchitecture const& m, Precision weights) { return weights == Precision::fp8_block || (weights == Precision::fp8 && is_moe(m)); }

double small_kernels(ModelArchitecture const& m) {
  double const attention = full_attention_layers(m) + m.window_layers, linear = m.linear_layers, with_experts = moe_layers(m);
  double const ffn = (m.ffn_layers >= 0 ? m.ffn_layers : m.layers) - with_experts, shared = m.shared_experts > 0 ? with_experts : 0.0;
  double const latent = is_latent(m) ? attention : 0.0;
  // Attention layer: norm, rotary with cache write, attention, its merge, second norm. Linear layer: norm, split, convolution, gates,
  // recurrence, gated norm, second norm. Latent: norms of query and latent, concatenation. Expert layer: top-k, sort, permute, quantise,
  // first product, activation, quantise, second product, weighted sum, residual. Shared expert: activation, add.
  return 5 * attention + 7 * linear + 3 * latent + ffn + 10 * with_experts + 2 * shared;
}

}  // namespace aif::compute
