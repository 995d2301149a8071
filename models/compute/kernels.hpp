#pragma once
// The kernels of an engine step on one device, read from the surfaces of its profile: dense products and collectives, compiled once
// per design so that a step costs a few form evaluations and no search.
//   dense product   the profile's 16-bit surface (the one format whose published kernels are those that engines run), with the bytes
//                   and the peak of the format in hand; the share of the peak that a narrow format reaches is that of its own surface
//                   at 8192^3. Published narrow-format tables time the quantiser with the product and miss split-K variants; a
//                   product of few rows streams its weights like a 16-bit product of as many bytes.
//   all-reduce      the engine's own kernel, or NCCL's where that is faster and the engine would switch; over several scale-up
//                   domains a ring between the domains is added (latency: assumption)
//   all-to-all      NCCL's surface, for expert dispatch and combine
// A profile without surfaces gets the starting parameters of the forms: a prior of no particular device.
// Source of the forms: contracts/surfaces; check: docs/validation/serving.md.

#include <array>

#include "contracts/surfaces/collective.hpp"
#include "contracts/surfaces/gemm.hpp"
#include "models/compute/engine_params.hpp"
#include "models/compute/replica.hpp"

namespace aif::compute {

// Clock-dependent scaling of a device: arithmetic runs at clock_frac, memory at memory_frac of its rate.
struct DeviceClock {
  double clock_frac = 1, memory_frac = 1;
};

// A product kernel of one number format on one device.
struct DenseKernel {
  std::array<double, GemmShape::parameters.size()> params{};
  SurfaceDevice device;
  double launch_s = 0;
  double time_s(double tokens, double n, double k) const { return surface_time_s(params, device, GemmShape{tokens, n, k}); }
};
DenseKernel dense_kernel(HardwareProfile const& profile, Precision storage, DeviceClock clock);

// Dense peak that the arithmetic of a format reaches on this device, FLOP/s at full clock; formats that the device lacks compute one step wider.
double peak_flop_s(HardwareProfile const& profile, Precision storage);

// A collective among `group` devices as a function of its message.
struct CollectiveKernel {
  CollectiveKind kind = CollectiveKind::all_reduce;
  int group = 1, domains = 1;           // devices; scale-up domains that they span
  std::array<double, CollectiveShape::parameters.size()> own{}, library{};
  bool has_own = false;
  SurfaceDevice device;
  double between_latency_s = 0, between_byte_s = 1;
  double time_s(double message_byte) const;
};
CollectiveKernel all_reduce_kernel(HardwareProfile const& profile, EngineFamily family, int group);
CollectiveKernel all_to_all_kernel(HardwareProfile const& profile, int group);

// Small kernels of one decode step beside the products (norms, rotary and cache write, attention and its merge, activations, routing,
// permutation), counted in the model code of vLLM, SGLang and TensorRT-LLM of early 2026, after their fusions.
double small_kernels(ModelArchitecture const& model);

// Block-scaled 8-bit checkpoints: mixtures and latent attention ship 128 x 128 blocks, dense models one scale a tensor.
bool is_block_scaled(ModelArchitecture const& model, Precision weights);

}  // namespace aif::compute
