// Causal prefill attention, bf16, own kernel on warp-level matrix instructions (wmma 16x16x16), 64 queries a block, keys in
// blocks of 64 with online softmax. It works on every architecture from sm_80 on, and does not use the asynchronous matrix units of
// sm_90 and later: expect about a third of a tuned library there. The surface is labelled `own` and never stands for a library's.
#include <cuda_bf16.h>
#include <mma.h>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

using namespace nvcuda;
constexpr int kDim = 128, kBlock = 64, kWarps = 4, kPadded = kDim + 8, kScores = kBlock + 4;

struct Shared {
  __nv_bfloat16 query[kBlock][kPadded], key[kBlock][kPadded], weights[kBlock][kBlock + 8];
  float scores[kBlock][kScores], sum[kBlock][kDim + 4];
  float highest[kBlock], weight[kBlock];
};

__device__ void load_block(__nv_bfloat16 (*to)[kPadded], __nv_bfloat16 const* from, int rows) {
  for (int i = threadIdx.x; i < kBlock * kDim / 8; i += blockDim.x) {
    int const r = i / (kDim / 8), c = i % (kDim / 8) * 8;
    uint4 const zero = make_uint4(0, 0, 0, 0);
    *reinterpret_cast<uint4*>(&to[r][c]) = r < rows ? *reinterpret_cast<uint4 const*>(from + static_cast<std::size_t>(r) * kDim + c) : zero;
  }
}

// Each warp owns 16 query rows: its scores, weights and sums.
__device__ void score_rows(Shared& s, int warp) {
  for (int column = 0; column < kBlock; column += 16) {
    wmma::fragment<wmma::accumulator, 16, 16, 16, float> acc;
    wmma::fill_fragment(acc, 0.0f);
    for (int d = 0; d < kDim; d += 16) {
      wmma::fragment<wmma::matrix_a, 16, 16, 16, __nv_bfloat16, wmma::row_major> a;
      wmma::fragment<wmma::matrix_b, 16, 16, 16, __nv_bfloat16, wmma::col_major> b;
      wmma::load_matrix_sync(a, &s.query[16 * warp][d], kPadded);
      wmma::load_matrix_sync(b, &s.key[column][d], kPadded);
      wmma::mma_sync(acc, a, b, acc);
    }
    wmma::store_matrix_sync(&s.scores[16 * warp][column], acc, kScores, wmma::mem_row_major);
  }
}

__device__ void softmax_rows(Shared& s, int warp, int first_query, int first_key, int tokens) {
  int const lane = threadIdx.x % 32;
  for (int r = 16 * warp; r < 16 * warp + 16; ++r) {
    float x[2];
    for (int h = 0; h < 2; ++h) {
      int const key = first_key + lane + 32 * h;
      x[h] = key <= first_query + r && key < tokens ? s.scores[r][lane + 32 * h] * 0.088388f : -1e30f;  // 1/sqrt(128), causal
    }
    float top = fmaxf(x[0], x[1]);
    for (int l = 16; l > 0; l /= 2) top = fmaxf(top, __shfl_xor_sync(0xffffffffu, top, l));
    top = fmaxf(top, s.highest[r]);
    float const shrink = __expf(s.highest[r] - top);
    float total = 0;
    for (int h = 0; h < 2; ++h) {
      float const w = x[h] > -1e29f ? __expf(x[h] - top) : 0.0f;
      s.weights[r][lane + 32 * h] = __float2bfloat16(w);
      total += w;
    }
    for (int l = 16; l > 0; l /= 2) total += __shfl_xor_sync(0xffffffffu, total, l);
    for (int d = lane; d < kDim; d += 32) s.sum[r][d] *= shrink;
    __syncwarp();
    if (lane == 0) s.weight[r] = s.weight[r] * shrink + total, s.highest[r] = top;
    __syncwarp();
  }
}

__device__ void accumulate_rows(Shared& s, int warp) {
  for (int d = 0; d < kDim; d += 16) {
    wmma::fragment<wmma::accumulator, 16, 16, 16, float> acc;
    wmma::load_matrix_sync(acc, &s.sum[16 * warp][d], kDim + 4, wmma::mem_row_major);
    for (int k = 0; k < kBlock; k += 16) {
      wmma::fragment<wmma::matrix_a, 16, 16, 16, __nv_bfloat16, wmma::row_major> a;
      wmma::fragment<wmma::matrix_b, 16, 16, 16, __nv_bfloat16, wmma::row_major> b;
      wmma::load_matrix_sync(a, &s.weights[16 * warp][k], kBlock + 8);
      wmma::load_matrix_sync(b, &s.key[k][d], kPadded);
      wmma::mma_sync(acc, a, b, acc);
    }
    wmma::store_matrix_sync(&s.sum[16 * warp][d], acc, kDim + 4, wmma::mem_row_major);
  }
}

__global__ void prefill_kernel(__nv_bfloat16 const* query, __nv_bfloat16 const* keys, __nv_bfloat16 const* values, __nv_bfloat16* out, int tokens, int group) {
  extern __shared__ unsigned char raw[];
  Shared& s = *reinterpret_cast<Shared*>(raw);
  int const head = blockIdx.y, first_query = (gridDim.x - 1 - blockIdx.x) * kBlock, warp = threadIdx.x / 32;  // longest rows first
  std::size_t const q_at = (static_cast<std::size_t>(head) * tokens + first_query) * kDim, kv_at = static_cast<std::size_t>(head / group) * tokens * kDim;
  load_block(s.query, query + q_at, tokens - first_query);
  for (int i = threadIdx.x; i < kBlock * kDim; i += blockDim.x) s.sum[i / kDim][i % kDim] = 0;
  if (threadIdx.x < kBlock) s.highest[threadIdx.x] = -1e30f, s.weight[threadIdx.x] = 0;
  for (int first_key = 0; first_key < first_query + kBlock && first_key < tokens; first_key += kBlock) {
    __syncthreads();
    load_block(s.key, keys + kv_at + static_cast<std::size_t>(first_key) * kDim, tokens - first_key);
    __syncthreads();
    score_rows(s, warp);
    __syncwarp();
    softmax_rows(s, warp, first_query, first_key, tokens);
    __syncthreads();
    load_block(s.key, values + kv_at + static_cast<std::size_t>(first_key) * kDim, tokens - first_key);
    __syncthreads();
    accumulate_rows(s, warp);
  }
  __syncthreads();
  for (int i = threadIdx.x; i < kBlock * kDim; i += blockDim.x) {
    int const r = i / kDim;
    if (first_query + r < tokens) out[q_at + i] = __float2bfloat16(s.sum[r][i % kDim] / s.weight[r]);
  }
}

}  // namespace

void probe_attention_prefill(Suite& suite) {
  check(cudaFuncSetAttribute(prefill_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(sizeof(Shared))), "shared memory");
  struct Width {
    int batch, heads;
  };
  constexpr int kGroup = 8;
  constexpr std::size_t kMostByte = std::size_t{1} << 30;
  Buffer query(kMostByte), keys(kMostByte / kGroup), values(kMostByte / kGroup), out(kMostByte);
  fill_random(query, suite.stream), fill_random(keys, suite.stream), fill_random(values, suite.stream);
  for (int tokens : {128, 512, 1024, 2048, 4096, 8192, 16384})
    for (Width const w : {Width{1, 8}, Width{1, 64}, Width{8, 32}, Width{16, 64}}) {
      double const scores = 0.5 * w.batch * w.heads * double(tokens) * tokens;
      if (scores > 3.5e10 || std::size_t{2} * w.batch * w.heads * tokens * kDim > kMostByte) continue;  // above about 0.1 s on the slowest target
      dim3 const grid(static_cast<unsigned>((tokens + kBlock - 1) / kBlock), static_cast<unsigned>(w.batch * w.heads));
      auto const timing = suite.time([&] {
        prefill_kernel<<<grid, 32 * kWarps, sizeof(Shared), suite.stream>>>(query.as<__nv_bfloat16>(), keys.as<__nv_bfloat16>(), values.as<__nv_bfloat16>(), out.as<__nv_bfloat16>(), tokens, kGroup);
      });
      suite.add("attention_prefill", "bf16", "own/attention",
                {"attention_prefill", {{"batch", w.batch}, {"tokens", tokens}, {"heads", w.heads}, {"kv_heads", std::max(1, w.heads / kGroup)}, {"head_dim", kDim}}}, timing);
    }
}

}  // namespace aif::calibration::cuda
