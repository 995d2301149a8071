// Watts, clock and temperature under sustained loads, through NVML loaded at run time; read only, nothing is set. Readings of the
// board sensor are averages over tens of milliseconds: each load runs for two seconds and the last second counts.
#include <dlfcn.h>
#include <nvml.h>

#include <chrono>
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

}  // namespace aif::calibration::cuda
