#pragma once
// cuBLAS, loaded at run time: the batched and grouped products that cuBLASLt has no single call for.

#include <cublas_v2.h>
#include <dlfcn.h>

#include <string>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {

inline void blas(cublasStatus_t status, char const* what) {
  if (status != CUBLAS_STATUS_SUCCESS) throw CudaError(std::string(what) + ": cuBLAS status " + std::to_string(static_cast<int>(status)));
}

// The library stays loaded; its handle goes with this object.
class Cublas {
 public:
  explicit Cublas(cudaStream_t stream) {
    for (char const* name : {"libcublas.so.13", "libcublas.so.12", "libcublas.so"})
      if ((library_ = dlopen(name, RTLD_NOW | RTLD_LOCAL))) break;
    if (!library_) throw CudaError("libcublas was not found; put its folder on LD_LIBRARY_PATH");
    blas(get<decltype(&cublasCreate_v2)>("cublasCreate_v2")(&handle_), "cublasCreate");
    blas(get<decltype(&cublasSetStream_v2)>("cublasSetStream_v2")(handle_, stream), "cublasSetStream");
  }
  Cublas(Cublas const&) = delete;
  Cublas& operator=(Cublas const&) = delete;
  ~Cublas() {
    if (auto* destroy = reinterpret_cast<decltype(&cublasDestroy_v2)>(dlsym(library_, "cublasDestroy_v2")); destroy && handle_) destroy(handle_);
  }
  template <class F>
  F get(char const* name) const {
    auto f = reinterpret_cast<F>(dlsym(library_, name));
    if (!f) throw CudaError(std::string("libcublas lacks ") + name);
    return f;
  }
  cublasHandle_t handle() const { return handle_; }

 private:
  void* library_ = nullptr;
  cublasHandle_t handle_ = nullptr;
};

}  // namespace aif::calibration::cuda
