// 3 x 3 convolution of NHWC images in bf16 as an implicit product on the tensor cores: 64 pixels x 64 channels a block of four warps, the
// nine taps walked in turn. A plain kernel without pipelining: it reaches a fraction of a tuned library and is labelled `own`.
#include <cuda_bf16.h>
#include <mma.h>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

constexpr int kPixels = 64, kChannels = 64, kDepth = 16, kWarps = 4;

// in: image x height x width x depth; weights: tap x depth x channels; out: image x height x width x channels. Sizes divide the tiles.
__global__ void conv_kernel(__nv_bfloat16 const* in, __nv_bfloat16 const* weights, __nv_bfloat16* out, int height, int width, int depth, int channels, int pixels) {
  namespace wmma = nvcuda::wmma;
  __shared__ __nv_bfloat16 tile_in[kPixels][kDepth], tile_weights[kDepth][kChannels];
  __shared__ float tile_out[kPixels][kChannels];
  int const first_pixel = blockIdx.x * kPixels, first_channel = blockIdx.y * kChannels, warp = threadIdx.x / 32;
  wmma::fragment<wmma::accumulator, 16, 16, 16, float> sum[kChannels / 16];
  for (auto& s : sum) wmma::fill_fragment(s, 0.0f);
  for (int tap = 0; tap < 9; ++tap)
    for (int d = 0; d < depth; d += kDepth) {
      for (int i = threadIdx.x; i < kPixels * kDepth; i += blockDim.x) {
        int const pixel = first_pixel + i / kDepth, x = pixel % width + tap % 3 - 1, y = pixel / width % height + tap / 3 - 1, image = pixel / (width * height);
        bool const inside = pixel < pixels && x >= 0 && x < width && y >= 0 && y < height;
        tile_in[i / kDepth][i % kDepth] = inside ? in[((static_cast<std::size_t>(image) * height + y) * width + x) * depth + d + i % kDepth] : __float2bfloat16(0.0f);
      }
      for (int i = threadIdx.x; i < kDepth * kChannels; i += blockDim.x)
        tile_weights[i / kChannels][i % kChannels] = weights[(static_cast<std::size_t>(tap) * depth + d + i / kChannels) * channels + first_channel + i % kChannels];
      __syncthreads();
      wmma::fragment<wmma::matrix_a, 16, 16, 16, __nv_bfloat16, wmma::row_major> a;
      wmma::load_matrix_sync(a, &tile_in[16 * warp][0], kDepth);
      for (int c = 0; c < kChannels / 16; ++c) {
        wmma::fragment<wmma::matrix_b, 16, 16, 16, __nv_bfloat16, wmma::row_major> b;
        wmma::load_matrix_sync(b, &tile_weights[0][16 * c], kChannels);
        wmma::mma_sync(sum[c], a, b, sum[c]);
      }
      __syncthreads();
    }
  for (int c = 0; c < kChannels / 16; ++c) wmma::store_matrix_sync(&tile_out[16 * warp][16 * c], sum[c], kChannels, wmma::mem_row_major);
  __syncthreads();
  for (int i = threadIdx.x; i < kPixels * kChannels; i += blockDim.x) {
    int const pixel = first_pixel + i / kChannels;
    if (pixel < pixels) out[static_cast<std::size_t>(pixel) * channels + first_channel + i % kChannels] = __float2bfloat16(tile_out[i / kChannels][i % kChannels]);
  }
}

}  // namespace

void probe_conv(Suite& suite) {
  static_assert(kPixels == 16 * kWarps, "a warp holds sixteen pixels");
  for (int side : {16, 32, 64, 128})
    for (int channels : {64, 256, 512}) {
      int const images = 4, pixels = images * side * side;
      Buffer in(2 * static_cast<std::size_t>(pixels) * channels), weights(2 * std::size_t{9} * channels * channels), out(2 * static_cast<std::size_t>(pixels) * channels);
      fill_random(in, suite.stream), fill_random(weights, suite.stream);
      dim3 const grid((pixels + kPixels - 1) / kPixels, channels / kChannels);
      suite.add("conv", "bf16", "own/conv3x3", {"gemm_tiles", {{"m", pixels}, {"n", channels}, {"k", 9.0 * channels}}},
                suite.time([&] { conv_kernel<<<grid, 32 * kWarps, 0, suite.stream>>>(in.as<__nv_bfloat16>(), weights.as<__nv_bfloat16>(), out.as<__nv_bfloat16>(), side, side, channels, channels, pixels); }));
    }
}

}  // namespace aif::calibration::cuda
