// Copies between host and device, pinned and pageable, both directions; and between devices where there is more than one.
#include <chrono>
#include <memory>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct FreeHost {
  void operator()(void* p) const { cudaFreeHost(p); }
};

}  // namespace

void probe_host_copies(Suite& suite) {
  constexpr std::size_t kMost = std::size_t{1} << 28;
  Buffer device(kMost);
  void* raw = nullptr;
  check(cudaMallocHost(&raw, kMost), "cudaMallocHost");
  std::unique_ptr<void, FreeHost> const pinned(raw);
  std::vector<unsigned char> pageable(kMost, 1);
  TimingOptions options;
  options.cap_s = suite.point_cap_s;
  for (std::size_t byte = 4096; byte <= kMost; byte *= 8) {
    auto add = [&](char const* kernel, void* to, void const* from, cudaMemcpyKind kind) {
      auto const timing = repeat_timing(
          [&](int count) {
            double const start = now_s();
            for (int i = 0; i < count; ++i) check(cudaMemcpyAsync(to, from, byte, kind, suite.stream), "cudaMemcpyAsync");
            check(cudaStreamSynchronize(suite.stream), "cudaStreamSynchronize");
            return now_s() - start;
          },
          options);
      suite.add("host_copy", "fp32", kernel, {"stream", {{"byte", static_cast<double>(byte)}}}, timing);
    };
    add("host_copy/pinned_to_device", device.as<void>(), pinned.get(), cudaMemcpyHostToDevice);
    add("host_copy/device_to_pinned", pinned.get(), device.as<void>(), cudaMemcpyDeviceToHost);
    add("host_copy/pageable_to_device", device.as<void>(), pageable.data(), cudaMemcpyHostToDevice);
    add("host_copy/device_to_pageable", pageable.data(), device.as<void>(), cudaMemcpyDeviceToHost);
  }
}

// Runtime copies pick NVLink or PCIe on their own; access that was granted is withdrawn again.
void probe_peer_copies(Suite& suite) {
  int count = 0, reachable = 0;
  check(cudaGetDeviceCount(&count), "cudaGetDeviceCount");
  int const other = suite.device == 0 ? 1 : 0;
  if (count < 2) throw CudaError("only one device");
  check(cudaDeviceCanAccessPeer(&reachable, suite.device, other), "cudaDeviceCanAccessPeer");
  if (!reachable) throw CudaError("no peer access");
  constexpr std::size_t kMost = std::size_t{1} << 28;
  Buffer here(kMost);
  check(cudaSetDevice(other), "cudaSetDevice");
  {
    Buffer there(kMost);
    check(cudaSetDevice(suite.device), "cudaSetDevice");
    bool const granted = cudaDeviceEnablePeerAccess(other, 0) == cudaSuccess;
    cudaGetLastError();  // already enabled by someone else is no error of ours
    for (std::size_t byte = 4096; byte <= kMost; byte *= 4)
      suite.add("collective", "bf16", "peer/point_to_point", {"collective", {{"group", 2}, {"message_byte", static_cast<double>(byte)}}},
                suite.time([&] { check(cudaMemcpyPeerAsync(there.as<void>(), other, here.as<void>(), suite.device, byte, suite.stream), "cudaMemcpyPeerAsync"); }));
    if (granted) cudaDeviceDisablePeerAccess(other);
    check(cudaSetDevice(other), "cudaSetDevice");
  }
  check(cudaSetDevice(suite.device), "cudaSetDevice");
}

}  // namespace aif::calibration::cuda
