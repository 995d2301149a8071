#pragma once
// What every CUDA probe shares: checked calls, owned device memory, random contents, the timing of a stream, and the list that
// results go to. Plain cudaMalloc, no managed memory; nothing on the device is changed or reset.

#include <cuda_runtime.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "contracts/operators.hpp"
#include "gpu_calibration/timing.hpp"

namespace aif::calibration::cuda {

struct CudaError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// Ctrl-C and termination: set by main's handler, looked at between samples, so that every object that changed something puts it back.
struct Interrupted : std::runtime_error {
  Interrupted() : std::runtime_error("interrupted") {}
};
void stop_on_signals();
void throw_if_interrupted();

inline void check(cudaError_t status, char const* what) {
  if (status != cudaSuccess) throw CudaError(std::string(what) + ": " + cudaGetErrorString(status));
}

class Buffer {
 public:
  explicit Buffer(std::size_t byte) : byte_(byte) { check(cudaMalloc(&data_, byte), "cudaMalloc"); }
  Buffer(Buffer&& other) noexcept : data_(other.data_), byte_(other.byte_) { other.data_ = nullptr; }
  Buffer(Buffer const&) = delete;
  Buffer& operator=(Buffer const&) = delete;
  Buffer& operator=(Buffer&&) = delete;
  ~Buffer() { cudaFree(data_); }
  template <class T>
  T* as() const { return static_cast<T*>(data_); }
  std::size_t byte() const { return byte_; }

 private:
  void* data_ = nullptr;
  std::size_t byte_ = 0;
};

// Bit patterns of small random 16-bit floats: zeros need less power and run at higher clocks.
void fill_random(Buffer& buffer, cudaStream_t stream);
// Writes a block of twice the L2 cache, so that the next kernel finds it dirty and full of other data, as in a serving loop.
void make_l2_dirty(Buffer& scratch, cudaStream_t stream);

// Named numbers in the order of the JSON shape: {"form", ...}.
struct Shape {
  std::string form;
  std::vector<std::pair<std::string, double>> values;
  std::string kind = "point_to_point";  // of a collective
};

struct Result {
  std::string op, precision, state_precision, kernel;
  Shape shape;
  Timing timing;
};

struct Power {
  std::string load, precision;
  double power_w = 0, temperature_c = 0, sm_clock_hz = 0, active_frac = 1, flop_s = 0, byte_s = 0, link_byte_s = 0;
};

// One device under test.
struct Suite {
  int device = 0;
  cudaDeviceProp properties{};
  cudaStream_t stream = nullptr;
  double point_cap_s = 0.1;
  std::vector<Result> results;
  std::vector<Power> power;
  std::vector<std::pair<std::string, std::string>> failures;  // probe, why
  std::vector<std::string> conditions;

  // Median seconds of `launch`; `before` runs outside the clock before each call when given (then one call a sample).
  Timing time(std::function<void()> const& launch, std::function<void()> const& before = {}) const;
  void add(std::string op, std::string precision, std::string kernel, Shape shape, Timing timing, std::string state_precision = {});
};

// A load that can run for seconds, for power readings.
struct SustainedLoad {
  std::function<void()> call;
  double flop = 0, byte = 0;  // of one call
};
SustainedLoad gemm_load(Suite& suite, std::string const& precision);
SustainedLoad copy_load(Suite& suite);

// What NVML says of the device, if it is there: driver, ECC, MIG, power limit, clocks, throttle reasons. Read only.
void record_environment(Suite& suite, char const* when);
std::string driver_version(Suite const& suite);
double power_limit_w(Suite const& suite);

// The probes, one file each. A probe throws when the device cannot run it; main lists the reason and goes on.
void probe_launch(Suite& suite);
void probe_graph_launch(Suite& suite);
void probe_stream(Suite& suite);
void probe_l2(Suite& suite);
void probe_elementwise(Suite& suite);
void probe_attention_prefill(Suite& suite);
void probe_attention_decode(Suite& suite);
void probe_gemm(Suite& suite);
void probe_grouped(Suite& suite);
void probe_triangle(Suite& suite);
void probe_conv(Suite& suite);
void probe_sampling(Suite& suite);
void probe_host_copies(Suite& suite);
void probe_peer_copies(Suite& suite);
void probe_collectives(Suite& suite);
void probe_power(Suite& suite);
void probe_warming(Suite& suite);
void probe_clocks(Suite& suite);  // changes the clock and puts it back: only when the user allowed it

}  // namespace aif::calibration::cuda
