// Watts, clock and temperature under sustained loads, through NVML loaded at run time; read only, unless the user allows clock and cap
// sweeps (--allow-clock-control), which are put back on every way out, Ctrl-C and errors included. Readings of the
// board sensor are averages over tens of milliseconds: each load runs for two seconds and the last second counts.
#include <dlfcn.h>
#include <nvml.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>

#include "gpu_calibration/probes/device.cuh"

namespace aif::calibration::cuda {
namespace {

class Nvml {
 public:
  explicit Nvml(int device) {
    library_ = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
    if (!library_) throw CudaError("libnvidia-ml.so.1 was not found");
    char bus[32];
    check(cudaDeviceGetPCIBusId(bus, sizeof bus, device), "cudaDeviceGetPCIBusId");
    call<decltype(&nvmlInit_v2)>("nvmlInit_v2");
    call<decltype(&nvmlDeviceGetHandleByPciBusId_v2)>("nvmlDeviceGetHandleByPciBusId_v2", bus, &device_);
  }
  Nvml(Nvml const&) = delete;
  Nvml& operator=(Nvml const&) = delete;
  ~Nvml() {
    if (auto* f = reinterpret_cast<decltype(&nvmlShutdown)>(dlsym(library_, "nvmlShutdown"))) f();
  }
  template <class F, class... A>
  void call(char const* name, A... arguments) const {
    auto* f = reinterpret_cast<F>(dlsym(library_, name));
    if (!f) throw CudaError(std::string("NVML lacks ") + name);
    nvmlReturn_t const status = f(arguments...);
    if (status != NVML_SUCCESS) throw CudaError(std::string(name) + ": NVML status " + std::to_string(static_cast<int>(status)));
  }
  double watts() const {
    unsigned mw = 0;
    call<decltype(&nvmlDeviceGetPowerUsage)>("nvmlDeviceGetPowerUsage", device_, &mw);
    return 1e-3 * mw;
  }
  double temperature_c() const {
    unsigned c = 0;
    call<decltype(&nvmlDeviceGetTemperature)>("nvmlDeviceGetTemperature", device_, NVML_TEMPERATURE_GPU, &c);
    return c;
  }
  double clock_hz(nvmlClockType_t type) const {
    unsigned mhz = 0;
    call<decltype(&nvmlDeviceGetClockInfo)>("nvmlDeviceGetClockInfo", device_, type, &mhz);
    return 1e6 * mhz;
  }
  nvmlDevice_t device() const { return device_; }

 private:
  void* library_ = nullptr;
  nvmlDevice_t device_ = nullptr;
};

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// Runs the load for two seconds with readings in between; an empty call is idle.
Power read_power(Suite& suite, Nvml const& nvml, std::string load, std::string precision, SustainedLoad const& work) {
  throw_if_interrupted();
  Power p{std::move(load), std::move(precision)};
  p.active_frac = work.call ? 1.0 : 0.0;
  double const start = now_s();
  double counted_from = 0, calls = 0, readings = 0;
  while (now_s() - start < 2.0) {
    if (work.call) {
      for (int i = 0; i < 8; ++i) work.call();
      check(cudaStreamSynchronize(suite.stream), "sustained load");
    } else {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    if (now_s() - start < 1.0) continue;
    if (counted_from == 0) {
      counted_from = now_s();
      continue;
    }
    calls += work.call ? 8 : 0;
    p.power_w += nvml.watts(), p.temperature_c += nvml.temperature_c(), p.sm_clock_hz += nvml.clock_hz(NVML_CLOCK_SM);
    readings += 1;
  }
  if (readings < 3) throw CudaError("too few power readings");
  double const span_s = now_s() - counted_from;
  p.power_w /= readings, p.temperature_c /= readings, p.sm_clock_hz /= readings;
  p.flop_s = calls * work.flop / span_s, p.byte_s = calls * work.byte / span_s;
  return p;
}

// Holds the SM clock; puts the device's own clocks back whatever happens.
class ClockLock {
 public:
  ClockLock(Nvml const& nvml, double clock_hz) : nvml_(nvml) {
    auto const mhz = static_cast<unsigned>(1e-6 * clock_hz + 0.5);
    nvml.call<decltype(&nvmlDeviceSetGpuLockedClocks)>("nvmlDeviceSetGpuLockedClocks", nvml.device(), mhz, mhz);
  }
  ClockLock(ClockLock const&) = delete;
  ClockLock& operator=(ClockLock const&) = delete;
  ~ClockLock() {
    try {
      nvml_.call<decltype(&nvmlDeviceResetGpuLockedClocks)>("nvmlDeviceResetGpuLockedClocks", nvml_.device());
    } catch (CudaError const& e) {
      std::fprintf(stderr, "the clock could not be put back: %s. Run `nvidia-smi -rgc`\n", e.what());
    }
  }

 private:
  Nvml const& nvml_;
};

// Holds a board power limit; puts the one that was set before back.
class PowerCap {
 public:
  PowerCap(Nvml const& nvml, double cap_w) : nvml_(nvml) {
    nvml.call<decltype(&nvmlDeviceGetPowerManagementLimit)>("nvmlDeviceGetPowerManagementLimit", nvml.device(), &before_mw_);
    nvml.call<decltype(&nvmlDeviceSetPowerManagementLimit)>("nvmlDeviceSetPowerManagementLimit", nvml.device(), static_cast<unsigned>(1e3 * cap_w));
  }
  PowerCap(PowerCap const&) = delete;
  PowerCap& operator=(PowerCap const&) = delete;
  ~PowerCap() {
    try {
      nvml_.call<decltype(&nvmlDeviceSetPowerManagementLimit)>("nvmlDeviceSetPowerManagementLimit", nvml_.device(), before_mw_);
    } catch (CudaError const& e) {
      std::fprintf(stderr, "the power limit could not be put back: %s. Run `nvidia-smi -pl %u`\n", e.what(), before_mw_ / 1000);
    }
  }

 private:
  Nvml const& nvml_;
  unsigned before_mw_ = 0;
};

}  // namespace

void record_environment(Suite& suite, char const* when) {
  try {
    Nvml const nvml(suite.device);
    unsigned long long reasons = 0;
    nvml.call<decltype(&nvmlDeviceGetCurrentClocksEventReasons)>("nvmlDeviceGetCurrentClocksEventReasons", nvml.device(), &reasons);
    suite.conditions.push_back(std::string(when) + ": SM clock " + std::to_string(nvml.clock_hz(NVML_CLOCK_SM) / 1e6) + " MHz, memory clock " +
                               std::to_string(nvml.clock_hz(NVML_CLOCK_MEM) / 1e6) + " MHz, " + std::to_string(nvml.temperature_c()) + " degC, " +
                               std::to_string(nvml.watts()) + " W, clock event reasons " + std::to_string(reasons));
    nvmlEnableState_t current = NVML_FEATURE_DISABLED, pending = NVML_FEATURE_DISABLED;
    nvml.call<decltype(&nvmlDeviceGetEccMode)>("nvmlDeviceGetEccMode", nvml.device(), &current, &pending);
    suite.conditions.push_back(std::string(when) + ": ECC " + (current == NVML_FEATURE_ENABLED ? "on" : "off"));
    unsigned mig = 0, mig_pending = 0;
    nvml.call<decltype(&nvmlDeviceGetMigMode)>("nvmlDeviceGetMigMode", nvml.device(), &mig, &mig_pending);
    suite.conditions.push_back(std::string(when) + ": MIG " + (mig ? "on" : "off"));
  } catch (CudaError const& e) {
    suite.failures.emplace_back(std::string("environment ") + when, e.what());
  }
}

std::string driver_version(Suite const& suite) {
  try {
    char text[NVML_SYSTEM_DRIVER_VERSION_BUFFER_SIZE] = {};
    Nvml(suite.device).call<decltype(&nvmlSystemGetDriverVersion)>("nvmlSystemGetDriverVersion", text, static_cast<unsigned>(sizeof text));
    return text;
  } catch (CudaError const&) {
    return "unknown";
  }
}

double power_limit_w(Suite const& suite) {
  try {
    unsigned mw = 0;
    Nvml const nvml(suite.device);
    nvml.call<decltype(&nvmlDeviceGetEnforcedPowerLimit)>("nvmlDeviceGetEnforcedPowerLimit", nvml.device(), &mw);
    return 1e-3 * mw;
  } catch (CudaError const&) {
    return 0;
  }
}

void probe_power(Suite& suite) {
  Nvml const nvml(suite.device);
  suite.power.push_back(read_power(suite, nvml, "idle", "bf16", {}));
  suite.power.push_back(read_power(suite, nvml, "copy", "bf16", copy_load(suite)));
  for (char const* precision : {"bf16", "fp16", "tf32", "fp8"}) {
    try {
      suite.power.push_back(read_power(suite, nvml, std::string("gemm ") + precision, precision, gemm_load(suite, precision)));
    } catch (CudaError const& e) {
      suite.failures.emplace_back(std::string("power ") + precision, e.what());
      cudaGetLastError();
    }
  }
}

// The same load while the device warms up: watts against temperature at one rate show the leakage. The load before left it warm, so it
// first cools for a while.
void probe_warming(Suite& suite) {
  Nvml const nvml(suite.device);
  double const start = now_s();
  while (now_s() - start < 8.0) throw_if_interrupted(), std::this_thread::sleep_for(std::chrono::milliseconds(200));
  SustainedLoad const load = gemm_load(suite, "bf16");
  for (int i = 0; i < 8; ++i) suite.power.push_back(read_power(suite, nvml, "warming", "bf16", load));
}

void probe_clocks(Suite& suite) {
  Nvml const nvml(suite.device);
  unsigned highest_mhz = 0, least_mw = 0, most_mw = 0;
  nvml.call<decltype(&nvmlDeviceGetMaxClockInfo)>("nvmlDeviceGetMaxClockInfo", nvml.device(), NVML_CLOCK_SM, &highest_mhz);
  for (double share : {0.5, 0.65, 0.8, 0.9}) {
    ClockLock const lock(nvml, 1e6 * share * highest_mhz);
    suite.power.push_back(read_power(suite, nvml, "locked clock, gemm bf16", "bf16", gemm_load(suite, "bf16")));
    suite.power.push_back(read_power(suite, nvml, "locked clock, copy", "bf16", copy_load(suite)));
  }
  nvml.call<decltype(&nvmlDeviceGetPowerManagementLimitConstraints)>("nvmlDeviceGetPowerManagementLimitConstraints", nvml.device(), &least_mw, &most_mw);
  for (double share : {0.5, 0.7}) {
    PowerCap const cap(nvml, std::max(1e-3 * least_mw, 1e-3 * share * most_mw));
    suite.power.push_back(read_power(suite, nvml, "power cap, gemm bf16", "bf16", gemm_load(suite, "bf16")));
  }
}

}  // namespace aif::calibration::cuda
