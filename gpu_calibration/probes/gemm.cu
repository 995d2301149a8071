// Dense products through cuBLASLt, which is loaded at run time: bf16, fp16, tf32, and fp8 and fp4 where the device has them.
// Shapes: decode and prefill rows against square, narrow and wide weights, weights on both sides of one L2 cache, layers of models. The
// library's own first heuristic is taken, as serving engines do. L2 is left as the last call left it (weights that fit stay).
#include <cublasLt.h>
#include <dlfcn.h>

#include <cmath>
#include <memory>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

void lt(cublasStatus_t status, char const* what) {
  if (status != CUBLAS_STATUS_SUCCESS) throw CudaError(std::string(what) + ": cuBLASLt status " + std::to_string(static_cast<int>(status)));
}

// The few entry points that are used, by their names.
struct Library {
  void* handle = nullptr;
  decltype(&cublasLtCreate) create;
  decltype(&cublasLtDestroy) destroy;
  decltype(&cublasLtMatmul) matmul;
  decltype(&cublasLtMatmulDescCreate) desc_create;
  decltype(&cublasLtMatmulDescDestroy) desc_destroy;
  decltype(&cublasLtMatmulDescSetAttribute) desc_set;
  decltype(&cublasLtMatrixLayoutCreate) layout_create;
  decltype(&cublasLtMatrixLayoutDestroy) layout_destroy;
  decltype(&cublasLtMatmulPreferenceCreate) preference_create;
  decltype(&cublasLtMatmulPreferenceDestroy) preference_destroy;
  decltype(&cublasLtMatmulPreferenceSetAttribute) preference_set;
  decltype(&cublasLtMatmulAlgoGetHeuristic) heuristic;
  cublasLtHandle_t context = nullptr;

  Library() {
    for (char const* name : {"libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so"})
      if ((handle = dlopen(name, RTLD_NOW | RTLD_LOCAL))) break;
    if (!handle) throw CudaError("libcublasLt was not found; put its folder on LD_LIBRARY_PATH");
    load(create, "cublasLtCreate"), load(destroy, "cublasLtDestroy"), load(matmul, "cublasLtMatmul");
    load(desc_create, "cublasLtMatmulDescCreate"), load(desc_destroy, "cublasLtMatmulDescDestroy"), load(desc_set, "cublasLtMatmulDescSetAttribute");
    load(layout_create, "cublasLtMatrixLayoutCreate"), load(layout_destroy, "cublasLtMatrixLayoutDestroy");
    load(preference_create, "cublasLtMatmulPreferenceCreate"), load(preference_destroy, "cublasLtMatmulPreferenceDestroy");
    load(preference_set, "cublasLtMatmulPreferenceSetAttribute"), load(heuristic, "cublasLtMatmulAlgoGetHeuristic");
    lt(create(&context), "cublasLtCreate");
  }
  Library(Library const&) = delete;
  Library& operator=(Library const&) = delete;
  ~Library() {
    if (context) destroy(context);
  }

 private:
  template <class F>
  void load(F& f, char const* name) {
    f = reinterpret_cast<F>(dlsym(handle, name));
    if (!f) throw CudaError(std::string("libcublasLt lacks ") + name);
  }
};

struct Format {
  char const* name;
  cudaDataType in, out;
  cublasComputeType_t compute;
  double element_byte;
  int least_compute_capability;
};
constexpr Format kFormats[] = {{"bf16", CUDA_R_16BF, CUDA_R_16BF, CUBLAS_COMPUTE_32F, 2, 80}, {"fp16", CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_32F, 2, 80},
                               {"tf32", CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32, 4, 80}, {"fp8", CUDA_R_8F_E4M3, CUDA_R_16BF, CUBLAS_COMPUTE_32F, 1, 89},
                               {"fp4", CUDA_R_4F_E2M1, CUDA_R_16BF, CUBLAS_COMPUTE_32F, 0.5, 100}};

// One shape of one format, ready to run: out (n x m) = weights (k x n)^T activations (k x m), column-major.
class Product {
 public:
  Product(std::shared_ptr<Library> library, Format const& format, std::size_t m, std::size_t n, std::size_t k, cudaStream_t stream)
      : library_(std::move(library)), weights_(bytes(format, n * k)), activations_(bytes(format, m * k)), out_(4 * m * n), workspace_(kWorkspace), stream_(stream) {
    fill_random(weights_, stream), fill_random(activations_, stream);
    lt(library_->desc_create(&desc_, format.compute, CUDA_R_32F), "cublasLtMatmulDescCreate");
    cublasOperation_t const transposed = CUBLAS_OP_T;
    lt(library_->desc_set(desc_, CUBLASLT_MATMUL_DESC_TRANSA, &transposed, sizeof transposed), "transpose");
    if (format.in == CUDA_R_4F_E2M1) set_block_scales(m, n, k);
    lt(library_->layout_create(&a_, format.in, k, n, static_cast<std::int64_t>(k)), "layout");
    lt(library_->layout_create(&b_, format.in, k, m, static_cast<std::int64_t>(k)), "layout");
    lt(library_->layout_create(&c_, format.out, n, m, static_cast<std::int64_t>(n)), "layout");
    cublasLtMatmulPreference_t preference;
    lt(library_->preference_create(&preference), "preference");
    lt(library_->preference_set(preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &kWorkspace, sizeof kWorkspace), "preference");
    int found = 0;
    auto const status = library_->heuristic(library_->context, desc_, a_, b_, c_, c_, preference, 1, &algorithm_, &found);
    library_->preference_destroy(preference);
    lt(status, "heuristic");
    if (found == 0) throw CudaError("cuBLASLt has no algorithm for this shape");
  }
  Product(Product const&) = delete;
  Product& operator=(Product const&) = delete;
  ~Product() {
    if (a_) library_->layout_destroy(a_);
    if (b_) library_->layout_destroy(b_);
    if (c_) library_->layout_destroy(c_);
    if (desc_) library_->desc_destroy(desc_);
  }
  void run() const {
    float const one = 1.0f, zero = 0.0f;
    lt(library_->matmul(library_->context, desc_, &one, weights_.as<void>(), a_, activations_.as<void>(), b_, &zero, out_.as<void>(), c_, out_.as<void>(), c_,
                        &algorithm_.algo, workspace_.as<void>(), kWorkspace, stream_),
       "cublasLtMatmul");
  }

 private:
  static constexpr std::size_t kWorkspace = std::size_t{64} << 20;
  static std::size_t bytes(Format const& f, std::size_t elements) { return static_cast<std::size_t>(f.element_byte * static_cast<double>(elements)) + 256; }

  // One 8-bit scale per 16 elements along k, in tiles of 128 rows by 4; all of them 1.
  void set_block_scales(std::size_t m, std::size_t n, std::size_t k) {
    auto padded = [&](std::size_t rows) { return (rows + 127) / 128 * 128 * ((k / 16 + 3) / 4 * 4); };
    scales_ = std::make_unique<Buffer>(padded(std::max(m, n)));
    check(cudaMemsetAsync(scales_->as<void>(), 0x38, scales_->byte(), stream_), "cudaMemset");  // 1.0 in e4m3
    auto const mode = CUBLASLT_MATMUL_MATRIX_SCALE_VEC16_UE4M3;
    void* const at = scales_->as<void>();
    for (auto attribute : {CUBLASLT_MATMUL_DESC_A_SCALE_MODE, CUBLASLT_MATMUL_DESC_B_SCALE_MODE}) lt(library_->desc_set(desc_, attribute, &mode, sizeof mode), "scale mode");
    for (auto attribute : {CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, CUBLASLT_MATMUL_DESC_B_SCALE_POINTER}) lt(library_->desc_set(desc_, attribute, &at, sizeof at), "scale pointer");
  }

  std::shared_ptr<Library> library_;
  Buffer weights_, activations_, out_, workspace_;
  std::unique_ptr<Buffer> scales_;
  cudaStream_t stream_;
  cublasLtMatmulDesc_t desc_ = nullptr;
  cublasLtMatrixLayout_t a_ = nullptr, b_ = nullptr, c_ = nullptr;
  cublasLtMatmulHeuristicResult_t algorithm_{};
};

struct Weights {
  std::size_t n, k;
};

// Weights at a share of the L2 cache, as a square that tiles divide.
Weights of_cache(Suite const& suite, double share, double element_byte) {
  double const side = std::sqrt(share * suite.properties.l2CacheSize / element_byte);
  auto const n = static_cast<std::size_t>(side / 256.0) * 256;
  return {n, n};
}

void probe_format(Suite& suite, std::shared_ptr<Library> const& library, Format const& format) {
  auto add = [&](std::size_t m, Weights const& w) {
    Product const product(library, format, m, w.n, w.k, suite.stream);
    suite.add("gemm", format.name, "cublaslt/gemm", {"gemm_tiles", {{"m", static_cast<double>(m)}, {"n", static_cast<double>(w.n)}, {"k", static_cast<double>(w.k)}}},
              suite.time([&] { product.run(); }));
  };
  for (std::size_t m : {1, 8, 16, 32, 64, 128, 192, 256, 512, 1024, 2048, 4096, 8192})
    for (Weights const& w : {Weights{4096, 4096}, Weights{8192, 8192}}) add(m, w);
  for (std::size_t m : {1, 64, 256, 1024, 4096})
    for (Weights const& w : {Weights{1024, 8192}, Weights{7168, 2048}, Weights{7168, 16384}, of_cache(suite, 0.6, format.element_byte), of_cache(suite, 1.6, format.element_byte)}) add(m, w);
  // Layers of Llama 3 8B and 70B and of DeepSeek-V3 (config.json of each): fused qkv, gate and up, down, latent projections.
  for (std::size_t m : {1, 64, 1024})
    for (Weights const& w : {Weights{6144, 4096}, Weights{28672, 4096}, Weights{4096, 14336}, Weights{10240, 8192}, Weights{57344, 8192}, Weights{8192, 28672}, Weights{24576, 1536}, Weights{2048, 7168}}) add(m, w);
}

}  // namespace

void probe_gemm(Suite& suite) {
  auto const library = std::make_shared<Library>();
  int const capability = 10 * suite.properties.major + suite.properties.minor;
  for (auto const& format : kFormats) {
    if (capability < format.least_compute_capability) continue;
    try {
      probe_format(suite, library, format);
    } catch (CudaError const& e) {
      suite.failures.emplace_back(std::string("gemm ") + format.name, e.what());
      cudaGetLastError();
    }
  }
}

SustainedLoad gemm_load(Suite& suite, std::string const& precision) {
  for (auto const& format : kFormats)
    if (precision == format.name) {
      auto const product = std::make_shared<Product>(std::make_shared<Library>(), format, 8192, 8192, 8192, suite.stream);
      return {[product] { product->run(); }, 2.0 * 8192.0 * 8192.0 * 8192.0, 3.0 * 8192.0 * 8192.0 * format.element_byte};
    }
  throw CudaError("no such format");
}

}  // namespace aif::calibration::cuda
