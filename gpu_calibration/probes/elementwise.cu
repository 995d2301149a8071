// Root-mean-square normalisation and gated activation over rows of bf16, one block a row: the small kernels between products.
#include <cuda_bf16.h>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

__global__ void normalise_kernel(__nv_bfloat162 const* in, __nv_bfloat162* out, int pairs) {
  __shared__ float partial[32];
  __nv_bfloat162 const* row = in + static_cast<std::size_t>(blockIdx.x) * pairs;
  float sum = 0;
  for (int i = threadIdx.x; i < pairs; i += blockDim.x) {
    float2 const v = __bfloat1622float2(row[i]);
    sum += v.x * v.x + v.y * v.y;
  }
  for (int lane = 16; lane > 0; lane /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, lane);
  if (threadIdx.x % 32 == 0) partial[threadIdx.x / 32] = sum;
  __syncthreads();
  sum = 0;
  for (unsigned w = 0; w < blockDim.x / 32; ++w) sum += partial[w];
  float const scale = rsqrtf(sum / (2 * pairs) + 1e-6f);
  for (int i = threadIdx.x; i < pairs; i += blockDim.x) {
    float2 const v = __bfloat1622float2(row[i]);
    out[static_cast<std::size_t>(blockIdx.x) * pairs + i] = __floats2bfloat162_rn(v.x * scale, v.y * scale);
  }
}

__global__ void gate_kernel(__nv_bfloat162 const* gate, __nv_bfloat162 const* up, __nv_bfloat162* out, std::size_t n) {
  for (std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x; i < n; i += std::size_t{gridDim.x} * blockDim.x) {
    float2 const g = __bfloat1622float2(gate[i]), u = __bfloat1622float2(up[i]);
    out[i] = __floats2bfloat162_rn(g.x / (1 + __expf(-g.x)) * u.x, g.y / (1 + __expf(-g.y)) * u.y);
  }
}

}  // namespace

void probe_elementwise(Suite& suite) {
  constexpr int kHidden = 8192, kMostRows = 16384;
  std::size_t const row_byte = 2 * kHidden;
  Buffer in(row_byte * kMostRows), second(row_byte * kMostRows), out(row_byte * kMostRows);
  fill_random(in, suite.stream), fill_random(second, suite.stream);
  for (int rows = 1; rows <= kMostRows; rows *= 4) {
    double const byte = static_cast<double>(row_byte) * rows;
    suite.add("stream", "bf16", "own/normalise", {"stream", {{"byte", 2 * byte}}},
              suite.time([&] { normalise_kernel<<<rows, 256, 0, suite.stream>>>(in.as<__nv_bfloat162>(), out.as<__nv_bfloat162>(), kHidden / 2); }));
    suite.add("stream", "bf16", "own/gate", {"stream", {{"byte", 3 * byte}}},
              suite.time([&] { gate_kernel<<<4 * suite.properties.multiProcessorCount, 256, 0, suite.stream>>>(in.as<__nv_bfloat162>(), second.as<__nv_bfloat162>(), out.as<__nv_bfloat162>(), static_cast<std::size_t>(rows) * kHidden / 2); }));
  }
}

}  // namespace aif::calibration::cuda
