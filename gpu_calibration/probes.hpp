#pragma once
// One suite of probes, two backends (host CPU, CUDA), one file between them: a ProbeReport, JSON schema aifactory/probe/v1.
// A backend fills the device's own figures and one result per shape; the fit knows nothing about where they came from. A probe
// that fails is listed with its reason and skipped.

#include <string>
#include <vector>

#include "contracts/surfaces/predict.hpp"
#include "core/interrupt.hpp"

namespace aif::calibration {

struct ProbeResult {
  OpClass op = OpClass::gemm;
  Precision precision = Precision::bf16, state_precision = Precision::bf16;
  std::string kernel;                        // "host/gemm", "cublaslt/gemm", "own/attention"
  SurfaceShape shape;
  double time_s = 0, low_s = 0, high_s = 0;  // 95 % interval of the statistic
  int repeats = 0;
};

struct ProbeFailure {
  std::string probe, why;
};

// One sustained load: what PowerModel is fitted to. Rates are those of the load.
struct PowerReading {
  std::string load;
  double power_w = 0, temperature_c = 0, sm_clock_hz = 0, active_frac = 0;
  Precision precision = Precision::bf16;
  double flop_s = 0, byte_s = 0, link_byte_s = 0;
};

// One sustained load with what the user read at the cold plate: no device knows it.
struct CoolantReading {
  double power_w = 0, case_c = 0, coolant_c = 0, flow_kg_s = 0;
};

struct ProbeReport {
  ProfileEnvironment environment;
  std::vector<std::string> conditions;  // ECC, MIG, throttle reasons before and after, threads: recorded, not interpreted
  Datasheet sheet;                      // what the device says of itself, and the best rates seen where it says nothing
  std::vector<ProbeResult> results;
  std::vector<PowerReading> power;
  std::vector<CoolantReading> coolant;  // optional in the file
  std::vector<ProbeFailure> failures;
};

struct ProbeOptions {
  double budget_s = 45;             // whole suite; each point gets its share
  double interval_frac = 0.03;      // stop repeating a point when its 95 % interval is this narrow
  int threads = 0;                  // host: 0 = all
  int most_points = 0;              // of one kernel; 0: the whole grid. A few say whether a profile still holds
};

ProbeReport run_host_probes(ProbeOptions const& options, RunControl const& control);

// Same shapes again, a few of them: does a profile still hold on this machine? Ratios measured / predicted by surface.
struct DriftRow {
  std::string surface;
  double ratio = 1, allowed_log = 0;  // allowed: half width of the profile's own interval
  std::size_t points = 0;
};
std::vector<DriftRow> compare_with_profile(ProbeReport const& report, HardwareProfile const& profile);

std::string probe_to_json(ProbeReport const& report);
ProbeReport probe_from_json(std::string const& text, std::string const& name);  // throws InputError AF4720, AF4721

}  // namespace aif::calibration
