// Many small square products at once, one a channel: the triangle updates of folding models (residues x residues x residues, 128 channels).
#include "gpu_calibration/probes/cublas.cuh"

namespace aif::calibration::cuda {
namespace {
// The C function; cublas_v2.h overloads its name for older callers.
using StridedBatched = cublasStatus_t (*)(cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int, void const*, void const*, cudaDataType, int, long long, void const*, cudaDataType, int,
                                          long long, void const*, void*, cudaDataType, int, long long, int, cublasComputeType_t, cublasGemmAlgo_t);
}  // namespace

void probe_triangle(Suite& suite) {
  constexpr int kChannels = 128, kMost = 768;
  Cublas const cublas(suite.stream);
  auto const call = cublas.get<StridedBatched>("cublasGemmStridedBatchedEx");
  std::size_t const byte = std::size_t{2} * kChannels * kMost * kMost;
  Buffer a(byte), b(byte), c(byte);
  fill_random(a, suite.stream), fill_random(b, suite.stream);
  float const one = 1.0f, zero = 0.0f;
  for (int side : {64, 96, 128, 192, 256, 320, 384, 512, 640, 768}) {
    long long const stride = static_cast<long long>(side) * side;
    auto const run = [&] {
      blas(call(cublas.handle(), CUBLAS_OP_N, CUBLAS_OP_T, side, side, side, &one, a.as<void>(), CUDA_R_16BF, side, stride, b.as<void>(), CUDA_R_16BF, side, stride, &zero, c.as<void>(), CUDA_R_16BF,
                side, stride, kChannels, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT),
           "cublasGemmStridedBatchedEx");
    };
    // All channels side by side: as many tiles as one product of that many rows.
    suite.add("triangle", "bf16", "cublas/batched", {"gemm_tiles", {{"m", static_cast<double>(side) * kChannels}, {"n", side}, {"k", side}}}, suite.time(run));
  }
}

}  // namespace aif::calibration::cuda
