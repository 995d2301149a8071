// Device memory by size and pattern: read, copy, triad, gather of 256-byte rows, strided read. The L2 is dirty before each call.
// Vector loads of 16 bytes with four in flight a thread: such copies reach 90-95 % of the memory rate on HBM parts.
#include <memory>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

using Index = std::size_t;
__device__ Index first_of() { return blockIdx.x * Index{blockDim.x} + threadIdx.x; }
__device__ Index step_of() { return Index{gridDim.x} * blockDim.x; }

__global__ void copy_kernel(float4 const* from, float4* to, Index n) {
#pragma unroll 4
  for (Index i = first_of(); i < n; i += step_of()) to[i] = from[i];
}
__global__ void triad_kernel(float4 const* a, float4 const* b, float4* c, Index n) {
#pragma unroll 4
  for (Index i = first_of(); i < n; i += step_of()) {
    float4 const x = a[i], y = b[i];
    c[i] = make_float4(x.x + 1.5f * y.x, x.y + 1.5f * y.y, x.z + 1.5f * y.z, x.w + 1.5f * y.w);
  }
}
__global__ void read_kernel(float4 const* from, float* out, Index n, Index stride) {
  float sum = 0;
#pragma unroll 4
  for (Index i = first_of(); i < n; i += step_of()) {
    float4 const x = from[i * stride];
    sum += x.x + x.y + x.z + x.w;
  }
  if (sum == 12345.678f) out[0] = sum;  // keeps the loads
}
__global__ void gather_kernel(float4 const* from, float4* to, Index rows, Index pool_rows) {
  for (Index i = first_of(); i < rows * 16; i += step_of()) {
    Index const row = (i / 16 * 2654435761u + 40503u) % pool_rows;  // 16 lanes of 16 bytes a row
    to[i] = from[row * 16 + i % 16];
  }
}

int blocks_of(Suite const& suite) { return 8 * suite.properties.multiProcessorCount; }

}  // namespace

void probe_stream(Suite& suite) {
  std::size_t free_byte = 0, total_byte = 0;
  check(cudaMemGetInfo(&free_byte, &total_byte), "cudaMemGetInfo");
  std::size_t const most = std::min<std::size_t>(std::size_t{4} << 30, free_byte / 8);
  Buffer a(most), b(most), c(most), scratch(2 * static_cast<std::size_t>(suite.properties.l2CacheSize));
  fill_random(a, suite.stream), fill_random(b, suite.stream);
  auto dirty = [&] { make_l2_dirty(scratch, suite.stream); };
  int const blocks = blocks_of(suite);
  for (std::size_t byte = 1024; byte <= most; byte *= 4) {
    std::size_t const n = byte / sizeof(float4);
    auto add = [&](char const* kernel, double moved, std::function<void()> launch) {
      suite.add(kernel == std::string("own/gather") ? "gather" : "stream", "fp32", kernel, {"stream", {{"byte", moved}}}, suite.time(launch, dirty));
    };
    double const bytes = static_cast<double>(byte);
    add("own/copy", 2 * bytes, [&] { copy_kernel<<<blocks, 256, 0, suite.stream>>>(a.as<float4>(), b.as<float4>(), n); });
    add("own/triad", 3 * bytes, [&] { triad_kernel<<<blocks, 256, 0, suite.stream>>>(a.as<float4>(), b.as<float4>(), c.as<float4>(), n); });
    add("own/read", bytes, [&] { read_kernel<<<blocks, 256, 0, suite.stream>>>(a.as<float4>(), c.as<float>(), n, 1); });
    if (byte >= 65536) {
      add("own/gather", 2 * bytes, [&] { gather_kernel<<<blocks, 256, 0, suite.stream>>>(a.as<float4>(), b.as<float4>(), byte / 256, most / 256); });
      add("own/strided", 2 * bytes, [&] { read_kernel<<<blocks, 256, 0, suite.stream>>>(a.as<float4>(), c.as<float>(), n / 2, 2); });  // every other sector
    }
  }
}

// The same copies with a warm cache: sizes round one L2 show its rate and where it ends.
void probe_l2(Suite& suite) {
  double const l2 = suite.properties.l2CacheSize;
  Buffer a(static_cast<std::size_t>(2 * l2)), out(1024);
  fill_random(a, suite.stream);
  int const blocks = blocks_of(suite);
  for (double share : {0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3, 1.6, 1.9}) {
    std::size_t const n = static_cast<std::size_t>(share * l2) / sizeof(float4);
    suite.add("stream", "fp32", "own/l2_read", {"stream", {{"byte", static_cast<double>(n * sizeof(float4))}}},
              suite.time([&] { read_kernel<<<blocks, 256, 0, suite.stream>>>(a.as<float4>(), out.as<float>(), n, 1); }));
  }
}

SustainedLoad copy_load(Suite& suite) {
  constexpr std::size_t kByte = std::size_t{1} << 30;
  auto a = std::make_shared<Buffer>(kByte), b = std::make_shared<Buffer>(kByte);
  fill_random(*a, suite.stream);
  int const blocks = blocks_of(suite);
  return {[=, &suite] { copy_kernel<<<blocks, 256, 0, suite.stream>>>(a->as<float4>(), b->as<float4>(), kByte / sizeof(float4)); }, 0.0, 2.0 * kByte};
}

}  // namespace aif::calibration::cuda
