#pragma once
// Seconds and traffic of operator calls on a device: a roofline per call with one calibrated efficiency per operator class
// (library/fits/operators.csv; protocol and error figures: docs/validation/products.md), plus the time to issue a kernel.
//   t = count max(max(flop / (peak e) + exponentials, byte / (rate e_m)) + gap, issue)
// Attention adds the exponentials of its scores, which no tensor core makes (FlashAttention-3, Shah et al. 2024): that is why devices
// with few exponential units for their peak reach a smaller share of it.
// gap: between kernels of a captured graph; issue: host time of a kernel launched one by one (eager execution). A product whose
// tiles do not fill the device wastes the idle multiprocessors (wave quantisation, NVIDIA Deep Learning Performance Guide).
// Language models have their own, finer step model (step.hpp). Neglects: overlap of calls.
// Valid for inference; a device without a fitted row of its own takes the class efficiencies as they are.

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/hardware_profile.hpp"
#include "contracts/phase.hpp"

namespace aif::compute {

enum class Execution { captured, eager };  // CUDA graph, TensorRT, compiled; or operator by operator from a host language
constexpr auto enum_names(Execution) { return std::array<std::string_view, 2>{"captured", "eager"}; }

// One number of the calibration: where it lies before the fit, its prior and bounds.
struct OperatorParameter {
  std::string_view name, unit;
  double start, prior_log_sd, low, high;
  std::string_view what;
};

struct OperatorEfficiency {
  // Shares of the dense peak.
  double gemm = 0.55, conv = 0.45, attention = 0.45, triangle = 0.20, narrow = 0.75;
  double exponentials = 1.5;  // exponential-unit operations of a score
  // Shares of the memory rate.
  double stream = 0.65, thin = 0.78, decode = 0.5, gather = 0.25;
  // Shares of the link rate, and the time of one message.
  double link = 0.5, link_latency_s = 15e-6;
  // Kernels.
  double gap_s = 2.5e-6, issue_s = 14e-6, eager_passes = 2;
  double request_s = 10e-3;  // a request through the host's own program: decoding, resizing, tokenising, copies
  // General processors, over the shares above.
  double cpu_compute = 0.25, cpu_memory = 0.6;
  double log_sd = 0.25;  // spread of measured over predicted, out of sample
};
std::span<OperatorParameter const> operator_parameters();
inline constexpr std::size_t kOperatorParameters = 18;
std::array<double, kOperatorParameters> to_values(OperatorEfficiency const& efficiency);
OperatorEfficiency from_values(std::span<double const> values);
OperatorEfficiency read_operator_fit(std::string const& path);  // throws InputError when a name is missing

// What a device is for these calls: figures of its data sheet at a clock.
struct OperatorDevice {
  PerPrecision<double> flop_s{};
  double byte_s = 0, exp_s = 0, l2_byte = 0, hbm_byte = 0, host_byte_s = 0, host_latency_s = 8e-6;
  int multiprocessors = 0;
  bool is_cpu = false;
  double host_speed = 1;  // of one thread of its host over that of a 2024 server
  std::vector<LinkSheet> links;
};
// Multiprocessors, cache and exponential units; where a data sheet does not state them, tiles fill the device and nothing is cached.
void describe_chip(OperatorDevice& device, Datasheet const& sheet, double clock_frac = 1.0);
OperatorDevice operator_device(HardwareProfile const& profile, double clock_frac = 1.0, double memory_knee_frac = 0.55);

// Sums over calls; seconds by operator class.
struct CallCost {
  double time_s = 0;
  std::array<double, kOpClasses> class_s{};
  double compute_s = 0, memory_s = 0, overhead_s = 0, link_s = 0;  // of the calls, by what set their time
  PerPrecision<double> flop{};
  double hbm_byte = 0, link_byte = 0, host_byte = 0;
  CallCost& operator+=(CallCost const& other);
  CallCost& operator*=(double factor);
};
CallCost cost(std::span<OperatorCall const> calls, OperatorDevice const& device, OperatorEfficiency const& efficiency, Execution execution);

// Mean rates over `time_s` seconds in which `cost` was done.
Activity activity_over(CallCost const& cost, double time_s);
Bound bound_of(CallCost const& cost);
OpClass busiest_class(CallCost const& cost);

}  // namespace aif::compute
