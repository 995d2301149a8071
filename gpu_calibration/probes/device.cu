#include "gpu_calibration/probes/device.cuh"

#include <csignal>

namespace aif::calibration::cuda {
namespace {

__global__ void random_kernel(std::uint32_t* out, std::size_t n) {
  for (std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x; i < n; i += std::size_t{gridDim.x} * blockDim.x) {
    std::uint32_t x = static_cast<std::uint32_t>(i) * 2654435761u + 12345u;
    x ^= x >> 16, x *= 0x7feb352du, x ^= x >> 15, x *= 0x846ca68bu, x ^= x >> 16;  // hash of the index (Wellons 2018, lowbias32)
    out[i] = (x & 0x80778077u) | 0x3e003e00u;  // bf16 of magnitude 0.125 to 0.25; no byte of it is an fp8 NaN
  }
}

__global__ void write_kernel(float4* out, std::size_t n) {
  for (std::size_t i = blockIdx.x * std::size_t{blockDim.x} + threadIdx.x; i < n; i += std::size_t{gridDim.x} * blockDim.x) {
    float const v = static_cast<float>(i & 1023u);
    out[i] = make_float4(v, v + 1, v + 2, v + 3);
  }
}

volatile std::sig_atomic_t stopped = 0;
void on_signal(int) { stopped = 1; }

}  // namespace

void stop_on_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

void throw_if_interrupted() {
  if (stopped) throw Interrupted();
}

void fill_random(Buffer& buffer, cudaStream_t stream) {
  random_kernel<<<1024, 256, 0, stream>>>(buffer.as<std::uint32_t>(), buffer.byte() / 4);
  check(cudaGetLastError(), "fill_random");
}

void make_l2_dirty(Buffer& scratch, cudaStream_t stream) {
  write_kernel<<<1024, 256, 0, stream>>>(scratch.as<float4>(), scratch.byte() / sizeof(float4));
  check(cudaGetLastError(), "make_l2_dirty");
}

Timing Suite::time(std::function<void()> const& launch, std::function<void()> const& before) const {
  cudaEvent_t first, last;
  check(cudaEventCreate(&first), "cudaEventCreate");
  check(cudaEventCreate(&last), "cudaEventCreate");
  TimingOptions options;
  options.cap_s = point_cap_s;
  options.least_batch_s = before ? 0.0 : 2e-4;  // with a step in between, calls cannot be batched
  auto const timing = repeat_timing(
      [&](int count) {
        throw_if_interrupted();
        double total_s = 0;
        for (int done = 0; done < count;) {
          int const now = before ? 1 : count;
          if (before) before();
          check(cudaEventRecord(first, stream), "cudaEventRecord");
          for (int i = 0; i < now; ++i) launch();
          check(cudaEventRecord(last, stream), "cudaEventRecord");
          check(cudaEventSynchronize(last), "cudaEventSynchronize");
          float ms = 0;
          check(cudaEventElapsedTime(&ms, first, last), "cudaEventElapsedTime");
          total_s += 1e-3 * static_cast<double>(ms);
          done += now;
        }
        return total_s;
      },
      options);
  cudaEventDestroy(first), cudaEventDestroy(last);
  check(cudaGetLastError(), "kernel");
  return timing;
}

void Suite::add(std::string op, std::string precision, std::string kernel, Shape shape, Timing timing, std::string state_precision) {
  if (state_precision.empty()) state_precision = precision;
  results.push_back({std::move(op), std::move(precision), std::move(state_precision), std::move(kernel), std::move(shape), timing});
}

}  // namespace aif::calibration::cuda
