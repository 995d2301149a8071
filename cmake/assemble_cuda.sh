#!/bin/sh
# Makes .aif/cuda-13.0, a CUDA toolkit folder as nvcc and CMake expect it, from the vendor's PyPI wheels: the wheels bring `lib`
# and libraries with a version in their names, nvcc looks for `lib64` and unversioned names. Verified by compiling for sm_90.
set -eu
cd "$(dirname "$0")/.."
toolkit=$PWD/.aif/cuda-13.0
requirement='cuda-toolkit[nvcc,cccl,cudart,cublas,nvml]==13.0.*'
stamp=$toolkit/.stamp
[ "$(cat "$stamp" 2>/dev/null)" != "$requirement" ] || { echo "CUDA toolkit: $toolkit"; exit 0; }

rm -rf "$toolkit" .aif/cuda-wheels
python3 -m pip install -q --target .aif/cuda-wheels "$requirement"
nvcc=$(find .aif/cuda-wheels -path '*/bin/nvcc' | head -n 1)
[ -n "$nvcc" ] || { echo "the wheels hold no nvcc" >&2; exit 1; }
mv "$(dirname "$(dirname "$nvcc")")" "$toolkit"
rm -rf .aif/cuda-wheels

chmod -R u+w "$toolkit"
# Found at run time beside the driver, if at all: only their headers are needed here (0.8 GB).
rm -f "$toolkit"/lib/libcublas*.so.* "$toolkit"/lib/libnvblas.so.* "$toolkit"/lib/libnvrtc*.so.*
find "$toolkit/bin" "$toolkit/nvvm/bin" -type f -exec chmod +x {} +
[ -e "$toolkit/lib64" ] || ln -s lib "$toolkit/lib64"
for library in "$toolkit"/lib/lib*.so.*; do
  plain=${library%%.so.*}.so
  [ -e "$plain" ] || ln -s "$(basename "$library")" "$plain"
done

probe=$(mktemp -d)
trap 'rm -rf "$probe"' EXIT
cat >"$probe/hello.cu" <<'EOF'
#include <cublas_v2.h>
#include <nvml.h>
#include <cub/cub.cuh>
#include <concepts>
__global__ void fill(float* x, float value) { x[threadIdx.x] = value; }
int main() {
  static_assert(std::integral<int>);
  float* x = nullptr;
  if (cudaMalloc(&x, 32 * sizeof(float)) != cudaSuccess) return 0;  // no device: compiling and linking was the question
  fill<<<1, 32>>>(x, 1.0f);
  return cudaDeviceSynchronize() == cudaSuccess ? 0 : 1;
}
EOF
"$toolkit/bin/nvcc" -std=c++20 -arch=sm_90 -cudart static -o "$probe/hello" "$probe/hello.cu"
printf '%s\n' "$requirement" >"$stamp"
echo "CUDA toolkit: $toolkit"
