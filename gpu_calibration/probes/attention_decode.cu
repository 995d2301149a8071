// Decode attention with a paged cache (pages of 16 tokens in random order), bf16, own kernel: one block per sequence, cache head
// and share of the sequence, all query heads of a group together, then a merge of the shares. Vector loads, no tensor cores:
// meant to reach the memory limit for groups up to about 8 query heads a cache head; larger groups become compute-bound here.
#include <cuda_bf16.h>

#include <algorithm>
#include <numeric>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

constexpr int kDim = 128, kPage = 16, kWarps = 4, kMostGroup = 8;

struct Task {
  __nv_bfloat16 const *query, *keys, *values;  // caches: [page][token][dim] per cache head
  int const* pages;
  float* partial;                              // [task][group][dim + 2]: weighted sum, highest score, sum of weights
  int context, group, splits, pages_per_sequence;
};

__device__ float dot4(float4 const& q, uint2 const& packed) {
  float2 const a = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162 const*>(&packed.x)), b = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162 const*>(&packed.y));
  return q.x * a.x + q.y * a.y + q.z * b.x + q.w * b.y;
}

// A warp takes one token at a time: 32 lanes x 4 elements are its 128 dimensions.
template <int kGroup>
__global__ void decode_kernel(Task t) {
  int const row = blockIdx.x / t.splits, split = blockIdx.x % t.splits, lane = threadIdx.x % 32, warp = threadIdx.x / 32;
  int const share = (t.context + t.splits - 1) / t.splits, first = split * share, last = min(t.context, first + share);
  float4 q[kGroup], sum[kGroup];
  float highest[kGroup], weight[kGroup];
  for (int g = 0; g < kGroup; ++g) {
    uint2 const packed = reinterpret_cast<uint2 const*>(t.query + (static_cast<std::size_t>(row) * kGroup + g) * kDim)[lane];
    float2 const a = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162 const*>(&packed.x)), b = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162 const*>(&packed.y));
    q[g] = make_float4(a.x, a.y, b.x, b.y), sum[g] = make_float4(0, 0, 0, 0), highest[g] = -1e30f, weight[g] = 0;
  }
  for (int token = first + warp; token < last; token += kWarps) {
    int const page = t.pages[static_cast<std::size_t>(row) * t.pages_per_sequence + token / kPage];
    std::size_t const at = (static_cast<std::size_t>(page) * kPage + token % kPage) * kDim;
    uint2 const key = reinterpret_cast<uint2 const*>(t.keys + at)[lane], value = reinterpret_cast<uint2 const*>(t.values + at)[lane];
    float2 const va = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162 const*>(&value.x)), vb = __bfloat1622float2(*reinterpret_cast<__nv_bfloat162 const*>(&value.y));
#pragma unroll
    for (int g = 0; g < kGroup; ++g) {
      float score = dot4(q[g], key);
      for (int l = 16; l > 0; l /= 2) score += __shfl_xor_sync(0xffffffffu, score, l);
      float const top = fmaxf(highest[g], score), shrink = __expf(highest[g] - top), w = __expf(score - top);
      highest[g] = top, weight[g] = weight[g] * shrink + w;
      sum[g] = make_float4(sum[g].x * shrink + w * va.x, sum[g].y * shrink + w * va.y, sum[g].z * shrink + w * vb.x, sum[g].w * shrink + w * vb.y);
    }
  }
  for (int g = 0; g < kGroup; ++g) {
    float* out = t.partial + ((static_cast<std::size_t>(blockIdx.x) * kWarps + warp) * kGroup + g) * (kDim + 2);
    reinterpret_cast<float2*>(out)[2 * lane] = make_float2(sum[g].x, sum[g].y), reinterpret_cast<float2*>(out)[2 * lane + 1] = make_float2(sum[g].z, sum[g].w);
    if (lane == 0) out[kDim] = highest[g], out[kDim + 1] = weight[g];
  }
}

// One block per sequence, cache head and query head of its group merges what the warps of all shares left.
__global__ void merge_kernel(float const* partial, __nv_bfloat16* out, int pieces, int group) {
  int const row = blockIdx.x / group, g = blockIdx.x % group, i = threadIdx.x;
  float top = -1e30f, weight = 0, sum = 0;
  auto piece = [&](int p) { return partial + ((static_cast<std::size_t>(row) * pieces + p) * group + g) * (kDim + 2); };
  for (int p = 0; p < pieces; ++p) top = fmaxf(top, piece(p)[kDim]);
  for (int p = 0; p < pieces; ++p) {
    float const scale = __expf(piece(p)[kDim] - top);
    weight += scale * piece(p)[kDim + 1], sum += scale * piece(p)[i];
  }
  out[static_cast<std::size_t>(blockIdx.x) * kDim + i] = __float2bfloat16(sum / fmaxf(weight, 1e-30f));
}

void launch(Task const& t, int rows, __nv_bfloat16* out, cudaStream_t stream) {
  auto const blocks = static_cast<unsigned>(rows * t.splits);
  if (t.group == 1) decode_kernel<1><<<blocks, 32 * kWarps, 0, stream>>>(t);
  else if (t.group == 4) decode_kernel<4><<<blocks, 32 * kWarps, 0, stream>>>(t);
  else decode_kernel<8><<<blocks, 32 * kWarps, 0, stream>>>(t);
  merge_kernel<<<static_cast<unsigned>(rows * t.group), kDim, 0, stream>>>(t.partial, out, t.splits * kWarps, t.group);
}

}  // namespace

void probe_attention_decode(Suite& suite) {
  std::size_t free_byte = 0, total_byte = 0;
  check(cudaMemGetInfo(&free_byte, &total_byte), "cudaMemGetInfo");
  std::size_t const cache_byte = std::min<std::size_t>(std::size_t{4} << 30, free_byte / 6);
  Buffer keys(cache_byte), values(cache_byte), scratch(2 * static_cast<std::size_t>(suite.properties.l2CacheSize));
  fill_random(keys, suite.stream), fill_random(values, suite.stream);
  int const sms = suite.properties.multiProcessorCount;
  for (int group : {1, 4, kMostGroup})
    for (int batch : {1, 4, 16, 64, 256})
      for (int context : {128, 256, 1024, 4096, 16384, 65536}) {
        int const kv_heads = group == 1 ? 32 : 8, rows = batch * kv_heads, pages = (context + kPage - 1) / kPage;
        std::size_t const total_pages = static_cast<std::size_t>(rows) * pages;
        if (total_pages * kPage * kDim * 2 > cache_byte) continue;
        int const splits = std::clamp((4 * sms) / rows, 1, std::max(1, context / 128));
        std::vector<int> order(total_pages);
        std::iota(order.begin(), order.end(), 0);
        for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[(i * 2654435761u + 97) % (i + 1)]);
        Buffer table(4 * total_pages), query(std::size_t{2} * rows * group * kDim), out(query.byte());
        Buffer partial(std::size_t{4} * rows * splits * kWarps * group * (kDim + 2));
        check(cudaMemcpy(table.as<int>(), order.data(), table.byte(), cudaMemcpyHostToDevice), "cudaMemcpy");
        fill_random(query, suite.stream);
        Task const t{query.as<__nv_bfloat16>(), keys.as<__nv_bfloat16>(), values.as<__nv_bfloat16>(), table.as<int>(), partial.as<float>(), context, group, splits, pages};
        auto const timing = suite.time([&] { launch(t, rows, out.as<__nv_bfloat16>(), suite.stream); }, [&] { make_l2_dirty(scratch, suite.stream); });
        suite.add("attention_decode", "bf16", "own/attention",
                  {"attention_decode", {{"batch", batch}, {"context", context}, {"heads", kv_heads * group}, {"kv_heads", kv_heads}, {"head_dim", kDim}}}, timing);
      }
}

}  // namespace aif::calibration::cuda
