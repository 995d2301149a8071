#pragma once
// The data sheet of a device as library/gpus/ID.yaml states it, every value with its source: what a profile knows before anything
// was measured. Watts follow contracts/hardware_profile.hpp (PowerModel); coefficients that no vendor prints are assumptions
// with a range there, chosen once so that a full-load product reaches the power limit and decode the published serving watts.

#include <string>
#include <vector>

#include "contracts/hardware_profile.hpp"
#include "core/document.hpp"
#include "core/fields.hpp"

namespace aif::calibration {

struct GpuSheet {
  std::string die, sibling, link_kind, note;
  double fp64_flop_s = 0, fp32_flop_s = 0, tf32_flop_s = 0, bf16_flop_s = 0, fp8_flop_s = 0, fp4_flop_s = 0, int8_flop_s = 0;
  double hbm_byte_s = 0, hbm_byte = 0, l2_byte = 0, l2_byte_s = 0, tdp_w = 0;
  double clock_min_hz = 0, clock_base_hz = 0, clock_max_hz = 0, exp_per_sm_clock = 16;
  int sm_count = 0, link_domain = 1;
  double link_byte_s = 0, link_latency_s = 0, host_byte_s = 0, host_latency_s = 0;
  double prefill_matrix_efficiency = 1, prefill_matrix_efficiency_vllm = 1;
  bool fp8_cache_computes_in_fp8 = false;
  double idle_w = 0, active_floor_w = 0, v_min = 0.7, v0 = 0.4, v1 = 0.6, clock_w = 0;
  double bf16_flop_j = 0, fp8_flop_j = 0, fp4_flop_j = 0, hbm_byte_j = 0, link_byte_j = 0;
  double leak_w = 0, leak_scale_k = 50, leak_reference_c = 60;
  double r_junction_case_k_per_w = 0.02, slow_c = 87, trip_c = 95, hbm_max_c = 95;

  static constexpr auto fields();
};

constexpr auto GpuSheet::fields() {
  using S = GpuSheet;
  constexpr double kFlop = 1e19, kRate = 1e15, kByte = 1e14, kWatt = 1e5, kClock = 1e10;
  return FieldList{
      field("die", &S::die, "Silicon design; surfaces transfer within one.").required(),
      field("sibling", &S::sibling, "Measured device that lends its surfaces while this one has none; empty when measured."),
      field("note", &S::note, "What to distrust."),
      field("fp64", &S::fp64_flop_s, Kind::flop_rate, 0, kFlop, "Dense 64-bit matrix rate."),
      field("fp32", &S::fp32_flop_s, Kind::flop_rate, 0, kFlop, "Dense 32-bit vector rate."),
      field("tf32", &S::tf32_flop_s, Kind::flop_rate, 0, kFlop, "Dense TF32 matrix rate."),
      field("bf16", &S::bf16_flop_s, Kind::flop_rate, 0, kFlop, "Dense bf16 and fp16 matrix rate.").required(),
      field("fp8", &S::fp8_flop_s, Kind::flop_rate, 0, kFlop, "Dense fp8 matrix rate."),
      field("fp4", &S::fp4_flop_s, Kind::flop_rate, 0, kFlop, "Dense fp4 matrix rate."),
      field("int8", &S::int8_flop_s, Kind::flop_rate, 0, kFlop, "Dense int8 matrix rate."),
      field("memory_bandwidth", &S::hbm_byte_s, Kind::data_rate, 0, kRate, "Device memory rate.").required(),
      field("memory", &S::hbm_byte, Kind::data, 0, kByte, "Device memory.").required(),
      field("l2", &S::l2_byte, Kind::data, 0, kByte, "Last-level cache.").required(),
      field("l2_bandwidth", &S::l2_byte_s, Kind::data_rate, 0, kRate, "Read rate of the last-level cache."),
      field("tdp", &S::tdp_w, Kind::power, 0, kWatt, "Board power limit.").required(),
      field("clock_min", &S::clock_min_hz, Kind::frequency, 0, kClock, "Lowest core clock."),
      field("clock_base", &S::clock_base_hz, Kind::frequency, 0, kClock, "Base core clock."),
      field("clock_max", &S::clock_max_hz, Kind::frequency, 0, kClock, "Highest core clock.").required(),
      field("exp_per_sm_clock", &S::exp_per_sm_clock, Kind::number, 1, 1024, "Exponentials of one multiprocessor in one clock."),
      field("multiprocessors", &S::sm_count, Kind::number, 1, 4096, "Streaming multiprocessors or compute units.").required(),
      field("link_kind", &S::link_kind, "Fabric to the other devices of the domain."),
      field("link_bandwidth", &S::link_byte_s, Kind::data_rate, 0, kRate, "Rate to the other devices, per direction."),
      field("link_latency", &S::link_latency_s, Kind::duration, 0, 1e-3, "Latency of one small transfer over it."),
      field("link_domain", &S::link_domain, Kind::number, 1, 1e6, "Devices that reach each other over it."),
      field("host_bandwidth", &S::host_byte_s, Kind::data_rate, 0, kRate, "Rate to the host, per direction."),
      field("host_latency", &S::host_latency_s, Kind::duration, 0, 1e-3, "Latency of one small copy from the host."),
      field("prefill_matrix_efficiency", &S::prefill_matrix_efficiency, Kind::fraction, 0.2, 1.2, "Share of the matrix rate that prefill attention reaches beside its exponentials."),
      field("prefill_matrix_efficiency_vllm", &S::prefill_matrix_efficiency_vllm, Kind::fraction, 0.2, 1.2, "The same for the vLLM kernel."),
      field("fp8_cache_computes_in_fp8", &S::fp8_cache_computes_in_fp8, "bf16 attention over an fp8 cache runs in fp8."),
      field("idle", &S::idle_w, Kind::power, 0, kWatt, "Idle draw without leakage."),
      field("active_floor", &S::active_floor_w, Kind::power, 0, kWatt, "Added while any kernel runs."),
      field("v_min", &S::v_min, Kind::fraction, 0.1, 1, "Lowest voltage, of the one at the highest clock."),
      field("v0", &S::v0, Kind::fraction, 0, 1, "Voltage line at clock zero."),
      field("v1", &S::v1, Kind::fraction, 0, 1, "Slope of the voltage line."),
      field("clock_power", &S::clock_w, Kind::power, 0, kWatt, "Clocks and issue at the highest clock and full activity."),
      field("energy_bf16", &S::bf16_flop_j, Kind::energy_per_flop, 0, 1e-9, "Energy of a bf16 operation."),
      field("energy_fp8", &S::fp8_flop_j, Kind::energy_per_flop, 0, 1e-9, "Energy of an fp8 operation."),
      field("energy_fp4", &S::fp4_flop_j, Kind::energy_per_flop, 0, 1e-9, "Energy of an fp4 operation."),
      field("energy_memory", &S::hbm_byte_j, Kind::energy_per_byte, 0, 1e-6, "Energy of a byte from device memory to the cores."),
      field("energy_link", &S::link_byte_j, Kind::energy_per_byte, 0, 1e-6, "Energy of a byte over the device link."),
      field("leakage", &S::leak_w, Kind::power, 0, kWatt, "Leakage at its reference temperature."),
      field("leakage_scale", &S::leak_scale_k, Kind::temperature_difference, 5, 200, "Rise that multiplies leakage by e."),
      field("leakage_reference", &S::leak_reference_c, Kind::temperature, 0, 120, "Junction temperature of the leakage figure."),
      field("r_junction_case", &S::r_junction_case_k_per_w, Kind::thermal_resistance, 0, 1, "Junction to case."),
      field("slow_temperature", &S::slow_c, Kind::temperature, 40, 130, "Junction temperature at which clocks fall."),
      field("trip_temperature", &S::trip_c, Kind::temperature, 40, 130, "Junction temperature at which the device stops."),
      field("memory_max_temperature", &S::hbm_max_c, Kind::temperature, 40, 130, "Highest memory temperature."),
  };
}

// A device of the library: sheet, and profile without surfaces, badge datasheet_prior.
struct GpuEntry {
  std::string id;
  GpuSheet sheet;
  HardwareProfile profile;
};
GpuEntry make_gpu(std::string id, std::string title, GpuSheet const& sheet);

}  // namespace aif::calibration
