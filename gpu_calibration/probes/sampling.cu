// Picks one token of each row of logits: the largest of logit plus Gumbel noise (Gumbel 1954), in one pass over the vocabulary.
#include <cuda_bf16.h>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

constexpr int kThreads = 256;

__global__ void sample_kernel(__nv_bfloat16 const* logits, int* chosen, int vocabulary) {
  __shared__ float best_value[kThreads];
  __shared__ int best_token[kThreads];
  __nv_bfloat16 const* row = logits + static_cast<std::size_t>(blockIdx.x) * vocabulary;
  float best = -1e30f;
  int token = 0;
  for (int i = threadIdx.x; i < vocabulary; i += kThreads) {
    unsigned x = (blockIdx.x * 9781u + static_cast<unsigned>(i)) * 2654435761u;
    x ^= x >> 15, x *= 0x846ca68bu, x ^= x >> 16;
    float const uniform = (static_cast<float>(x >> 8) + 0.5f) * 0x1.0p-24f, value = __bfloat162float(row[i]) - __logf(-__logf(uniform));
    if (value > best) best = value, token = i;
  }
  best_value[threadIdx.x] = best, best_token[threadIdx.x] = token;
  __syncthreads();
  for (int half = kThreads / 2; half > 0; half /= 2) {
    int const other = threadIdx.x + half;
    if (static_cast<int>(threadIdx.x) < half && best_value[other] > best_value[threadIdx.x]) best_value[threadIdx.x] = best_value[other], best_token[threadIdx.x] = best_token[other];
    __syncthreads();
  }
  if (threadIdx.x == 0) chosen[blockIdx.x] = best_token[0];
}

}  // namespace

void probe_sampling(Suite& suite) {
  constexpr int kVocabulary = 131072, kMostRows = 1024;
  Buffer logits(std::size_t{2} * kVocabulary * kMostRows), chosen(sizeof(int) * kMostRows);
  fill_random(logits, suite.stream);
  for (int rows = 1; rows <= kMostRows; rows *= 2)
    suite.add("stream", "bf16", "own/sampling", {"stream", {{"byte", 2.0 * kVocabulary * rows}}},
              suite.time([&] { sample_kernel<<<rows, kThreads, 0, suite.stream>>>(logits.as<__nv_bfloat16>(), chosen.as<int>(), kVocabulary); }));
}

}  // namespace aif::calibration::cuda
